/**
 * Killing: a learner types, and in the middle of it the renderer of her tab or the whole browser is killed, which leaves no page the time
 * to say anything. Then the exercise is opened again, and what is missing of what she had typed is measured in milliseconds.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BrowserContext, type Page, chromium } from '@playwright/test'
import { browserFlags, findChromium } from '../../scripts/toolchain.mjs'
import type { Contents } from '../../src/record/contents.ts'
import { exportText, readExport } from '../../src/record/export.ts'

const EXERCISE = 'en/exercises/paxos-acceptor/'
/** A learner types faster than this only in bursts. */
const KEY_MS = 40
/** Some are killed before the first write, some after many. */
const TYPING_MS_MAX = 3_000

export interface Death {
  /** How much of the typing was lost, from its first missing piece to the kill, in milliseconds. */
  readonly lostMs: number
  /** How long she had been typing. */
  readonly typedMs: number
  /** Null, or what was wrong with the record afterwards. */
  readonly broken: string | null
}

/** Kills tabs one after the other, and the next one goes on where the last one was. */
export async function killTabs(
  context: BrowserContext,
  url: string,
  times: number,
  random: () => number,
  onDeath: (death: Death) => void = () => undefined,
): Promise<Death[]> {
  const deaths: Death[] = []
  for (let number = 1; number <= times; number++) {
    const page = await open(context, url)
    const typed = await type(page, number, random)
    const killer = await context.newCDPSession(page)
    const crashed = new Promise((resolve) => page.once('crash', resolve))
    const killedAt = Date.now()
    // A renderer that has crashed does not answer.
    void killer.send('Page.crash').catch(() => undefined)
    await crashed
    await page.close()
    const death = await autopsy(context, url, typed, killedAt)
    deaths.push(death)
    onDeath(death)
  }
  return deaths
}

/** Kills whole browsers, each on the profile that the last one has left. */
export async function killBrowsers(
  url: string,
  times: number,
  random: () => number,
  onDeath: (death: Death) => void = () => undefined,
): Promise<Death[]> {
  const profile = mkdtempSync(path.join(tmpdir(), 'lockstep-kill-'))
  const deaths: Death[] = []
  try {
    for (let number = 1; number <= times; number++) {
      let living = await launch(profile)
      try {
        const page = await open(living.context, url)
        const typed = await type(page, number, random)
        const killedAt = Date.now()
        await living.kill()
        living = await launch(profile)
        const death = await autopsy(living.context, url, typed, killedAt)
        deaths.push(death)
        onDeath(death)
      } finally {
        await living.kill()
      }
    }
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  return deaths
}

/** Opens the exercise with the plain editor, which is there sooner; the way into the record is the same. */
async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.route(/\/monaco\.[^/]*\.js/, (route) => route.abort())
  await page.goto(url + EXERCISE)
  await page.locator('[data-ready]').waitFor({ state: 'attached' })
  await page.locator('[data-editor="plain"]').waitFor({ state: 'attached', timeout: 60_000 })
  return page
}

const codeOf = (page: Page) => page.getByRole('textbox', { name: /^Your code/ })
const mark = (life: number, key: number) => `/*${life}.${key}*/`

interface Typed {
  readonly life: number
  /** When each piece had been typed. */
  readonly at: readonly number[]
}

async function type(page: Page, life: number, random: () => number): Promise<Typed> {
  const code = codeOf(page)
  await code.fill(`// life ${life}\n`)
  await code.press('ControlOrMeta+End')
  const until = Date.now() + random() * TYPING_MS_MAX
  const at: number[] = []
  while (Date.now() < until) {
    await page.keyboard.insertText(mark(life, at.length))
    at.push(Date.now())
    await sleep(KEY_MS * (0.5 + random()))
  }
  return { life, at }
}

/** Looks what is left. */
async function autopsy(
  context: BrowserContext,
  url: string,
  { life, at }: Typed,
  killedAt: number,
): Promise<Death> {
  const page = await open(context, url)
  const left = await codeOf(page).inputValue()
  const missing = at.findIndex((_, key) => !left.includes(mark(life, key)))
  const broken = await problemIn(page)
  await page.close()
  return {
    lostMs: missing < 0 ? 0 : killedAt - at[missing]!,
    typedMs: at.length === 0 ? 0 : killedAt - at[0]!,
    broken,
  }
}

/** Reads the record as an export would, and the export as an import would. */
async function problemIn(page: Page): Promise<string | null> {
  const stores = await page.evaluate(async () => {
    if (!(await indexedDB.databases()).some((one) => one.name === 'lockstep')) return {}
    const opening = indexedDB.open('lockstep')
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error!)
    })
    const names = [...database.objectStoreNames]
    const reading = database.transaction(names)
    const all = names.map(
      (name) =>
        new Promise<[string, unknown]>((resolve) => {
          const request = reading.objectStore(name).getAll()
          request.onsuccess = () => resolve([name, request.result])
        }),
    )
    const read = Object.fromEntries(await Promise.all(all))
    database.close()
    return read
  })
  const all: Record<string, unknown> = { drafts: [], ...stores }
  const { results: _results, imports: _imports, ...contents } = all
  const read = readExport(exportText(contents as unknown as Contents, Date.now()))
  return read.ok ? null : JSON.stringify(read.problem)
}

/** A browser of our own, which can be killed as a whole. */
async function launch(profile: string) {
  const process = spawn(
    findChromium() ?? 'chromium',
    [
      ...browserFlags,
      '--headless=new',
      '--no-first-run',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: 'ignore', detached: true },
  )
  const port = path.join(profile, 'DevToolsActivePort')
  rmSync(port, { force: true })
  for (let waits = 0; ; waits++) {
    try {
      const [number] = readFileSync(port, 'utf8').split('\n')
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${number}`)
      return { context: browser.contexts()[0]!, kill: () => end(process) }
    } catch (error) {
      if (waits > 300) throw error
      await sleep(100)
    }
  }
}

/** Kills a browser with all its processes. */
async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const ended = new Promise((resolve) => process.once('exit', resolve))
  globalThis.process.kill(-process.pid!, 'SIGKILL')
  await ended
}
