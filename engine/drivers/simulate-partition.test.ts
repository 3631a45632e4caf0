/** Partitions in random runs: who is parted, for how long, that nothing arrives across, and that what needs it to is found wrong. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition, Network, Partitions, System } from '../actors/system.ts'
import { Fault } from '../fault.ts'
import { type Action, faultOf } from '../model.ts'
import { raft } from '../testing/raft.ts'
import { exploreSystem, simulateSystem } from '../testing/search.ts'
import { openRole, pingPong, seen, small } from '../testing/small-systems.ts'
import { en } from '../text/en.ts'
import { failurePast } from '../trace/record.ts'
import { describeStep } from '../trace/transcript.ts'
import { Run, replay } from './run.ts'
import { chooserOf } from './simulate.ts'
import { LiveSystem } from './simulate-live.ts'
import { shorten } from './simulate-shorten.ts'

const MILLISECONDS = [40, 90]

/** Five servers that say something to each other and to a client every few milliseconds; each counts what it hears from whom. */
function talkers(partitions: Partitions, network: Partial<Network> = {}): System {
  const talker: AnyNodeDefinition = {
    init(ctx) {
      ctx.setTimer('talk', 5)
      return { heard: {} as Record<string, number> }
    },
    on: {
      ping: (state, _message, ctx) => void (state.heard[ctx.from] = (state.heard[ctx.from] ?? 0) + 1),
    },
    timers: {
      talk(_state, ctx) {
        for (const id of [...ctx.nodes('server'), 'C']) if (id !== ctx.self) ctx.send(id, 'ping', {})
        ctx.setTimer('talk', 5)
      },
    },
  }
  const servers = ['A', 'B', 'D', 'E', 'F']
  return {
    ...small({}, { network: { duplicates: 0, drops: 0, partitions, ...network } }),
    nodes: [
      ...servers.map((id) => ({ id, role: 'server', definition: talker })),
      { id: 'C', role: 'client', definition: { init: () => ({}), on: { ping: () => undefined } } },
    ],
    roles: { server: openRole('ping'), client: openRole() },
    time: { latencies: [1, 2, 3] },
  }
}

/** The actions of a random run. */
function drawn(system: System, seed: number, steps: number): readonly Action[] {
  const live = new LiveSystem(system, null, { recorded: true })
  const chooser = chooserOf(live, seed)
  while (live.steps < steps && chooser.step());
  return live.actions!
}

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

describe('a partition', () => {
  const system = talkers({ roles: ['server'], limit: 2, milliseconds: MILLISECONDS })

  test('parts the nodes of its roles into two sides of every size, and all others reach both', () => {
    const sizes = new Set<number>()
    const cuts = seeds
      .flatMap((seed) => drawn(system, seed, 1_500))
      .filter(({ kind }) => kind === 'partition')
    for (const cut of cuts) {
      const { groups } = cut as Extract<Action, { kind: 'partition' }>
      expect(groups).toHaveLength(2)
      expect(groups.every((group) => group.includes('C'))).toBe(true)
      expect([...groups.flat().filter((id) => id !== 'C')].sort()).toEqual(['A', 'B', 'D', 'E', 'F'])
      for (const group of groups) sizes.add(group.length - 1)
    }
    expect([...sizes].sort()).toEqual([1, 2, 3, 4])
  })

  test('lasts as long as it was drawn for, and until something happens; then the network heals', () => {
    let whole = 0
    for (const seed of seeds.slice(0, 12)) {
      const run = new Run(system)
      let since: number | null = null
      let count = 0
      for (const action of drawn(system, seed, 900)) {
        run.take(action)
        const { now } = run.record.frames.at(-1)!
        if (action.kind === 'partition') {
          expect(since).toBe(null)
          since = now!
          count++
        }
        if (action.kind !== 'heal') continue
        expect(now! - since!).toBeGreaterThanOrEqual(MILLISECONDS[0]!)
        // Somebody talks every 5 ms: it can't have taken longer until something happened.
        expect(now! - since!).toBeLessThan(MILLISECONDS[1]! + 5)
        since = null
        whole++
      }
      expect(count).toBeLessThanOrEqual(2)
    }
    expect(whole).toBeGreaterThan(5)
  })

  test('lets nothing across while it lasts, and all that waited after it', () => {
    let late = 0
    for (const seed of seeds.slice(0, 8)) {
      const run = new Run(system)
      for (const action of drawn(system, seed, 900)) {
        const { groups, inFlight, now } = run.record.frames.at(-1)!
        const step = run.take(action)
        if (action.kind !== 'deliver') continue
        const { from, to, sentAt } = step.received!
        if (groups) expect(groups.some((group) => group.includes(from) && group.includes(to))).toBe(true)
        const sent = run.record.frames[sentAt]!.now!
        if (now! - sent > 3) late++
        expect(inFlight).toContain(step.received)
      }
    }
    expect(late).toBeGreaterThan(20)
  })

  test('loses what goes across in some runs, where any message may be lost', () => {
    const lossy = talkers({ roles: ['server'], limit: 1, milliseconds: MILLISECONDS }, { drops: Infinity })
    const shares = seeds.slice(0, 20).map((seed) => {
      const run = new Run(lossy)
      let [across, lost] = [0, 0]
      for (const action of drawn(lossy, seed, 600)) {
        const { groups } = run.record.frames.at(-1)!
        run.take(action)
        if (!groups || action.kind !== 'drop') continue
        const parted = !groups.some(
          (group) => group.includes(action.to) && group.includes(action.message.from),
        )
        if (parted) across++
        else lost++
      }
      return across - lost
    })
    expect(shares.filter((share) => share > 10).length).toBeGreaterThan(2)
    expect(shares.filter((share) => share <= 0).length).toBeGreaterThan(2)
  })

  test('without clocks lasts for some steps', () => {
    const untimed: Network = { duplicates: 0, drops: 0, partitions: { roles: ['server'], limit: 2 } }
    const lengths = seeds.flatMap((seed) => {
      const actions = drawn(raft(3, { network: untimed }), seed, 600)
      const begins = actions.flatMap(({ kind }, index) => (kind === 'partition' ? [index] : []))
      const ends = actions.flatMap(({ kind }, index) => (kind === 'heal' ? [index] : []))
      expect(begins.length).toBeLessThanOrEqual(2)
      return ends.map((end, index) => end - begins[index]!)
    })
    expect(lengths.length).toBeGreaterThan(20)
    expect(Math.min(...lengths)).toBeGreaterThan(0)
    expect(Math.max(...lengths)).toBeGreaterThan(40)
    expect(Math.max(...lengths)).toBeLessThan(80)
  })

  test('is drawn by its weight alone where each action is drawn alike', () => {
    const system = pingPong({
      network: { duplicates: 0, drops: 0, partitions: { roles: ['node'], limit: 1 } },
    })
    const kinds = seeds.map((seed) => {
      const live = new LiveSystem(system, null, { recorded: true })
      const chooser = chooserOf(live, seed, 'uniform')
      while (chooser.step());
      return live.actions!.map(({ kind }) => kind).join()
    })
    // The run ends when nothing is left to do; a network that was cut has been made whole for that.
    expect(new Set(kinds)).toContain('partition,heal,deliver,deliver')
    expect(new Set(kinds)).toContain('deliver,partition,heal,deliver')
    expect(kinds.every((text) => text.split(',').filter((kind) => kind === 'deliver').length === 2)).toBe(
      true,
    )
  })

  test('of a timed system needs to be told how long it lasts', () => {
    const endless = talkers({ roles: ['server'], limit: 1 })
    expect(() => new Run(endless)).toThrow(Fault)
    expect(() => new Run(talkers({ roles: ['server'], limit: 1, milliseconds: [0.5] }))).toThrow(Fault)
  })
})

/** A leads as long as it hears from B; B takes over when it has heard nothing for a while. Right only if silence means death. */
function takeover(partitions?: Partitions): System {
  const beat: AnyNodeDefinition['init'] = (ctx) => {
    ctx.setTimer('beat', 0)
    if (ctx.self === 'B') ctx.setTimer('silence', 60)
    return { leads: ctx.self === 'A', beats: 0 }
  }
  const node: AnyNodeDefinition = {
    init: beat,
    on: { ping: (_state, _message, ctx) => ctx.self === 'B' && ctx.setTimer('silence', 60) },
    timers: {
      beat(state, ctx) {
        if (ctx.self === 'A') ctx.send('B', 'ping', {})
        ctx.setTimer('beat', 20)
        state.beats++
      },
      silence: (state) => void (state.leads = true),
    },
  }
  return {
    ...small(
      { A: node, B: node, C: node },
      { network: { duplicates: 0, drops: 0, ...(partitions && { partitions }) } },
    ),
    time: { latencies: [1, 5] },
    properties: [
      {
        id: 'one-leader',
        kind: 'always',
        violated: (view) =>
          seen(view, 'A')['leads'] === true && seen(view, 'B')['leads'] === true ? { leaders: 2 } : null,
      },
    ],
  }
}

describe('what takes silence for death', () => {
  const bounds = { runs: 200, stepsMax: 300, seed: 1 }
  const parted = takeover({ roles: ['node'], limit: 2, milliseconds: [20, 200] })

  test('is found wrong by a partition and by nothing else', () => {
    expect(simulateSystem(takeover(), bounds).findings).toEqual([])
    expect(
      simulateSystem(takeover({ roles: ['node'], limit: 2, milliseconds: [1, 30] }), bounds).findings,
    ).toEqual([])
    expect(
      simulateSystem(takeover({ roles: ['nobody'], limit: 2, milliseconds: [200] }), bounds).findings,
    ).toEqual([])
    expect(
      simulateSystem(takeover({ roles: ['node'], limit: 0, milliseconds: [200] }), bounds).findings,
    ).toEqual([])
    expect(simulateSystem(parted, bounds).findings).toMatchObject([{ what: 'violation' }])
  })

  test('the run that shows it is cut down to the one partition, replays, and says so', () => {
    const [finding] = simulateSystem(parted, bounds).findings
    const { actions, minimised } = shorten(parted, finding!)
    expect(minimised.minimal).toBe(true)
    expect(actions.filter((action) => faultOf(action) !== null)).toHaveLength(1)
    expect(actions.filter(({ kind }) => kind === 'heal')).toEqual([])
    const record = replay(parted, actions)
    expect(seen(new Run(parted).view, 'B')['leads']).toBe(false)
    const cut = record.steps.find(({ action }) => action.kind === 'partition')!
    expect(describeStep(cut, en, record)).toMatch(/^The network is cut: [ABC ]+ \| [ABC ]+\.$/)
    expect(record.frames.at(-1)!.groups).not.toBe(null)
    // What did not arrive has no place in the order of causes; the cut is what the failure rests on all the same.
    expect(failurePast(record)).toContain(cut.number)
  })

  test('an exploration leaves partitions out', () => {
    const states = (system: System) => exploreSystem(system, { statesMax: 3_000 })
    const { findings, states: count } = states(parted)
    expect({ findings, count }).toEqual({ findings: [], count: states(takeover()).states })
  })
})

describe('once faults have stopped', () => {
  test('the network is whole, so that what waits for the other side comes to its end', () => {
    const network: Network = {
      duplicates: 0,
      drops: 0,
      partitions: { roles: ['server'], limit: 3 },
    }
    const settle = { within: 400 }
    const settling = { runs: 60, stepsMax: 700, seed: 1, settle }
    expect(simulateSystem(raft(3, { commands: 4, network }), settling)).toMatchObject({
      seed: null,
      failure: null,
    })
    const never = { ...raft(3, { commands: 4, network, broken: 'never-enters-again' as const }) }
    const [finding] = simulateSystem(never, settling).findings
    expect(finding).toMatchObject({ what: 'unsettled' })
    const calm = finding!.actions.slice(finding!.calmFrom)
    expect(calm.filter((action) => faultOf(action) !== null)).toEqual([])
    const run = new Run(never)
    for (const action of finding!.actions) run.take(action)
    expect(run.record.frames.at(-1)!.groups).toBe(null)
  })

  test('at a moment: a run that is cut down keeps the end of a partition, and has no fault after it', () => {
    const parted = takeover({ roles: ['node'], limit: 2, milliseconds: [20, 60] })
    // Any run comes to it, so that all may be left out of it but the time that passes.
    const system: System = {
      ...parted,
      crashes: { roles: ['node'], limit: 1, restart: 'later' },
      time: { ...parted.time!, faultsUntil: 100 },
      properties: [
        {
          id: 'late',
          kind: 'always',
          violated: (view) => (Number(seen(view, 'C')['beats']) > 8 ? { beats: 8 } : null),
        },
      ],
    }
    const bounds = { runs: 40, stepsMax: 2_000, seed: 1, millisecondsMax: 1_000 }
    let cut = 0
    for (const seed of seeds.slice(0, 20)) {
      const [finding] = simulateSystem(system, { ...bounds, runs: 1, seed }).findings
      const { actions } = shorten(system, finding!)
      for (const given of [finding!.actions, actions]) {
        const run = new Run(system)
        for (const action of given) {
          const frame = run.record.frames.at(-1)!
          const isCalm = frame.now! >= 100
          if (isCalm) expect(faultOf(action)).toBe(null)
          if (isCalm && frame.groups) expect(action.kind).toBe('heal')
          if (isCalm && !frame.groups && frame.nodes.some(({ up }) => !up))
            expect(action.kind).toBe('restart')
          if (action.kind === 'partition') cut++
          run.take(action)
        }
      }
    }
    expect(cut).toBeGreaterThan(4)
  })

  test('a cut that was still there heals at once, with clocks and without', () => {
    const systems = [
      talkers({ roles: ['server'], limit: 1, milliseconds: [5_000] }),
      raft(3, { network: { duplicates: 0, drops: 0, partitions: { roles: ['server'], limit: 1 } } }),
    ]
    for (const system of systems) {
      const live = new LiveSystem(system, null, { recorded: true })
      const chooser = chooserOf(live, 1)
      expect(
        live.take({
          kind: 'partition',
          groups: [
            ['A', 'S1'],
            ['B', 'S2'],
          ].map((group) => group.filter((id) => live.nodes.some((node) => node.id === id))),
        }),
      ).toBe(true)
      expect(live.isCut).toBe(true)
      expect(chooser.fairStep()).toBe(true)
      expect(live.actions!.at(-1)).toEqual({ kind: 'heal' })
      expect(live.isCut).toBe(false)
    }
  })
})
