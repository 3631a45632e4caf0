/** Systems that wait or go round for ever, and their twins that don't; and that a loop is one when it is taken. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ActorModel } from '../actors/actor-model.ts'
import { Behaviour } from '../actors/behaviour.ts'
import { LiveMessages } from '../actors/live-messages.ts'
import type { AnyNodeDefinition, Network, System } from '../actors/system.ts'
import { type Action, faultOf } from '../model.ts'
import { whole } from '../testing/golden.ts'
import { duel, election, electionOfRounds, waitingCommit } from '../testing/liveness-systems.ts'
import { exploreSystem, exploreToEnd } from '../testing/search.ts'
import { openRole } from '../testing/small-systems.ts'
import { tableSystem, tables } from '../testing/table-protocol.ts'
import { type Lasso, takeLasso } from './lasso.ts'
import { exploreReduced } from './reduce.ts'
import { Run, replay } from './run.ts'

/** The loop that is found in a system, taken. */
function loopOf(system: System): Lasso {
  const { findings, complete } = exploreSystem(system)
  expect(complete).toBe(true)
  expect(findings).toHaveLength(1)
  const { actions, loopFrom } = findings[0]!
  return takeLasso(system, actions, loopFrom!)
}

const holds = (system: System): void =>
  expect(exploreSystem(system)).toMatchObject({ findings: [], undecided: [], complete: true })

const loopActions = ({ actions, loopFrom }: Lasso): Action[] => actions.slice(loopFrom - 1)

/** What is wrong with a run as a fair one that never reaches the goal of the system's only property. */
function problems(system: System, { actions, loopFrom }: Pick<Lasso, 'actions' | 'loopFrom'>): string[] {
  const run = new Run(system)
  const found: string[] = []
  /** For each action that is possible throughout the loop and makes a difference: its text. */
  let leftOut: Set<string> | null = null
  actions.forEach((action, index) => {
    const looping = index >= loopFrom - 1
    if (looping) {
      if (faultOf(action) !== null) found.push('there is a fault in the loop')
      const possible = run.enabled().filter((next) => mattersAfter(system, actions.slice(0, index), next))
      const texts = new Set(possible.map((next) => JSON.stringify(next)))
      leftOut = leftOut === null ? texts : new Set([...leftOut].filter((text) => texts.has(text)))
    }
    if (run.hasHeld(0)) found.push('the goal is reached')
    run.take(action)
  })
  for (const action of actions.slice(loopFrom - 1)) leftOut!.delete(JSON.stringify(action))
  if (!run.isBackAt(loopFrom - 1)) found.push('the loop does not return')
  if (leftOut!.size > 0) found.push(`left out: ${[...leftOut!].join()}`)
  return found
}

/** Does an action do more, after these, than to take a message out of the network? Nodes that stay down do nothing. */
function mattersAfter(system: System, actions: readonly Action[], next: Action): boolean {
  if (next.kind === 'restart' && system.crashes?.restart !== 'later') return false
  const run = new Run(system)
  for (const action of actions) run.take(action)
  const length = run.record.frames.length
  const step = run.take(next)
  if (step.changed.length > 0) return true
  const [before, after] = [run.record.frames[length - 1]!, run.record.frames[length]!]
  const text = (one: typeof before): string => JSON.stringify(one.nodes)
  const known = new Set(
    [...run.record.started, ...run.record.steps.slice(0, -1).flatMap(({ sent }) => sent)].map(textOf),
  )
  const isNew = ({ absorbed, ...message }: (typeof step.sent)[number]): boolean =>
    !absorbed && !(system.network.duplicates === 'unlimited' && known.has(textOf(message)))
  return text(before) !== text(after) || step.sent.some(isNew)
}

const textOf = ({
  from,
  to,
  type,
  fields,
}: {
  from: string
  to: string
  type: string
  fields: unknown
}): string => JSON.stringify([from, to, type, fields])

describe('two-phase commit whose coordinator is gone', () => {
  test('leaves participants waiting that have voted', () => {
    const [finding] = exploreSystem(waitingCommit('waits', 'never')).findings
    expect(finding).not.toHaveProperty('loopFrom')
    expect(finding?.actions.map(({ kind }) => kind)).toEqual(['crash', 'deliver', 'deliver'])
  })

  test('leaves participants asking each other for ever', () => {
    const system = waitingCommit('asks participants', 'never')
    const lasso = loopOf(system)
    expect(problems(system, lasso)).toEqual([])
    // The crash is behind; each has its say.
    const loop = loopActions(lasso)
    expect(loop).toHaveLength(6)
    expect(new Set(loop.flatMap((action) => ('node' in action ? action.node : [])))).toEqual(
      new Set(['P1', 'P2']),
    )
  })

  test('leaves participants asking it and each other for ever', () => {
    const system = waitingCommit('asks in turn', 'never')
    const lasso = loopOf(system)
    expect(problems(system, lasso)).toEqual([])
    // Every message of the loop is in the network already: what is left is that the timers fire.
    expect(loopActions(lasso).map(({ kind }) => kind)).toEqual(['fire', 'fire', 'fire', 'fire'])
  })

  test.each(['waits', 'asks participants', 'asks in turn'] as const)(
    'holds nobody up where it restarts: the participant %s',
    (uncertain) => {
      holds(waitingCommit(uncertain, 'later'))
      holds(waitingCommit(uncertain, 'at once'))
    },
  )
})

describe('two proposers of Paxos', () => {
  test('pre-empt each other for ever', () => {
    const system = duel(false)
    const lasso = loopOf(system)
    expect(problems(system, lasso)).toEqual([])
    const loop = loopActions(lasso)
    const retries = loop.flatMap((action) => (action.kind === 'fire' ? action.node : []))
    expect(retries).toEqual(['P', 'Q', 'P', 'Q'])
    expect(loop).toHaveLength(36)
  })

  test('come to a decision where one gives way', () => {
    holds(duel(true))
  })

  test('are told apart by a ring of ballots as by ballots that rise', () => {
    // The handlers throw where the ring would compare two ballots wrongly.
    const risen = exploreSystem({ ...duel(false, 14), properties: [] })
    expect(risen).toMatchObject({ failure: null, complete: true })
    expect(risen.states).toBeGreaterThan(4_000)
  })
})

describe('an election', () => {
  test.each([[[1, 1]], [[2, 2]], [[1, 1, 1]]])(
    'with the same timeout everywhere, %j, may never end',
    (timeouts) => {
      const system = election(timeouts)
      expect(problems(system, loopOf(system))).toEqual([])
    },
  )

  test.each([[[1, 2]], [[1, 2, 2]], [[2, 3, 4]]])('with different timeouts, %j, ends', (timeouts) => {
    holds(election(timeouts))
  })

  test('with timeouts that are drawn ends, where two different ones may be drawn', () => {
    const same = [
      [1, 1],
      [2, 2],
    ] as const
    const { findings } = exploreToEnd(electionOfRounds(same))
    expect(findings[0]).toMatchObject({ loopFrom: 1 })
    // Both draws are possible in each round, so each happens: a loop of one of them would not be fair.
    const names = findings[0]!.actions.map((action) => (action.kind === 'act' ? action.parameters : []))
    expect(names).toEqual(same.map((draw) => [...draw]))
    expect(exploreToEnd(electionOfRounds([...same, [1, 2]])).findings).toEqual([])
  })
})

test('a loop of a random system is a fair run without the goal', () => {
  let loops = 0
  fc.assert(
    fc.property(tables, (table) => {
      const system = tableSystem(table, 'eventually')
      const { findings, hit } = exploreSystem(system, { statesMax: 400 })
      const finding = findings[0]
      if (hit !== null || finding?.loopFrom === undefined) return
      loops++
      const { actions, loopFrom } = finding
      expect(problems(system, { actions, loopFrom })).toEqual([])
    }),
    { numRuns: 1_000, seed: 20260101, endOnFailure: true },
  )
  expect(loops).toBeGreaterThan(10)
})

describe('a loop that is taken', () => {
  /** A tells B whenever its timer fires, which changes A; B ignores it, and never answers. */
  const telling = (network: Network): System => {
    const teller: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('tick')
        return { odd: false }
      },
      on: {},
      timers: {
        tick(state, ctx) {
          state.odd = !state.odd
          ctx.send('B', 'tell', { odd: state.odd })
          ctx.setTimer('tick')
        },
      },
    }
    return {
      nodes: [
        { id: 'A', role: 'node', definition: teller },
        { id: 'B', role: 'node', definition: { init: () => ({}), on: { tell: () => undefined } } },
      ],
      roles: { node: openRole('tell') },
      network,
      crashes: null,
      properties: [{ id: 'never', kind: 'eventually', reached: () => false }],
    }
  }
  const found = (system: System) => {
    const behaviour = new Behaviour(system)
    const live = new LiveMessages(system, behaviour, new Set())
    return exploreToEnd(new ActorModel(system, { behaviour, live })).findings[0]!
  }

  test('leads back though it was found with dead messages left out: they are delivered', () => {
    const system = telling({ duplicates: 0, drops: 0 })
    const { actions, loopFrom } = found(system)
    expect({ kinds: actions.map(({ kind }) => kind), loopFrom }).toEqual({
      kinds: ['fire', 'fire'],
      loopFrom: 1,
    })
    expect(() => replay(system, actions, loopFrom)).toThrow(/diverged-loop/)
    const lasso = takeLasso(system, actions, loopFrom!)
    expect(lasso.actions.map(({ kind }) => kind)).toEqual(['fire', 'fire', 'deliver', 'deliver'])
    expect(lasso.loopFrom).toBe(1)
    expect(replay(system, lasso.actions, lasso.loopFrom)).toMatchObject({ loopFrom: 1 })
  })

  test('leads back where messages stay in the network: the first time round puts them there', () => {
    const system = telling({ duplicates: 'unlimited', drops: 0 })
    const { actions, loopFrom } = found(system)
    const lasso = takeLasso(system, actions, loopFrom!)
    expect(lasso.actions.map(({ kind }) => kind)).toEqual(['fire', 'fire', 'fire', 'fire'])
    expect(lasso.loopFrom).toBe(3)
    expect(problems(system, lasso)).toEqual([])
  })

  test('is refused where it does not lead back, and where it is none', () => {
    const system = telling({ duplicates: 'unlimited', drops: 0 })
    const tick: Action = { kind: 'fire', node: 'A', timer: 'tick' }
    expect(() => takeLasso(system, [tick, tick, tick], 3)).toThrow(/diverged-loop/)
    expect(() => takeLasso(system, [tick], 2)).toThrow(/diverged-loop/)
    expect(() => replay(system, [tick], 2)).toThrow(/diverged-loop/)
  })

  test('says in words that it goes on', () => {
    const { run, loopFrom } = loopOf(waitingCommit('asks participants', 'never'))
    expect(whole({ ...run.record, loopFrom }).slice(-2)).toEqual([
      ' 9  P2 receives uncertain from P1 and sends nothing.',
      'And so on from step 4, for ever.',
    ])
  })
})

describe('where states stand for one another', () => {
  const explored = (system: System) => {
    const search = exploreReduced(system, { statesMax: 100_000, stepsMax: 10_000_000 })
    for (;;) {
      const next = search.next()
      if (next.done) return next.value
    }
  }

  test('a loop is found all the same, in the states themselves', () => {
    const system = waitingCommit('asks participants', 'never')
    const { findings, undecided, symmetric } = explored(system)
    expect({ undecided, symmetric }).toEqual({ undecided: [], symmetric: [] })
    const { actions, loopFrom } = findings[0]!
    expect(problems(system, takeLasso(system, actions, loopFrom!))).toEqual([])
  })

  test('there is nothing to repeat where there is no loop', () => {
    const { findings, undecided, symmetric } = explored(waitingCommit('waits', 'later'))
    expect({ findings, undecided, symmetric }).toEqual({
      findings: [],
      undecided: [],
      symmetric: [['P1', 'P2']],
    })
  })
})
