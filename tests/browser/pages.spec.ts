/** What holds on every page of the site, whatever is on it. Each page is loaded once under each base path. */
import { seeAll, tooWide, violations, watch } from './whole-page.ts'
import { expect, pagesOf, sites, test, urlOf } from './sites.ts'

/** The widths of a small phone, a phone, a tablet, a tablet on its side and a small window. */
const WIDTHS = [320, 390, 768, 1024, 1280]

/** Pages for frames, with one figure each, are alike: one of each chapter stands for all. */
const chapters = new Set<string>()
const ofRoot = pagesOf(sites.root).filter((path) => {
  const chapter = /\/embed\/[^/]+/.exec(path)?.[0]
  if (chapter === undefined) return true
  const isFirst = !chapters.has(chapter)
  chapters.add(chapter)
  return isFirst
})

for (const path of ofRoot) {
  test(`/${path} loads without a complaint, is accessible by day and by night, and never scrolls sideways`, async ({
    page,
    baseURL,
  }) => {
    const troubles = watch(page, new URL(baseURL!).origin)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(path)
    // The site's root only leads on.
    if (path === '') await page.waitForURL('**/en/')
    await seeAll(page)
    expect.soft(troubles).toEqual([])
    if (path === '') return
    expect.soft(await violations(page)).toEqual([])
    expect.soft(await tooWide(page, WIDTHS)).toEqual([])
  })
}

for (const path of pagesOf(sites.course).filter((one) => !one.includes('/embed/'))) {
  test(`${sites.course.base}${path} loads without a complaint and asks nobody else`, async ({ page }) => {
    const url = urlOf(sites.course)
    const troubles = watch(page, new URL(url).origin)
    await page.goto(url + path)
    if (path === '') await page.waitForURL('**/en/')
    await seeAll(page)
    expect(troubles).toEqual([])
  })
}

test('a page that complains, misses a file, asks another host, is too wide or can’t be read would be seen', async ({
  page,
  baseURL,
}) => {
  const { origin: local } = new URL(baseURL!)
  const troubles = watch(page, local)
  await page.route('**/*', (route) => {
    const { pathname, origin } = new URL(route.request().url())
    if (pathname === '/broken/') {
      const body = `<!doctype html><html lang="en"><title>Broken</title><main><h1>Broken</h1>
        <style>p { background: #fff; color: #eee } @media (prefers-color-scheme: dark) { p { color: #ddd } }</style>
        <p style="width: 500px">pale</p>
        <script>console.error('a complaint'); throw new Error('an exception')</script>
        <img src="missing.png"><img src="https://elsewhere.invalid/pixel.png" alt=""></main>`
      return route.fulfill({ body, contentType: 'text/html' })
    }
    return origin === local ? route.continue() : route.abort()
  })
  await page.goto('broken/')
  const said = troubles.join('\n')
  for (const trouble of [
    'a complaint',
    'an exception',
    '404: ',
    'asked another host: https://elsewhere.invalid',
  ]) {
    expect(said).toContain(trouble)
  }
  const found = await violations(page)
  for (const rule of ['image-alt, light', 'color-contrast, light', 'color-contrast, dark'])
    expect(found).toContainEqual(expect.stringContaining(rule))
  expect(await tooWide(page, WIDTHS)).toContainEqual(expect.stringMatching(/pixels too many at 390$/))
})
