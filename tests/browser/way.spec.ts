/** Finding one's way: search, commands and keys, addresses of parts, near pages for a wrong address. */
import type { Page } from '@playwright/test'
import { axeOn } from './whole-page.ts'
import { expect, test } from './sites.ts'

const CHAPTER = 'en/paxos/prepare/'

const search = (page: Page) => page.getByRole('dialog', { name: 'Search the course' })
const palette = (page: Page) => page.getByRole('dialog', { name: 'Commands and keys' })
const field = (page: Page) => page.getByRole('searchbox')

async function accessible(page: Page, what: string): Promise<void> {
  const { violations } = await axeOn(page).include('dialog[open]').analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`),
    what,
  ).toEqual([])
}

test('a slash opens the search; words lead to pages, their parts and the glossary, by the keyboard', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(CHAPTER)
  await page.keyboard.press('/')
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('ballot')
  const results = search(page).getByRole('list').first()
  await expect(results.getByRole('link').first()).toContainText('ballot')
  await expect(results.getByRole('link').first()).toHaveAttribute('href', '/en/glossary/#ballot')
  await expect(results.locator('mark').first()).toHaveText(/ballot/i)
  await expect(search(page).getByRole('status')).toHaveText(/^\d+ pages found$/)
  await accessible(page, 'results, by day')
  await page.emulateMedia({ colorScheme: 'dark' })
  await accessible(page, 'results, by night')

  // A part of a page, with its own address.
  const part = results.locator('.parts a').first()
  const address = (await part.getAttribute('href'))!
  expect(address).toMatch(/#/)
  while (!(await part.evaluate((link) => link === document.activeElement)))
    await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${address}`)
  await expect(page.locator(`[id="${address.split('#')[1]}"]`)).toBeInViewport()
})

test('what is not found is said, with the way to the glossary, and Escape gives the focus back', async ({
  page,
}) => {
  await page.goto(CHAPTER)
  const opener = page.getByRole('button', { name: 'Search the course' })
  await opener.click()
  await field(page).fill('wombat')
  await expect(search(page).getByRole('status')).toHaveText('Nothing is found for “wombat”.')
  await expect(search(page).getByRole('link', { name: 'Glossary' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(search(page)).toBeHidden()
  await expect(opener).toBeFocused()
})

test('the commands and the keys of a page; a few letters find a page; the theme changes', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(CHAPTER)
  await page.keyboard.press('?')
  const keys = palette(page).getByRole('region', { name: 'Keys on this page' })
  await expect(keys).toContainText('In a figure, once it has the focus')
  await expect(keys).not.toContainText('In this exercise')
  await accessible(page, 'by day')
  await page.keyboard.type('theme: dark')
  await page.keyboard.press('Enter')
  await expect(palette(page)).toBeHidden()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('ControlOrMeta+k')
  await accessible(page, 'by night')
  await page.keyboard.type('partitions and')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/en/raft/partitions/')
})

test('keys of a letter do nothing while one types, and can be turned off', async ({ page }) => {
  await page.goto(CHAPTER)
  const code = page.locator('.notebook-cell').getByRole('textbox').first()
  await code.click()
  await page.keyboard.press('/')
  await expect(code).toHaveValue(/\//)
  await expect(search(page)).toHaveCount(0)

  await page.locator('h1').click()
  await page.keyboard.press('?')
  await palette(page).getByRole('button', { name: 'Turn the keys / and ? off' }).click()
  await page.keyboard.press('/')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(palette(page)).toContainText('Search (turned off)')
  await expect(search(page)).toHaveCount(0)
  await palette(page).getByRole('button', { name: 'Turn the keys / and ? on' }).click()
  await page.keyboard.press('/')
  await expect(search(page)).toBeVisible()
})

test('a heading’s address is copied when it is followed', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(CHAPTER)
  await page.getByRole('heading', { name: 'A later number overtakes' }).getByRole('link').click()
  await expect(page.getByText('The link is copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
  expect(page.url()).toMatch(/#a-later-number-overtakes$/)
})

test('a wrong address offers the pages that are near it, and the search', async ({ page }) => {
  await page.goto('en/paxos/perpare/')
  const main = page.getByRole('main')
  await expect(main.getByRole('link', { name: 'Prepare' })).toHaveAttribute('href', '/en/paxos/prepare/')
  await main.getByRole('button', { name: 'Search the course' }).click()
  await expect(field(page)).toBeFocused()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true })

  test('search fills the window and stays in it', async ({ page }) => {
    await page.goto(CHAPTER)
    await page.getByRole('button', { name: 'Search the course' }).tap()
    await field(page).fill('quorum')
    await expect(search(page).locator('.results a').first()).toBeVisible()
    const { width, height } = (await search(page).boundingBox())!
    expect([width, height]).toEqual([320, 640])
    expect(await search(page).evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0)
    await search(page).getByRole('button', { name: 'Close' }).tap()
    await expect(search(page)).toBeHidden()
  })
})
