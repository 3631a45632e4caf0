/** CAP by hand: a cut drawn through five replicas, clients on both sides under either rule, and the calculator for nines. */
import type { Locator, Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'

const PAGE = 'en/cap/trade-off/'
const TITLE = 'While the network is cut, and after'

async function figure(page: Page, title = TITLE): Promise<Locator> {
  const found = page.getByRole('region', { name: title, exact: true })
  return alive(found)
}

const press = (within: Locator, name: string) =>
  within.getByRole('button', { name, exact: true }).first().click()
const sentence = (within: Locator) => within.locator('.sentence [aria-live]')
const verdict = (within: Locator) => within.locator('.verdict')
const bar = (within: Locator, name: string) => within.locator('.bar').filter({ hasText: name })
const replica = (within: Locator, name: string) =>
  within.locator('.servers li').filter({ has: within.page().getByText(`${name}:`, { exact: true }) })

/** Goes on until so many operations are over. */
async function untilOver(widget: Locator, count: number): Promise<void> {
  await expect(async () => {
    if ((await widget.locator('.bar:not(.open)').count()) >= count) return
    await press(widget, 'To the next answer')
    await expect
      .poll(() => widget.locator('.bar:not(.open)').count(), { timeout: 300 })
      .toBeGreaterThanOrEqual(count)
  }).toPass()
}

/** A stroke from left to right through the picture of the network: the lower replicas on one side, the clients above on the other. */
async function drawCut(page: Page, widget: Locator): Promise<void> {
  await press(widget, 'Draw a cut')
  const ground = widget.locator('.ground')
  await ground.scrollIntoViewIfNeeded()
  const [box, lower, upper] = await Promise.all([
    ground.boundingBox(),
    widget.getByRole('button', { name: /^D, replica/ }).boundingBox(),
    widget.getByRole('button', { name: /^E, replica/ }).boundingBox(),
  ])
  const y = (lower!.y + upper!.y + upper!.height) / 2
  await page.mouse.move(box!.x + 4, y)
  await page.mouse.down()
  await page.mouse.move(box!.x + box!.width / 2, y, { steps: 4 })
  await page.mouse.move(box!.x + box!.width - 4, y, { steps: 4 })
  await page.mouse.up()
}

test('without a script both the bars and the words are there', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL && { baseURL }) })
  const page = await context.newPage()
  await page.goto(PAGE)
  const found = page.getByRole('region', { name: TITLE, exact: true })
  await expect(bar(found, 'write k2.3 ✗ refused')).toBeVisible()
  await expect(verdict(found)).toContainText('Linearizable so far.')
  await expect(page.getByText(/^K1 asks E for write k1\.1\.$/).first()).toBeAttached()
  await context.close()
})

test('a drawn cut leaves the majority side going on, and the minority refused', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(PAGE)
  const widget = await figure(page)
  const over = await widget.locator('.bar:not(.open)').count()
  await press(widget, 'Drive by hand')
  await drawCut(page, widget)
  await expect(sentence(widget)).toContainText('The network is cut')
  // C and D are below the stroke: two of five. K3 asks D, and stands above with the others.
  await expect(replica(widget, 'D')).toContainText('reaches 2 of 5')
  await expect(replica(widget, 'A')).toContainText('reaches 3 of 5')
  await press(widget, 'K1: write k1.3')
  await untilOver(widget, over + 1)
  await expect(replica(widget, 'A')).toContainText('k1.3')
  await expect(replica(widget, 'D')).not.toContainText('k1.3')
  await press(widget, 'K2: read')
  await untilOver(widget, over + 2)
  await expect(bar(widget, 'read → k1.3')).toHaveCount(1)
  await expect(verdict(widget)).toContainText('Linearizable so far.')

  await press(widget, 'Heal the network')
  await press(widget, 'K3: read')
  await untilOver(widget, over + 3)
  await expect(bar(widget, 'read → k1.3')).toHaveCount(2)
  await expect(replica(widget, 'D')).toContainText('k1.3')
})

test('by the keyboard a replica is cut off, and the others go on under either rule', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(PAGE)
  const widget = await figure(page)
  for (const [rule, said] of [
    ['by majority', 'Linearizable so far.'],
    ['always an answer', 'Not linearizable.'],
  ] as const) {
    await press(widget, rule)
    await page.keyboard.press('End')
    const over = await widget.locator('.bar:not(.open)').count()
    await press(widget, 'Drive by hand')
    await widget.getByRole('button', { name: /^D, replica/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: /Cut off D/ }).press('Enter')
    await expect(replica(widget, 'D')).toContainText('reaches 1 of 5')
    await press(widget, 'K1: write k1.3')
    await untilOver(widget, over + 1)
    await expect(replica(widget, 'E')).toContainText('k1.3')
    await expect(replica(widget, 'D')).not.toContainText('k1.3')
    await expect(verdict(widget)).toContainText(said)
    await press(widget, 'Back to the script')
  }
})

test('always an answer: the stale read is marked, and what rules it out is said', async ({ page }) => {
  await page.goto(PAGE)
  const widget = await figure(page)
  await press(widget, 'always an answer')
  await expect(verdict(widget)).toContainText('No order explains what K2 was told: read → k1.1.')
  await expect(verdict(widget)).toContainText('write k1.1 (K1-1) and write k1.2 (K1-2)')
  await expect(widget.locator('.bar.claim')).toHaveText('read → k1.1')
  await expect(replica(widget, 'B')).toContainText('k1.2')
  await expect(bar(widget, 'write k2.3')).toBeVisible()
})

test('strategies: each breaks something else', async ({ page }) => {
  await page.goto('en/cap/partition-tolerance/')
  const widget = await figure(page, 'Four strategies in a network that is cut')
  await expect(verdict(widget)).toContainText('Not linearizable.')
  await press(widget, 'says the new value')
  await expect(verdict(widget)).toContainText('Nothing that was asked for comes to that')
  await press(widget, 'waits')
  await expect(widget.locator('.bar.open')).toHaveCount(1)
  await press(widget, 'refuses the write')
  await expect(bar(widget, 'write k1.1 ✗ refused')).toBeVisible()
})

test('nines lead to minutes, minutes to nines, and parts to both', async ({ page }) => {
  await page.goto('en/cap/availability/')
  const nines = page.getByRole('region', { name: 'From nines to minutes, and back' })
  await alive(nines)
  const percent = nines.getByRole('textbox', { name: 'Available' })
  const amount = nines.getByRole('textbox', { name: 'Down for' })
  const result = nines.locator('.result')
  await expect(result).toContainText(
    '99.99% of the time leaves 52.6 min a year, 4.38 min a month, 8.64 s a day.',
  )

  await percent.fill('99.999')
  await expect(result).toContainText('Nines: 5.')
  await expect(amount).toHaveValue('5.26')
  await amount.fill('1')
  await nines.getByRole('combobox', { name: 'Unit of time' }).selectOption({ label: 'hours' })
  await nines.getByRole('combobox', { name: 'In which time' }).selectOption({ label: 'a day' })
  await expect(amount).not.toHaveValue('1')
  await nines.getByRole('button', { name: 'Take 99.9 percent' }).press('Enter')
  await expect(percent).toHaveValue('99.9')
  await expect(result).toContainText('8.77 h a year')

  await percent.fill('many')
  await expect(percent).toHaveAttribute('aria-invalid', 'true')
  await expect(result).toContainText('A percentage from 0 to 100')
  await percent.fill('99')
  const row = (name: string) => nines.getByRole('row', { name })
  await expect(row('all (in series)')).toContainText('97.03%')
  await expect(row('any one (in parallel)')).toContainText('99.9999%')
  await nines.getByRole('slider', { name: 'Of a part’s downtime' }).fill('100')
  await expect(row('any one (in parallel)')).toContainText('99%')
  await expect(nines.locator('.note')).toContainText('can’t be bought off')
})
