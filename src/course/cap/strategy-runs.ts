/**
 * A strategy of strategies.ts as nodes of the engine, so that what the enumeration says of it can be seen as a run. Every round each node
 * looks at what it knows, acts, and tells the other.
 */
import { fields, oneOf } from '../../../engine/actors/fields.ts'
import { RELIABLE, type AnyNodeDefinition, type System } from '../../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../../engine/api.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import { isLinearizable } from '../../../exercises/cp-register/properties.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { nodeOf, played } from '../services/script.ts'
import { ANSWERS, type ClientMessages, clientRole, clientsAt, history, writtenBy } from './clients.ts'
import { cut, does, over as isOver } from './register-figures.ts'
import {
  type Behaviour,
  LOOKS,
  READER_SITUATIONS,
  type Setting,
  type Strategy,
  WRITER_SITUATIONS,
  exampleOf,
} from './strategies.ts'

const WRITER = 'A'
const READER = 'B'
/** K1 asks the writer, K2 the reader. */
const ATTACHED = { K1: WRITER, K2: READER } as const

/** Milliseconds: a message arrives between two rounds. */
const ROUND = 20
const LATENCY = 5

/** What the reader answers where it answers `new`, whether anybody has asked for it or not. */
const NEW = writtenBy('K1', 1)

interface Messages extends ClientMessages {
  /** All that a node knows: what it was asked that the other can want to hear of. */
  tell: { asked: Told }
}

type Told = 'write' | 'nothing'

interface NodeState {
  /** How many rounds it has had. */
  rounds: number
  /** What was asked of it and is not answered, and at how many looks. */
  open: { id: string; client: NodeId; f: 'read' | 'write'; looks: number } | null
  asked: Told
  /** What the other has said last; null where nothing has come. */
  heard: Told | null
}

function act(strategy: Strategy, state: NodeState, ctx: Context<Messages>): void {
  const { open, heard } = state
  if (open === null || open.looks === LOOKS) return
  const look = open.looks++
  const said =
    heard === null ? 'nothing' : open.f === 'write' ? 'the other' : heard === 'write' ? 'a write' : 'no write'
  const acts = open.f === 'write' ? strategy.writer : strategy.reader
  const situations = open.f === 'write' ? WRITER_SITUATIONS : READER_SITUATIONS
  const does = acts[situations.findIndex((one) => one.look === look && one.heard === said)]!
  if (does === 'wait') return
  state.open = null
  if (does === 'refuse') ctx.send(open.client, 'refused', { id: open.id })
  else if (does === 'written') ctx.send(open.client, 'written', { id: open.id })
  else ctx.send(open.client, 'value', { id: open.id, value: does === 'new' ? NEW : null })
}

const following = (strategy: Strategy): AnyNodeDefinition =>
  node<NodeState, Messages>({
    init(ctx) {
      ctx.setTimer('round', ROUND)
      return { rounds: 0, open: null, asked: 'nothing', heard: null }
    },
    on: {
      read(state, { id }, ctx) {
        state.open = { id, client: ctx.from, f: 'read', looks: 0 }
      },
      write(state, { id }, ctx) {
        state.open = { id, client: ctx.from, f: 'write', looks: 0 }
        state.asked = 'write'
      },
      tell(state, { asked }) {
        state.heard = asked
      },
    },
    timers: {
      round(state, ctx) {
        state.rounds++
        act(strategy, state, ctx)
        ctx.broadcast('replica', 'tell', { asked: state.asked })
        ctx.setTimer('round', ROUND)
      },
    },
  })

export function strategySystem(strategy: Strategy): System {
  const definition = following(strategy)
  return {
    nodes: [...clientsAt(ATTACHED), ...[WRITER, READER].map((id) => ({ id, role: 'replica', definition }))],
    roles: {
      client: clientRole,
      replica: {
        sends: { ...ANSWERS, tell: fields({ asked: oneOf('write', 'nothing') }) },
        observe: () => null,
      },
    },
    network: { ...RELIABLE, drops: Infinity },
    crashes: { roles: ['replica'], limit: 'unlimited', restart: 'later' },
    history,
    properties: [isLinearizable],
    time: { latencies: [LATENCY] },
  }
}

/** The run of a strategy in a setting, until both have looked as often as they may. @param setting `crashed`: the writer is down from the start */
export function strategyRun(
  strategy: Strategy,
  { writes, cut: isCut, crashed = false }: Setting & { readonly crashed?: boolean },
): Run {
  const over = (rounds: number) => (frame: Frame) =>
    [WRITER, READER].every((id) => Number(nodeOf(frame, id).state?.['rounds'] ?? Infinity) >= rounds)
  return played(
    strategySystem(strategy),
    [
      ...(isCut
        ? [
            cut(
              () => true,
              [
                ['A', 'K1'],
                ['B', 'K2'],
              ],
            ),
          ]
        : []),
      ...(crashed ? [{ once: () => true, then: { kind: 'crash', node: WRITER } } as const] : []),
      ...(writes ? [does('K1', 'write')] : []),
      // Asked when the writer’s looks are over and its answer, if there is one, has arrived.
      does('K2', 'read', (frame) => over(LOOKS)(frame) && frame.inFlight.every(({ to }) => to !== 'K1')),
    ],
    // Whoever was answered in the last round has heard it by the next one.
    over(2 * LOOKS + 1),
    undefined,
    'lost',
  )
}

/** What of the behaviours in a cut network a figure shows: each breaks something else. The last is seen where nobody writes. */
export const SHOWN: Readonly<Record<string, { readonly behaviour: Behaviour; readonly writes: boolean }>> = {
  old: { behaviour: 'reads-old', writes: true },
  new: { behaviour: 'reads-new', writes: false },
  waits: { behaviour: 'read-waits', writes: true },
  refuses: { behaviour: 'write-refused', writes: true },
}

export const shownSystem = (variant: string): System => strategySystem(exampleOf(SHOWN[variant]!.behaviour))

export function shownRun(variant: string): Run {
  const { behaviour, writes } = SHOWN[variant]!
  return strategyRun(exampleOf(behaviour), { writes, cut: true })
}

/** Reads a run as the enumeration sees it: how each client’s request ended. */
export function endsOf({ record }: Run): { readonly write: string | undefined; readonly read: string } {
  const last = record.frames.at(-1)!
  const endOf = (client: string): string | undefined => {
    const operations = nodeOf(last, client).state!['operations'] as {
      f: string
      done: boolean
      outcome?: string
      value?: string | null
    }[]
    const one = operations[0]
    if (one === undefined) return undefined
    if (!isOver(client, 1)(last)) return 'wait'
    if (one.outcome !== undefined) return 'refuse'
    return one.f === 'write' ? 'written' : one.value === null ? 'old' : 'new'
  }
  return { write: endOf('K1'), read: endOf('K2')! }
}
