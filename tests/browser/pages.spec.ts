/** What holds on every page of the site, whatever is on it. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, pagesOf, sites, test, urlOf, type Site } from './sites.ts'

/** Collects what a page must not do: complain, fail to load something, or ask another host. */
function watch(page: Page, site: Site) {
  const troubles: string[] = []
  const origin = new URL(urlOf(site)).origin
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    const isLocal = url.protocol === 'data:' || url.protocol === 'blob:' || url.origin === origin
    if (!isLocal) troubles.push(`asked another host: ${url}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`)
  })
  return troubles
}

/** Goes through the whole page, so that everything that waits to be seen has been. */
async function seeAll(page: Page) {
  await page.evaluate(async () => {
    for (let top = 0; top < document.body.scrollHeight; top += innerHeight) {
      scrollTo({ top, behavior: 'instant' })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    scrollTo({ top: 0, behavior: 'instant' })
  })
  await page.waitForLoadState('networkidle')
}

for (const site of Object.values(sites)) {
  for (const path of pagesOf(site)) {
    test(`${site.base}${path} loads without a complaint and asks nobody else`, async ({ page }) => {
      const troubles = watch(page, site)
      await page.goto(urlOf(site) + path)
      if (path === '') await page.waitForURL('**/en/')
      await seeAll(page)
      expect(troubles).toEqual([])
    })
  }
}

test('a page that complains, misses a file and asks another host would be seen', async ({
  page,
  baseURL,
}) => {
  const troubles = watch(page, sites.root)
  await page.route('**/*', (route) => {
    const { pathname, origin } = new URL(route.request().url())
    if (pathname === '/broken/') {
      const body = `<script>console.error('a complaint'); throw new Error('an exception')</script>
        <img src="missing.png" alt=""><img src="https://elsewhere.invalid/pixel.png" alt="">`
      return route.fulfill({ body, contentType: 'text/html' })
    }
    return origin === new URL(baseURL!).origin ? route.continue() : route.abort()
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
})

// The site's root only leads on.
const read = pagesOf(sites.root).filter((path) => path !== '')

for (const path of read) {
  test(`${path} has no accessibility violations, by day and by night`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(path)
    await seeAll(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.map(({ id, help, nodes }) => ({
        id,
        help,
        where: nodes.map((node) => node.html),
      }))
      expect(found, colorScheme).toEqual([])
    }
  })

  test(`${path} never scrolls sideways`, async ({ page }) => {
    await page.goto(path)
    for (const width of [320, 390, 768, 1024, 1280]) {
      await page.setViewportSize({ width, height: 844 })
      await seeAll(page)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, `pixels too many at ${width}`).toBe(0)
    }
  })
}
