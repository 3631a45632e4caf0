/** The figures of the chapter, as a reader uses them: played, stepped, driven by hand, and without a script. */
import type { Locator, Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'

const PAGE = 'en/paxos/prepare/'
/** The figure that starts in the middle of its run, and can be run by two rules. */
const TITLE = 'A smaller number is dropped, a larger one answered'

async function figure(page: Page, title: string): Promise<Locator> {
  const found = page.getByRole('region', { name: title, exact: true })
  return alive(found)
}

const sentence = (within: Locator) => within.locator('.sentence [aria-live]')

test.describe('the figure of two proposers', () => {
  test('starts where the text stands, steps forwards, back and to any place, by buttons and keys, and plays', async ({
    page,
  }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(PAGE)
    const widget = await figure(page, TITLE)
    await expect(sentence(widget)).toContainText('Z receives prepare 2 8 from A and ignores it.')
    await widget.getByRole('button', { name: 'Step', exact: true }).click()
    await expect(sentence(widget)).toContainText('X receives prepare 4 5 from B')
    await widget.getByRole('button', { name: 'Step back' }).click()
    await expect(sentence(widget)).toContainText('Step 4 of 10')
    await widget.getByRole('slider').fill('3')
    await expect(sentence(widget)).toContainText('Z receives prepare 4 5 from B and answers promise 4 –.')
    await widget.getByRole('button', { name: 'To the start' }).click()
    await expect(sentence(widget)).toContainText('A starts and sends prepare 2 8 to X, Y, Z.')

    await page.keyboard.press('End')
    await expect(sentence(widget)).toContainText('Step 10 of 10')
    await page.keyboard.press('ArrowLeft')
    await expect(sentence(widget)).toContainText('Step 9 of 10')
    await page.keyboard.press('Home')
    await expect(sentence(widget)).toContainText('Start')
    await page.keyboard.press('ArrowRight')
    await expect(sentence(widget)).toContainText('Step 1 of 10')

    const speed = widget.getByRole('button', { name: /^Speed/ })
    while ((await speed.textContent()) !== '4×') await speed.click()
    await widget.getByRole('slider').fill('8')
    await widget.getByRole('button', { name: 'Play' }).click()
    await expect(sentence(widget)).toContainText('Step 10 of 10')
    await expect(widget.getByRole('button', { name: 'Play' })).toBeVisible()
  })

  test('differs under Paxos’s rule, and shows states and the transcript over the same cursor', async ({
    page,
  }) => {
    await page.goto(PAGE)
    const widget = await figure(page, TITLE)
    await widget.getByRole('slider').fill('10')
    await expect(sentence(widget)).toContainText('sends accept 4 8 to X, Y, Z.')
    // B hears of nothing accepted and asks for its own value.
    await widget.getByRole('button', { name: 'Paxos’s rule' }).click()
    await expect(sentence(widget)).toContainText('sends accept 4 5 to X, Y, Z.')
    await widget.getByRole('tab', { name: 'Transcript' }).click()
    await widget.getByRole('button', { name: /Z receives prepare 2 8 from A and ignores it/ }).click()
    await expect(sentence(widget)).toContainText('Step 4 of 10')
    await widget.getByRole('tab', { name: 'State' }).click()
    await expect(widget.getByRole('tabpanel', { name: 'State' })).toContainText('promised')
  })

  test('is driven by hand from any step, undone, and given back at that step; nodes crash by hand', async ({
    page,
  }) => {
    await page.goto(PAGE)
    const widget = await figure(page, TITLE)
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
    for (const [name, id] of [
      ['X, acceptor', 'X'],
      ['A, proposer', 'A'],
    ] as const) {
      await widget.getByRole('button', { name }).click()
      await page.getByRole('menuitem', { name: 'Crash' }).click()
      await expect(sentence(widget)).toContainText(`${id} crashes.`)
    }
    await expect(sentence(widget)).toContainText('Step 3 of 3')
    await widget.getByRole('button', { name: 'Back to the script' }).click()
    await expect(widget.getByRole('button', { name: 'Drive by hand' })).toBeVisible()
    await expect(sentence(widget)).toContainText('Step 1 of 10')
  })
})

test('a run that the engine found ends with what it breaks', async ({ page }) => {
  await page.goto('en/paxos/what-the-note-gets-wrong/')
  await page
    .getByRole('link', { name: /See the run/ })
    .first()
    .click()
  const widget = await figure(page, 'The note’s acceptor chooses two values')
  await expect(widget).toBeInViewport()
  await expect(
    widget.getByText('Two values are chosen: 8 by Y, Z at ballot 2, and 5 by X, Y at ballot 6.'),
  ).toBeVisible()
  await widget.getByRole('button', { name: 'Step back' }).click()
  await expect(widget.getByText('Two values are chosen')).toBeHidden()
})

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false })

  test('each figure is drawn, with its transcript, and offers nothing that can’t be done', async ({
    page,
  }) => {
    await page.goto(PAGE)
    const widget = page.getByRole('region', { name: TITLE, exact: true })
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
    await figure(page, TITLE)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
