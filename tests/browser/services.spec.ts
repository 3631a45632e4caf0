/** The page on the simulated servers, as a reader uses it: by keyboard, by hand, in both themes, and without a script. */
import type { Locator, Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'
import { violations } from './whole-page.ts'

const PAGE = 'en/reference/services/'
const REDIS = 'A lock that expires under its holder'

async function figure(page: Page, title: string): Promise<Locator> {
  const found = page.getByRole('region', { name: title, exact: true })
  return alive(found)
}

const sentence = (within: Locator) => within.locator('.sentence [aria-live]')

test('is found from the reference and from the foot of every page', async ({ page }) => {
  await page.goto('en/reference/')
  await page.getByRole('main').getByRole('link', { name: 'The simulated servers' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'The simulated servers' })).toBeVisible()
  await page.goto('en/paxos/prepare/')
  await page.getByRole('contentinfo').getByRole('link', { name: 'The simulated servers' }).click()
  await expect(page.getByRole('article').getByRole('heading', { level: 2 })).toHaveText([
    'Redis',
    'Database',
    'ZooKeeper',
    'Queue',
  ])
})

test('is walked by keyboard: tabs, steps and the views that scroll', async ({ page }) => {
  await page.goto(PAGE)
  const widget = await figure(page, REDIS)
  await widget.getByRole('tab', { name: 'Run' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(widget.getByRole('tab', { name: 'Network + time' })).toBeFocused()
  await expect(widget.getByRole('img', { name: /The network after step/ })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(widget.getByRole('tabpanel', { name: 'State' })).toContainText(
    'waits for redis: SET lock A PX 1000 NX',
  )
  await page.keyboard.press('Home')
  await page.keyboard.press('Tab')
  await expect(widget.getByRole('group', { name: 'The code that the processes run' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(sentence(widget)).toContainText('Step 1 of')
  await page.keyboard.press('Tab')
  await expect(widget.getByRole('group', { name: 'What redis holds' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(sentence(widget)).toContainText('redis receives SET lock A PX 1000 NX from A and answers OK.')
  await expect(widget.getByRole('group', { name: 'What redis holds' })).toContainText('1,000 ms')
})

test('shows that a lock was deleted by another, and that an addition is lost', async ({ page }) => {
  await page.goto(PAGE)
  const widget = await figure(page, REDIS)
  await widget.getByRole('slider').fill('37')
  await expect(sentence(widget)).toContainText('redis receives DEL lock from A and answers 1.')
  const keys = widget.getByRole('group', { name: 'What redis holds' })
  await expect(keys.getByRole('row', { name: /^lock/ })).toContainText('gone')
  await page.keyboard.press('End')
  await expect(keys.getByRole('row', { name: /^count/ })).toContainText('1')
})

test('is driven by hand: time passes, a client is paused, a clock jumps, a message is lost, a link is cut', async ({
  page,
}) => {
  await page.goto(PAGE)
  const widget = await figure(page, REDIS)
  const press = (name: RegExp | string) => widget.getByRole('button', { name }).first().click()
  await widget.getByRole('button', { name: 'Drive by hand' }).click()
  await press(/^Let 5 ms pass/)
  await expect(sentence(widget)).toContainText('5 ms pass.')
  await press(/^SET lock B PX 1000 NX/)
  await expect(sentence(widget)).toContainText('redis receives SET lock B PX 1000 NX from B and answers OK.')
  await widget.getByText('Break something').click()
  await press(/^break the connection: lose OK from redis to B/)
  await expect(sentence(widget)).toContainText('OK from redis to B is lost: the connection breaks.')
  await press(/^pause A for 1,100 ms/)
  await expect(sentence(widget)).toContainText('A pauses for 1,100 ms.')
  await press(/^set the clock of redis forward by 1,000 ms/)
  await expect(sentence(widget)).toContainText('The clock of redis jumps forward by 1,000 ms.')
  await press(/^set the clock of redis back by 1,000 ms/)
  await expect(sentence(widget)).toContainText('The clock of redis jumps back by 1,000 ms.')
  await press(/^Cut the link between A and redis/)
  await expect(sentence(widget)).toContainText('The network is cut between A and redis.')
  await press(/^Heal the network/)
  await press(/^crash B/)
  await expect(sentence(widget)).toContainText('B crashes')
  await widget.getByRole('button', { name: 'Undo' }).click()
  await widget.getByRole('button', { name: 'Back to the script' }).click()
  // Where it was left.
  await expect(sentence(widget)).toContainText('Start')
  await expect(widget.getByRole('slider')).toHaveAttribute('max', '48')
})

test('has no fault that axe finds, by day and by night, in use', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(PAGE)
  for (const title of [
    REDIS,
    'A row that is locked until the commit',
    'A line in which each watches the one before',
    'At least once: the record that comes again',
  ]) {
    const widget = await figure(page, title)
    await widget.getByRole('slider').fill('12')
  }
  await (await figure(page, REDIS)).getByRole('button', { name: 'Drive by hand' }).click()
  await page.getByText('Can happen next').waitFor()
  expect(await violations(page)).toEqual([])
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } })

  test('no figure makes the page wider than the screen', async ({ page }) => {
    await page.goto(PAGE)
    await figure(page, REDIS)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false })

  test('each figure is drawn, with its code, its server and its transcript', async ({ page }) => {
    await page.goto(PAGE)
    const widget = page.getByRole('region', { name: REDIS, exact: true })
    await expect(widget.getByRole('group', { name: 'The code that the processes run' })).toContainText(
      'await redis.del',
    )
    await expect(widget.getByRole('group', { name: 'What redis holds' })).toContainText('There are no keys.')
    await expect(page.locator('#figure-services-redis ol').last()).toContainText(
      'The key lock of redis expires.',
    )
  })
})
