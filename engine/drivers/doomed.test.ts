/** From which step on a failing run could not be saved. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition, Network, System, SystemProperty } from '../actors/system.ts'
import type { Action } from '../model.ts'
import { type Edge, type Graph, fairSets, graphModel, withoutGoal } from '../testing/fair-loops.ts'
import { duel, waitingCommit } from '../testing/liveness-systems.ts'
import { exploreSystem } from '../testing/search.ts'
import { counter, openRole, pingPong, seen, small } from '../testing/small-systems.ts'
import { doomedAt } from './doomed.ts'
import { takeLasso } from './lasso.ts'
import { Run } from './run.ts'

/** Where the run that is found in a system was doomed. */
function doom(system: System, statesMax?: number): number | null {
  const { actions, loopFrom } = exploreSystem(system).findings[0]!
  return doomOf(system, actions, loopFrom, statesMax)
}

function doomOf(
  system: System,
  actions: readonly Action[],
  loopFrom?: number,
  statesMax?: number,
): number | null {
  const run = loopFrom === undefined ? new Run(system) : takeLasso(system, actions, loopFrom).run
  if (loopFrom === undefined) for (const action of actions) run.take(action)
  return doomedAt(run.model, run.rows, 0, statesMax)
}

const asking = (values: readonly number[]): AnyNodeDefinition => ({
  init(ctx) {
    for (const v of values) ctx.send('R', 'accept', { v })
    return {}
  },
  on: {},
})

/** It asks for the value of each permission that it gets, until it is told to stop. */
const permitted: AnyNodeDefinition = {
  init: () => ({ stopped: false }),
  on: {
    stop: (state) => void (state.stopped = true),
    permit(state, { v }, ctx) {
      if (!state.stopped) ctx.send('R', 'accept', { v })
    },
  },
}

const permitting = (values: readonly number[]): AnyNodeDefinition => ({
  init(ctx) {
    for (const v of values) ctx.send('Q', 'permit', { v })
    ctx.send('Q', 'stop', {})
    return {}
  },
  on: {},
})

const accepting: AnyNodeDefinition = {
  init: () => ({ accepted: [] }),
  on: { accept: (state, { v }) => void state.accepted.push(v) },
}

const accepted = (view: Parameters<typeof seen>[0]): number[] => seen(view, 'R')['accepted'] as number[]

const ONE_VALUE: SystemProperty = {
  id: 'one value',
  kind: 'always',
  violated: (view) => (new Set(accepted(view)).size > 1 ? {} : null),
}

/** P asks R to accept 1, and Q may ask for other values, if it is permitted to before it is stopped. */
const accepts = (
  permits: readonly number[],
  network: Network = { duplicates: 0, drops: 0 },
  property = ONE_VALUE,
): System => ({
  nodes: Object.entries({ P: asking([1]), Q: permitted, R: accepting, S: permitting(permits) }).map(
    ([id, definition]) => ({ id, role: 'node', definition }),
  ),
  roles: { node: openRole('accept', 'permit', 'stop') },
  network,
  crashes: null,
  properties: [property],
})

const deliver = (from: string, to: string, type: string, fields: object): Action => ({
  kind: 'deliver',
  to,
  message: { from, type, fields },
})
const permit = (v: number): Action => deliver('S', 'Q', 'permit', { v })
const accept = (from: string, v: number): Action => deliver(from, 'R', 'accept', { v })

describe('a run that violates “always”', () => {
  const run = [permit(2), accept('P', 1), accept('Q', 2)]

  test('is doomed once two conflicting accepts are on their way', () => {
    const system = accepts([2])
    expect(exploreSystem(system).findings[0]?.actions).toHaveLength(3)
    expect(doomOf(system, run)).toBe(1)
    // In whichever order the rest comes.
    expect(doomOf(system, [accept('P', 1), permit(2), accept('Q', 2)])).toBe(2)
  })

  test('is doomed although a fault could save it', () => {
    expect(doomOf(accepts([2], { duplicates: 0, drops: 1 }), run)).toBe(1)
  })

  test('is not doomed before a fault that saves it', () => {
    const system = accepts([2, 3], { duplicates: 0, drops: 1 })
    const { message, to } = accept('Q', 2) as Extract<Action, { kind: 'deliver' }>
    const saved = [
      permit(2),
      { kind: 'drop', to, message } as const,
      permit(3),
      accept('P', 1),
      accept('Q', 3),
    ]
    expect(doomOf(system, saved)).toBe(3)
  })

  test('is not doomed as long as the order of what is on its way decides', () => {
    const order: SystemProperty = {
      ...ONE_VALUE,
      violated: (view) => (accepted(view).join() === '2,1' ? {} : null),
    }
    // Until R has accepted 2, it may be 1 that comes first.
    expect(doomOf(accepts([2], undefined, order), [permit(2), accept('Q', 2), accept('P', 1)])).toBe(2)
  })

  test('has nothing to say where the last step alone decides', () => {
    const first: SystemProperty = {
      ...ONE_VALUE,
      violated: (view) => (accepted(view)[0] === 2 ? {} : null),
    }
    expect(doomOf(accepts([2], undefined, first), [permit(2), accept('Q', 2)])).toBe(null)
  })

  test('may be doomed from the start', () => {
    const system = {
      ...accepts([]),
      nodes: accepts([]).nodes.map((node) =>
        node.id === 'P' ? { ...node, definition: asking([1, 2]) } : node,
      ),
    }
    expect(doom(system)).toBe(0)
  })

  test('is left open where too many states would have to be looked at', () => {
    const within = (states: number): number | null => doomOf(accepts([2]), run, undefined, states)
    expect([1, 5, 14].map(within)).toEqual([null, null, null])
    expect([15, 100].map(within)).toEqual([1, 1])
  })

  test('is left open where a handler fails in what might have been', () => {
    const system = accepts([2])
    const fragile: AnyNodeDefinition = {
      ...permitted,
      on: {
        ...permitted.on,
        stop: () => {
          throw new Error('never tried')
        },
      },
    }
    const nodes = system.nodes.map((node) => (node.id === 'Q' ? { ...node, definition: fragile } : node))
    expect(doomOf({ ...system, nodes }, run)).toBe(null)
  })
})

describe('a run that never reaches its goal', () => {
  const answered: SystemProperty = {
    id: 'answered',
    kind: 'eventually',
    reached: (view) => seen(view, 'A')['pongs'] === 1,
  }

  test('is doomed by the loss of the only message that leads there', () => {
    const system = pingPong({ network: { duplicates: 0, drops: 1 }, properties: [answered] })
    const ticking = small(
      { ...Object.fromEntries(system.nodes.map(({ id, definition }) => [id, definition])), C: counter(2) },
      system,
    )
    expect(exploreSystem(ticking).findings[0]?.actions).toHaveLength(3)
    expect(doom(ticking)).toBe(1)
  })

  test('has nothing to say where that is the last step', () => {
    expect(doom(pingPong({ network: { duplicates: 0, drops: 1 }, properties: [answered] }))).toBe(null)
  })

  test('is doomed by the crash after which it goes round for ever', () => {
    expect(doom(waitingCommit('waits', 'never'))).toBe(1)
    expect(doom(waitingCommit('asks participants', 'never'))).toBe(1)
  })

  test('is never doomed where each time round there is another way', () => {
    expect(doom(duel(false))).toBe(null)
  })

  test('is left open where too many states would have to be looked at', () => {
    expect(doom(waitingCommit('asks participants', 'never'), 5)).toBe(null)
  })
})

/** Random graphs, and a walk through them. */
const walks = fc
  .record({
    goal: fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 2 }),
    kinds: fc.array(fc.constantFrom('fair', 'fair', 'fair', 'unfair', 'fault'), {
      minLength: 4,
      maxLength: 4,
    }),
    edges: fc.array(fc.record({ from: fc.nat(6), to: fc.nat(6), action: fc.nat(3) }), {
      minLength: 7,
      maxLength: 20,
      size: 'max',
    }),
    choices: fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }),
  })
  .map(({ goal, kinds, edges, choices }) => {
    const graph: Graph = {
      initial: [0],
      goal: new Set(goal),
      edges: edges.map(({ from, to, action }) => ({
        from,
        to,
        action: `act ${action}`,
        kind: kinds[action] as Edge['kind'],
      })),
    }
    const states = [0]
    for (const choice of choices) {
      const next = graph.edges.filter(({ from }) => from === states.at(-1))
      if (next.length > 0) states.push(next[choice % next.length]!.to)
    }
    return { graph, states }
  })

test.each(['always', 'eventually'] as const)(
  'on random graphs “%s” is doomed as the definition has it',
  (kind) => {
    const seen = { none: 0, start: 0, later: 0 }
    fc.assert(
      fc.property(walks, ({ graph, states }) => {
        const model = graphModel(graph, kind)
        const rows = states.map((at) => model.rowOf({ at }))
        const calm = graph.edges.filter((edge) => edge.kind !== 'fault')
        const isSaved = (state: number): boolean => {
          const from = { ...graph, initial: [state], edges: calm }
          if (kind === 'always') return fairSets(from).length > 0
          return [...graph.goal].some((goal) => withoutGoal({ ...from, goal: new Set() }).has(goal))
        }
        const last = states.length - 1
        const lastSaved = states.findLastIndex(isSaved)
        const expected = lastSaved + 1 < last ? lastSaved + 1 : null
        expect(doomedAt(model, rows, 0)).toBe(expected)
        seen[expected === null ? 'none' : expected === 0 ? 'start' : 'later']++
      }),
      { numRuns: 1_500, seed: 20260101, endOnFailure: true },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(60)
  },
)
