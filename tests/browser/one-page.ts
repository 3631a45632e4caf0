/**
 * Tests that take turns on one page, where loading it for each would take longest: the editor and TypeScript are there
 * after the first. They run one after another, in `mode: 'serial'`, and each leaves the page as the next can use it.
 */
import type { BrowserContextOptions, Page } from '@playwright/test'
import { sites, test, urlOf } from './sites.ts'

/**
 * A test function whose tests all have the same page.
 * @param options of the page's context; its addresses are those of the site at `/`
 * @param prepare what is done to the page before any test has it
 */
export function onOnePage(
  options: BrowserContextOptions,
  prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
) {
  return test.extend<object, { onePage: Page }>({
    onePage: [
      async ({ browser }, use) => {
        const context = await browser.newContext({ baseURL: urlOf(sites.root), ...options })
        const page = await context.newPage()
        await prepare(page)
        await use(page)
        await context.close()
      },
      { scope: 'worker' },
    ],
    page: async ({ onePage }, use) => use(onePage),
  })
}
