/**
 * What is pinned of the exercise raft-replication: the sizes of its searches, how long the runs are that it shows, and what has happened before a
 * trial begins, with answers that ask first, wait, or do nothing.
 */
import { readFileSync, readdirSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Answer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/raft-replication/exercise.ts'
import { logsIn } from '../../exercises/raft-replication/properties.ts'

const FOLDER = 'exercises/raft-replication'
const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')
const libraries = librariesOf(exercise.id)

/** A file of the exercise, compiled and loaded as a learner's is. */
function loaded(file: string): Answer {
  const source = readFileSync(`${FOLDER}/${file}`, 'utf8').replaceAll("'../messages'", "'./messages'")
  const { code, diagnostics } = compile(typescript, exercise.file, source, libraries, 'node')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

/** The first check without a clock that fails, with the number of its steps. */
function caught(file: string): string {
  const { checks } = gradeToEnd({ ...exercise, configurations: explored }, loaded(file))
  const failed = checks.find(({ verdict }) => verdict === 'failed')
  return failed ? `${failed.id} ${failed.trace?.actions.length ?? 'none'}` : 'nothing'
}

/** Who leads in which term when a trial begins, and the log of each server. */
function begins(id: string, answer: Answer): string {
  const system = explored.find((one) => one.id === id)!.system(answer)
  const run = new Run(system)
  for (const action of system.before ?? []) run.take(action)
  const logs = logsIn(run.view).map(({ id: server, seen: { now } }) => {
    const entries = now!.log.map(({ term, command }) => `${command}${term}`).join(' ')
    return `${server}${now!.role === 'leader' ? ` leads ${now!.term}` : ''}: ${entries}`
  })
  return logs.join(', ')
}

describe('raft-replication', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd({ ...exercise, configurations: explored }, loaded('solution.ts'))
    expect(verdict).toBe('passed')
    const states = explored.map(({ id }) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      'two-commands': 9_480,
      lost: 126,
      overwritten: 122,
      'leads-again': 1_064,
      'other-leader': 8,
      overtaken: 7_804,
      'old-answers': 7_488,
      crash: 5_358,
      'leads-after-others': 938,
      rewritten: 242,
      contradicted: 34_910,
      'carried-out': 92,
      four: 500,
      twice: 40,
    })
  }, 60_000)

  it.each([
    ['appends-again', 'two-commands/log-matching 7'],
    ['truncates-on-every-append', 'two-commands/on-majority 7'],
    ['never-goes-back', 'leads-again/committed none'],
    ['skips-the-check-on-heartbeats', 'leads-again/on-majority 28'],
    ['confirms-its-whole-log', 'overwritten/on-majority 27'],
    ['compares-commands', 'overtaken/log-matching 16'],
    ['counts-old-answers', 'old-answers/on-majority 48'],
    ['keeps-its-match-index', 'old-answers/on-majority 48'],
    ['believes-refusals', 'old-answers/on-majority 49'],
    ['log-not-on-disk', 'crash/on-majority 9'],
    ['counts-answers-of-an-earlier-lead', 'leads-after-others/on-majority 54'],
    ['truncation-not-on-disk', 'rewritten/on-majority 19'],
    ['refuses-with-its-length', 'contradicted/applied none'],
    ['carries-on-after-a-restart', 'carried-out/in-order 18'],
    ['keeps-its-votes', 'four/majority 6'],
    ['leaves-repeated-commands-out', 'twice/in-order 13'],
  ])(
    'shows what is wrong with %s',
    (mutant, expected) => {
      expect(caught(`mutants/${mutant}.ts`)).toBe(expected)
    },
    60_000,
  )
})

describe('what has happened before a trial begins', () => {
  const right = ['solution.ts', ...readdirSync(`${FOLDER}/variants`).map((name) => `variants/${name}`)]

  it.each(right.filter((file) => !file.endsWith('begins-with-an-entry.ts')))(
    'is as it was meant with %s',
    (file) => {
      const answer = loaded(file)
      expect(begins('overtaken', answer)).toBe('A leads 1: x1, B: , C leads 2: x2')
      expect(begins('old-answers', answer)).toBe('A leads 1: x1 w1, B: z2, C leads 2: z2, D: , E: ')
      expect(begins('leads-again', answer)).toBe('A leads 3: x1 y3, B: , C: , D: , E: ')
    },
  )

  it('holds the entry with which a term begins', () => {
    expect(begins('overtaken', loaded('variants/begins-with-an-entry.ts'))).toBe(
      'A leads 1: 1 x1, B: , C leads 2: 2 x2',
    )
  })

  it('is nothing where nobody stands, which the goal of the trial tells', () => {
    const { definition, probe } = loaded('solution.ts')
    const idle = { definition: { ...definition, on: {}, timers: {} }, probe }
    const trial = explored.find(({ id }) => id === 'lost')!.system(idle)
    expect(trial.before).toBeUndefined()
    expect(trial.properties.map(({ id }) => id)).toContain('applied')
  })

  it('asks for nothing afterwards where a second election could not be held', () => {
    const { definition, probe } = loaded('solution.ts')
    const election = definition.timers!.election!
    const once = (state: unknown, ctx: Parameters<typeof election>[1]): void => {
      if ((state as { currentTerm: number }).currentTerm === 0) election(state, ctx)
    }
    const answer = { definition: { ...definition, timers: { ...definition.timers, election: once } }, probe }
    const ids = explored
      .find(({ id }) => id === 'leads-again')!
      .system(answer)
      .properties.map(({ id }) => id)
    expect(ids).not.toContain('committed')
  })
})
