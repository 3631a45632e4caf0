/** Networks that repeat messages without limit and lose them too; and what a role remembers of what its node shows. */
import { describe, expect, test } from 'vitest'
import { exploreReduced } from '../drivers/reduce.ts'
import { Run, replay } from '../drivers/run.ts'
import { simulateSystem, toEnd } from '../testing/search.ts'
import { pinger, ponger, small } from '../testing/small-systems.ts'
import type { AnyNodeDefinition, Network, NodeStep, System, SystemProperty } from './system.ts'

/** Asks until it is answered; or once. */
const asking = (again: boolean): AnyNodeDefinition => ({
  init(ctx) {
    ctx.send('B', 'ping', {})
    if (again) ctx.setTimer('again')
    return { pongs: 0 }
  },
  on: {
    pong(state, _message, ctx) {
      state.pongs = 1
      ctx.cancelTimer('again')
    },
  },
  timers: {
    again(_state, ctx) {
      ctx.send('B', 'ping', {})
      ctx.setTimer('again')
    },
  },
})

const answering: AnyNodeDefinition = {
  init: () => ({}),
  on: { ping: (_state, _message, ctx) => ctx.reply('pong', {}) },
}

const answered: SystemProperty = {
  id: 'answered',
  kind: 'eventually',
  reached: ([asker]) => (asker!.seen as { pongs: number } | null)?.pongs === 1,
}

const system = (again: boolean, network: Network): System =>
  small({ A: asking(again), B: answering }, { network, properties: [answered] })

const findings = (declared: System) =>
  toEnd(exploreReduced(declared, { statesMax: 1_000, stepsMax: Infinity })).findings

describe('a network that repeats without limit', () => {
  const lossy: Network = { duplicates: 'unlimited', drops: Infinity }

  test('keeps what was sent for ever, where nothing is lost', () => {
    expect(findings(system(false, { ...lossy, drops: 0 }))).toEqual([])
  })

  test('may lose a message for good, with all its copies, until it is sent anew', () => {
    const [finding] = findings(system(false, lossy))
    expect(finding!.actions.map(({ kind }) => kind)).toEqual(['drop'])
    expect(replay(system(false, lossy), finding!.actions).steps).toHaveLength(1)
    expect(findings(system(true, lossy))).toEqual([])
  })

  test('may lose what has arrived before, so that it does not come again', () => {
    const run = new Run(system(true, lossy))
    const ping = { to: 'B', message: { from: 'A', type: 'ping', fields: {} } }
    run.take({ kind: 'deliver', ...ping })
    run.take({ kind: 'drop', ...ping })
    expect(run.enabled()).not.toContainEqual({ kind: 'deliver', ...ping })
    run.take({ kind: 'fire', node: 'A', timer: 'again' })
    expect(run.enabled()).toContainEqual({ kind: 'deliver', ...ping })
  })
})

describe('the history of a role', () => {
  /** What each step of a node was, and how many pings it shows after it. */
  const told = {
    initial: [],
    after: (history: readonly string[], _sent: unknown, _node: string, { event, state }: NodeStep) => [
      ...history,
      `${event.kind} ${JSON.stringify(state)}`,
    ],
  }
  const declared: System = {
    ...small(
      { A: pinger, B: { ...ponger, show: (state) => ({ shown: (state as { pings: number }).pings }) } },
      { crashes: { roles: ['node'], limit: 1, restart: 'at once' } },
    ),
  }
  const remembering: System = {
    ...declared,
    roles: { node: { ...declared.roles['node']!, history: told, observe: ({ history }) => history } },
  }

  test('is told what a step was, and what properties see after it', () => {
    const run = new Run(remembering)
    run.take({ kind: 'deliver', to: 'B', message: { from: 'A', type: 'ping', fields: {} } })
    run.take({ kind: 'crash', node: 'B', restarts: true })
    expect(run.view.find(({ id }) => id === 'B')!.seen).toEqual([
      'init {"shown":0}',
      'message {"shown":1}',
      'restart {"shown":0}',
    ])
  })

  test('is the same in simulated runs', () => {
    const shows: SystemProperty = {
      id: 'shows',
      kind: 'sometimes',
      reached: (view) => (view[1]!.seen as readonly string[]).includes('message {"shown":1}'),
    }
    const { findings: found } = simulateSystem(
      { ...remembering, properties: [shows] },
      { runs: 10, stepsMax: 10, seed: 1 },
    )
    expect(found.map(({ what }) => what)).toEqual(['witness'])
  })
})
