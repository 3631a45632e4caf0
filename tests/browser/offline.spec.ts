/** A chapter that was visited is there without a network, with its exercises and their grading; a new version is announced and waits. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BrowserContext, type Page, expect, test } from '@playwright/test'
import { serve } from '../../scripts/static-server.mjs'
import { inRoot } from '../../scripts/toolchain.mjs'
import { alive } from './alive.ts'
import { sites } from './sites.ts'

// Not the root, so that the worker is seen to keep to its folder.
const { base, folder } = sites.course
const SOLUTION = readFileSync(inRoot('exercises/paxos-acceptor/solution.ts'), 'utf8')

test.describe.configure({ mode: 'serial' })
// The editor's and the compiler's code are among what is kept.
test.setTimeout(120_000)

let copy = ''
let server: Awaited<ReturnType<typeof serve>>
let context: BrowserContext
/** What was asked of any other place. */
const elsewhere: string[] = []

test.beforeAll(async ({ browser }) => {
  copy = mkdtempSync(path.join(tmpdir(), 'lockstep-offline-'))
  cpSync(inRoot(folder), copy, { recursive: true })
  server = await serve({ folder: copy, base, port: 0 })
  context = await browser.newContext({
    baseURL: server.url,
    serviceWorkers: 'allow',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const { origin } = new URL(server.url)
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) elsewhere.push(request.url())
  })
})
test.afterAll(async () => {
  await context?.close()
  await server?.close()
  rmSync(copy, { recursive: true, force: true })
})

/** Whether a chapter is kept as a whole. */
const isKept = (page: Page, chapter: string) =>
  page.evaluate(async (id) => {
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys()) {
        if (!request.url.endsWith('/offline-kept')) continue
        const note = (await (await caches.match(request))!.json()) as {
          chapters: Record<string, string | null>
        }
        return typeof note.chapters[id] === 'string'
      }
    return false
  }, chapter)

const sentence = (within: Page) => within.locator('.sentence').first()
const runButton = (page: Page) =>
  page.getByRole('button', { name: 'Run', exact: true }).and(page.locator('.primary'))
const code = (page: Page) => page.getByRole('textbox', { name: /^Your code/ })

async function paste(page: Page, text: string) {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text)
  await code(page).focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('ControlOrMeta+V')
}

test('a new version is announced, waits, and loses nothing of what was begun', async () => {
  const [page, other] = [await context.newPage(), await context.newPage()]
  await other.goto('en/glossary/')
  await page.goto('en/exercises/paxos-acceptor/')
  await expect(page.locator('[data-editor="monaco"]')).toBeAttached({ timeout: 30_000 })
  await page.evaluate(() => navigator.serviceWorker.ready)
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  await paste(page, '// what she has begun\n')

  const list = path.join(copy, 'offline.json')
  const { version } = JSON.parse(readFileSync(list, 'utf8')) as { version: string }
  for (const file of [list, path.join(copy, 'sw.js')])
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(version, `${version}-next`))
  const changed = path.join(copy, 'en/exercises/paxos-acceptor/index.html')
  writeFileSync(changed, readFileSync(changed, 'utf8').replace('<title>', '<title>New: '))
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())

  const notice = page.getByText('A new version of the course is there.')
  await expect(notice).toBeVisible()
  await expect(other.getByText('A new version of the course is there.')).toBeVisible()
  await expect(page).not.toHaveTitle(/^New/)
  await page.getByRole('button', { name: 'Reload now' }).click()
  await expect(page).toHaveTitle(/^New/)
  await expect(page.locator('[data-editor="monaco"]')).toContainText('what she has begun', {
    timeout: 30_000,
  })
  // The other page is left as it is.
  await expect(other.getByText('A new version of the course is there.')).toBeVisible()
  await other.getByRole('button', { name: 'Later' }).click()
  await expect(other.getByText('A new version of the course is there.')).toBeHidden()
  await Promise.all([page.close(), other.close()])
})

test('a visited chapter opens without a network: its pages, its figures, its exercises and their grading', async () => {
  const page = await context.newPage()
  await page.goto('en/paxos/prepare/')
  await expect.poll(() => isKept(page, 'en/paxos/'), { timeout: 60_000, intervals: [500] }).toBe(true)
  // There is nothing left that could answer.
  await server.close()

  await page.goto('en/paxos/accept/')
  const figure = await alive(page.locator('section.figure').first())
  await figure.getByRole('button', { name: 'To the start' }).click()
  await figure.getByRole('button', { name: 'Step', exact: true }).click()
  await expect(sentence(page)).toContainText(/Step 1 of/)
  await figure.getByRole('button', { name: 'Drive by hand' }).click()
  await expect(figure.getByText('Can happen next')).toBeVisible()

  await page.goto('en/exercises/paxos-acceptor/')
  await expect(page.locator('[data-editor="monaco"]')).toBeAttached({ timeout: 30_000 })
  await expect(page.locator('[data-ready]')).toBeAttached()
  await paste(page, readFileSync(inRoot('exercises/paxos-acceptor/starter.ts'), 'utf8'))
  await runButton(page).click()
  await expect(page.locator('.verdict')).toContainText('fails', { timeout: 30_000 })
  await paste(page, SOLUTION)
  await runButton(page).click()
  await expect(page.locator('.verdict')).toContainText(/passed/i, { timeout: 30_000 })

  // What is not here is said to be so, with what is.
  await page.goto('en/raft/')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Without a network')
  await expect(page.locator('[data-chapter="en/paxos/"]')).toContainText('is here')
  await expect(page.locator('[data-chapter="en/raft/"]')).toContainText('not here')
  expect(elsewhere).toEqual([])
})
