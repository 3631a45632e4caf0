/** What is pinned of the exercise paxos-acceptor: the sizes of its searches, and answers that must not pass. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type AnyNodeDefinition } from '../../engine/actors/system.ts'
import { type NodeId } from '../../engine/api.ts'
import { ALL_REDUCTIONS, NO_REDUCTIONS } from '../../engine/drivers/reduce.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { scopeOf } from '../../engine/scope.ts'
import { en } from '../../engine/text/en.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import exercise from '../../exercises/paxos-acceptor/exercise.ts'
import type { Messages } from '../../exercises/paxos-acceptor/messages.ts'
import solution from '../../exercises/paxos-acceptor/solution.ts'

const verdictOf = (definition: AnyNodeDefinition) => gradeToEnd(exercise, { definition, probe: null }).verdict

/** The solution on nodes and for numbers of its choice; it ignores all other messages. */
function onlyWhere(
  listens: (self: NodeId, from: NodeId, n: number, nodes: readonly NodeId[]) => boolean,
): AnyNodeDefinition {
  const { prepare, accept } = solution.on
  return {
    ...solution,
    on: {
      prepare(state, message, ctx) {
        if (listens(ctx.self, ctx.from, message.n, ctx.nodes('acceptor'))) prepare!(state, message, ctx)
      },
      accept(state, message, ctx) {
        if (listens(ctx.self, ctx.from, message.n, ctx.nodes('acceptor'))) accept!(state, message, ctx)
      },
    },
  }
}

/** What the exercise calls its roles and what it counts, from the front matter of the text. */
const [, frontMatter = ''] = /^---\n([\s\S]*?)\n---/.exec(
  readFileSync('exercises/paxos-acceptor/en.mdx', 'utf8'),
)!
const { scope: scopeWords } = parse(frontMatter) as { scope: Record<string, string> }

describe('the bounds of a trial', () => {
  it.each(exercise.configurations.map((configuration) => [configuration.id, configuration] as const))(
    'say how many acceptors and ballots %s has',
    (_id, { system, counts }) => {
      const declared = system({ definition: solution, probe: null })
      const count = (role: string) => declared.nodes.filter((node) => node.role === role).length
      // Each proposer makes one attempt.
      expect(counts).toEqual({ ballots: count('proposer') })
      expect(scopeInWords(scopeOf(declared, counts), scopeWords, en)).toMatch(
        new RegExp(`^${count('acceptor')} acceptors, ${count('proposer')} ballots; `),
      )
    },
  )

  it('name messages and crashes', () => {
    const system = exercise.configurations[2]!.system({ definition: solution, probe: null })
    expect(scopeInWords(scopeOf(system, { ballots: 3 }), scopeWords, en)).toBe(
      '3 acceptors, 3 ballots; any message may be late, lost or repeated; any acceptor may crash and restart, any number of times',
    )
  })
})

describe('paxos-acceptor', () => {
  it.each([
    [
      'with reductions',
      ALL_REDUCTIONS,
      {
        calm: 268,
        'two-ballots': 400,
        'three-ballots': 10_982,
        'four-acceptors': 920,
        'five-acceptors': 529,
        scattered: 12_000,
      },
    ],
    [
      'without',
      NO_REDUCTIONS,
      {
        calm: 1_802,
        'two-ballots': 2_800,
        'three-ballots': 151_168,
        'four-acceptors': 5_168,
        'five-acceptors': 1_156,
        scattered: 12_000,
      },
    ],
  ])('searches this many states of the solution %s', (_, reductions, states) => {
    const configurations = exercise.configurations.filter(({ driver }) => driver === 'explore')
    const report = gradeToEnd(
      { ...exercise, configurations },
      { definition: solution, probe: null },
      { reductions },
    )
    const counts = configurations.map(({ id }) => [
      id,
      report.checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(counts)).toEqual(states)
  })

  it.each(['X', 'Y', 'Z'])('refuses an answer in which %s leaves the work to the others', (silent) => {
    expect(verdictOf(onlyWhere((self) => self !== silent))).toBe('failed')
  })

  it.each([0, 1, 2])(
    'refuses an answer in which acceptor number %i leaves the work to the others',
    (silent) => {
      expect(verdictOf(onlyWhere((self, _from, _n, nodes) => self !== nodes[silent]))).toBe('failed')
    },
  )

  it('refuses an answer that listens to even numbers only', () => {
    expect(verdictOf(onlyWhere((_self, _from, n) => n % 2 === 0))).toBe('failed')
  })

  it('refuses an answer that can listen again only after a restart', () => {
    const { prepare } = solution.on
    const busy: AnyNodeDefinition = {
      ...solution,
      on: {
        ...solution.on,
        prepare(state, message, ctx) {
          if (state.busy) return
          prepare!(state, message, ctx)
          state.busy = true
        },
      },
      restart: (disk) => ({ promised: 0, accepted: null, ...disk, busy: false }),
    }
    expect(verdictOf(busy)).toBe('failed')
  })

  it.todo('refuses an answer that lists the numbers of all trials: it would take numbers drawn from the seed')

  it('names the field that grew when an answer that counts messages ends undecided', () => {
    const counting: AnyNodeDefinition = {
      ...solution,
      init: () => ({ promised: 0, accepted: null, messages: 0 }),
      on: {
        prepare(state: { messages: number }, message: Messages['prepare'], ctx) {
          state.messages++
          solution.on.prepare!(state as never, message, ctx)
        },
        accept: solution.on.accept!,
      },
    }
    const report = gradeToEnd(exercise, { definition: counting, probe: null }, { statesMax: 20_000 })
    expect(report.verdict).toBe('inconclusive')
    const undecided = report.checks.find(({ verdict }) => verdict === 'inconclusive')!
    expect(undecided.message.code).toBe('check.inconclusive.states')
    expect(undecided.growth).toMatchObject({ component: 'field', kind: 'number', field: 'messages' })
  })
})
