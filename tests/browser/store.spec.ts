/** The cluster that one can use: a store on Raft, its clients by hand, the history checked as it runs, and the reader's own servers. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'

const PAGE = 'en/raft/from-here-to-a-real-one/'
const TITLE = 'A store on Raft'

async function figure(page: Page): Promise<Locator> {
  const found = page.getByRole('region', { name: TITLE, exact: true })
  return alive(found)
}

const sentence = (within: Locator) => within.locator('.sentence [aria-live]')
const verdict = (within: Locator) => within.locator('.verdict')
const bar = (within: Locator, name: string) => within.locator('.bar').filter({ hasText: name })
const press = (within: Locator, name: string | RegExp) =>
  within.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).click()

/** Goes on from answer to answer until the operation is over. */
async function untilAnswered(widget: Locator, name: string): Promise<void> {
  await expect(async () => {
    if ((await widget.locator('.bar:not(.open)').filter({ hasText: name }).count()) > 0) return
    await press(widget, 'To the next answer')
    await expect(widget.locator('.bar:not(.open)').filter({ hasText: name })).toHaveCount(1, { timeout: 200 })
  }).toPass()
}

test('without a script the history is there, as a picture and in words, with its verdict', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL && { baseURL }) })
  const page = await context.newPage()
  await page.goto(PAGE)
  const found = page.getByRole('region', { name: TITLE, exact: true })
  await expect(bar(found, 'append x l2')).toBeVisible()
  await expect(found.locator('.point')).toHaveCount(7)
  await expect(verdict(found)).toContainText('Linearizable so far.')
  await expect(
    found.getByText(
      /^L asked for append x l2 \(L2\) at \d+ ms, and was answered at [\d,]+ ms\. It takes effect/,
    ),
  ).toHaveCount(1)
  await expect(found.getByRole('button', { name: 'K: get x' })).toBeHidden()
  // The words say what clients ask for, not that timers fire.
  await expect(page.getByText(/^K asks A for K1 put x k1\.$/)).toHaveCount(1)
  await context.close()
})

test('a leader is cut off, the others elect another, and a read there is linearizable', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(PAGE)
  const widget = await figure(page)
  // The script ends with C in the lead. A press is enough to take over.
  await press(widget, 'L: put x l3')
  await expect(sentence(widget)).toContainText('L asks C for L3 put x l3')
  await expect(widget.locator('.bar.open')).toHaveCount(1)
  await expect(widget.getByRole('button', { name: 'L: get x' })).toHaveAttribute('aria-disabled', 'true')
  await untilAnswered(widget, 'put x l3')
  await expect(widget.locator('.value').filter({ hasText: 'x = l3' })).not.toHaveCount(0)

  await widget.getByRole('button', { name: /^C, server/ }).click()
  await page.getByRole('menuitem', { name: /Cut off C/ }).click()
  await expect(sentence(widget)).toContainText('The network is cut: C | K L M A B')
  await press(widget, 'K: append x k3')
  await press(widget, 'M: get x')
  await untilAnswered(widget, 'append x k3')
  await untilAnswered(widget, 'get x → l3')
  await expect(verdict(widget)).toContainText('Linearizable so far.')
  await expect(widget.locator('.servers li').filter({ hasText: 'leader' })).toHaveCount(2)

  // Left running, it goes on until it is held; what was there stays.
  const clock = async (): Promise<number> =>
    Number((await widget.locator('.clock').first().innerText()).replace(/\D/g, ''))
  await press(widget, 'Heal the network')
  const healed = await clock()
  await press(widget, 'Let it run')
  await expect.poll(clock).toBeGreaterThan(healed + 150)
  await expect(widget.locator('.servers li').filter({ hasText: 'leader' })).toHaveCount(1)
  await press(widget, 'Hold')
  const held = await clock()
  await page.waitForTimeout(400)
  expect(await clock()).toBe(held)
  await press(widget, 'Undo')
  await press(widget, 'Back to the script')
  await expect(bar(widget, 'put x l3')).toHaveCount(0)
})

test('reads at once are not linearizable from the answer on that no order explains', async ({ page }) => {
  await page.goto(PAGE)
  const widget = await figure(page)
  await press(widget, 'reads at once')
  await expect(verdict(widget)).toContainText('Not linearizable.')
  await expect(verdict(widget)).toContainText('No order explains what L was told: get x → l1.')
  await expect(verdict(widget)).toContainText('x holds k1 when L2 takes effect')
  await expect(verdict(widget)).toContainText('What rules it out: put x l1 (L1) and put x k1 (K1).')
  await expect(widget.locator('.bar.claim')).toHaveText('get x → l1')
  await expect(widget.locator('.bar.reason')).toHaveCount(2)
  await widget.getByRole('button', { name: 'Step back' }).click()
  await expect(verdict(widget)).toContainText('Linearizable so far.')
  await expect(widget.locator('.bar.claim')).toHaveCount(0)

  await press(widget, 'repeats are carried out')
  await page.keyboard.press('End')
  await expect(verdict(widget)).toContainText('No order explains what M was told: get x → l1k1k1.')
  await expect(verdict(widget)).toContainText('Nothing that was asked for comes to that')
})

/** Keeps an answer as one that has passed. */
const keep = (page: Page, code: string): Promise<void> =>
  page.evaluate(
    (source) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('lockstep')
        opening.onerror = () => reject(new Error('the record can’t be opened'))
        opening.onsuccess = () => {
          const writing = opening.result.transaction('passes', 'readwrite')
          writing
            .objectStore('passes')
            .put({ exercise: 'raft-safety', version: 1, code: source, passedAt: 0 })
          writing.oncomplete = () => {
            opening.result.close()
            resolve()
          }
        }
      }),
    code,
  )

test('the reader’s own servers carry the store; a fault in them is told with its line, and nothing is lost', async ({
  page,
}) => {
  test.setTimeout(120_000)
  const solution = readFileSync('exercises/raft-safety/solution.ts', 'utf8')
  const handler = 'command(state, { command }, ctx) {\n'
  expect(solution).toContain(handler)
  const faulty = solution.replace(
    handler,
    `${handler}      if (command.includes('y')) throw new Error('not y')\n`,
  )
  const line = faulty.split('\n').findIndex((text) => text.includes("new Error('not y')")) + 1
  await page.goto(PAGE)
  await figure(page)
  await expect
    .poll(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)))
    .toContain('lockstep')
  await keep(page, faulty)
  await page.reload()
  const widget = await figure(page)
  await press(widget, 'your answer')
  await expect(widget.getByRole('button', { name: 'your answer', pressed: true })).toBeVisible({
    timeout: 60_000,
  })
  // The script asks for y, which this answer can’t bear: the run stands where it did.
  await expect(widget.locator('.own-stop, .problem').first()).toContainText(`line ${line}`)
  await expect(widget.locator('.own-stop, .problem').first()).toContainText('not y')

  // From before that on she can go another way, up to the next y.
  await widget.getByRole('slider').fill('29')
  await press(widget, /^K: append x/)
  await untilAnswered(widget, 'append x k2')
  const over = await widget.locator('.bar:not(.open)').count()
  await press(widget, /^K: put y/)
  await press(widget, '100 ms on')
  await expect(widget.getByRole('alert')).toContainText(`line ${line}`)
  await expect(widget.locator('.bar:not(.open)')).toHaveCount(over)
  await expect(bar(widget, 'put y k3')).toBeVisible()
  await expect(verdict(widget)).toContainText('Linearizable so far.')
})
