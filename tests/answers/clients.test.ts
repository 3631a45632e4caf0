/** Answers that are the code of clients, on the command line and in the gate of the exercises. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv'
import { afterAll, describe, expect, test } from 'vitest'
import { SOURCES, lineOf } from '../../engine/testing/small-client-exercise.ts'
import { gradeCommand } from '../../engine/tools/grading/command.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** As the command line calls an exercise that does not lie in exercises/. */
const EXERCISE = '../tests/answers/clients/client-exercise'

const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-clients-'))
afterAll(() => rmSync(folder, { recursive: true }))

const schema = JSON.parse(readFileSync(path.join(ROOT, 'docs/report.schema.json'), 'utf8')) as object
const valid = new Ajv({ allErrors: true }).compile(schema)

let files = 0
async function command(source: string, ...more: string[]): Promise<{ exit: number; output: string }> {
  const file = path.join(folder, `answer-${++files}.ts`)
  writeFileSync(file, source)
  let output = ''
  const terminal = { write: (text: string) => void (output += text), looking: false, colours: false }
  const { exit, complaint } = await gradeCommand(['grade', EXERCISE, file, ...more], terminal)
  expect(complaint).toBe('')
  return { exit, output }
}

interface Told {
  readonly line: number
  readonly severity: string
  readonly message: string
}

async function report(source: string, ...more: string[]) {
  const { exit, output } = await command(source, '--json', ...more)
  const json = JSON.parse(output)
  expect(valid(json), JSON.stringify(valid.errors)).toBe(true)
  const told = (json.diagnostics as Told[]).map(
    ({ line, severity, message }) => `${line} ${severity}: ${message}`,
  )
  return { exit, json, told }
}

describe('on the command line', () => {
  test('the solution passes, with nothing to say about it', async () => {
    const { exit, json, told } = await report(SOURCES.solution)
    expect(told).toEqual([])
    expect(exit).toBe(0)
    expect(json.checks.map(({ verdict }: { verdict: string }) => verdict)).toEqual(Array(4).fill('passed'))
  })

  test('a failure is told with the lines of the answer', async () => {
    const { exit, output } = await command(SOURCES.looksFirst)
    const [before, after] = output.split('4  B receives null from redis and asks redis SET lock B.\n')
    expect(before).toContain('A and B are inside at once. Fails after 8 steps')
    expect(after).toMatch(
      new RegExp(`^ +.*answer-\\d+\\.ts:${lineOf(SOURCES.looksFirst)} {2}await redis\\.set`),
    )
    expect(exit).toBe(1)
  })

  test('its comparison with the solution is there for who asks', async () => {
    expect((await command(SOURCES.neverReleases)).output).not.toMatch(/solution/i)
    expect((await command(SOURCES.neverReleases, '--compare')).output).toContain(
      'The solution would have asked: DEL lock to redis.',
    )
    const { json } = await report(SOURCES.throws, '--compare')
    const failed = json.checks.find(({ verdict }: { verdict: string }) => verdict === 'failed')
    expect(failed.comparison).toMatchObject({
      kind: 'ended',
      process: true,
      ended: { answer: { kind: 'thrown', error: 'Error: too late' }, solution: null },
    })
  })

  test('a bound is told, with what grew', async () => {
    const { exit, json } = await report(SOURCES.counts)
    expect(json.checks[0].message).toMatch(
      /bound of 5,000 states\. The process [AB] stood at the same `await`/,
    )
    expect(exit).toBe(2)
    expect(json.checks[0].growth).toMatchObject({ component: 'process', field: 'variables' })
  })

  test.each<[keyof typeof SOURCES, RegExp]>([
    ['endlessLoop', /error: The code at line \d+ has turned 1,000,000 times/],
    ['foreignPromise', /error: What is awaited here is no promise of the course’s/],
    ['random', /error: `Math\.random` can’t be used here/],
  ])('%s is an error with its line', async (name, says) => {
    const { exit, told } = await report(SOURCES[name])
    expect(told).toContainEqual(expect.stringMatching(new RegExp(`^${lineOf(SOURCES[name])} ${says.source}`)))
    expect(exit).toBe(3)
  })

  test('a type error is told, and the answer is run anyway', async () => {
    const { exit, told } = await report(SOURCES.typeError)
    expect(told).toEqual([
      expect.stringMatching(
        new RegExp(`^${lineOf(SOURCES.typeError)} error: .*not assignable to type 'number'`),
      ),
    ])
    expect(exit).toBe(0)
  })

  test('what the library does not have is a type error, and ends the process where it is called', async () => {
    const { told } = await report(SOURCES.unknownMethod)
    const line = lineOf(SOURCES.unknownMethod)
    expect(told).toContainEqual(expect.stringMatching(new RegExp(`^${line} error: .*'lock' does not exist`)))
    expect(told).toContainEqual(expect.stringMatching(new RegExp(`^${line} warning: .*redis\\.lock is not`)))
  })

  test('a file of a node is no answer to it', async () => {
    const { exit, told } = await report('export default { init: () => ({}), on: {} }\n')
    expect(told).toEqual([expect.stringMatching(/exports no function `main`/)])
    expect(exit).toBe(3)
  })

  test('a call that hangs is stopped, with its line', async () => {
    const source = SOURCES.solution.replace(
      "await redis.del('lock')",
      "void redis;\n  /^(a+)+$/.test('a'.repeat(50) + token + '!') // HERE",
    )
    const { exit, told } = await report(source)
    expect(told).toEqual([expect.stringMatching(new RegExp(`^${lineOf(source)} error: Nothing was heard`))])
    expect(exit).toBe(3)
  })
})

test('the gate of the exercises takes a folder of clients’ files', async () => {
  const gate = path.join(ROOT, 'engine/tools/check-exercises.ts')
  const output = await new Promise<string>((resolve) =>
    execFile(process.execPath, [gate, path.join(ROOT, 'tests/answers/clients')], (_error, text, errors) =>
      resolve(text + errors),
    ),
  )
  expect(output).toMatch(/✓ {2}variants\/one-function-each +passed/)
  expect(output).toMatch(/✓ {2}mutants\/keeps-it +fails two\/done, 6 steps/)
  expect(output).toMatch(/✓ {2}mutants\/never-waits +error/)
  expect(output).toContain('1 exercise, nothing wrong')
})
