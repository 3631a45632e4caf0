/**
 * What is pinned of the exercise raft-safety: the sizes of its searches, how long the runs are that it shows, and what has happened before a
 * trial begins, with answers that ask first, wait, or do nothing.
 */
import { readFileSync, readdirSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import { Run } from '../../engine/drivers/run.ts'
import { simulate } from '../../engine/drivers/simulate.ts'
import type { View } from '../../engine/actors/system.ts'
import type { Answer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/raft-safety/exercise.ts'
import { logsIn } from '../../exercises/raft-replication/properties.ts'

const FOLDER = 'exercises/raft-safety'
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

describe('raft-safety', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd({ ...exercise, configurations: explored }, loaded('solution.ts'))
    expect(verdict).toBe('passed')
    const states = explored.map(({ id }) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      behind: 9_699,
      shorter: 93,
      longer: 81,
      'figure-8': 26_262,
      'figure-8-again': 1_663,
      stalemate: 266,
      'two-terms': 4_331,
      votes: 231,
      'other-leader': 8,
      repeats: 21_635,
      crash: 23_014,
      'leads-after-others': 914,
      rewritten: 225,
      contradicted: 32_449,
      'carried-out': 92,
      four: 500,
      'asked-again': 3_095,
      deposed: 93,
    })
  }, 60_000)

  it.each([
    ['no-check-of-the-log', 'behind/leader-completeness 12'],
    ['later-term-is-enough', 'shorter/leader-completeness 20'],
    ['longer-is-newer', 'longer/leader-completeness 33'],
    ['both-have-to-be-larger', 'stalemate/elected none'],
    ['commits-older-terms-by-counting', 'figure-8/leader-completeness 36'],
    ['older-terms-along-with-its-last', 'figure-8-again/leader-completeness 39'],
    ['votes-of-older-terms', 'two-terms/one-leader 7'],
    ['vote-not-on-disk', 'votes/one-vote 4'],
    ['counts-a-voter-twice', 'repeats/majority 5'],
    ['log-not-on-disk', 'crash/on-majority 9'],
    ['keeps-its-match-index', 'leads-after-others/on-majority 55'],
    ['truncation-not-on-disk', 'rewritten/on-majority 19'],
    ['refuses-with-its-length', 'contradicted/applied none'],
    ['keeps-its-votes', 'four/majority 6'],
    ['drops-repeated-commands', 'asked-again/committed none'],
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

  it.each(right.filter((file) => !/begins-with-an-entry|takes-over/.test(file)))(
    'is as it was meant with %s',
    (file) => {
      const answer = loaded(file)
      for (const [id, expected] of Object.entries({
        shorter: 'A leads 1: x1 y1, B: x1 y1, C: x1',
        longer: 'A leads 2: x2, B: x2, C: u1 v1',
        'figure-8': 'A: x1, B: , C leads 2: z2',
        stalemate: 'A: x1 y1, B leads 2: z2, C: z2',
      }))
        expect([id, begins(id, answer)]).toEqual([id, expected])
      expect(begins('figure-8-again', answer)).toMatch(/^A leads 3: x1 y3, B: , C( leads 2)?: z2$/)
    },
  )
})

describe('partitions', () => {
  /** Two servers lead in different terms, and in one place they have different entries, of which the earlier leader's is not committed. */
  function divided(view: View): { first: string; second: string } | null {
    const leaders = logsIn(view).filter(({ seen: { now } }) => now?.role === 'leader')
    for (const { id: first, seen: early } of leaders)
      for (const { id: second, seen: late } of leaders) {
        if (early.now!.term >= late.now!.term) continue
        const differs = early.now!.log.some(({ term }, place) => {
          const other = late.now!.log[place]
          return other !== undefined && other.term !== term && place >= early.now!.commitIndex
        })
        if (differs) return { first, second }
      }
    return null
  }

  it('leave two leaders with different entries, which is no failure, and all is carried out by all in time', () => {
    const healed = exercise.configurations.find(({ id }) => id === 'healed')!
    if (healed.driver !== 'simulate') throw new Error('healed has clocks')
    const declared = healed.system(loaded('solution.ts'))
    const { runs, stepsMax, milliseconds: millisecondsMax } = healed
    const found = (system: typeof declared): readonly string[] => {
      const search = simulate(system, { runs, stepsMax, seed: 1, millisecondsMax })
      let next = search.next()
      while (!next.done) next = search.next()
      return next.value.findings.map(({ property }) => system.properties[property]!.id)
    }
    expect(
      found({ ...declared, properties: [{ id: 'divided', kind: 'always', violated: divided }] }),
    ).toEqual(['divided'])
    expect(found(declared)).toEqual([])
  }, 60_000)
})
