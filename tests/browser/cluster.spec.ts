/** Figures of clusters as a reader uses them: timers and parts, logs, a cut by a stroke, and the reader's own answer in the figure. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'

const ELECTION = { page: 'en/raft/', title: 'A times out, asks, and is elected' }
const LOGS = { page: 'en/raft/log-replication/', title: 'SET 5' }

async function figure(page: Page, title: string): Promise<Locator> {
  const found = page.getByRole('region', { name: title, exact: true })
  return alive(found)
}

const sentence = (within: Locator) => within.locator('.sentence [aria-live]')

test('without a script the picture says and shows each timer', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL && { baseURL }) })
  const page = await context.newPage()
  await page.goto(ELECTION.page)
  const found = page.getByRole('region', { name: ELECTION.title, exact: true })
  await expect(
    found.getByRole('img', { name: /A: follower, election timeout in \d+ ms\. B: follower, election/ }),
  ).toBeVisible()
  await expect(found.getByText(/^election \d+ ms$/)).toHaveCount(3)
  await expect(found.locator('.standing .left')).toHaveCount(3)
  await context.close()
})

test('timers run down, a leader is told by its mark and in words, and a stroke cuts the ring', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(ELECTION.page)
  const widget = await figure(page, ELECTION.title)
  await widget.getByRole('slider').fill('0')
  const ring = widget.locator('.standing .left').first()
  const whole = await ring.getAttribute('stroke-dasharray')
  await widget.getByRole('button', { name: 'Step', exact: true }).click()
  expect(await ring.getAttribute('stroke-dasharray')).not.toBe(whole)
  await page.keyboard.press('End')
  await expect(widget.getByRole('img', { name: /A: leader, heartbeat in \d+ ms/ })).toBeVisible()
  await expect(widget.locator('.standing .crown')).toHaveCount(1)
  await expect(widget.locator('.standing .beat')).toHaveCount(1)

  await widget.getByRole('button', { name: 'Drive by hand' }).click()
  const node = (name: string) => widget.getByRole('button', { name: new RegExp(`^${name}, server, `) })
  await expect(node('A')).toHaveAccessibleName(/^A, server, leader, heartbeat in \d+ ms$/)
  await node('A').scrollIntoViewIfNeeded()
  const [a, b] = [(await node('A').boundingBox())!, (await node('B').boundingBox())!]
  const canvas = (await widget.locator('.canvas').boundingBox())!
  const height = (a.y + b.y + b.height) / 2
  await page.mouse.move(canvas.x + 2, height)
  await page.mouse.down()
  await page.mouse.move(canvas.x + canvas.width - 2, height, { steps: 5 })
  await page.mouse.up()
  await expect(sentence(widget)).toContainText('The network is cut')
  await expect(sentence(widget)).toContainText(/A \| (B C|C B)|(B C|C B) \| A/)
  await widget.getByText('Break something').click()
  await widget.getByRole('button', { name: /^Heal the network/ }).click()
  await expect(sentence(widget)).toContainText('The network is whole again.')
})

test('logs say who leads in which term, and how far an entry has come', async ({ page }) => {
  await page.goto(LOGS.page)
  const widget = await figure(page, LOGS.title)
  const log = widget.getByRole('group', { name: 'The logs of the servers' })
  await widget.getByRole('slider').fill('0')
  await expect(log.getByRole('cell', { name: 'empty' })).toHaveCount(3)
  await page.keyboard.press('End')
  await expect(log.getByRole('rowheader', { name: /^A leader in term 1/ })).toBeVisible()
  await expect(log.getByRole('cell', { name: /SET 5 term 1.*committed and applied/ })).toHaveCount(3)
})

test('an answer that has passed runs in the figure: the script, and by hand', async ({ page }) => {
  await page.goto(LOGS.page)
  const before = await figure(page, LOGS.title)
  const own = before.getByRole('button', { name: 'your answer' })
  // The figure has looked into the record, which is there from then on.
  await expect
    .poll(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)))
    .toContain('lockstep')
  await expect(own).toHaveCount(0)
  await page.evaluate(
    (code) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('lockstep')
        opening.onerror = () => reject(new Error('the record can’t be opened'))
        opening.onsuccess = () => {
          const writing = opening.result.transaction('passes', 'readwrite')
          writing.objectStore('passes').put({ exercise: 'raft-safety', version: 1, code, passedAt: 0 })
          writing.oncomplete = () => {
            opening.result.close()
            resolve()
          }
        }
      }),
    readFileSync('exercises/raft-safety/solution.ts', 'utf8'),
  )
  await page.reload()
  const widget = await figure(page, LOGS.title)
  await widget.getByRole('slider').fill('0')
  await widget.getByRole('button', { name: 'your answer' }).click()
  await expect(widget.getByRole('button', { name: 'your answer', pressed: true })).toBeVisible({
    timeout: 30_000,
  })
  await page.keyboard.press('End')
  await expect(widget.getByRole('cell', { name: /SET 5 term 1.*committed and applied/ })).toHaveCount(3)

  await widget.getByRole('slider').fill('2')
  await widget.getByRole('button', { name: 'Drive by hand' }).click()
  await expect(sentence(widget)).toContainText('Step 2 of 2')
  await widget.locator('.next button').first().click()
  await expect(sentence(widget)).toContainText('Step 3 of 3')
  await widget.getByRole('button', { name: 'Undo' }).click()
  await expect(sentence(widget)).toContainText('Step 2 of 2')
  await widget.getByRole('button', { name: 'Back to the script' }).click()
  await expect(sentence(widget)).toContainText('Step 2 of')
})
