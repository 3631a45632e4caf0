/**
 * What holds on every page, whatever is on it: no complaint, no other host, nothing that axe
 * finds, nothing too wide.
 */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/**
 * Collects what a page must not do: complain, fail to load something, or ask another host.
 * @param origin where the page is served
 * @returns a list that grows while the page is used
 */
export function watch(page: Page, origin: string): readonly string[] {
  const troubles: string[] = []
  page.on('console', (message) => {
    if (message.text() === 'Service Worker registration blocked by Playwright') return
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

/** Goes through the whole page, so that everything that waits to be seen has been, and is alive. */
export async function seeAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let top = 0; top < document.body.scrollHeight; top += innerHeight) {
      scrollTo({ top, behavior: 'instant' })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    scrollTo({ top: 0, behavior: 'instant' })
  })
  await page.waitForLoadState('networkidle')
}

/** The rules of axe that look at colours: all that can differ between one theme and the other. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/**
 * What looks for violations in a page, and for nothing else: what passes is not written down, which takes most of the time. No frame of the
 * site has anything to be seen, so that none need be looked into.
 */
export function axeOn(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).options({ resultTypes: ['violations'], iframes: false }).setLegacyMode()
}

/** All that axe finds by day, and all that it finds in the colours of the night: rule, theme and place. */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const axe = axeOn(page)
    const result = await (colorScheme === 'dark' ? axe.withRules(COLOUR_RULES) : axe).analyze()
    for (const { id, help, nodes } of result.violations)
      found.push(...nodes.map(({ html }) => `${id}, ${colorScheme}: ${help}: ${html}`))
  }
  return found
}

/** Of these widths of a screen, in pixels, those at which the page is wider than it, and by how much. */
export async function tooWide(page: Page, widths: readonly number[]): Promise<string[]> {
  const found: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 })
    const pixels = await page.evaluate(async () => {
      // What is drawn to fit is drawn in the frame after the change.
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      return document.documentElement.scrollWidth - document.documentElement.clientWidth
    })
    if (pixels !== 0) found.push(`${pixels} pixels too many at ${width}`)
  }
  return found
}
