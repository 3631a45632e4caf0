/**
 * What is pinned of the exercise paxos-proposer: the sizes of its searches, and the acceptors that it puts around an answer.
 * Answers are looked at in paxos-proposer-answers.test.ts.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import { NO_REDUCTIONS } from '../../engine/drivers/reduce.ts'
import type { Answer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { scopeOf } from '../../engine/scope.ts'
import { en } from '../../engine/text/en.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import acceptorExercise from '../../exercises/paxos-acceptor/exercise.ts'
import exercise, { acceptor, system } from '../../exercises/paxos-proposer/exercise.ts'
import solution from '../../exercises/paxos-proposer/solution.ts'

const FOLDER = 'exercises/paxos-proposer'
const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')

/** What the exercise calls its roles and what it counts, from the front matter of the text. */
const [, frontMatter = ''] = /^---\n([\s\S]*?)\n---/.exec(readFileSync(`${FOLDER}/en.mdx`, 'utf8'))!
const { scope: scopeWords } = parse(frontMatter) as { scope: Record<string, string> }

/** The solution on proposers of its choice; the others do nothing. */
function onlyWhere(works: (self: NodeId, proposers: readonly NodeId[]) => boolean): AnyNodeDefinition {
  const { propose, promise } = solution.on
  return {
    ...solution,
    on: {
      propose(state, message, ctx) {
        if (works(ctx.self, ctx.nodes('proposer'))) propose!(state, message, ctx)
      },
      promise: promise!,
    },
  }
}

describe('the bounds of a trial', () => {
  it.each(exercise.configurations.map((configuration) => [configuration.id, configuration] as const))(
    'say how many proposers, acceptors and requests %s has',
    (_id, { system: declare, counts }) => {
      const declared = declare({ definition: solution, probe: null })
      const count = (role: string) => declared.nodes.filter((node) => node.role === role).length
      expect(scopeInWords(scopeOf(declared, counts), scopeWords, en)).toMatch(
        new RegExp(
          `^${count('proposer')} proposers, ${count('acceptor')} acceptors?, ${counts!.requests} requests?[,;] `,
        ),
      )
    },
  )
})

describe('the acceptors around an answer', () => {
  it.each(['calm', 'two-ballots', 'three-ballots', 'scattered'])(
    'are right by the exercise paxos-acceptor, in %s without crashes',
    (id) => {
      const configuration = acceptorExercise.configurations.find((one) => one.id === id)!
      const calm = {
        ...configuration,
        system: (answer: Answer) => ({ ...configuration.system(answer), crashes: null }),
      }
      const answer = { definition: acceptor({ nacks: true }), probe: null }
      const { verdict } = gradeToEnd({ ...acceptorExercise, configurations: [calm] }, answer)
      expect(verdict).toBe('passed')
    },
  )

  it('answer no prepare and take no proposal of a proposer that they don’t hear', () => {
    const trial = {
      proposers: ['A'],
      requests: [{ proposer: 'A', v: 8 }],
      acceptors: { X: {}, Y: { hears: [] }, Z: { hears: [] } },
      goals: ['decided' as const],
    }
    const configuration = { id: 'deaf', driver: 'explore' as const, statesMax: 1_000 }
    const report = gradeToEnd(
      { ...exercise, configurations: [{ ...configuration, system: (answer) => system(trial, answer) }] },
      { definition: solution, probe: null },
    )
    expect(
      report.checks.filter(({ verdict }) => verdict === 'failed').map(({ property }) => property),
    ).toEqual(['decided'])
  })
})

describe('paxos-proposer', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd(
      { ...exercise, configurations: explored },
      { definition: solution, probe: null },
    )
    expect(verdict).toBe('passed')
    const states = explored.map(({ id }) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      alone: 1_030,
      'old-proposals': 218,
      'two-proposers': 415,
      repeats: 12_726,
      'four-acceptors': 1_174,
      'five-acceptors': 3_778,
      refused: 1_614,
      'told-again': 21_940,
      'nacks-far-b': 7_667,
      'nacks-far-a': 7_346,
      'refused-and-crashed': 184,
      'many-attempts': 36,
      'crashes-far-b': 15_185,
      'crashes-far-a': 12_714,
    })
  }, 60_000)

  it('searches this many states where nothing is left out', () => {
    const [alone] = explored
    const { checks } = gradeToEnd(
      { ...exercise, configurations: [alone!] },
      { definition: solution, probe: null },
      { reductions: NO_REDUCTIONS },
    )
    expect(checks[0]!.states).toBe(19_501)
  }, 60_000)

  it.each([0, 1])(
    'refuses an answer in which proposer number %i does nothing',
    (idle) => {
      const definition = onlyWhere((self, proposers) => self !== proposers[idle])
      expect(gradeToEnd(exercise, { definition, probe: null }).verdict).toBe('failed')
    },
    60_000,
  )
})
