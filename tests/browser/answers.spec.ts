/**
 * Answers that go wrong, in a real browser: each gets a clear message with its line, the page stays responsive, and the
 * next run works. On a page of its own, which has the sandbox and the compiler and nothing else.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Page, expect, test } from '@playwright/test'
import { build } from 'vite'
import { SOURCES, lineOf } from '../../engine/testing/small-client-exercise.ts'
import { simulatedRaft } from '../../engine/testing/simulated-raft.ts'
import { gradeCommand } from '../../engine/tools/grading/command.ts'
import { programs } from '../../engine/tools/programs/vite-plugin.ts'
import { serve } from '../../scripts/static-server.mjs'
import { monacoAliases, monacoParts } from '../../src/editor/monaco-parts.ts'
import { sandboxScripts } from '../../src/sandbox/worker-plugin.ts'
import { CASES, ORDINARY, SOLUTION } from '../answers/cases.ts'
import type { Harness, Kind, Spread, Told } from './answers/harness.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const STARTER = readFileSync(`${ROOT}exercises/paxos-acceptor/starter.ts`, 'utf8')
/** An answer to an exercise of a few states, which fails at one of them. */
const EAGER = `import { node } from 'lockstep'
export default node<any, any>({
  init: () => ({}),
  on: {
    ping(_state, { number }, ctx) {
      ctx.reply('pong', { number })
    },
  },
})
`
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
    plugins: [
      programs(),
      monacoParts(),
      sandboxScripts(() => [{ name: 'answers', entry: `${ROOT}tests/browser/answers/worker-entry.ts` }]),
    ],
    resolve: { alias: [{ find: /^lockstep$/, replacement: `${ROOT}engine/api.ts` }, ...monacoAliases] },
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

function run(source: string, kind: Kind = 'node'): Promise<Told> {
  return page.evaluate(
    ([text, what]) => (globalThis as unknown as { harness: Harness }).harness.run(text, what),
    [source, kind] as const,
  )
}

/** The run that comes after another one works, and nothing of that one is left. */
async function expectNextRun(): Promise<void> {
  const { verdict, told } = await run(EAGER, 'small')
  expect({ verdict, told }).toEqual({ verdict: 'failed', told: [] })
}

/** The JSON of the command line, with its comparison where a failure has one. */
async function commandLine(
  exercise: string,
  file: string,
): Promise<{ checks: object[]; comparison: unknown }> {
  const parameters = ['grade', exercise, file, '--json', '--compare']
  let output = ''
  const terminal = { write: (text: string) => void (output += text), looking: false, colours: false }
  const { complaint } = await gradeCommand(parameters, terminal)
  expect(complaint).toBe('')
  const told = JSON.parse(output) as {
    checks: { message?: string; comparison?: unknown; bounds: { words?: string } }[]
  }
  return {
    checks: told.checks.map(
      ({ message: _message, comparison: _comparison, bounds: { words: _words, ...bounds }, ...check }) => ({
        ...check,
        bounds,
      }),
    ),
    comparison: told.checks.find(({ comparison }) => comparison)?.comparison ?? null,
  }
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

for (const file of [
  'starter.ts',
  'solution.ts',
  'mutants/overwrites-with-lower.ts',
  'mutants/reports-nothing.ts',
]) {
  test(`the page and the command line say the same of ${file}: verdicts, counts and runs`, async () => {
    const path = `${ROOT}exercises/paxos-acceptor/${file}`
    const { checks } = await run(readFileSync(path, 'utf8').replace("'../messages'", "'./messages'"))
    expect(checks).toEqual((await commandLine('paxos-acceptor', path)).checks)
  })
}

for (const [file, verdict] of [
  ['solution.ts', 'passed'],
  ['mutants/overwrites-with-lower.ts', 'failed'],
  ['mutants/knows-the-ballots.ts', 'failed'],
  ['mutants/state-in-the-module.ts', 'error'],
] as const) {
  test(`spread over two workers and over four, the report is that of one: ${file}`, async () => {
    test.setTimeout(180_000)
    const source = readFileSync(`${ROOT}exercises/paxos-acceptor/${file}`, 'utf8').replace(
      "'../messages'",
      "'./messages'",
    )
    const on = (cores: number): Promise<Spread> =>
      page.evaluate(
        ([text, count]) =>
          (globalThis as unknown as { harness: Harness }).harness.spread(text, 'node', count),
        [source, cores] as const,
      )
    const alone = await on(1)
    expect(alone.report.verdict).toBe(verdict)
    expect(alone.workers).toBe(1)
    for (const cores of [2, 4]) {
      const { report, workers, totals, firstMs } = await spreadOver(cores, source)
      expect(report).toEqual(alone.report)
      // What is decided at once is decided by one worker alone.
      if (verdict === 'passed') expect(workers).toBe(cores)
      else expect(workers).toBeLessThanOrEqual(cores)
      if (verdict === 'passed') expect(firstMs).toBeLessThan(1_000)
      for (const [index, { states, steps, depth }] of totals.slice(1).entries()) {
        expect(states).toBeGreaterThanOrEqual(totals[index]!.states)
        expect(steps).toBeGreaterThanOrEqual(totals[index]!.steps)
        expect(depth).toBeGreaterThanOrEqual(totals[index]!.depth)
      }
    }
  })
}

/** The answer of a file, which hangs at one acceptor, and so in the configurations that have it. */
function hangingAt(acceptor: string, file: string): string {
  const source = readFileSync(`${ROOT}exercises/paxos-acceptor/${file}`, 'utf8').replace(
    "'../messages'",
    "'./messages'",
  )
  const handler = 'prepare(state, { n }, ctx) {\n'
  expect(source).toContain(handler)
  const hangs = `      if (ctx.self === '${acceptor}') /^(a+)+$/.test('a'.repeat(50) + 'b') // HERE\n`
  return source.replace(handler, handler + hangs)
}

function spreadOver(cores: number, source: string): Promise<Spread> {
  return page.evaluate(
    ([text, count]) => (globalThis as unknown as { harness: Harness }).harness.spread(text, 'node', count),
    [source, cores] as const,
  )
}

test('where one of two workers hangs, and what is before it passes, the line is told', async () => {
  test.setTimeout(180_000)
  const source = hangingAt('V', 'solution.ts')
  const { report, workers } = await spreadOver(2, source)
  expect(workers).toBe(3)
  const line = source.split('\n').findIndex((text) => text.includes('HERE')) + 1
  expect(report.verdict).toBe('error')
  expect(report.diagnostics).toMatchObject([{ line, words: { code: 'unresponsive' } }])
  await expectNextRun()
})

test('where one of two workers hangs, and something before it fails, that is the report', async () => {
  test.setTimeout(180_000)
  const source = hangingAt('R', 'mutants/overwrites-with-lower.ts')
  const alone = await spreadOver(1, source)
  expect(alone.report.verdict).toBe('failed')
  expect((await spreadOver(2, source)).report).toEqual(alone.report)
  await expectNextRun()
})

for (const name of ['solution', 'looksFirst', 'neverReleases', 'throws', 'counts', 'endlessLoop'] as const) {
  test(`the page and the command line say the same of clients’ code: ${name}`, async () => {
    const file = test.info().outputPath('lock.ts')
    writeFileSync(file, SOURCES[name])
    const { checks } = await run(SOURCES[name], 'client')
    const command = await commandLine('../tests/answers/clients/client-exercise', file)
    expect(checks).toEqual(command.checks)
    if (!['looksFirst', 'neverReleases', 'throws'].includes(name)) return
    const comparison = await page.evaluate(
      ([one, other]) => (globalThis as unknown as { harness: Harness }).harness.compare(one, other),
      [SOURCES[name], SOURCES.solution] as const,
    )
    expect(comparison).not.toBeNull()
    expect(comparison).toEqual(command.comparison)
  })
}

for (const [name, says] of [
  ['endlessLoop', /turned 1,000,000 times/],
  ['foreignPromise', /no promise of the course’s/],
  ['random', /Math\.random/],
  ['typeError', /not assignable to type 'number'/],
  ['unknownMethod', /'lock' does not exist/],
  ['throws', /Error: too late/],
] as const) {
  test(`what is wrong with clients’ code is told with its line: ${name}`, async () => {
    const running = run(SOURCES[name], 'client')
    await expectResponsive()
    const line = lineOf(SOURCES[name])
    expect((await running).told).toContainEqual(
      expect.stringMatching(new RegExp(`^${line}: .*${says.source}`, 's')),
    )
    await expectNextRun()
  })
}

test('the editor knows the libraries of clients, and underlines what grading reports', async () => {
  const asked = (source: string, place = '') =>
    page.evaluate(
      ([text, at]) => (globalThis as unknown as { harness: Harness }).harness.editor(text, 'client', at),
      [source, source.indexOf(place) + place.length] as const,
    )
  const right = await asked(SOURCES.solution, 'await redis.')
  expect(right.lines).toEqual([])
  expect(right.completes).toEqual(expect.arrayContaining(['set', 'setNX', 'pExpire', 'eval']))
  expect((await asked(SOURCES.solution, 'notes.')).completes).toEqual(['note'])
  for (const source of [SOURCES.typeError, SOURCES.unknownMethod])
    expect((await asked(source)).lines).toEqual([lineOf(source)])
})

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
    await expectNextRun()
  })
}

test('cancelling stops at once, and the next run works', async () => {
  const running = run(CASES.find(({ name }) => name.includes('catastrophic'))!.source)
  await page.waitForTimeout(1_000)
  await page.evaluate(() => (globalThis as unknown as { harness: Harness }).harness.cancel())
  const before = Date.now()
  expect((await running).verdict).toBe('cancelled')
  expect(Date.now() - before).toBeLessThan(1_000)
  await expectNextRun()
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

test('the compiler comes back after the editor has ended its worker, and after all of this each language is graded', async () => {
  await page.evaluate(() =>
    (globalThis as unknown as { harness: Harness }).harness.typescriptWorker().terminate(),
  )
  expect((await run(STARTER)).verdict).toBe('failed')
  expect((await run(SOURCES.solution, 'client')).verdict).toBe('passed')
})
