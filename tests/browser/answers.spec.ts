/**
 * Answers that go wrong, in a real browser: each gets a clear message with its line, the page stays responsive, and the
 * next run works. On a page of its own, which has the sandbox and the compiler and nothing else.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Page, expect, test } from '@playwright/test'
import { build } from 'vite'
import { simulatedRaft } from '../../engine/testing/simulated-raft.ts'
import { serve } from '../../scripts/static-server.mjs'
import { sandboxWorker } from '../../src/sandbox/worker-plugin.ts'
import { CASES, ORDINARY, SOLUTION } from '../answers/cases.ts'
import type { Harness, Told } from './answers/harness.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const STARTER = readFileSync(`${ROOT}exercises/paxos-acceptor/starter.ts`, 'utf8')
// Not the root, so that the sandbox is seen to work under any base path.
const BASE = '/course/'

test.describe.configure({ mode: 'serial' })

let server: Awaited<ReturnType<typeof serve>>
let page: Page

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000)
  const folder = `${ROOT}test-results/answers-page`
  await build({
    configFile: false,
    root: `${ROOT}tests/browser/answers`,
    base: BASE,
    logLevel: 'error',
    publicDir: `${ROOT}public`,
    plugins: [sandboxWorker()],
    resolve: { alias: [{ find: /^lockstep$/, replacement: `${ROOT}engine/api.ts` }] },
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022', minify: false },
  })
  server = await serve({ folder, base: BASE, port: 0 })
  page = await browser.newPage()
  await page.goto(server.url)
})

test.afterAll(async () => {
  await page?.close()
  await server?.close()
})

function run(source: string): Promise<Told> {
  return page.evaluate((text) => (globalThis as unknown as { harness: Harness }).harness.run(text), source)
}

/** The page takes a click at once, whatever the sandbox is doing. */
async function expectResponsive(): Promise<void> {
  const button = page.getByRole('button')
  const before = Number(await button.textContent())
  await button.click({ timeout: 1_000 })
  await expect(button).toHaveText(String(before + 1), { timeout: 1_000 })
}

test('the solution passes, with progress on the way', async () => {
  const { verdict, told, progress } = await run(SOLUTION)
  expect(told).toEqual([])
  expect(verdict).toBe('passed')
  expect(progress).toBeGreaterThan(0)
})

test('the starter fails', async () => {
  expect((await run(STARTER)).verdict).toBe('failed')
})

for (const file of [
  'starter.ts',
  'solution.ts',
  'mutants/overwrites-with-lower.ts',
  'mutants/reports-nothing.ts',
]) {
  test(`the page and the command line say the same of ${file}: verdicts, counts and runs`, async () => {
    const path = `${ROOT}exercises/paxos-acceptor/${file}`
    const { checks } = await run(readFileSync(path, 'utf8').replace("'../messages'", "'./messages'"))
    const command = spawnSync(process.execPath, [
      `${ROOT}engine/cli.ts`,
      'grade',
      'paxos-acceptor',
      path,
      '--json',
    ])
    const told = JSON.parse(command.stdout.toString()) as {
      checks: { message?: string; bounds: { words?: string } }[]
    }
    const withoutWords = told.checks.map(
      ({ message: _message, bounds: { words: _words, ...bounds }, ...check }) => ({
        ...check,
        bounds,
      }),
    )
    expect(checks).toEqual(withoutWords)
  })
}

test('random runs of the same seeds are the same here and under Node, byte for byte', async () => {
  const here = await page.evaluate(() =>
    (globalThis as unknown as { harness: Harness }).harness.simulatedRaft(),
  )
  expect(JSON.parse(here)).toHaveLength(4)
  expect(here).toBe(simulatedRaft())
})

test('ordinary code trips over no guard', async () => {
  const { verdict, told } = await run(ORDINARY)
  expect(told).toEqual([])
  expect(verdict).toBe('passed')
})

for (const { name, source, verdict, line, says } of CASES) {
  test(name, async () => {
    const running = run(source)
    await expectResponsive()
    const result = await running
    expect(result.told).toContainEqual(
      expect.stringMatching(new RegExp(`^${line}: (.|\\n)*${says.source}`, says.flags)),
    )
    expect(result.verdict).toBe(verdict)
    await expectResponsive()
    // The next run works, and nothing of this one is left.
    expect((await run(STARTER)).verdict).toBe('failed')
  })
}

test('cancelling stops at once, and the next run works', async () => {
  const running = run(CASES.find(({ name }) => name.includes('catastrophic'))!.source)
  await page.waitForTimeout(1_000)
  await page.evaluate(() => (globalThis as unknown as { harness: Harness }).harness.cancel())
  const before = Date.now()
  expect((await running).verdict).toBe('cancelled')
  expect(Date.now() - before).toBeLessThan(1_000)
  expect((await run(STARTER)).verdict).toBe('failed')
})

test('the frame has an origin of its own, and neither network nor storage', async () => {
  const frame = page.frames().find((one) => one.url().endsWith('/runner.html'))!
  expect(await frame.evaluate(() => self.origin)).toBe('null')
  expect(
    await frame.evaluate(
      (url) =>
        fetch(url).then(
          () => 'open',
          () => 'closed',
        ),
      server.url,
    ),
  ).toBe('closed')
  const storage = await frame.evaluate(() => {
    try {
      return String(localStorage.length)
    } catch (error) {
      return (error as Error).name
    }
  })
  expect(storage).toBe('SecurityError')
  expect(await page.evaluate(() => document.querySelector('iframe')!.contentDocument)).toBeNull()
})

test('the compiler comes back after the editor has ended its worker', async () => {
  await page.evaluate(() =>
    (globalThis as unknown as { harness: Harness }).harness.typescriptWorker().terminate(),
  )
  expect((await run(STARTER)).verdict).toBe('failed')
})
