/** Every kind of page, in use, under its policy: nothing that the site needs is refused, and nothing that is slipped in runs. */
import type { Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'

/** Collects what the policies of a page refuse. */
async function refusals(page: Page): Promise<string[]> {
  const seen: string[] = []
  await page.exposeFunction('refused', (what: string) => seen.push(what))
  await page.addInitScript(() =>
    addEventListener('securitypolicyviolation', (event) => {
      const { refused } = globalThis as unknown as { refused(what: string): void }
      refused(`${location.pathname}: ${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`.trim())
    }),
  )
  return seen
}

test('each kind of page can be used under its policy', async ({ page }) => {
  test.slow()
  const seen = await refusals(page)
  for (const plain of [
    'en/',
    '404.html',
    'en/glossary/',
    'en/reference/',
    'en/record/',
    'en/embed/raft/partition/',
  ]) {
    await page.goto(plain)
    await expect(page.locator('meta[http-equiv="Content-Security-Policy"]')).toBeAttached()
  }

  // A figure, driven by hand: it loads the engine and its protocol.
  await page.goto('en/paxos/prepare/')
  const figure = page.locator('section.figure').first()
  await alive(figure)
  await figure.getByRole('button', { name: 'Drive by hand' }).click()
  await expect(figure.getByRole('button', { name: 'Back to the script' })).toBeVisible()

  // Processes and a server, driven by hand: their programs are run in the page.
  await page.goto('en/locks/redis-setnx/')
  const services = await alive(page.locator('section.figure').first())
  await services.getByRole('button', { name: 'To the start' }).click()
  await services.getByRole('button', { name: 'Drive by hand' }).click()
  await services.locator('.acts button:visible').first().click()
  await expect(services.locator('.count')).toHaveText('1 / 1')

  // A search, whose index is read in a worker.
  await page
    .getByRole('button', { name: /^Search/ })
    .first()
    .click()
  await page.getByRole('dialog').locator('input').fill('ballot')
  await expect(page.getByRole('dialog')).toContainText('pages found')

  // A history, judged in a worker.
  await page.goto('en/history/')
  await expect(page.locator('.own[data-ready]')).toBeVisible()
  await page.getByRole('button', { name: 'a stale read' }).click()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(page.locator('main')).toContainText('Not linearizable')

  // An exercise: the editor, the compiler’s worker and the frame.
  await page.goto('en/exercises/paxos-acceptor/')
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: /^Run/ }).first().click()
  await expect(page.locator('.outcome')).toContainText('shortest run', { timeout: 30_000 })

  for (const path of ['en/exercises/duel/', 'en/exercises/break-setnx-expire/']) {
    await page.goto(path)
    await expect(page.locator('.exercise')).toHaveAttribute('data-ready')
  }
  expect(seen).toEqual([])
})

test('a script that gets into a page does not run, and is reported', async ({ page }) => {
  const seen = await refusals(page)
  for (const path of ['en/paxos/prepare/', 'en/exercises/paxos-acceptor/']) {
    seen.length = 0
    await page.goto(path)
    await page.evaluate(() => {
      const into = (element: HTMLElement) => document.body.appendChild(element)
      into(Object.assign(document.createElement('script'), { textContent: 'slippedIn = "script"' }))
      const handler = into(document.createElement('p'))
      handler.setAttribute('onclick', 'slippedIn = "handler"')
      handler.click()
      into(Object.assign(document.createElement('a'), { href: 'javascript:slippedIn = "address"' })).click()
      // Text that is to be evaluated, as `eval` does; a debugger may do that, and a test is one.
      setTimeout('slippedIn = "text"')
    })
    const kinds = [
      'script-src-attr: inline',
      // The script, and the address.
      'script-src-elem: inline',
      'script-src-elem: inline',
      'script-src: eval',
    ]
    await expect.poll(() => [...seen].sort()).toEqual(kinds.map((kind) => `/${path}: ${kind}`))
    expect(await page.evaluate('typeof slippedIn')).toBe('undefined')
  }
})
