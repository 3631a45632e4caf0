/**
 * Crashes in the middle of a handler: which ones are looked at, that those left out lose nothing, and that every driver looks
 * at the same ones.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NO_REDUCTIONS, ALL_REDUCTIONS, exploreReduced } from '../drivers/reduce.ts'
import { Run } from '../drivers/run.ts'
import { chooserOf } from '../drivers/simulate.ts'
import { LiveSystem } from '../drivers/simulate-live.ts'
import { compared, pictureOfLive, pictureOfRow } from '../testing/compared-run.ts'
import { type NaiveState, naiveSearch } from '../testing/naive.ts'
import { peersSystem, peersTables } from '../testing/peers.ts'
import { UNBOUNDED, exploreSystem, exploredRows, toEnd } from '../testing/search.ts'
import { small } from '../testing/small-systems.ts'
import { type Table, tableSystem, tables } from '../testing/table-protocol.ts'
import { ActorModel } from './actor-model.ts'
import { cutsOf } from './cuts.ts'
import type { Effect } from './execute.ts'
import { fields } from './fields.ts'
import type { AnyNodeDefinition, History, Role, System } from './system.ts'

/** Effects in short: a letter is a message, a digit what is written to the disk, a dot a timer. */
function effects(text: string): Effect[] {
  return [...text].map((one): Effect => {
    if (one === '.') return { kind: 'setTimer', line: 0, name: one }
    if (/\d/.test(one)) return { kind: 'persist', line: 0, disk: Number(one) }
    return { kind: 'send', line: 0, to: one, type: 'ping', fields: {} }
  })
}

describe('a crash in the middle of a handler is looked at', () => {
  // The disk is 0 before the handler runs.
  test.each<[string, number[], number[]]>([
    ['', [], []],
    ['a', [], []],
    ['1', [], []],
    ['ab', [], [1]],
    ['1a', [], [1]],
    ['.1.a', [], [3]],
    ['0a', [], []],
    ['a1', [1], [1]],
    ['a0', [], []],
    ['12', [1], [1]],
    ['10a', [1], [1]],
    ['a1b', [1], [1, 2]],
    ['1a1b', [], [1, 3]],
    ['1ab2', [3], [1, 2, 3]],
  ])('in %j, on an empty disk, before these effects', (text, needed, beforeSends) => {
    expect(cutsOf(effects(text), 0)).toEqual(needed)
    expect(cutsOf(effects(text), 0, true)).toEqual(beforeSends)
  })
})

/** Each kind of message that the node has sent, sorted. */
const kindsSent: History = {
  initial: [],
  after: (history: readonly string[], sent) =>
    [
      ...new Set([
        ...history,
        ...sent.map(({ to, type, fields: sent }) => `${to} ${type} ${JSON.stringify(sent)}`),
      ]),
    ].sort(),
}

/** A system with crashes before the messages of all that crash, or of nobody. */
function withCuts(system: System, beforeSends: boolean): System {
  const { crashes } = system
  if (crashes === null) return system
  return { ...system, crashes: { ...crashes, beforeSends: beforeSends ? crashes.roles : [] } }
}

/** A system whose states know what each node has sent. */
function remembering(system: System, history = kindsSent): System {
  const roles = Object.entries(system.roles).map(([name, role]): [string, Role] => [
    name,
    { ...role, history },
  ])
  return { ...system, roles: Object.fromEntries(roles) }
}

/**
 * States without the number of faults so far, each once, sorted: a crash at the end of a handler may be taken for one after
 * it, which counts for nothing where it changes nothing.
 */
function withoutFaults(keys: readonly string[]): string[] {
  const states = keys.map((key) => {
    const { nodes, network } = JSON.parse(key) as NaiveState
    return JSON.stringify([nodes, network])
  })
  return [...new Set(states)].sort()
}

/** Tables whose messages stay in the network, and whose nodes may crash. */
const repeating = tables.map((table): Table => ({
  ...table,
  network: { duplicates: 'unlimited', drops: 0 },
  crashes: table.crashes ?? { roles: ['table'], limit: 1, restart: 'at once' },
}))

describe('with crashes before messages', () => {
  test('random systems that repeat messages come to every state that any crash leads to, what was sent included', () => {
    let more = 0
    let complete = 0
    fc.assert(
      fc.property(repeating, (table) => {
        const system = withCuts(remembering(tableSystem(table, 'sometimes')), true)
        const all = naiveSearch(system, { statesMax: 120, cuts: 'all' })
        if (!all.complete) return
        complete++
        const needed = naiveSearch(system)
        expect(exploreSystem(system).states).toBe(needed.keys.length)
        expect(withoutFaults(needed.keys)).toEqual(withoutFaults(all.keys))
        const few = naiveSearch(withCuts(system, false))
        if (withoutFaults(few.keys).length < withoutFaults(all.keys).length) more++
      }),
      { numRuns: 60, seed: 20261127, endOnFailure: true },
    )
    expect(complete).toBeGreaterThan(10)
    expect(more).toBeGreaterThan(5)
  })

  test('the explorer and a naive search agree on random systems', () => {
    let complete = 0
    fc.assert(
      fc.property(tables, (table) => {
        const system = withCuts(remembering(tableSystem(table, 'sometimes')), true)
        const naive = naiveSearch(system, { statesMax: 250 })
        if (!naive.complete) return
        complete++
        expect(exploreSystem(system)).toMatchObject({
          states: naive.keys.length,
          depth: naive.levels.length - 1,
        })
      }),
      { numRuns: 50, seed: 20261127, endOnFailure: true },
    )
    expect(complete).toBeGreaterThan(20)
  })

  test.each([
    ['different nodes', tables.map((table) => tableSystem(table, 'eventually'))],
    ['equal peers', peersTables(false).map((table) => peersSystem(table, 'eventually'))],
  ] as const)('reductions change nothing: %s', (_, systems) => {
    let found = 0
    fc.assert(
      fc.property(systems, (given) => {
        const system = withCuts(given, true)
        const whole = toEnd(exploreReduced(system, { ...UNBOUNDED, statesMax: 2_000 }, NO_REDUCTIONS))
        if (whole.hit !== null) return
        const reduced = toEnd(exploreReduced(system, UNBOUNDED, ALL_REDUCTIONS))
        expect(reduced.findings.map(({ actions }) => actions.length)).toEqual(
          whole.findings.map(({ actions }) => actions.length),
        )
        if (whole.findings.length > 0) found++
      }),
      { numRuns: 50, seed: 20261127, endOnFailure: true },
    )
    expect(found).toBeGreaterThan(5)
  })

  test('each step of a random run of the simulator is the model’s', () => {
    fc.assert(
      fc.property(tables, fc.nat(1_000), (table, seed) => {
        compared(withCuts(remembering(tableSystem(table, 'sometimes')), true), seed, 30)
      }),
      { numRuns: 40, seed: 1 },
    )
  })
})

describe('a notary that writes down that it has told, and then tells', () => {
  test('is found only with crashes before messages, by the shortest run', () => {
    expect(exploreSystem(notary(false)).findings).toEqual([])
    const [finding] = exploreSystem(notary(true)).findings
    expect(finding?.actions).toContainEqual(
      expect.objectContaining({ kind: 'deliver', to: 'N', crashAfter: 1 }),
    )
    expect(finding?.actions.length).toBe(naiveSearch(notary(true), { cuts: 'all' }).lengths['told'])
  })

  test('can be led there by hand, and the rest of its handler is undone', () => {
    const [finding] = exploreSystem(notary(true)).findings
    const run = new Run(notary(true))
    for (const action of finding!.actions) run.take(action)
    expect([run.atRest, run.inspection & 1]).toEqual([true, 0])
  })

  test('comes to each of its states in random runs', () => {
    const { model, rows } = exploredRows(notary(true))
    const missing = new Set(rows.map((row) => pictureOfRow(model, row).nodes))
    expect(missing.size).toBeGreaterThan(exploredRows(notary(false)).rows.length)
    for (let seed = 1; seed <= 2_000 && missing.size > 0; seed++) {
      const live = new LiveSystem(notary(true), null)
      const chooser = chooserOf(live, seed)
      do missing.delete(pictureOfLive(live).nodes)
      while (live.steps < 20 && chooser.step())
    }
    expect([...missing]).toEqual([])
  })

  test('is not looked at for a role that does not crash', () => {
    const system = notary(true)
    const crashes = { ...system.crashes!, beforeSends: ['client'] }
    expect(() => new ActorModel({ ...system, crashes })).toThrow('unknown-role')
  })
})

test('a message whose handler changes the disk and changes it back is not left out where its node may crash', () => {
  const flipping = small(
    {
      A: {
        init(ctx) {
          ctx.send('B', 'ping', {})
          return {}
        },
        on: {},
      },
      B: {
        init(ctx) {
          ctx.persist({ half: false })
          return { half: false }
        },
        on: {
          ping(_state, _message, ctx) {
            ctx.persist({ half: true })
            ctx.persist({ half: false })
          },
        },
        restart: (disk) => disk,
      },
    },
    {
      crashes: { roles: ['node'], limit: 1, restart: 'at once' },
      properties: [
        {
          id: 'whole',
          kind: 'always',
          violated: (view) => ((view[1]!.seen as { half?: boolean }).half === true ? {} : null),
        },
      ],
    },
  )
  expect(naiveSearch(flipping).lengths).toEqual({ whole: 1 })
  expect(toEnd(exploreReduced(flipping, UNBOUNDED, ALL_REDUCTIONS)).findings).toHaveLength(1)
})

/** A client asks a notary to tell it something. Whether it was told is judged by what the notary has sent. */
function notary(beforeSends: boolean): System {
  const asking: AnyNodeDefinition = {
    init(ctx) {
      ctx.send('N', 'ask', {})
      return {}
    },
    on: {},
  }
  const telling: AnyNodeDefinition = {
    init: () => ({ told: false }),
    on: {
      ask(state, _message, ctx) {
        if (state.told) return
        state.told = true
        ctx.persist(state)
        ctx.reply('tell', {})
      },
    },
    restart: (disk) => disk ?? { told: false },
  }
  const system: System = {
    nodes: [
      { id: 'C', role: 'client', definition: asking },
      { id: 'N', role: 'notary', definition: telling },
    ],
    roles: {
      client: { sends: { ask: fields({}) }, observe: () => null },
      notary: { sends: { tell: fields({}) }, history: kindsSent },
    },
    network: { duplicates: 'unlimited', drops: 0 },
    crashes: { roles: ['notary'], limit: 'unlimited', restart: 'at once' },
    properties: [
      { id: 'told', kind: 'eventually', reached: (view) => (view[1]!.seen as readonly string[]).length > 0 },
    ],
  }
  return withCuts(system, beforeSends)
}
