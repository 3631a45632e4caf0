/** How a run goes on by itself: what comes next, how far, what is lost, and what a hand may make a node do that nothing has set. */
import { describe, expect, test } from 'vitest'
import { fields, number } from '../actors/fields.ts'
import type { AnyNodeDefinition, System } from '../actors/system.ts'
import { node } from '../api.ts'
import { Fault } from '../fault.ts'
import type { Action } from '../model.ts'
import { goOn, nextByItself } from './onward.ts'
import { Run } from './run.ts'
import { LiveSystem } from './simulate-live.ts'

interface Messages {
  ask: { n: number }
  told: { n: number }
}

/** Asks every 100 ms, and once more whenever somebody makes it. */
const asker: AnyNodeDefinition = {
  ...node<{ asked: number; told: number[] }, Messages>({
    init(ctx) {
      ctx.setTimer('again', 100)
      return { asked: 0, told: [] }
    },
    on: {
      told(state, { n }) {
        state.told.push(n)
      },
    },
    timers: {
      again(state, ctx) {
        ctx.send('B', 'ask', { n: ++state.asked })
        ctx.setTimer('again', 100)
      },
      extra(_state, ctx) {
        ctx.send('B', 'ask', { n: 1_000 + Number(ctx.about) })
      },
    },
  }),
  offers: (state) => ((state as { asked: number } | null)?.asked === 1 ? ['extra:7', 'extra:8'] : []),
}

const system = (answers: (n: number) => number = (n) => n): System => ({
  nodes: [
    { id: 'A', role: 'asker', definition: asker },
    {
      id: 'B',
      role: 'answerer',
      definition: node<Record<string, never>, Messages>({
        init: () => ({}),
        on: {
          ask(_state, { n }, ctx) {
            ctx.reply('told', { n: answers(n) })
          },
        },
      }) as AnyNodeDefinition,
    },
  ],
  roles: {
    asker: { sends: { ask: fields({ n: number }) } },
    answerer: { sends: { told: fields({ n: number }) } },
  },
  network: { duplicates: 0, drops: 0 },
  crashes: { roles: ['answerer'], limit: 'unlimited', restart: 'later' },
  time: { latencies: [20] },
  properties: [],
})

const told = (run: Run): unknown => run.frame.nodes[0]!.state?.['told']
const kinds = (run: Run): string[] => run.record.steps.map(({ action }) => action.kind)

function gone(milliseconds: number, more: object = {}, run = new Run(system())): Run {
  goOn(run, { milliseconds, ...more }, 1_000)
  return run
}

describe('a run that goes on', () => {
  test('by a moment does what is due, or lets time pass to what is due next and does that', () => {
    const run = gone(0)
    expect(kinds(run)).toEqual(['pass', 'fire'])
    gone(0, {}, run)
    expect(kinds(run).slice(2)).toEqual(['pass', 'deliver'])
    // In the middle of a moment, it is brought to its end.
    run.take({ kind: 'pass', milliseconds: 20 })
    gone(0, {}, run)
    expect(kinds(run).slice(5)).toEqual(['deliver'])
    expect(told(run)).toEqual([1])
  })

  test('for so long goes so far at least, and does what is due then', () => {
    const run = gone(230)
    expect(run.frame.now).toBe(240)
    expect(told(run)).toEqual([1, 2])
    expect(gone(240).frame).toEqual(run.frame)
  })

  test('until somebody is told stops there', () => {
    const run = gone(1_000, { heardBy: 'asker' })
    expect(run.frame.now).toBe(140)
    expect(kinds(run).at(-1)).toBe('deliver')
    expect(gone(1_000, { heardBy: 'answerer' }).frame.now).toBe(120)
  })

  test('takes no more steps than it may, tells of each, and can be none', () => {
    const run = new Run(system())
    const taken: Action[] = []
    goOn(run, { milliseconds: 10_000 }, 7, (action) => taken.push(action))
    expect(taken).toEqual(run.record.steps.map(({ action }) => action))
    expect(taken).toHaveLength(7)
    goOn(run, { milliseconds: 10_000 }, 0)
    expect(run.length).toBe(7)
  })

  test('leaves who has crashed where it is, and what can’t arrive waits or is lost', () => {
    const cut: Action = { kind: 'partition', groups: [['A'], ['B']] }
    for (const strike of [cut, { kind: 'crash', node: 'B' } as const]) {
      const waiting = new Run(system())
      waiting.take(strike)
      gone(300, {}, waiting)
      expect(waiting.frame.inFlight).toHaveLength(3)
      expect(kinds(waiting)).not.toContain('restart')
      const losing = new Run(system())
      losing.take(strike)
      gone(320, { unreachable: 'lost' }, losing)
      // The one that has just been sent is not due yet.
      expect(losing.frame.inFlight.map(({ arrivesIn }) => arrivesIn)).toEqual([20])
      expect(kinds(losing).filter((kind) => kind === 'drop')).toHaveLength(3)
    }
    // What arrives is not lost.
    expect(kinds(gone(330, { unreachable: 'lost' }))).not.toContain('drop')
    expect(nextByItself(new Run(system()), 'lost')).toEqual({ kind: 'pass', milliseconds: 100 })
  })

  test('that meets a fault keeps what was before it', () => {
    const run = new Run(
      system((n) => {
        if (n === 2) throw new Error('no')
        return n
      }),
    )
    expect(() => gone(1_000, {}, run)).toThrow(Fault)
    expect(told(run)).toEqual([1])
    expect(run.frame.now).toBe(220)
  })
})

describe('what a hand may make a node do', () => {
  const offered = (run: Run) => run.handActions().filter((action) => action.kind === 'fire')

  test('is on offer in the states that say so, and is done at once', () => {
    const run = new Run(system())
    expect(offered(run)).toEqual([])
    gone(0, {}, run)
    expect(offered(run)).toEqual([
      { kind: 'fire', node: 'A', timer: 'extra:7', early: true },
      { kind: 'fire', node: 'A', timer: 'extra:8', early: true },
    ])
    run.take(offered(run)[1]!)
    expect(run.frame.inFlight.map(({ fields: sent }) => (sent as { n: number }).n)).toContain(1_008)
    // The timers that were set go on.
    expect(run.frame.nodes[0]!.timers).toEqual(['again'])
    gone(60, {}, run)
    expect(told(run)).toEqual([1, 1_008])
  })

  test('can’t be done where it is not on offer, nor by itself', () => {
    const run = new Run(system())
    const extra: Action = { kind: 'fire', node: 'A', timer: 'extra:7', early: true }
    expect(() => run.take(extra)).toThrow(Fault)
    gone(0, {}, run)
    expect(() => run.take({ kind: 'fire', node: 'A', timer: 'extra:7' })).toThrow(Fault)
    expect(run.enabled().filter(({ kind }) => kind === 'fire')).toEqual([])
    run.take({ kind: 'crash', node: 'A' })
    expect(offered(run)).toEqual([])
    expect(() => run.take(extra)).toThrow(Fault)
  })

  test('is done in a run of live states as in one by hand', () => {
    const extra = (number: number): Action => ({
      kind: 'fire',
      node: 'A',
      timer: `extra:${number}`,
      early: true,
    })
    const live = new LiveSystem(system(), null, { recorded: true })
    expect(live.take(extra(7))).toBe(false)
    for (const action of [
      { kind: 'pass', milliseconds: 100 },
      { kind: 'fire', node: 'A', timer: 'again' },
    ])
      expect(live.take(action as Action)).toBe(true)
    expect(live.take({ kind: 'fire', node: 'A', timer: 'extra:8' })).toBe(false)
    expect(live.take(extra(9))).toBe(false)
    expect(live.take(extra(8))).toBe(true)
    const run = new Run(system())
    for (const action of live.actions!) run.take(action)
    expect(live.nodes[0]!.state).toEqual(run.frame.nodes[0]!.state)
    expect(live.pending.map(({ fields: sent }) => sent)).toEqual(
      run.frame.inFlight.map(({ fields: sent }) => sent),
    )
    expect(live.nodes[0]!.timers).toEqual(['again'])
  })
})
