/** Runs that the widgets' tests draw: the source's example, and long random ones with many nodes and faults. */
import { RELIABLE, type System } from '../../engine/actors/system.ts'
import { node } from '../../engine/api.ts'
import { replay, Run } from '../../engine/drivers/run.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { figures } from '../../src/course/paxos/figures.ts'

/** Figures 9 to 11 of the source, under its rule. */
export function sourceExample(): RunRecord {
  const figure = figures.find((one) => one.id === 'paxos/prepare')!
  if (typeof figure.script !== 'function') throw new Error('the source’s example is a script')
  return replay(figure.system('note'), figure.script('note'))
}

interface Messages {
  ask: { n: number }
  answer: { n: number; last: { n: number; by: string } | null }
  told: { n: number }
}

interface State {
  n: number
  heard: number
  last: { n: number; by: string } | null
}

const any = (): null => null

/** Askers that ask again whenever their timer fires, answerers that keep what they heard on disk, and one that is told. */
export function asking(askers: number, answerers: number): System {
  const asker = node<State, Messages>({
    init(ctx) {
      ctx.setTimer('again')
      ctx.broadcast('answerer', 'ask', { n: 1 })
      return { n: 1, heard: 0, last: null }
    },
    on: {
      answer(state) {
        state.heard += 1
      },
    },
    timers: {
      again(state, ctx) {
        state.n += 1
        ctx.setTimer('again')
        ctx.broadcast('answerer', 'ask', { n: state.n })
      },
    },
  })
  const answerer = node<State, Messages>({
    init: () => ({ n: 0, heard: 0, last: null }),
    on: {
      ask(state, { n }, ctx) {
        if (n < state.n) return
        const { last } = state
        state.n = n
        state.last = { n, by: ctx.from }
        ctx.persist(state)
        ctx.reply('answer', { n, last })
        ctx.broadcast('told', 'told', { n })
      },
    },
    restart: (disk) => disk ?? { n: 0, heard: 0, last: null },
  })
  const told = node<Record<string, never>, Messages>({ init: () => ({}), on: {} })
  return {
    nodes: [
      ...Array.from({ length: askers }, (_, index) => ({
        id: 'ABCDEF'[index]!,
        role: 'asker',
        definition: asker,
      })),
      ...Array.from({ length: answerers }, (_, index) => ({
        id: `S${index + 1}`,
        role: 'answerer',
        definition: answerer,
      })),
      { id: 'L', role: 'told', definition: told },
    ],
    roles: {
      asker: { sends: { ask: any } },
      answerer: { sends: { answer: any, told: any } },
      told: { sends: {} },
    },
    network: RELIABLE,
    crashes: null,
    properties: [],
  }
}

/** A run in which `choices` decide what happens: mostly what the protocol waits for, now and then a fault. */
export function wander(system: System, choices: readonly number[]): RunRecord {
  const run = new Run(system)
  const ids = system.nodes.map((one) => one.id)
  for (const [index, choice] of choices.entries()) {
    const enabled = run.enabled()
    const faults = [
      ...run.handActions(),
      { kind: 'partition', groups: [ids.slice(0, 1), ids.slice(1)] } as const,
    ]
    const options = enabled.length === 0 || index % 6 === 5 ? faults : enabled
    run.take(options[choice % options.length]!)
  }
  return run.record
}

/** The same choices for the same seed. */
export function choices(seed: number, length: number): number[] {
  let state = seed
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 1
    return state >>> 8
  })
}
