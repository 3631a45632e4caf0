/** Answers that are the code of clients are graded like any other: verdicts, runs with lines, bounds, errors with lines. */
import { describe, expect, test } from 'vitest'
import type { System } from './actors/system.ts'
import { processNode } from './clients/process-node.ts'
import { notes } from './clients/notes.ts'
import { redisLink } from './services/redis/link.ts'
import type { ClientAnswer, ClientExercise } from './exercise.ts'
import { gradeToEnd } from './grade.ts'
import { load } from './load.ts'
import type { CheckReport, Report } from './report.ts'
import { compiledText } from './testing/clients/compiled.ts'
import {
  EXPLORED,
  SIMULATED,
  SOURCES,
  exercise,
  lineOf,
  twoClients,
} from './testing/small-client-exercise.ts'
import { en } from './text/en.ts'
import { comparisonInWords, growthInWords } from './text/explain.ts'
import { put } from './text/words.ts'

const EXPLORES: ClientExercise = { ...exercise, configurations: [EXPLORED] }

function loaded(source: string): ClientAnswer {
  const { code } = compiledText(source)
  return load(exercise, code ?? expect.fail('it can not be compiled'))
}

/** Each answer twice: what comes out must not depend on what ran before. */
function graded(source: string, of: ClientExercise = exercise, solution?: string): Report {
  const options = solution === undefined ? {} : { solution: loaded(solution) }
  const report = gradeToEnd(of, loaded(source), options)
  expect(JSON.stringify(gradeToEnd(of, loaded(source), options))).toBe(JSON.stringify(report))
  return report
}

const check = ({ checks }: Report, id: string): CheckReport => checks.find((one) => one.id === id)!
const told = ({ diagnostics }: Report): string[] =>
  diagnostics.map(({ line, severity, words }) => `${line} ${severity} ${words.code}`)

describe('an answer in the language of clients', () => {
  test('is type-checked against the libraries that it is handed', () => {
    expect(compiledText(SOURCES.solution).diagnostics).toEqual([])
    for (const source of [SOURCES.typeError, SOURCES.unknownMethod])
      expect(compiledText(source).diagnostics).toMatchObject([
        { line: lineOf(source), severity: 'error', words: { code: 'type-error' } },
      ])
  })

  test('passes: every interleaving, and random runs', () => {
    const report = graded(SOURCES.solution)
    expect(told(report)).toEqual([])
    expect(report.verdict).toBe('passed')
    expect(report.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'two/exclusion passed',
      'two/done passed',
      'random/exclusion passed',
      'random/done passed',
    ])
    expect(check(report, 'two/done').states).toBeLessThan(100)
  })

  test('may import the values of the libraries, and is as finite then', () => {
    const source = SOURCES.solution
      .replace(
        'import type { Notes, Redis }',
        'import { CreateMode, ErrorReply, type Notes, type Redis, sleep }',
      )
      .replace(
        "await redis.del('lock')",
        "try {\n    await redis.incr('lock')\n  } catch (error) {\n    if (!(error instanceof ErrorReply)) throw error\n    notice(error)\n  }\n  await sleep(CreateMode.PERSISTENT + 1)\n  await redis.del('lock')",
      )
    const report = graded(
      `${source}\nfunction notice(error: ErrorReply) {\n  console.log(error.message)\n}\n`,
      EXPLORES,
    )
    expect(told(report)).toEqual([])
    expect(report.verdict).toBe('passed')
    expect(report.checks[0]!.states).toBeLessThan(300)
  })

  test('fails with the shortest run, whose steps carry lines', () => {
    const report = graded(SOURCES.looksFirst)
    const { verdict, trace, record } = check(report, 'two/exclusion')
    expect(verdict).toBe('failed')
    // Two requests each, and their answers.
    expect(trace!.actions).toHaveLength(8)
    const line = lineOf(SOURCES.looksFirst)
    const sets = record!.steps.filter(({ sent }) => sent.length > 0 && sent[0]!.type === 'request')
    expect(sets.map(({ node, lines, sent }) => [node, lines.includes(line), sent[0]!.line])).toEqual([
      ['A', true, line],
      ['B', true, line],
    ])
  })

  test('fails in a random run too', () => {
    const report = graded(SOURCES.looksFirst, { ...exercise, configurations: [SIMULATED] })
    expect(check(report, 'random/exclusion')).toMatchObject({ verdict: 'failed' })
    expect(check(report, 'random/exclusion').record!.steps.some(({ lines }) => lines.length > 0)).toBe(true)
  })

  test('that does nothing fails by its goal', () => {
    const nothing = graded('export async function main() {\n  await new Promise(() => undefined)\n}\n')
    expect(check(nothing, 'two/done')).toMatchObject({ verdict: 'failed' })
  })

  test('that lets somebody else wait for ever fails by a run that repeats', () => {
    const { record, message } = check(graded(SOURCES.neverReleases), 'two/done')
    expect(message.code).toBe('check.failed.loop')
    expect(record!.loopFrom).toBeGreaterThan(0)
  })
})

describe('an answer of more states than the bound', () => {
  const growing = (source: string): string => {
    const report = graded(source, {
      ...exercise,
      configurations: [{ ...EXPLORED, driver: 'explore', statesMax: 3_000 }],
    })
    expect(report.verdict).toBe('inconclusive')
    return growthInWords(report.checks[0]!.growth, en)
  }

  test('is inconclusive, and the variables that grew are named by their process', () => {
    expect(growing(SOURCES.counts)).toMatch(
      /^The process [AB] stood at the same `await` with \d\d+ different/,
    )
  })

  test('… or the names that it draws', () => {
    const source = SOURCES.counts.replace('tries++', 'void crypto.randomUUID()')
    expect(growing(source)).toMatch(/^The process [AB] drew up to \d+ names/)
  })

  test('… or the timers that it does not wait for', () => {
    const source = SOURCES.counts.replace('tries++', 'setTimeout(() => console.log(token), 1)')
    expect(growing(source)).toMatch(/^The process [AB] had up to \d+ timers pending/)
  })

  test('… or a past that can’t be compared', () => {
    const source = SOURCES.counts
      .replace(
        'let tries = 0',
        'const tries = new WeakMap<object, number>([[{}, 1]])\n  const again = (function* () { yield 1 })()',
      )
      .replace('tries++', 'void again')
      .replace('console.log(tries)', 'void tries')
    expect(growing(source)).toMatch(/^The process [AB] holds something that can’t be compared/)
  })
})

describe('an answer that can’t be run to an end', () => {
  test.each<[keyof typeof SOURCES, string]>([
    ['endlessLoop', 'endless-loop'],
    ['foreignPromise', 'foreign-promise'],
    ['random', 'forbidden-global'],
  ])('%s: error, with its line', (name, code) => {
    const report = graded(SOURCES[name])
    expect(report.verdict).toBe('error')
    expect(told(report)).toEqual([`${lineOf(SOURCES[name])} error ${code}`])
    expect(put(en, code, report.diagnostics[0]!.words.parameters)).not.toMatch(/\{/)
  })

  test('… in the middle of a run, with that run', () => {
    const source = SOURCES.solution.replace(
      "await redis.del('lock')",
      'while (token) { // HERE\n  }\n  void redis',
    )
    const report = graded(source, EXPLORES, SOURCES.solution)
    expect(told(report)).toEqual([`${lineOf(source)} error endless-loop`])
    const { record, comparison } = check(report, 'two/done')
    expect(record!.steps.length).toBeGreaterThan(1)
    expect(comparison).toMatchObject({ kind: 'threw', process: true })
  })

  test.each<[string, string, string]>([
    [
      'recursion',
      'again()\n  function again(): number {\n    return again() + 1 // HERE\n  }',
      'endless-recursion-client',
    ],
    ['promises', 'while (token) await Promise.resolve() // HERE', 'endless-promises'],
    ['requests', "for (;;) void redis.get('lock') // HERE", 'too-many-requests'],
    ['timers', 'for (;;) setTimeout(() => undefined, 1) // HERE', 'too-many-timers'],
    ['the console', 'for (;;) console.log(token) // HERE', 'too-much-logged'],
    ['a changed global', 'Promise.prototype.then = (() => 0) as never // HERE', 'patched-global'],
    ['a clock where there is none', 'await sleep(Date.now()) // HERE', 'no-clock'],
  ])('%s without end', (_, statements, code) => {
    const source = SOURCES.solution.replace("await redis.del('lock')", `void redis\n  ${statements}`)
    expect(told(graded(source))).toContain(`${lineOf(source)} error ${code}`)
  })

  test.each<[string, string, string]>([
    ['for await', 'for await (const one of [token]) void one // HERE', 'for-await'],
    ['an async generator', 'async function* each() { yield 1 } // HERE', 'async-generator'],
    ['arguments', 'const all = async () => { await 1; return arguments } // HERE', 'async-arguments'],
  ])('%s is refused by the compiler, with its line', (_, statement, code) => {
    const source = SOURCES.solution.replace("await redis.del('lock')", `void redis\n  ${statement}`)
    const { code: text, diagnostics } = compiledText(source)
    expect(text).toBeNull()
    const refused = diagnostics.find(({ words }) => words.code === code)
    expect(refused).toMatchObject({ line: lineOf(source), severity: 'error' })
    expect(en).toHaveProperty(code)
  })

  test('top-level await is refused too', () => {
    const { code, diagnostics } = compiledText(`${SOURCES.solution}\nawait sleep(1) // HERE\n`)
    expect(code).toBeNull()
    expect(diagnostics.some(({ words }) => words.code === 'top-level-await')).toBe(true)
  })

  test('a file without the function that is run says which', () => {
    const report = graded(SOURCES.missingEntry)
    expect(told(report)).toEqual(['1 error missing-entry'])
    expect(report.diagnostics[0]!.words.parameters).toMatchObject({ name: 'main' })
  })
})

describe('an error that nobody catches', () => {
  test('is no fault, but an ending of the process: the check fails, and its line is told', () => {
    const report = graded(SOURCES.throws)
    expect(report.verdict).toBe('failed')
    expect(told(report)).toEqual([`${lineOf(SOURCES.throws)} warning process-threw`])
    expect(report.diagnostics[0]!.words.parameters).toEqual({ node: 'A', error: 'Error: too late' })
  })

  test('is not told where every check passes', () => {
    const source = `${SOURCES.solution.replace('export async function main', 'async function inner')}
export async function main(tools: Tools) {
  await inner(tools)
  throw new Error('afterwards')
}
`
    const [exclusion] = EXPLORED.system(loaded(source)).properties
    const system = (answer: ClientAnswer): System => ({ ...twoClients(answer), properties: [exclusion!] })
    const report = graded(source, {
      ...exercise,
      configurations: [{ ...EXPLORED, driver: 'explore', statesMax: 5_000, system }],
    })
    expect(report).toMatchObject({ verdict: 'passed', diagnostics: [] })
  })
})

describe('beside the solution', () => {
  const compared = (source: string): string => {
    const { checks } = graded(source, EXPLORES, SOURCES.solution)
    const comparison = checks.find((one) => one.comparison)?.comparison
    if (!comparison) return 'nothing differs'
    const { where, answer, solution } = comparisonInWords(comparison, en)
    return `${where} ${answer} ${solution}`
  }

  test('other requests are the difference', () => {
    expect(compared(SOURCES.neverReleases)).toBe(
      'Step 3: A wakes up. Your code asked for nothing. The solution would have asked: DEL lock to redis.',
    )
    expect(compared(SOURCES.looksFirst)).toBe(
      'At the start. Your code began with: GET lock to redis. The solution would have asked: SET lock A NX to redis and SET lock B NX to redis.',
    )
  })

  test('an ending is one', () => {
    expect(compared(SOURCES.throws)).toBe(
      'Step 3: A wakes up. With your code A ended in this step: it threw Error: too late. With the solution it goes on.',
    )
  })

  test('how requests and timers are numbered is none, nor what is noted besides', () => {
    // Something else is under way, so that the library numbers what follows otherwise.
    const source = SOURCES.neverReleases
      .replace("notes.note('inside', true)", "notes.note('inside', true)\n  notes.note('turn', 1)")
      .replace(
        'await sleep(10)',
        'const limit = setTimeout(() => undefined, 5)\n  await sleep(10)\n  clearTimeout(limit)',
      )
    expect(compared(source)).toMatch(/Your code asked for nothing\. The solution would have asked: DEL lock/)
  })
})

describe('a process of the exercise’s own', () => {
  const withOwn = (source: string): ClientExercise => {
    const own = loaded(source)
    const system = (answer: ClientAnswer): System => {
      const { nodes, ...rest } = twoClients(answer)
      const [first, ...others] = nodes
      const setup = {
        program: own.program,
        entry: 'main',
        links: { redis: redisLink('redis'), notes: notes() },
      }
      return { ...rest, nodes: [first!, processNode('B', 'client', setup), ...others.slice(1)] }
    }
    return { ...exercise, configurations: [{ ...EXPLORED, driver: 'explore', statesMax: 5_000, system }] }
  }

  test('runs beside the answer’s', () => {
    expect(graded(SOURCES.solution, withOwn(SOURCES.solution)).verdict).toBe('passed')
  })

  test('is not the learner’s where it is at fault', () => {
    const report = graded(SOURCES.solution, withOwn(SOURCES.endlessLoop))
    expect(report.verdict).toBe('error')
    expect(report.diagnostics).toMatchObject([{ line: 0, author: {}, words: { code: 'author.threw' } }])
    expect(report.diagnostics[0]!.words.parameters['message']).toContain(
      `line ${lineOf(SOURCES.endlessLoop)}`,
    )
  })

  test('… and its errors are not told as the learner’s', () => {
    const report = graded(SOURCES.solution, withOwn(SOURCES.throws))
    expect(report.verdict).toBe('failed')
    expect(told(report)).toEqual([])
  })
})
