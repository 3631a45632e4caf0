/** The command line for exercises that take a run: exit codes, JSON, and a clear message for every way to go wrong. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv'
import { afterAll, describe, expect, test } from 'vitest'
import { gradeCommand } from '../../engine/tools/grading/command.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-runs-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Ran {
  readonly exit: number
  readonly output: string
  readonly errors: string
}

async function command(...parameters: string[]): Promise<Ran> {
  let output = ''
  const terminal = { write: (text: string) => void (output += text), looking: false, colours: false }
  const { exit, complaint } = await gradeCommand(['grade', ...parameters], terminal)
  return { exit, output, errors: complaint }
}

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(path.join(ROOT, 'docs', name), 'utf8')) as object
const ajv = new Ajv({ allErrors: true })
ajv.addSchema(schemaOf('report.schema.json'), 'report.schema.json')
const valid = ajv.compile(schemaOf('run-report.schema.json'))

/** The report as JSON, valid by its schema. */
async function json(...parameters: string[]): Promise<{ exit: number; report: Record<string, unknown> }> {
  const { exit, output, errors } = await command(...parameters, '--json')
  expect(errors).toBe('')
  const report = JSON.parse(output) as Record<string, unknown>
  expect(valid(report), JSON.stringify(valid.errors)).toBe(true)
  return { exit, report }
}

let files = 0
function fileOf(text: string): string {
  const file = path.join(folder, `run-${++files}.json`)
  writeFileSync(file, text)
  return file
}

const SHORT = 'exercises/break-the-notes/breaks/a-against-itself.json'
const LONG = 'exercises/break-the-notes/breaks/with-losses.json'
const NEAR = 'exercises/break-the-notes/misses/one-accept-short.json'
const DECIDED = 'exercises/duel/misses/decided.json'
const actionsOf = (file: string): unknown[] =>
  (JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as { actions: unknown[] }).actions
const runOf = (actions: unknown, changes: object = {}): string =>
  fileOf(
    JSON.stringify({ version: 1, subject: 'break-the-notes', configuration: 'by-hand', actions, ...changes }),
  )

describe('a run', () => {
  test('0: that meets the target has passed, and is told that none is shorter', async () => {
    const { exit, output } = await command('break-the-notes', SHORT)
    expect(output).toContain('✓ Done, in 14 steps.')
    expect(output).toContain('Two values are chosen: 8 by X, Y at ballot 2, and 5 by X, Y at ballot 6.')
    expect(output).toContain('No run is shorter.')
    expect(output).toMatch(/^14 {2}Y receives accept/m)
    expect(exit).toBe(0)
  })
  test('0: that is longer than need be has passed too, and is told how long the shortest is', async () => {
    const { exit, output } = await command('break-the-notes', LONG)
    expect(output).toContain('✓ Done, in 16 steps.')
    expect(output).toContain('The shortest run has 14 steps.')
    expect(exit).toBe(0)
  })
  test('1: that does not meet it has failed', async () => {
    const { exit, output } = await command('break-the-notes', NEAR)
    expect(output).toContain('✗ Not done yet: 13 steps so far.')
    expect(exit).toBe(1)
  })
  test('1: that is lost is told where', async () => {
    const { exit, output } = await command('duel', DECIDED)
    expect(output).toContain('✗ Lost at step 12')
    expect(output).toContain('The value 5 is chosen, by X, Y at ballot 4: the duel is over.')
    expect(exit).toBe(1)
  })
  test('as JSON says the same', async () => {
    const passed = await json('break-the-notes', LONG)
    expect(passed.exit).toBe(0)
    expect(passed.report).toMatchObject({
      verdict: 'passed',
      property: 'agreement',
      brokenAt: 16,
      lostAt: null,
      steps: 16,
      shortest: { steps: 14, proven: true },
      trace: { actions: actionsOf(LONG) },
      diagnostics: [],
    })
    const failed = await json('duel', DECIDED)
    expect(failed).toMatchObject({ exit: 1, report: { verdict: 'failed', brokenAt: null, lostAt: 12 } })
  })
  test('is judged even if the shortest is not found within a small budget', async () => {
    const { exit, report } = await json('break-the-notes', SHORT, '--budget', '100')
    expect(exit).toBe(0)
    expect(report).toMatchObject({ verdict: 'passed', shortest: null })
  })
})

describe('3: a run that can’t be taken', () => {
  const actions = actionsOf(SHORT)
  test.each([
    ['is no JSON', '{\n  "version": 1,\n  "actions": [}', /^3:15 This can’t be read as JSON/],
    ['is empty', '', /^1:1 This can’t be read as JSON/],
    ['is in code', readFileSync(path.join(ROOT, 'exercises/paxos-acceptor/starter.ts'), 'utf8'), /JSON/],
  ])('because it %s', async (_, text, says) => {
    const { exit, report } = await json('break-the-notes', fileOf(text))
    const [first] = report.diagnostics as { line: number; column: number; message: string }[]
    expect(`${first!.line}:${first!.column} ${first!.message}`).toMatch(says)
    expect({ exit, verdict: report.verdict }).toEqual({ exit: 3, verdict: 'error' })
  })
  test.each([
    [
      'has a step that is none',
      [...actions.slice(0, 2), { kind: 'deliver', to: 'X' }],
      /`actions\[2\]\.message`/,
    ],
    ['has a step that can’t happen', [actions[0], actions[0]], /Step 2 \(deliver prepare 2 8 at X\)/],
    ['has a node that there is not', [{ kind: 'fire', node: 'Q', timer: 'retry' }], /Step 1 .* at Q/],
    ['has a step that is not the network’s', [{ kind: 'crash', node: 'X' }], /Step 1 \(crash\) is nothing/],
  ])('because it %s', async (_, steps, says) => {
    const { exit, report } = await json('break-the-notes', runOf(steps))
    expect((report.diagnostics as { message: string }[])[0]!.message).toMatch(says)
    expect({ exit, verdict: report.verdict }).toEqual({ exit: 3, verdict: 'error' })
  })
  test('because it belongs to another exercise', async () => {
    const { exit, output } = await command('duel', SHORT)
    expect(output).toContain('The run belongs to break-the-notes, not to the exercise duel.')
    expect(exit).toBe(3)
  })
  test('is told in words, with the steps that could be taken', async () => {
    const { exit, output } = await command('break-the-notes', runOf([actions[0], actions[0]]))
    expect(output).toContain('! The run can’t be taken to its end: 1 of 2 steps were.')
    expect(output).toMatch(/^1 {2}X receives prepare 2 8/m)
    expect(exit).toBe(3)
  })
})

describe('4: bad usage', () => {
  test.each([
    ['a seed', ['break-the-notes', SHORT, '--seed', '3'], /--seed is for answers in code/],
    ['a comparison', ['duel', DECIDED, '--compare'], /--compare is for answers in code/],
    ['a missing file', ['duel', 'nowhere.json'], /nowhere\.json/],
    ['no file', ['duel'], /Which file\?/],
  ])('%s', async (_, parameters, says) => {
    const { exit, output, errors } = await command(...parameters)
    expect(errors).toMatch(says)
    expect(output).toBe('')
    expect(exit).toBe(4)
  })
})
