/** The words of the course: linked where a page first uses them, explained on the spot, listed on a page of their own. */
import { expect, pagesOf, sites, test } from './sites.ts'

test('each word is linked once on a page, to an entry that there is', async ({ page }) => {
  await page.goto('en/glossary/')
  const entries = await page.locator('dl > div[id]').evaluateAll((all) => all.map(({ id }) => id))
  for (const chapter of pagesOf(sites.root).filter((path) => path.startsWith('en/paxos/'))) {
    await page.goto(chapter)
    const words = await page
      .locator('a.term')
      .evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).hash.slice(1)))
    expect(words.length, chapter).toBeGreaterThan(5)
    expect(new Set(words).size, chapter).toBe(words.length)
    expect(
      words.filter((word) => !entries.includes(word)),
      chapter,
    ).toEqual([])
    // Never in headings, links, code or components.
    await expect(page.locator(':is(h1, h2, h3, a, code, pre, aside, figure) a.term')).toHaveCount(0)
  }
})

test('a definition shows under the pointer, can be pointed at itself, and goes', async ({ page }) => {
  await page.goto('en/paxos/prepare/')
  const word = page.locator('a.term[href$="#proposer"]')
  const definition = page.locator('#term-proposer')
  await expect(definition).toBeHidden()
  await word.hover()
  await expect(definition).toBeVisible()
  await definition.hover()
  await expect(definition).toBeVisible()
  await page.mouse.move(5, 5)
  await expect(definition).toBeHidden()
})

test('a definition shows by keyboard, is announced with the word, and Escape puts it away', async ({
  page,
}) => {
  await page.goto('en/paxos/prepare/')
  const word = page.locator('a.term[href$="#proposer"]')
  await page.locator('a.term').first().focus()
  while (!(await word.evaluate((link) => link === document.activeElement))) await page.keyboard.press('Tab')
  const definition = page.locator('#term-proposer')
  await expect(definition).toBeVisible()
  await expect(word).toHaveAccessibleDescription(/wants a value to be chosen/)
  await page.keyboard.press('Escape')
  await expect(definition).toBeHidden()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/en/glossary/#proposer')
  await expect(page.locator('#proposer')).toBeInViewport()
})

test('a definition stays in the window', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 600 })
  await page.goto('en/paxos/prepare/')
  for (const word of await page.locator('a.term').all()) {
    await word.scrollIntoViewIfNeeded()
    await word.hover()
    const id = (await word.getAttribute('aria-describedby'))!
    await expect(page.locator(`#${id}`)).toBeInViewport({ ratio: 1 })
    await page.keyboard.press('Escape')
  }
})

test.describe('by finger', () => {
  test.use({ hasTouch: true })

  test('the first touch shows the definition, the second leads to the entry', async ({ page }) => {
    await page.goto('en/paxos/prepare/')
    const word = page.locator('a.term[href$="#proposer"]')
    await word.tap()
    await expect(page.locator('#term-proposer')).toBeVisible()
    await expect(page).toHaveURL(/prepare/)
    await word.tap()
    await page.waitForURL('**/en/glossary/#proposer')
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a word leads to its entry, and no definition stands in the text', async ({ page }) => {
    await page.goto('en/paxos/prepare/')
    await expect(page.locator('#term-proposer')).toBeHidden()
    await page.locator('a.term[href$="#proposer"]').click()
    await page.waitForURL('**/en/glossary/#proposer')
  })
})
