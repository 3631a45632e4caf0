/** The learner's record: two tabs, storage that is refused, full or cleared, the history, an older version, and the page on the whole. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { inRoot } from '../../scripts/toolchain.mjs'
import { killTabs } from '../record/killing.ts'
import { expect, sites, test, urlOf } from './sites.ts'
import { axeOn } from './whole-page.ts'

const EXERCISE = 'en/exercises/paxos-acceptor/'
const STARTER = readFileSync(inRoot('exercises', 'paxos-acceptor', 'starter.ts'), 'utf8')

// What is tested is around the code: the plain editor is at hand sooner.
test.beforeEach(({ context }) => context.route(/\/monaco\.[^/]*\.js/, (route) => route.abort()))

const codeOf = (page: Page) => page.getByRole('textbox', { name: /^Your code/ })
const saved = (page: Page) => expect(page.locator('#draft-state')).toHaveText(/draft saved/)
const history = (page: Page) => page.getByRole('dialog', { name: /^History/ })

async function open(page: Page) {
  await page.goto(EXERCISE)
  await expect(page.locator('[data-ready]')).toBeAttached()
  await expect(page.locator('[data-editor="plain"]')).toBeAttached({ timeout: 30_000 })
}

/** Everything in one store of the record. */
const stored = (page: Page, store: string) =>
  page.evaluate(async (name) => {
    // Opening one that is not there would make it.
    if (!(await indexedDB.databases()).some((one) => one.name === 'lockstep')) return []
    const opening = indexedDB.open('lockstep')
    const database = await new Promise<IDBDatabase>(
      (resolve) => (opening.onsuccess = () => resolve(opening.result)),
    )
    const reading = database.transaction(name).objectStore(name).getAll()
    const all = await new Promise<Record<string, unknown>[]>(
      (resolve) => (reading.onsuccess = () => resolve(reading.result)),
    )
    database.close()
    return all
  }, store)

/** Puts entries into a record that is there. */
const keep = (page: Page, store: string, entries: readonly object[]) =>
  page.evaluate(
    async ([name, values]) => {
      const opening = indexedDB.open('lockstep')
      const database = await new Promise<IDBDatabase>(
        (resolve) => (opening.onsuccess = () => resolve(opening.result)),
      )
      const writing = database.transaction(name, 'readwrite')
      for (const value of values) writing.objectStore(name).put(value)
      await new Promise((resolve) => (writing.oncomplete = resolve))
      database.close()
    },
    [store, entries] as const,
  )

test('of two tabs the newer stands in both, and the other text is in the history', async ({
  context,
  page,
}) => {
  const other = await context.newPage()
  await open(page)
  await open(other)
  // The second begins before it can have heard of the first.
  await Promise.all([
    codeOf(page).fill('// from the first\n'),
    page.waitForTimeout(60).then(() => codeOf(other).fill('// from the second\n')),
  ])
  await expect(codeOf(page)).toHaveValue('// from the second\n')
  const notice = page.getByRole('status').filter({ hasText: 'changed in another tab' })
  await expect(notice).toContainText('What stood here is in the history.')
  await expect(codeOf(other)).toHaveValue('// from the second\n')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(notice).toHaveCount(0)
  expect((await stored(page, 'drafts')).map(({ code }) => code)).toEqual(['// from the second\n'])
  await expect
    .poll(async () => (await stored(page, 'snapshots')).map(({ code, why }) => [code, why]))
    .toContainEqual(['// from the first\n', 'other-tab'])

  // One after the other, the second tab simply goes on.
  await codeOf(page).fill('// on\n')
  await expect(codeOf(other)).toHaveValue('// on\n')
})

test('where storage is refused the page works and says so, and keeps again once it may', async ({ page }) => {
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open
    IDBFactory.prototype.open = function (...asked) {
      if (!document.documentElement.dataset.allowed) throw new DOMException('refused', 'SecurityError')
      return open.apply(this, asked)
    }
  })
  await open(page)
  await codeOf(page).fill('// written\n')
  await expect(page.locator('#draft-state')).toContainText('keeps nothing')
  await expect(page.getByRole('status').filter({ hasText: 'your draft ends with the page' })).toBeVisible()
  await page.evaluate(() => (document.documentElement.dataset.allowed = 'yes'))
  // Nothing more is typed: it is tried again by itself.
  await saved(page)
  expect((await stored(page, 'drafts')).map(({ code }) => code)).toEqual(['// written\n'])
})

test('where there is no room it is said what to do', async ({ page }) => {
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (...asked) {
      if (this.name === 'drafts' && document.documentElement.dataset.full)
        throw new DOMException('full', 'QuotaExceededError')
      return put.apply(this, asked)
    }
  })
  await open(page)
  await page.evaluate(() => (document.documentElement.dataset.full = 'yes'))
  await codeOf(page).fill('// no room\n')
  const notice = page.getByRole('status').filter({ hasText: 'no room left' })
  await expect(notice.getByRole('link', { name: 'Your record' })).toHaveAttribute('href', /\/en\/record\/$/)
  await page.evaluate(() => delete document.documentElement.dataset.full)
  await codeOf(page).fill('// room\n')
  await saved(page)
  await expect(notice).toHaveCount(0)
})

test('what is cleared while a page is open is written again', async ({ page, context }) => {
  await open(page)
  await codeOf(page).fill('// here\n')
  await saved(page)
  const devtools = await context.newCDPSession(page)
  const origin = new URL(page.url()).origin
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,local_storage' })
  await expect.poll(async () => (await stored(page, 'drafts')).map(({ code }) => code)).toEqual(['// here\n'])
  await codeOf(page).fill('// and on\n')
  await expect
    .poll(async () => (await stored(page, 'drafts')).map(({ code }) => code))
    .toEqual(['// and on\n'])
})

test('the history shows what stood there before and gives it back', async ({ page }) => {
  await open(page)
  await codeOf(page).fill(`${STARTER}// mine\n`)
  await page.getByRole('button', { name: 'Reset' }).click()
  await page.getByRole('button', { name: 'Reset to the starter' }).click()
  await expect(codeOf(page)).toHaveValue(STARTER)
  await page.getByRole('button', { name: 'History' }).click()
  const entry = history(page).getByRole('button', { name: /put aside by a reset/ })
  await expect(entry).toBeFocused()
  const changes = history(page).getByRole('region', { name: /^From what is there now/ })
  await expect(changes).toContainText('added: // mine')
  await expect(changes).toContainText('lines stay the same')
  expect((await axeOn(page).analyze()).violations).toEqual([])
  await page.keyboard.press('Escape')
  await expect(history(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'History' })).toBeFocused()
  await page.keyboard.press('Enter')
  await history(page).getByRole('button', { name: 'Take it back' }).click()
  await expect(codeOf(page)).toHaveValue(`${STARTER}// mine\n`)
})

test('a newer version of an exercise keeps the old draft and shows what has changed', async ({ page }) => {
  await open(page)
  const old = {
    exercise: 'paxos-acceptor',
    version: 0,
    savedAt: 4,
    putAside: null,
    code: '// an old draft\n',
  }
  await keep(page, 'drafts', [{ ...old, starter: `${STARTER}// what the old starter had\n` }])
  await open(page)
  await page.getByRole('button', { name: 'What has changed?' }).click()
  const dialog = page.getByRole('dialog', { name: 'The exercise has changed' })
  await expect(dialog.getByRole('region')).toContainText('removed: // what the old starter had')
  await dialog.getByRole('button', { name: 'Your draft beside the new starter' }).click()
  await expect(dialog.getByRole('region')).toContainText('added: // an old draft')
  expect((await axeOn(page).analyze()).violations).toEqual([])
  await dialog.getByRole('button', { name: 'Bring my draft here' }).click()
  await expect(codeOf(page)).toHaveValue('// an old draft\n')
  await saved(page)
  expect((await stored(page, 'drafts')).map(({ version }) => version)).toEqual([0, 1])
})

test('a record goes to another browser as a file, can be undone there, and deleting has a way back', async ({
  page,
  browser,
}, testInfo) => {
  await open(page)
  await codeOf(page).fill('// to take along\n')
  await saved(page)
  await page.goto('en/record/')
  await expect(page.getByRole('link', { name: 'The acceptor' })).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as a file' }).click()
  const file = testInfo.outputPath('record.json')
  await (await download).saveAs(file)
  expect((await axeOn(page).analyze()).violations).toEqual([])

  const context = await browser.newContext({
    baseURL: urlOf(sites.root),
    colorScheme: 'dark',
    viewport: { width: 390, height: 844 },
  })
  const there = await context.newPage()
  await there.goto('en/record/')
  await expect(there.getByText('Nothing yet.')).toBeVisible()
  const input = there.locator('input[type=file]')
  await input.setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"format":"lockstep-record","version":1,"at":1,"drafts":[{"exercise":7}]}'),
  })
  await expect(there.getByText('bad.json can’t be read: drafts[0].exercise is not what')).toBeVisible()
  await input.setInputFiles(file)
  await expect(there.getByText('was taken in: 1 draft is newer')).toBeVisible()
  const row = there.getByRole('listitem').filter({ hasText: 'The acceptor' })
  await expect(row).toContainText('begun')
  expect((await axeOn(there).analyze()).violations).toEqual([])
  expect(await there.evaluate(() => document.documentElement.scrollWidth)).toBe(390)

  await row.getByRole('button', { name: 'Delete: The acceptor' }).click()
  await there.getByRole('button', { name: 'Yes, delete' }).click()
  await expect(row).toHaveCount(0)
  await there.getByRole('button', { name: 'Bring it back' }).click()
  await expect(row).toBeVisible()
  await there.getByRole('button', { name: 'Undo that' }).click()
  await expect(there.getByText('The record is what it was before')).toBeVisible()
  await context.close()
})

test('of tabs that are killed while one types, at most the last second is lost', async ({ context }) => {
  let seed = 7
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  const deaths = await killTabs(context, urlOf(sites.root), 4, random)
  for (const { lostMs, broken } of deaths) {
    expect(lostMs).toBeLessThanOrEqual(1_000)
    expect(broken).toBeNull()
  }
})
