/**
 * observed: an answer on a node that is looked at through its own `observe`, so that a specification sees a small object and never
 * the fields of the learner's state. It is called within the handler's step: what it throws is the answer's fault and has a line.
 */
import type { Context, NodeId } from '../api.ts'
import { fail } from '../fault.ts'
import { copy } from '../plain.ts'
import type { AnyNodeDefinition, FieldCheck } from './system.ts'

/** What an observed node is: the answer's state, what it shows of it, and how often its timers have fired since it started. */
export interface Observed<Seen = unknown, Memory = unknown> {
  answer: unknown
  seen: Seen
  /** Counted only where timers are limited. */
  fired: { [timer: string]: number }
  /** What is remembered of its messages since it started; see `Memo`. */
  memory: Memory
}

/** What is remembered of the messages that a node sends, from its start to its next crash. */
export interface Memo<Memory> {
  readonly initial: Memory
  /** The memory after one more message was sent. Must not change its argument. */
  after(memory: Memory, type: string, fields: unknown): Memory
}

/** What a specification asks of an observed node, and what it forbids it so that a search comes to an end. */
export interface Observing<Seen, Memory = null> {
  /** What `observe` has to give. */
  readonly shows: FieldCheck
  /**
   * May a timer be set, after so many firings since the node started? What may not is never set. Left out: every timer may. A timer
   * that was set when it still might fires without effect.
   */
  mayFire?(timer: string, fired: number, seen: Seen, self: NodeId): boolean
  /** Left out: nothing is remembered. */
  readonly memo?: Memo<Memory>
}

type AnyContext = Context<Record<string, unknown>>

/** The answer as a node that keeps beside its state what it shows of it. */
export function observed<Seen, Memory = null>(
  definition: AnyNodeDefinition,
  { shows, mayFire, memo }: Observing<Seen, Memory>,
): AnyNodeDefinition {
  type Kept = Observed<Seen, Memory | null>
  const see = (answer: unknown): Seen => {
    if (!definition.observe) return fail('observe-missing')
    const seen: unknown = definition.observe(answer)
    const problem = shows(seen)
    if (problem) {
      const { field, expected, choices = [] } = problem
      fail('wrong-observe', { field, expected, choices })
    }
    // A copy: it may hold parts of the state, which go on changing.
    return copy(seen) as Seen
  }

  /** Runs a handler of the answer with a context that notes what is counted, and sets the timers that may be set. */
  const step = (kept: Kept, ctx: AnyContext, handle: (ctx: AnyContext) => void): void => {
    const set = new Map<string, number | undefined>()
    // A broadcast counts once.
    const note = (type: string, fields: unknown): void => {
      if (memo) kept.memory = memo.after(kept.memory as Memory, type, fields)
    }
    handle({
      ...ctx,
      send: (to, type, fields) => (ctx.send(to, type, fields), note(type, fields)),
      reply: (type, fields) => (ctx.reply(type, fields), note(type, fields)),
      broadcast: (role, type, fields) => (ctx.broadcast(role, type, fields), note(type, fields)),
      // Whether it may be set depends on what the node is after the step: it is set then, in the order of the calls.
      setTimer: (name, milliseconds) => {
        if (mayFire === undefined) return ctx.setTimer(name, milliseconds)
        set.delete(name)
        set.set(name, milliseconds)
      },
      cancelTimer: (name) => (set.delete(name), ctx.cancelTimer(name)),
    })
    kept.seen = see(kept.answer)
    for (const [name, milliseconds] of set)
      if (mayFire!(name, kept.fired[name] ?? 0, kept.seen, ctx.self)) ctx.setTimer(name, milliseconds)
      else ctx.cancelTimer(name)
  }

  const start = (ctx: AnyContext, begin: (ctx: AnyContext) => unknown): Kept => {
    const kept: Kept = { answer: null, seen: null as Seen, fired: {}, memory: memo ? memo.initial : null }
    step(kept, ctx, (noting) => void (kept.answer = begin(noting)))
    return kept
  }

  const { init, on, timers = {}, restart } = definition
  return {
    init: (ctx) => start(ctx, (noting) => init(noting)),
    on: mapped(on, (handle) => (kept: Kept, message: unknown, ctx: AnyContext) => {
      step(kept, ctx, (noting) => handle!(kept.answer, message as never, noting))
    }),
    timers: mapped(timers, (handle, handler) => (kept: Kept, ctx: AnyContext) => {
      const name = ctx.about === '' ? handler : `${handler}:${ctx.about}`
      const fired = kept.fired[name] ?? 0
      if (mayFire && !mayFire(name, fired, kept.seen, ctx.self)) return
      if (mayFire) kept.fired[name] = fired + 1
      step(kept, ctx, (noting) => handle(kept.answer, noting))
    }),
    restart: (disk: unknown, ctx) => start(ctx, (noting) => (restart ? restart(disk, noting) : init(noting))),
    show: (state) => (state as Kept).answer,
    properties: (state) => state,
  }
}

function mapped<T, R>(record: { readonly [key: string]: T }, change: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
