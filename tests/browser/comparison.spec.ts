/** The comparison of the locks: a cell opens the run behind it, by the keyboard too, and a narrow page does not scroll sideways. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './sites.ts'
import { axeOn } from './whole-page.ts'

async function cell(page: Page, id: string): Promise<Locator> {
  await page.goto('en/locks/comparison/')
  const button = page.locator(`[data-cell="${id}"]`)
  await button.scrollIntoViewIfNeeded()
  return button
}

/** Opens a cell’s run, once the table is alive. */
async function open(page: Page, button: Locator): Promise<Locator> {
  const dialog = page.getByRole('dialog')
  await expect(async () => {
    await button.press('Enter')
    await expect(dialog).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(dialog.getByRole('slider')).toBeVisible()
  return dialog
}

test('the keyboard opens a run, steps through it and closes it', async ({ page }) => {
  const button = await cell(page, 'crash/note-row')
  const dialog = await open(page, button)
  await expect(dialog.getByRole('heading')).toContainText((await button.innerText()).trim())
  const slider = dialog.getByRole('slider')
  const last = Number(await slider.getAttribute('max'))
  await slider.press('ArrowLeft')
  await expect(slider).toHaveValue(String(last - 1))
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(button).toBeFocused()
})

test('another run can be opened after the first', async ({ page }) => {
  const dialog = await open(page, await cell(page, 'pause/key'))
  await dialog.getByRole('button', { name: 'Close' }).click()
  const again = await open(page, page.locator('[data-cell="pause/line"]'))
  await expect(again.getByRole('heading')).toContainText('ZooKeeper')
})

test('a run that can’t be fetched is said to be so', async ({ page }) => {
  await page.route('**/runs/**', (route) => route.abort())
  const button = await cell(page, 'jump/key')
  await expect(async () => {
    await button.press('Enter')
    await expect(page.getByRole('dialog')).toContainText('could not be fetched', { timeout: 500 })
  }).toPass()
})

test('an open run has no accessibility problems, and a narrow page does not scroll sideways', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await open(page, await cell(page, 'restart/redlock'))
  expect((await axeOn(page).analyze()).violations).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })
  test('the table has all its words', async ({ page }) => {
    await page.goto('en/locks/comparison/')
    for (const text of await page.locator('[data-cell]').allInnerTexts()) expect(text.trim()).not.toBe('')
  })
})
