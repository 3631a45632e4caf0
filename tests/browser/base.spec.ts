/** The chapter on BASE as a reader uses it: the shop under load, the lag on its slider, the carts side by side, and the table of runs. */
import type { Locator, Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'
import { axeOn } from './whole-page.ts'

async function region(page: Page, address: string, name: string): Promise<Locator> {
  await page.goto(address)
  const found = page.getByRole('region', { name, exact: true })
  await found.scrollIntoViewIfNeeded()
  return found
}

const SHOP = ['en/base/', 'A shop under load'] as const

async function shop(page: Page): Promise<Locator> {
  const found = await region(page, ...SHOP)
  return alive(found)
}

/** The time that a shop shows, in seconds. */
const secondsOf = async (widget: Locator): Promise<number> =>
  Number.parseFloat(await widget.locator('.clock').innerText())
/** The requests of the last second, by kind and by what became of them: in full, degraded, refused, left. */
async function lastSecond(widget: Locator, kind: string): Promise<number[]> {
  const row = widget.getByRole('row').filter({ hasText: kind })
  return (await row.getByRole('cell').allInnerTexts()).map(Number)
}
const press = (widget: Locator, name: string) => widget.getByRole('button', { name, exact: true }).click()

test('a shop sinks under its load and is saved by its degraded page, by the keyboard', async ({ page }) => {
  const widget = await shop(page)
  await press(widget, 'From the start')
  await expect(widget.locator('.clock')).toHaveText('0 s')
  const customers = widget.getByRole('slider', { name: 'Customers' })
  const degraded = widget.getByRole('switch', { name: 'Degraded page' })
  await expect(customers).toHaveValue('12')
  await expect(degraded).not.toBeChecked()
  // What is done before time passes leaves no mark of its own.
  await customers.fill('45')
  await expect(widget.getByRole('listitem').filter({ hasText: 'customers' })).toHaveCount(1)
  const step = widget.getByRole('button', { name: '250 ms on' })
  await step.focus()
  for (let moment = 0; moment < 16; moment++) await page.keyboard.press('Enter')
  await expect(widget.locator('.clock')).toHaveText('4 s')
  expect((await lastSecond(widget, 'checkouts'))[0]).toBe(0)
  expect((await lastSecond(widget, 'checkouts'))[3]).toBeGreaterThan(5)
  await expect(widget.locator('.call.gone').first()).toBeVisible()
  await degraded.focus()
  await page.keyboard.press('Space')
  await expect(degraded).toBeChecked()
  await expect(widget.locator('.event')).toHaveCount(2)
  await step.focus()
  for (let moment = 0; moment < 40; moment++) await page.keyboard.press('Enter')
  await expect(widget.locator('.clock')).toHaveText('14 s')
  const [full, none, , late] = await lastSecond(widget, 'checkouts')
  expect(full).toBeGreaterThan(5)
  expect([none, late]).toEqual([0, 0])
  const [, pages, , gone] = await lastSecond(widget, 'reviews')
  expect(pages).toBeGreaterThan(5)
  expect(gone).toBe(0)
})

test('a shop runs on from its script until it is held', async ({ page }) => {
  const widget = await shop(page)
  expect(await secondsOf(widget)).toBe(20)
  await press(widget, 'Let it run')
  await expect(async () => expect(await secondsOf(widget)).toBeGreaterThan(21)).toPass()
  await press(widget, 'Hold')
  const held = await secondsOf(widget)
  await page.waitForTimeout(600)
  expect(await secondsOf(widget)).toBe(held)
})

test('the lag moves along the points of its plot, and the run with it', async ({ page }) => {
  const widget = await region(page, 'en/base/soft-state/', 'The longer the lag, the staler the reads')
  const slider = widget.getByRole('slider', { name: 'Replication lag' })
  const said = widget.getByRole('status')
  await expect(said).toContainText('with a lag of 100 ms')
  await expect(async () => {
    await slider.fill('0')
    await expect(said).toContainText('with a lag of 0 ms', { timeout: 500 })
  }).toPass()
  await expect(said).toContainText(/Of \d+ reads 0 are stale, and 0 go back/)
  await expect(widget.locator('.read .stale')).toHaveCount(0)
  await slider.press('ArrowRight')
  await expect(slider).toHaveAttribute('aria-valuetext', '25 ms')
  await slider.press('End')
  await expect(said).toContainText('with a lag of 200 ms')
  expect(await widget.locator('.read .stale, .read .back').count()).toBeGreaterThan(5)
  await widget.getByText('The reads of this run').click()
  await expect(widget.getByText(/^At \d+ ms [A-C] says \d+: stale\.$/).first()).toBeVisible()
})

test('one cursor moves the last writer and the merge', async ({ page }) => {
  const widget = await region(page, 'en/base/eventual-consistency/', 'The last writer wins, beside a merge')
  await alive(widget)
  const side = (name: string) => widget.getByRole('region', { name, exact: true })
  await expect(side('The last writer wins')).toContainText('In no cart any more: milk')
  await expect(side('A merge')).toContainText('Nothing is lost')
  const slider = widget.getByRole('slider')
  await slider.press('Home')
  await expect(side('A merge').getByText('empty')).toHaveCount(2)
  await slider.press('ArrowRight')
  await expect(widget.locator('.sentence')).toContainText('U puts milk into the cart at A')
  for (const name of ['The last writer wins', 'A merge'])
    await expect(side(name).locator('.item')).toHaveText(['milk'])
})

test('an answer about ACID and BASE opens its run', async ({ page }) => {
  await page.goto('en/base/acid-and-base/')
  const cell = page.locator('[data-cell="last/base"]')
  const dialog = page.getByRole('dialog')
  await expect(async () => {
    await cell.press('Enter')
    await expect(dialog).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(dialog.getByRole('heading')).toContainText('BASE: 2')
  await expect(dialog.getByRole('slider')).toBeVisible()
})

test('nothing scrolls sideways on a phone, and nothing is wrong for whoever does not see it', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await shop(page)
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(await over()).toBeLessThanOrEqual(0)
  expect((await axeOn(page).analyze()).violations).toEqual([])
  for (const address of ['soft-state', 'eventual-consistency', 'acid-and-base']) {
    await page.goto(`en/base/${address}/`)
    expect(await over(), address).toBeLessThanOrEqual(0)
  }
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })
  test('the shop, the lag and the carts are there, in words too', async ({ page }) => {
    const widget = await region(page, ...SHOP)
    await expect(widget.getByText(/^4 to 8 s, 40 customers, without a degraded page: /)).toBeVisible()
    await expect(widget.locator('.controls')).toBeHidden()
    await page.goto('en/base/soft-state/')
    await expect(page.getByText(/A run of 600 ms with a lag of 100 ms: for \d+ ms/)).toBeVisible()
    await page.goto('en/base/eventual-consistency/')
    await expect(page.getByText('In no cart any more: milk.')).toBeVisible()
  })
})
