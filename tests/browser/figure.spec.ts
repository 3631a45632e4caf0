/** The figures of the page on Prepare, as a reader uses them: played, stepped, driven by hand, and without a script. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './sites.ts'

const PAGE = 'en/paxos/prepare/'

async function figure(page: Page, title: string): Promise<Locator> {
  const found = page.getByRole('region', { name: title, exact: true })
  await found.scrollIntoViewIfNeeded()
  // It is alive once its tabs can be used.
  await expect(found.locator('footer:not([inert])')).toBeVisible()
  return found
}

const sentence = (within: Locator) => within.locator('.sentence [aria-live]')

test.describe('the figure of two proposers', () => {
  test('starts before the first step, and steps forwards, back and to any place', async ({ page }) => {
    await page.goto(PAGE)
    const widget = await figure(page, 'Two proposers, three acceptors')
    await expect(sentence(widget)).toContainText('A starts and sends prepare 2 8 to X, Y, Z.')
    await widget.getByRole('button', { name: 'Step', exact: true }).click()
    await expect(sentence(widget)).toContainText('X receives prepare 2 8 from A and answers promise 2 –.')
    await widget.getByRole('button', { name: 'Step back' }).click()
    await expect(sentence(widget)).toContainText('A starts')
    await widget.getByRole('slider').fill('4')
    await expect(sentence(widget)).toContainText('Z receives prepare 2 8 from A and ignores it.')
    await widget.getByRole('button', { name: 'To the start' }).click()
    await expect(sentence(widget)).toContainText('A starts')
  })

  test('plays to its end', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(PAGE)
    const widget = await figure(page, 'Two proposers, three acceptors')
    await widget.getByRole('slider').fill('8')
    await widget.getByRole('button', { name: 'Play' }).click()
    await expect(sentence(widget)).toContainText('Step 10 of 10')
  })

  test('is moved by the keyboard', async ({ page }) => {
    await page.goto(PAGE)
    const widget = await figure(page, 'Two proposers, three acceptors')
    await widget.getByRole('button', { name: 'Step', exact: true }).focus()
    await page.keyboard.press('End')
    await expect(sentence(widget)).toContainText('Step 10 of 10')
    await page.keyboard.press('ArrowLeft')
    await expect(sentence(widget)).toContainText('Step 9 of 10')
    await page.keyboard.press('Home')
    await expect(sentence(widget)).toContainText('Start')
    await page.keyboard.press('ArrowRight')
    await expect(sentence(widget)).toContainText('Step 1 of 10')
  })

  test('differs under Paxos’s rule: B hears of nothing accepted and asks for its own value', async ({
    page,
  }) => {
    await page.goto(PAGE)
    const widget = await figure(page, 'Two proposers, three acceptors')
    await widget.getByRole('slider').fill('10')
    await expect(sentence(widget)).toContainText('sends accept 4 8 to X, Y, Z.')
    await widget.getByRole('button', { name: 'Paxos’s rule' }).click()
    await expect(sentence(widget)).toContainText('sends accept 4 5 to X, Y, Z.')
  })

  test('shows states and the transcript over the same cursor', async ({ page }) => {
    await page.goto(PAGE)
    const widget = await figure(page, 'Two proposers, three acceptors')
    await widget.getByRole('tab', { name: 'Transcript' }).click()
    await widget.getByRole('button', { name: /Z receives prepare 2 8 from A and ignores it/ }).click()
    await expect(sentence(widget)).toContainText('Step 4 of 10')
    await widget.getByRole('tab', { name: 'State' }).click()
    await expect(widget.getByRole('tabpanel', { name: 'State' })).toContainText('promised')
  })

  test('is driven by hand from any step, undone, and given back', async ({ page }) => {
    await page.goto(PAGE)
    const widget = await figure(page, 'Two proposers, three acceptors')
    await widget.getByRole('slider').fill('1')
    await widget.getByRole('button', { name: 'Drive by hand' }).click()
    await widget
      .getByRole('button', { name: /deliver prepare 4 5 from B to X/i })
      .first()
      .click()
    await expect(sentence(widget)).toContainText(
      'X receives prepare 4 5 from B and answers promise 4 [2, 8].',
    )
    await widget.getByRole('button', { name: 'Undo' }).click()
    await expect(sentence(widget)).toContainText('X receives prepare 2 8 from A')
    await widget.getByRole('button', { name: 'Back to the script' }).click()
    await expect(widget.getByRole('button', { name: 'Drive by hand' })).toBeVisible()
    await expect(sentence(widget)).toContainText('of 10')
  })

  test('lets a node crash by hand, and a proposer too', async ({ page }) => {
    await page.goto(PAGE)
    const widget = await figure(page, 'Two proposers, three acceptors')
    await widget.getByRole('button', { name: 'Drive by hand' }).click()
    for (const [name, id] of [
      ['X, acceptor', 'X'],
      ['A, proposer', 'A'],
    ] as const) {
      await widget.getByRole('button', { name }).click()
      await page.getByRole('menuitem', { name: 'Crash' }).click()
      await expect(sentence(widget)).toContainText(`${id} crashes.`)
    }
  })
})

test('a run that the engine found ends with what it breaks', async ({ page }) => {
  await page.goto(PAGE)
  await page
    .getByRole('link', { name: /See the run/ })
    .nth(1)
    .click()
  const widget = await figure(page, 'The note’s acceptor chooses two values')
  await expect(
    widget.getByText('Two values are chosen: 8 by Y, Z at ballot 2, and 5 by X, Y at ballot 6.'),
  ).toBeVisible()
  await widget.getByRole('button', { name: 'Step back' }).click()
  await expect(widget.getByText('Two values are chosen')).toBeHidden()
})

test('a prediction is answered by the engine', async ({ page }) => {
  await page.goto(PAGE)
  const question = page.getByRole('group', { name: /Which value does B ask/ })
  await question.scrollIntoViewIfNeeded()
  const check = question.getByRole('button', { name: 'Check' })
  await expect(async () => {
    await question.getByLabel('For 5, its own value.').check()
    await expect(check).toBeEnabled({ timeout: 500 })
  }).toPass()
  await check.click()
  await expect(question.getByRole('status')).toContainText('No.')
  await expect(question.getByRole('status')).toContainText('sends accept 4 8 to X, Y, Z')
  await question.getByLabel('For 8.').check()
  await check.click()
  await expect(question.getByRole('status')).toContainText('Yes.')
})

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false })

  test('each figure is drawn, with its transcript, and offers nothing that can’t be done', async ({
    page,
  }) => {
    await page.goto(PAGE)
    const widget = page.getByRole('region', { name: 'Two proposers, three acceptors', exact: true })
    await expect(widget.locator('svg').first()).toBeVisible()
    const transcript = page.locator('#figure-paxos-prepare ol').first()
    await expect(transcript).toContainText('Z receives prepare 2 8 from A and ignores it.')
    await expect(transcript).toBeVisible()
    await expect(widget.getByRole('button', { name: 'Play' })).toBeHidden()
    await expect(page.locator('noscript summary').first()).toBeVisible()
    await expect(page.locator('form').first()).toBeHidden()
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } })

  test('no figure makes the page wider than the screen', async ({ page }) => {
    await page.goto(PAGE)
    await figure(page, 'Two proposers, three acceptors')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
