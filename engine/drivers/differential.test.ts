/** The explorer against a naive search that shares no code with it, on small random systems. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ActorModel } from '../actors/actor-model.ts'
import { fields } from '../actors/fields.ts'
import type { AnyNodeDefinition, System, View } from '../actors/system.ts'
import { type NaiveResult, type NaiveState, naiveSearch } from '../testing/naive.ts'
import { exploreSystem, exploredRows } from '../testing/search.ts'
import { type Table, tableSystem, tables } from '../testing/table-protocol.ts'

/** Systems with more states are left out: the naive search would take too long. */
const STATES_MAX = 250

/** Runs a check on random systems, with the naive search's answer. The seed is fixed: a test must not find things on some days only. */
function onRandomSystems(
  numRuns: number,
  kind: 'always' | 'sometimes' | 'eventually',
  check: (table: Table, naive: NaiveResult) => void,
): void {
  let small = 0
  fc.assert(
    fc.property(tables, (table) => {
      const naive = naiveSearch(tableSystem(table, kind), { statesMax: STATES_MAX })
      if (!naive.complete) return
      small++
      check(table, naive)
    }),
    { numRuns, seed: 20260101, endOnFailure: true },
  )
  expect(small).toBeGreaterThan(numRuns / 3)
}

/** A row in the form of the naive search. */
function decoded(model: ActorModel, row: Int32Array): string {
  const { nodes } = model.system
  const places = nodes.map((_, node) => row[node]!)
  const state: NaiveState = {
    nodes: places.map((place, node) => {
      const { up, state, disk, timers, history } = model.behaviour.locals.values[model.localAt(node, place)]!
      return { up, state, disk, timers: [...timers], history }
    }),
    network: places
      .flatMap((place, node) =>
        model.inboxAt(node, place).map((message) => {
          const { from, type, fields } = model.messageData(message)
          return JSON.stringify([node, from, type, fields])
        }),
      )
      .sort(),
    faults: {
      drop: model.faultCount(row, 'drop'),
      duplicate: model.faultCount(row, 'duplicate'),
      crash: model.faultCount(row, 'crash'),
    },
  }
  return JSON.stringify(state)
}

describe('on random systems, the explorer and a naive search agree', () => {
  test('on the set of states, level by level', () => {
    const kinds = new Set<string>()
    onRandomSystems(120, 'sometimes', (table, naive) => {
      const { model, rows, exploration } = exploredRows(tableSystem(table, 'sometimes'), {
        statesMax: STATES_MAX * 4,
      })
      expect(exploration.complete).toBe(true)
      expect(exploration.states).toBe(naive.keys.length)
      expect(exploration.depth).toBe(naive.levels.length - 1)
      expect(rows.map((row) => decoded(model, row)).sort()).toEqual([...naive.keys].sort())
      if (naive.keys.length > 5) {
        kinds.add(
          `${table.network.duplicates} ${table.network.drops} ${table.crashes?.restart} ${table.crashes?.limit}`,
        )
      }
    })
    // Every kind of network met every kind of crash.
    expect(kinds.size).toBeGreaterThan(20)
  })

  test('on the number of steps, where no fault has a limit', () => {
    onRandomSystems(90, 'sometimes', (table, naive) => {
      const { network, crashes } = table
      if (network.drops > 0 || network.duplicates === 1 || typeof crashes?.limit === 'number') return
      expect(exploreSystem(tableSystem(table, 'sometimes')).steps).toBe(naive.steps)
    })
  })

  for (const kind of ['always', 'sometimes', 'eventually'] as const) {
    test(`on the length of a shortest run for “${kind}”`, () => {
      let found = 0
      onRandomSystems(90, kind, (table, naive) => {
        const finding = exploreSystem(tableSystem(table, kind)).findings[0]
        expect(finding?.loopFrom !== undefined).toBe(naive.loops.length > 0)
        if (finding?.loopFrom === undefined)
          expect(finding?.actions.length ?? null).toBe(naive.lengths['goal'] ?? null)
        if (finding && finding.actions.length > 0) found++
      })
      expect(found).toBeGreaterThan(10)
    })
  }
})

describe('crashes in the middle of a handler', () => {
  test('that the explorer leaves out lead to no violation that it does not find otherwise', () => {
    let violated = 0
    onRandomSystems(120, 'always', (table) => {
      if (table.crashes === null) return
      const system = tableSystem(table, 'always')
      const all = naiveSearch(system, { statesMax: STATES_MAX * 4, cuts: 'all' })
      if (!all.complete) return
      expect(exploreSystem(system).findings.length > 0).toBe('goal' in all.lengths)
      if ('goal' in all.lengths) violated++
    })
    expect(violated).toBeGreaterThan(10)
  })

  test('that the explorer takes are needed: a vote that is sent before it is written can be given twice', () => {
    const system = hastyVoter()
    expect(naiveSearch(system, { cuts: 'none' }).lengths).toEqual({})
    const [finding] = exploreSystem(system).findings
    expect(finding?.actions).toContainEqual(
      expect.objectContaining({ kind: 'deliver', to: 'V', crashAfter: 1 }),
    )
    expect(finding?.actions.length).toBe(naiveSearch(system, { cuts: 'all' }).lengths['one vote'])
  })

  // The claim of `Behaviour.cuts` is about what is sent and written. That a node was to send something and never will,
  // is a loss, and losses are switched on by `network.drops`. So a dead end is not looked for behind such a crash.
  test('that only lose a message lead to no dead end', () => {
    const system = hastyVoter('eventually')
    expect(naiveSearch(system, { cuts: 'all' }).lengths).toHaveProperty('both were told')
    expect(exploreSystem(system).findings).toEqual([])
  })
})

/** A voter that votes once, and remembers it on its disk, but only after it has told. Two candidates ask it. */
function hastyVoter(kind: 'always' | 'eventually' = 'always'): System {
  const candidate: AnyNodeDefinition = {
    init(ctx) {
      ctx.send('V', 'ask', {})
      return { elected: false }
    },
    on: { vote: (state) => (state.elected = true) },
  }
  const voter: AnyNodeDefinition = {
    init: () => ({ voted: false }),
    on: {
      ask(state, _message, ctx) {
        if (kind === 'always' && state.voted) return
        state.voted = true
        if (kind === 'eventually') ctx.persist(state)
        ctx.reply('vote', {})
        if (kind === 'always') ctx.persist(state)
      },
    },
    restart: (disk) => disk ?? { voted: false },
  }
  const elected = (view: View): number => view.filter(({ seen }) => seen === true).length
  return {
    nodes: [
      { id: 'C1', role: 'candidate', definition: candidate },
      { id: 'C2', role: 'candidate', definition: candidate },
      { id: 'V', role: 'voter', definition: voter },
    ],
    roles: {
      candidate: {
        sends: { ask: fields({}) },
        observe: ({ state }) => (state as { elected: boolean }).elected,
      },
      voter: { sends: { vote: fields({}) }, observe: () => null },
    },
    network: { duplicates: 0, drops: 0 },
    crashes: { roles: ['voter'], limit: 1, restart: 'at once' },
    properties: [
      kind === 'always'
        ? { id: 'one vote', kind, violated: (view) => (elected(view) > 1 ? {} : null) }
        : { id: 'both were told', kind, reached: (view) => elected(view) === 2 },
    ],
  }
}
