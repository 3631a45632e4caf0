/** The site's shell in use: the way in, the theme, the chapter map, the margin, a page without scripts. */
import { expect, test } from './sites.ts'

const CHAPTER = 'en/paxos/prepare/'

test('the root leads to the first language', async ({ page, baseURL }) => {
  await page.goto('')
  await page.waitForURL(`${baseURL}en/`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('a wrong address gets the page for wrong addresses', async ({ page }) => {
  const response = await page.goto('en/no/such/page/')
  expect(response?.status()).toBe(404)
  await page.getByRole('main').getByRole('link').first().click()
  await expect(page).toHaveURL(/\/en\/$/)
})

test('from the first page to a chapter', async ({ page }) => {
  await page.goto('en/')
  await page.getByRole('main').getByRole('link', { name: 'Prepare', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Prepare/)
  await expect(
    page.getByRole('navigation', { name: 'The course' }).locator('[aria-current=page]'),
  ).toHaveText('Prepare')
})

test('the theme is chosen, kept over pages and reloads, and set before the first paint', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('en/')
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const day = await background()
  const toggle = page.getByRole('button', { name: /^Theme/ })
  await expect(toggle).toHaveAccessibleName('Theme: as the system')
  await toggle.click()
  await toggle.click()
  await expect(toggle).toHaveAccessibleName('Theme: dark')
  const night = await background()
  expect(night).not.toBe(day)

  // The first thing that a page paints is already in the chosen theme.
  await page.addInitScript(() => {
    new PerformanceObserver(() => {
      ;(window as unknown as { painted: string }).painted ??= getComputedStyle(
        document.documentElement,
      ).backgroundColor
    }).observe({ type: 'paint', buffered: true })
  })
  await page.goto(CHAPTER)
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { painted?: string }).painted))
    .toBe(night)
  await page.reload()
  await expect(toggle).toHaveAccessibleName('Theme: dark')

  await toggle.click()
  await expect(toggle).toHaveAccessibleName('Theme: as the system')
  await page.reload()
  expect(await background()).toBe(day)
})

test('on a phone the chapter map is a sheet that opens, closes and leads on', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(CHAPTER)
  const map = page.getByRole('navigation', { name: 'The course' })
  await expect(map).toBeHidden()
  await page.getByRole('button', { name: 'Chapters and contents' }).click()
  await expect(map).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(map).toBeHidden()
})

test('margin notes stand beside the text and never on one another', async ({ page }) => {
  for (const width of [1280, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 })
    await page.goto(CHAPTER)
    const boxes = await page.evaluate(() =>
      [...document.querySelectorAll('.prose > *')].map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect()
        return { note: element.classList.contains('beside'), left, right, top, bottom }
      }),
    )
    const notes = boxes.filter(({ note }) => note)
    expect(notes.length).toBeGreaterThan(0)
    for (const note of notes) {
      expect(note.right).toBeLessThanOrEqual(width)
      for (const other of boxes) {
        if (other === note) continue
        const apart =
          note.left >= other.right ||
          note.right <= other.left ||
          note.top >= other.bottom ||
          note.bottom <= other.top
        // The opening is as wide as the page, but its words are not.
        expect(apart, `at ${width}: ${JSON.stringify([note, other])}`).toBe(true)
      }
    }
  }
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the chapter is whole and offers nothing that cannot work', async ({ page }) => {
    await page.goto(CHAPTER)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('navigation', { name: 'The course' })).toBeVisible()
    await expect(page.getByRole('button', { name: /^Theme/ })).toBeHidden()
  })
})
