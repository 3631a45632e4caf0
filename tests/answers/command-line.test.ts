/** The command line as a learner meets it: exit codes, JSON, and a clear message for every way to go wrong. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv'
import { afterAll, describe, expect, test } from 'vitest'
import { exitOf, gradeCommand } from '../../engine/tools/grading/command.ts'
import { type Printing, asJson, asText } from '../../engine/tools/grading/print.ts'
import { runAnswer } from '../../engine/tools/grading/run-answer.ts'
import { en } from '../../engine/text/en.ts'
import { CASES, ORDINARY, SOLUTION } from './cases.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-answers-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Ran {
  readonly exit: number
  readonly output: string
  readonly errors: string
}

/** The command in this process; the answer still runs in one of its own. */
async function command(...parameters: string[]): Promise<Ran> {
  let output = ''
  const terminal = { write: (text: string) => void (output += text), looking: false, colours: false }
  const { exit, complaint } = await gradeCommand(['grade', ...parameters], terminal)
  return { exit, output, errors: complaint }
}

/** The whole way: a process of its own, as `npm run -s grade` starts it. */
function commandLine(...parameters: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const script = path.join(ROOT, 'engine/cli.ts')
    execFile(
      process.execPath,
      [script, 'grade', ...parameters],
      { maxBuffer: 2 ** 26 },
      (error, output, errors) => {
        const exit = error ? Number((error as { code?: unknown }).code ?? 99) : 0
        resolve({ exit, output, errors })
      },
    )
  })
}

let files = 0
function fileOf(source: string): string {
  const file = path.join(folder, `answer-${++files}.ts`)
  writeFileSync(file, source)
  return file
}

const EXIT = { passed: 0, failed: 1, error: 3 } as const
const STATES = ['--budget', '20000']

const schema = JSON.parse(readFileSync(path.join(ROOT, 'docs/report.schema.json'), 'utf8')) as object
const valid = new Ajv({ allErrors: true }).compile(schema)

// The watchdog goes by the clock, the one place that does: a machine that stalls for five seconds may trip it.
describe(
  'an answer that goes wrong is told what, where and what to do',
  { retry: process.env.CI ? 1 : 0 },
  () => {
    test.concurrent.each(CASES)('$name', async ({ source, verdict, code, line, says }) => {
      const { exit, output, errors } = await command('paxos-acceptor', fileOf(source), '--json')
      expect(errors).toBe('')
      const report = JSON.parse(output)
      expect(valid(report), JSON.stringify(valid.errors)).toBe(true)
      const told = report.diagnostics.map(
        (one: { line: number; message: string }) => `${one.line}: ${one.message}`,
      )
      expect(told, code).toContainEqual(
        expect.stringMatching(new RegExp(`^${line}: (.|\\n)*${says.source}`, says.flags)),
      )
      expect(report.verdict).toBe(verdict)
      expect(exit).toBe(EXIT[verdict])
    })
  },
)

describe('exit codes', () => {
  test('0: passed', async () => {
    const { exit, output } = await commandLine('paxos-acceptor', fileOf(SOLUTION))
    expect(output).toContain('Passed')
    expect(exit).toBe(0)
  })
  test('1: failed, with the run in words and the lines of the file', async () => {
    const { exit, output } = await command('paxos-acceptor', 'exercises/paxos-acceptor/starter.ts')
    expect(output).toMatch(/1 {2}\w receives prepare/)
    expect(output).toMatch(/starter\.ts:\d+ {2}ctx\.reply/)
    expect(exit).toBe(1)
  })
  test('2: undecided within a small budget', async () => {
    const { exit, output } = await commandLine(
      'paxos-acceptor',
      fileOf(SOLUTION),
      '--json',
      '--budget',
      '500',
    )
    const report = JSON.parse(output)
    expect(valid(report), JSON.stringify(valid.errors)).toBe(true)
    expect(report.checks.some((check: { bounds: { hit?: string } }) => check.bounds.hit === 'states')).toBe(
      true,
    )
    expect(exit).toBe(2)
  })
  test.each([
    ['no exercise', [], /Which exercise\?.*paxos-acceptor/],
    ['an unknown exercise', ['no-such-exercise', 'x.ts'], /no exercise no-such-exercise.*paxos-acceptor/],
    ['no file', ['paxos-acceptor'], /Which file\?/],
    ['a missing file', ['paxos-acceptor', 'nowhere.ts'], /nowhere\.ts/],
    ['a number that is none', ['paxos-acceptor', 'package.json', '--budget', 'many'], /--budget.*many/],
    ['an unknown option', ['paxos-acceptor', 'package.json', '--fast'], /--fast/],
  ])('4: %s', async (_name, parameters, says) => {
    const { exit, output, errors } = await commandLine(...parameters)
    expect(errors).toMatch(says)
    expect(output).toBe('')
    expect(exit).toBe(4)
  })
})

describe('a fault of the exercise', () => {
  const fixture = 'tests/answers/faulty-exercise'
  const source = readFileSync(path.join(ROOT, fixture, 'exercise.ts'), 'utf8')
  const line = source.slice(0, source.indexOf('// HERE')).split('\n').length + 1

  test('is told with file and line, is not the answer’s, and has an exit code of its own', async () => {
    const code = 'exports.default = { init: () => ({}), on: {} }'
    const report = await runAnswer({ exercise: `../${fixture}`, code, seed: 1, compare: false })
    const printing: Printing = {
      exercise: 'faulty-exercise',
      words: { title: 'Faulty', scope: { node: 'node | nodes' }, configurations: {}, properties: {} },
      dictionary: en,
      file: 'answer.ts',
      source: code,
      colours: false,
      compares: false,
    }
    const text = asText(report, printing)
    expect(text).toContain(`${fixture}/exercise.ts:${line} fault of the exercise`)
    expect(text).toContain('This exercise has a fault of ours, not yours.')
    expect(text).toContain('`property kept` threw TypeError')
    expect(text).not.toContain('answer.ts')
    const json = JSON.parse(JSON.stringify(asJson(report, printing)))
    expect(valid(json), JSON.stringify(valid.errors)).toBe(true)
    expect(json.diagnostics[0].author).toMatchObject({ line })
    expect(exitOf(report)).toBe(5)
  })

  test('is one of the engine as well', () => {
    const words = { code: 'engine-failed', parameters: { message: 'x' } }
    const diagnostics = [{ line: 0, column: 0, severity: 'error', words }] as const
    expect(exitOf({ exercise: 'x', verdict: 'error', checks: [], diagnostics })).toBe(5)
    expect(exitOf({ exercise: 'x', verdict: 'error', checks: [], diagnostics: [] })).toBe(3)
  })
})

describe('what the solution would have done', () => {
  const starter = 'exercises/paxos-acceptor/starter.ts'

  test('is said only where it is asked for, and then with a warning', async () => {
    const { output } = await command('paxos-acceptor', starter)
    expect(output).not.toMatch(/solution/i)
    const asked = await command('paxos-acceptor', starter, '--compare')
    expect(asked.output).toContain('This gives away a part of the solution:')
    expect(asked.output).toMatch(/Your handler sent promise \{n: \d, accepted: \{.*\}\} to \w\./)
    expect(asked.output).toMatch(/The solution would have sent promise \{n: \d, accepted: null\} to \w\./)
    expect(asked.output).toMatch(/starter\.ts:\d+ {2}ctx\.reply.*\n.*The solution/)
  })

  test('is in the JSON only then', async () => {
    const plain = JSON.parse((await command('paxos-acceptor', starter, '--json')).output)
    for (const check of plain.checks) expect(check).not.toHaveProperty('comparison')
    const { output } = await command('paxos-acceptor', starter, '--json', '--compare')
    const report = JSON.parse(output)
    expect(valid(report), JSON.stringify(valid.errors)).toBe(true)
    const failed = report.checks.filter((check: { verdict: string }) => check.verdict === 'failed')
    expect(failed[0].comparison).toMatchObject({ kind: 'sent' })
  })
})

test('bounds are said in words', async () => {
  const { output } = await command('paxos-acceptor', fileOf(SOLUTION), '--json', ...STATES)
  const words: string[] = JSON.parse(output).checks.map(
    (check: { bounds: { words: string } }) => check.bounds.words,
  )
  expect(words[0]).toMatch(
    /^3 acceptors, 2 ballots; every message arrives once, in any order; nobody crashes: every interleaving, [\d,]+ states/,
  )
})

test('ordinary code trips over no guard', async () => {
  const { exit, output } = await command('paxos-acceptor', fileOf(ORDINARY), '--json')
  expect(JSON.parse(output).diagnostics).toEqual([])
  expect(exit).toBe(0)
})

test('the same seed gives the same report', async () => {
  const file = fileOf(SOLUTION)
  const [one, other] = [
    await command('paxos-acceptor', file, '--json', '--seed', '7', ...STATES),
    await command('paxos-acceptor', file, '--json', '--seed', '7', ...STATES),
  ]
  expect(one.output).toBe(other.output)
})

test('a counterexample is valid by the schema, and the schema refuses another shape', async () => {
  const { output } = await command('paxos-acceptor', 'exercises/paxos-acceptor/starter.ts', '--json')
  const report = JSON.parse(output)
  expect(valid(report), JSON.stringify(valid.errors)).toBe(true)
  expect(report.checks.some((check: { trace: unknown }) => check.trace !== null)).toBe(true)
  expect(valid({ ...report, verdict: 'perhaps' })).toBe(false)
})
