/**
 * The clients around a register, and the connections between it and them: each asks its replica for one thing after the other, and
 * notes what it is told.
 */
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import { type Context, type NodeId, node } from '../../engine/api.ts'
import { copy } from '../../engine/plain.ts'
import type { Messages as RegisterMessages, Value } from './messages.ts'

/** What a client has asked for and was told. */
export interface Operation {
  readonly id: string
  readonly f: 'read' | 'write'
  /** What is written; or, once it is known, what was read. */
  readonly value?: Value
  /** What it was told; `late`: nothing, in the time that there is. Left out: it waits. */
  readonly outcome?: 'value' | 'written' | 'refused' | 'unknown' | 'late'
}

/** What a client does: what it writes, one after the other, or null for a read. */
export interface Plan {
  readonly id: NodeId
  /** The replica that it asks. */
  readonly at: NodeId
  readonly does: readonly (string | null)[]
  /** Clients that have to be through before it begins. */
  readonly after?: readonly NodeId[]
  /** With clocks: it begins so many milliseconds after the start, and waits as long between two operations. */
  readonly pause?: number
  /** With clocks: it begins so many milliseconds after the start, and does one thing after the other without a pause. */
  readonly from?: number
}

export interface ClientState {
  operations: Operation[]
  /** For whom it still waits. */
  waits: NodeId[]
}

interface Messages extends RegisterMessages {
  /** Client to client: "I am through." */
  go: Record<string, never>
}

type Ctx = Context<Messages>

/** The number of an operation among those of its client, counted from 0, by its id such as `K1-2`. */
export const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1)) - 1

/** Milliseconds in which a client wants to hear something. */
export const DEADLINE = 1_000

/**
 * @param next the clients that wait for it
 * @param timed has a clock: what it does not hear of in time is late, and it goes on
 */
export function client(
  { at, does, after = [], pause, from }: Plan,
  next: readonly NodeId[],
  timed: boolean,
): AnyNodeDefinition {
  const begin = (state: ClientState, ctx: Ctx): void => {
    const number = state.operations.length
    if (number === does.length) {
      for (const other of next) ctx.send(other, 'go', {})
      return
    }
    const wait = number === 0 ? (from ?? pause) : pause
    if (wait === undefined) ask(state, ctx)
    else ctx.setTimer('next', wait)
  }
  const ask = (state: ClientState, ctx: Ctx): void => {
    const value = does[state.operations.length]!
    const id = `${ctx.self}-${state.operations.length + 1}`
    if (value === null) ctx.send(at, 'read', { id })
    else ctx.send(at, 'write', { id, value })
    state.operations.push({ id, f: value === null ? 'read' : 'write', ...(value !== null && { value }) })
    if (timed) ctx.setTimer('deadline', DEADLINE)
  }
  const hear = (state: ClientState, said: Partial<Operation> & { id: string }, ctx: Ctx): void => {
    const open = state.operations.at(-1)
    if (open?.id !== said.id || open.outcome !== undefined) return
    // An answer that does not fit is none.
    if (said.outcome === 'value' ? open.f !== 'read' : said.outcome === 'written' && open.f !== 'write')
      return
    state.operations[state.operations.length - 1] = { ...open, ...said }
    if (timed) ctx.cancelTimer('deadline')
    begin(state, ctx)
  }
  return node<ClientState, Messages>({
    init(ctx) {
      const state: ClientState = { operations: [], waits: [...after] }
      if (after.length === 0) begin(state, ctx)
      return state
    },
    on: {
      value: (state, { id, value }, ctx) => hear(state, { id, value, outcome: 'value' }, ctx),
      written: (state, { id }, ctx) => hear(state, { id, outcome: 'written' }, ctx),
      refused: (state, { id }, ctx) => hear(state, { id, outcome: 'refused' }, ctx),
      unknown(state, { id }, ctx) {
        const last = state.operations.at(-1)
        if (last?.id === id && last.outcome === 'late') begin(state, ctx)
        else hear(state, { id, outcome: 'unknown' }, ctx)
      },
      go(state, _message, ctx) {
        if (!state.waits.includes(ctx.from)) return
        state.waits = state.waits.filter((other) => other !== ctx.from)
        if (state.waits.length === 0) begin(state, ctx)
      },
    },
    timers: {
      next: ask,
      deadline(state, ctx) {
        const open = state.operations.at(-1)!
        state.operations[state.operations.length - 1] = { ...open, outcome: 'late' }
        ctx.send(ctx.self, 'unknown', { id: open.id })
      },
    },
  })
}

/** What lies between a replica and the others. */
export interface Connection {
  /** The replicas that nothing comes from. */
  readonly cut: readonly NodeId[]
  /** With clocks: from so many milliseconds after the start on, all is connected. Left out: it stays as it is. */
  readonly healsAt?: number
  /** What its clock shows, in a system without clocks. Left out: the system has some. */
  readonly clock?: number
  /**
   * Whether timers fire: `once`, a timer that sets itself anew does so in vain, so that a search comes to an end; `never`, all else is faster.
   * Left out: always.
   */
  readonly timers?: 'once' | 'never'
}

/** A replica: the answer's, and what its connections keep of it. */
interface Kept {
  answer: unknown
  /** What the answer has last given to its disk. */
  disk: unknown
  /** The requests that were taken, sorted: a connection repeats none, also after a crash. */
  taken: string[]
  healed: boolean
}

const FRESH: Kept = { answer: null, disk: null, taken: [], healed: false }

/** No name that an answer would give to a timer of its own. */
const HEAL = 'the partition heals'

type AnyContext = Context<Record<string, unknown>>

/** The answer on a replica that is connected so. */
export function connected(
  definition: AnyNodeDefinition,
  { cut, healsAt, clock, timers: fire }: Connection,
): AnyNodeDefinition {
  const { init, on, timers = {}, restart } = definition
  const around = (kept: Kept, ctx: AnyContext): AnyContext => ({
    ...ctx,
    persist(disk) {
      ctx.persist({ disk, taken: kept.taken })
      // A copy: what was given may go on changing.
      kept.disk = copy(disk)
    },
    ...(clock !== undefined && { now: () => clock }),
    ...(fire === 'never' && { setTimer: () => undefined }),
  })
  const begin = (kept: Kept, ctx: AnyContext, start: (ctx: AnyContext) => unknown): Kept => {
    kept.answer = start(around(kept, ctx))
    return kept
  }
  return {
    init(ctx) {
      if (healsAt !== undefined) ctx.setTimer(HEAL, healsAt)
      return begin({ ...FRESH }, ctx, init)
    },
    on: mapped(on, (handle, type) => (kept: Kept, message: unknown, ctx: AnyContext) => {
      if (!kept.healed && cut.includes(ctx.from)) return
      if (type === 'read' || type === 'write') {
        const { id } = message as { id: string }
        if (kept.taken.includes(id)) return
        kept.taken = [...kept.taken, id].sort()
        ctx.persist({ disk: kept.disk, taken: kept.taken })
      }
      handle!(kept.answer, message as never, around(kept, ctx))
    }),
    timers: {
      ...mapped(timers, (handle, handler) => (kept: Kept, ctx: AnyContext) => {
        const own = ctx.about === '' ? handler : `${handler}:${ctx.about}`
        const inVain: AnyContext['setTimer'] = (name, milliseconds) => {
          if (name !== own) ctx.setTimer(name, milliseconds)
        }
        handle(kept.answer, { ...around(kept, ctx), ...(fire === 'once' && { setTimer: inVain }) })
      }),
      ...(healsAt !== undefined && {
        [HEAL]: (kept: Kept) => {
          kept.healed = true
        },
      }),
    },
    restart(saved: Pick<Kept, 'disk' | 'taken'> | null, ctx) {
      const kept: Kept = { ...FRESH, ...saved }
      return begin(kept, ctx, (own) => (restart ? restart(kept.disk, own) : init(own)))
    },
    show: (state) => (state as Kept).answer,
  }
}

function mapped<T, R>(record: { readonly [key: string]: T }, change: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
