/** An exercise that goes on with the file of another: where to begin is asked, every answer is there, and nothing is lost by any. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { inRoot } from '../../scripts/toolchain.mjs'
import { expect, test } from './sites.ts'
import { axeOn } from './whole-page.ts'

const EXERCISE = 'raft-replication'
const BEFORE = 'raft-election'
const textOf = (exercise: string, name: string) =>
  readFileSync(inRoot('exercises', exercise, `${name}.ts`), 'utf8')
const STARTER = textOf(EXERCISE, 'starter')
const SOLUTION = textOf(BEFORE, 'solution')
/** A line by which the other exercise’s solution is known where it was sent. */
const TOLD = SOLUTION.split('\n')
  .map((line) => line.trim())
  .find((line) => /^[\w (){}.,:;=<>+/*-]{30,}$/.test(line) && !STARTER.includes(line))!

const PASSED = '// what she wrote, and it passed\n'

// What is tested is around the code: the plain editor is at hand sooner.
test.beforeEach(({ page }) => page.route(/\/monaco\.[^/]*\.js/, (route) => route.abort()))

const codeOf = (page: Page) => page.getByRole('textbox', { name: /^Your code/ })
const question = (page: Page) => page.getByRole('group', { name: 'Where do you begin?' })
const source = (page: Page, name: 'Your own answer' | 'Its solution' | 'The starter') =>
  question(page).getByRole('button', { name: new RegExp(`^${name}`) })
const again = (page: Page) => page.getByRole('button', { name: 'Begin from …' })

async function open(page: Page) {
  await page.goto(`en/exercises/${EXERCISE}/`)
  await loaded(page)
}

async function loaded(page: Page) {
  await expect(page.locator('[data-ready]')).toBeAttached()
  await expect(page.locator('[data-editor="plain"]')).toBeAttached({ timeout: 30_000 })
}

/** Puts entries into the record as an older version of the site made it, before the page has opened it. */
async function keepBefore(page: Page, entries: Readonly<Record<string, readonly object[]>>) {
  await page.goto('en/glossary/')
  await page.evaluate(async (kept) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('lockstep', 2)
      opening.onupgradeneeded = () => {
        for (const store of ['drafts', 'results', 'bests'])
          opening.result.createObjectStore(store, { keyPath: ['exercise', 'version'] })
      }
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error!)
    })
    const writing = database.transaction(['drafts', 'results', 'bests'], 'readwrite')
    for (const [store, values] of Object.entries(kept))
      for (const value of values) writing.objectStore(store).put(value)
    await new Promise((resolve) => (writing.oncomplete = resolve))
    database.close()
  }, entries)
}

/** Everything in one store of the record. */
const stored = (page: Page, store: string) =>
  page.evaluate(async (name) => {
    const opening = indexedDB.open('lockstep')
    const database = await new Promise<IDBDatabase>(
      (resolve) => (opening.onsuccess = () => resolve(opening.result)),
    )
    const reading = database.transaction(name).objectStore(name).getAll()
    const all = await new Promise<{ exercise: string; code: string }[]>(
      (resolve) => (reading.onsuccess = () => resolve(reading.result)),
    )
    database.close()
    return all
  }, store)

const result = (exercise: string, verdict: string, code: string) => ({
  exercise,
  version: 1,
  code,
  report: { exercise, verdict, checks: [], diagnostics: [] },
  ranAt: Date.UTC(2026, 2, 4, 12),
  durationMs: 1,
})

test('without a passing answer there are the solution and the starter, and nothing of the solution before it is chosen', async ({
  page,
}) => {
  const scripts: Promise<string>[] = []
  page.on('response', (response) => scripts.push(response.text().catch(() => '')))
  const wasSent = async () => (await Promise.all(scripts)).some((text) => text.includes(TOLD))

  await open(page)
  await expect(question(page)).toContainText('No answer of yours to it has passed in this browser yet.')
  await expect(question(page).getByRole('link')).toHaveAttribute('href', new RegExp(`/${BEFORE}/?$`))
  await expect(question(page).getByRole('button')).toHaveCount(2)
  await expect(codeOf(page)).toHaveValue(STARTER)
  expect((await axeOn(page).analyze()).violations).toEqual([])
  expect(await wasSent()).toBe(false)

  await source(page, 'Its solution').press('Enter')
  await expect(codeOf(page)).toHaveValue(SOLUTION)
  await expect(question(page)).toHaveCount(0)
  await expect(again(page)).toBeFocused()
  expect(await wasSent()).toBe(true)
  // The starter can be had again: it is not put aside.
  await expect(
    page.getByRole('status').filter({ hasText: 'You begin from the solution.' }),
  ).not.toContainText('aside')
  await expect(page.getByRole('button', { name: 'Restore' })).toHaveCount(0)

  await expect(page.locator('#draft-state')).toHaveText(/draft saved/)
  await page.reload()
  await loaded(page)
  await expect(codeOf(page)).toHaveValue(SOLUTION)
  await expect(question(page)).toHaveCount(0)
})

test('the starter is a choice too, and is not asked for again', async ({ page }) => {
  await open(page)
  await source(page, 'The starter').click()
  await expect(question(page)).toHaveCount(0)
  await expect(page.locator('#draft-state')).toHaveText(/draft saved/)
  await page.reload()
  await loaded(page)
  await expect(codeOf(page)).toHaveValue(STARTER)
  await expect(again(page)).toBeVisible()
  await expect(question(page)).toHaveCount(0)
})

test('a record of an older site knows what passed, and keeps all that it had', async ({ page }) => {
  const draft = { exercise: 'paxos-learner', version: 1, code: '// a draft\n', savedAt: 4, putAside: null }
  await keepBefore(page, {
    drafts: [draft],
    results: [result(BEFORE, 'passed', PASSED), result('paxos-learner', 'failed', '// failed\n')],
  })
  await open(page)
  await expect(source(page, 'Your own answer')).toContainText('it passed on March 4, 2026')
  await source(page, 'Your own answer').click()
  await expect(codeOf(page)).toHaveValue(PASSED)
  expect((await stored(page, 'passes')).map(({ exercise, code }) => [exercise, code])).toEqual([
    [BEFORE, PASSED],
  ])
  expect(await stored(page, 'drafts')).toContainEqual(draft)
  expect(await stored(page, 'results')).toHaveLength(2)
})

test('what was written is put aside, whatever one begins from after it, and can be had back', async ({
  page,
}) => {
  await keepBefore(page, { results: [result(BEFORE, 'passed', PASSED)] })
  await open(page)
  await source(page, 'Your own answer').click()
  await codeOf(page).fill('// hers\n')

  // Back to the question by the keyboard, and away from it: nothing happens.
  await again(page).press('Enter')
  await expect(source(page, 'Your own answer')).toBeFocused()
  await expect(question(page)).toContainText('What you have written is put aside and can be restored.')
  await page.keyboard.press('Escape')
  await expect(question(page)).toHaveCount(0)
  await expect(again(page)).toBeFocused()
  await expect(codeOf(page)).toHaveValue('// hers\n')
  await again(page).click()
  await question(page).getByRole('button', { name: 'Keep what is there' }).click()
  await expect(codeOf(page)).toHaveValue('// hers\n')

  await again(page).click()
  await source(page, 'Its solution').click()
  await expect(page.getByRole('status').filter({ hasText: 'Your draft was put aside.' })).toBeVisible()
  await expect(codeOf(page)).toHaveValue(SOLUTION)
  expect((await axeOn(page).analyze()).violations).toEqual([])
  // Nothing of it was changed, so it does not push out what is hers; not even after another visit.
  await expect(page.locator('#draft-state')).toHaveText(/draft saved/)
  await page.waitForTimeout(1_000)
  await page.reload()
  await loaded(page)
  await again(page).click()
  await source(page, 'The starter').click()
  await expect(codeOf(page)).toHaveValue(STARTER)
  await page.getByRole('button', { name: 'Restore' }).first().click()
  await expect(codeOf(page)).toHaveValue('// hers\n')
})

test('who types first is still asked, and what she typed is put aside', async ({ page }) => {
  await open(page)
  await codeOf(page).fill('// typed\n')
  await expect(question(page)).toContainText('put aside')
  await source(page, 'The starter').click()
  await expect(codeOf(page)).toHaveValue(STARTER)
  await page.getByRole('button', { name: 'Restore' }).first().click()
  await expect(codeOf(page)).toHaveValue('// typed\n')
})

test('where nothing may be stored it is asked all the same', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', {
      get: () => {
        throw new DOMException('refused', 'SecurityError')
      },
    })
  })
  await open(page)
  await source(page, 'Its solution').click()
  await expect(codeOf(page)).toHaveValue(SOLUTION)
  await expect(page.locator('#draft-state')).toContainText('keeps nothing')
})

test('where the solution can’t be fetched, that is said, and all stays as it is', async ({ page }) => {
  await open(page)
  await page.route('**/solution.json', (route) => route.abort())
  await source(page, 'Its solution').click()
  await expect(question(page).getByRole('status')).toContainText('could not be loaded')
  await expect(codeOf(page)).toHaveValue(STARTER)
  await expect(question(page)).toBeVisible()
})

test('the answer that passed last stays known when a later one fails', async ({ page }) => {
  const of = (name: string) => textOf('paxos-acceptor', name)
  const verdict = page.locator('.verdict')
  await page.goto('en/exercises/paxos-acceptor/')
  await loaded(page)
  // This one goes on with no other.
  await expect(again(page)).toHaveCount(0)
  await expect(question(page)).toHaveCount(0)
  await codeOf(page).fill(of('solution'))
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict).toContainText('Passed', { timeout: 30_000 })
  await codeOf(page).fill(of('starter'))
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict).toContainText('fails', { timeout: 30_000 })
  const codes = async (store: string) => (await stored(page, store)).map(({ code }) => code)
  await expect.poll(() => codes('results')).toEqual([of('starter')])
  expect(await codes('passes')).toEqual([of('solution')])
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test('it is asked above the code, and nothing is too wide', async ({ page }) => {
    await open(page)
    await page.getByRole('group', { name: 'What is shown' }).getByRole('button', { name: 'Code' }).click()
    await expect(source(page, 'The starter')).toBeInViewport()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await source(page, 'Its solution').tap()
    await expect(codeOf(page)).toHaveValue(SOLUTION)
    await codeOf(page).fill('// hers\n')
    await again(page).tap()
    await source(page, 'The starter').tap()
    await expect(page.getByRole('button', { name: 'Restore' }).first()).toBeInViewport()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })
})
