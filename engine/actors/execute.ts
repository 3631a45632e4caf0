/**
 * Runs one handler of one node and gives back what it did: the new state and the effects in their order. Pure as
 * seen from outside: the same node, local state and event give the same result, or the handler is named as at fault.
 */
import type { Context, NodeId } from '../api.ts'
import { type ConsoleLine, SILENCE } from '../compile/console.ts'
import { type Probe, isStackOverflow } from '../compile/probe.ts'
import { Fault, fail } from '../fault.ts'
import { canonical, copy, copyQuickly } from '../plain.ts'
import { AuthorFault } from './author.ts'
import type { FieldCheck, System, SystemNode } from './system.ts'

/** What a node is at one moment, without its inbox. */
export interface Local {
  readonly up: boolean
  /** Null while the node is down. */
  readonly state: unknown
  /** What was last persisted, or null. */
  readonly disk: unknown
  /** Names of pending timers, sorted. */
  readonly timers: readonly string[]
  readonly history: unknown
  /** Only in a timed system. */
  readonly clock?: NodeClock
}

/** What of a node depends on time. Distances are on the node's own clock, but for the pause. */
export interface NodeClock {
  /** Milliseconds until each of `timers` is due, in their order. */
  readonly left: readonly number[]
  /** Milliseconds of true time for which the node is still held up. */
  readonly paused: number
  /** Thousandths of a millisecond by which the node's clock is past its last whole millisecond. */
  readonly fraction: number
  /** What the clock shows; null where nobody reads it. */
  readonly reading: number | null
  /** By how many milliseconds the clock was set forward in all, where somebody reads it; left out: 0. */
  readonly set?: number
}

/** What the handlers of the engine's own nodes may do besides. */
export interface OwnContext {
  /** What a clock of this node shows that nobody can set, in milliseconds. @throws as `Context.now` does */
  uptime(): number
}

/** What can happen to one node. */
export type Event =
  | { readonly kind: 'init' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'message'; readonly from: NodeId; readonly type: string; readonly fields: unknown }
  | { readonly kind: 'timer'; readonly name: string }
  /** The node has crashed: what others notice of it. */
  | { readonly kind: 'crash' }

/** One recorded call of the context; `line` is that of the call in the learner's file, 0 where unknown. */
export type Effect =
  | {
      readonly kind: 'send'
      readonly line: number
      readonly to: NodeId
      readonly type: string
      readonly fields: unknown
    }
  | { readonly kind: 'persist'; readonly line: number; readonly disk: unknown }
  | {
      readonly kind: 'setTimer'
      readonly line: number
      readonly name: string
      /** Left out where the handler said nothing of it. */
      readonly milliseconds?: number
    }
  | { readonly kind: 'cancelTimer'; readonly line: number; readonly name: string }

/** What a handler did. */
export interface Execution {
  readonly state: unknown
  /** The canonical text of the state. */
  readonly text: string
  readonly effects: readonly Effect[]
  /** Lines of the learner's file that ran, ascending; empty for the course's own nodes. */
  readonly lines: readonly number[]
  /** What it wrote to the console, where that was asked for. */
  readonly output: readonly ConsoleLine[]
}

/** The name of the handler of an event, as it stands in the file: `on.prepare`, `timers.election`, `init`. */
export function handlerName(event: Event): string {
  if (event.kind === 'message') return `on.${event.type}`
  return event.kind === 'timer' ? `timers.${timerHandler(event.name)}` : event.kind
}

/** The handler of a timer. A name may say after a colon what the timer is about: `expire:lock` is handled by `expire`. */
export function timerHandler(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(0, colon)
}

/**
 * Runs the handler of an event.
 * @param hears is what it writes to the console kept? It makes no other difference.
 * @throws Fault with the handler's name, the node and the line: `handler-threw`, `async-handler`, `endless-loop`,
 *   `endless-recursion`, `not-plain`, `too-large`, or what a wrong call of the context gives
 * @throws AuthorFault where a check of a message's fields threw
 */
export function execute(
  system: System,
  node: SystemNode,
  local: Local,
  event: Event,
  hears = false,
): Execution {
  const site = siteOf(system, node)
  const state = copy(local.state)
  const disk = event.kind === 'restart' ? copy(local.disk) : null
  const arrived: Event = event.kind === 'message' ? { ...event, fields: copy(event.fields) } : event
  const call = new Call(site, arrived, true, local.clock?.reading ?? null, local.clock?.set, hears)
  let text = ''
  const next = call.run(state, disk, (given) => {
    text = canonical(given, 'state')
    // A copy: the handler may have kept the object in a variable of its module, and go on changing it.
    return copy(given)
  })
  return { state: next, text, effects: call.effects, lines: node.probe?.lines ?? [], output: call.output }
}

/** What the handlers of one node may name: worked out once. */
export class Site {
  readonly node: SystemNode
  readonly ids: ReadonlySet<NodeId>
  readonly byRole: ReadonlyMap<string, readonly NodeId[]>
  readonly sends: ReadonlyMap<string, FieldCheck>
  readonly timers: readonly string[]
  /** Does a timer have to say when it is due? Not those for which the system says it. */
  readonly timed: boolean
  readonly timeouts: ReadonlySet<string>
  readonly probe: Probe | null

  constructor(system: System, node: SystemNode) {
    const byRole = new Map<string, NodeId[]>()
    for (const { id, role } of system.nodes) byRole.set(role, [...(byRole.get(role) ?? []), id])
    this.node = node
    this.ids = new Set(system.nodes.map(({ id }) => id))
    this.byRole = byRole
    this.sends = new Map(Object.entries(system.roles[node.role]?.sends ?? {}))
    this.timers = Object.keys(node.definition.timers ?? {})
    this.timed = system.time !== undefined
    this.timeouts = new Set(Object.keys(system.time?.timeouts ?? {}))
    this.probe = node.probe ?? null
  }
}

const sites = new WeakMap<System, Map<SystemNode, Site>>()

/** What the handlers of a node may name. */
export function siteOf(system: System, node: SystemNode): Site {
  let known = sites.get(system)
  if (known === undefined) sites.set(system, (known = new Map()))
  let site = known.get(node)
  if (site === undefined) known.set(node, (site = new Site(system, node)))
  return site
}

/**
 * One call of a handler: hands it its arguments as they are, records what it asks for and refuses what it may not do.
 * Who calls makes the copies.
 */
export class Call {
  readonly effects: Effect[] = []
  output: readonly ConsoleLine[] = SILENCE
  readonly #site: Site
  readonly #event: Event
  /** Is everything looked at as closely as can be? */
  readonly #closely: boolean
  readonly #reading: number | null
  readonly #set: number
  readonly #hears: boolean
  #open = true
  /** A check of fields threw. That is nothing to do with the handler, which may not hide it by catching it. */
  #authorFault: AuthorFault | null = null

  /**
   * @param reading what the node's clock shows; null where it has none that could be read
   * @param set by how much it was set forward in all
   * @param hears is what it writes to the console kept?
   */
  constructor(
    site: Site,
    event: Event,
    closely: boolean,
    reading: number | null = null,
    set = 0,
    hears = false,
  ) {
    this.#site = site
    this.#reading = reading
    this.#set = set
    this.#event = event
    this.#closely = closely
    this.#hears = hears
  }

  /**
   * Runs the handler and gives what `keep` makes of the state after it.
   * @param state what a handler of a message or timer changes
   * @param disk what `restart` is handed
   * @throws Fault with the handler's name, the node and the line
   */
  run(state: unknown, disk: unknown, keep: (state: object) => unknown): unknown {
    const event = this.#event
    const probe = this.#site.probe
    probe?.begin(this.#hears)
    try {
      const result = this.#handle(state, disk)
      this.#open = false
      if (this.#hears && probe) this.output = probe.heard()
      if (this.#authorFault) throw this.#authorFault
      const exhausted = probe?.exhausted
      if (exhausted) throw exhausted
      if (isPromise(result)) {
        result.then(undefined, () => undefined)
        fail('async-handler')
      }
      const next = event.kind === 'message' || event.kind === 'timer' ? state : result
      if (typeof next !== 'object' || next === null)
        fail('state-not-object', { kind: next === null ? 'null' : typeof next })
      return keep(next as object)
    } catch (error) {
      this.#open = false
      throw error instanceof AuthorFault ? error : named(error, this.#site.node, event, probe)
    }
  }

  #handle(state: unknown, disk: unknown): unknown {
    const { definition } = this.#site.node
    const event = this.#event
    const context = this.#context()
    switch (event.kind) {
      case 'init':
        return definition.init(context)
      case 'restart':
        return definition.restart ? definition.restart(disk, context) : definition.init(context)
      case 'message':
        return definition.on[event.type]!(state, event.fields, context)
      case 'timer':
        return definition.timers![timerHandler(event.name)]!(state, context)
      case 'crash':
        definition.crash?.(state, context)
        return {}
    }
  }

  /** Answers may take the context apart: `prepare(state, { n }, { reply, persist })`. */
  #context(): Context<Record<string, unknown>> & OwnContext {
    const self = this.#site.node.id
    const from = this.#event.kind === 'message' ? this.#event.from : self
    const about =
      this.#event.kind === 'timer' ? this.#event.name.slice(timerHandler(this.#event.name).length + 1) : ''
    return {
      self,
      from,
      about,
      nodes: (role) => this.#nodes(role).slice(),
      send: (to, type, fields) => this.#send(to, type, fields),
      reply: (type, fields) => {
        if (this.#event.kind !== 'message') fail('reply-to-nobody')
        this.#send(from, type, fields)
      },
      broadcast: (role, type, fields) => {
        for (const to of this.#nodes(role)) if (to !== self) this.#send(to, type, fields)
      },
      persist: (disk) => {
        this.#ensureOpen('persist')
        this.effects.push({ kind: 'persist', line: this.#line, disk: this.#copy(disk, 'disk') })
      },
      setTimer: (name, milliseconds) => {
        this.#ensureOpen('setTimer')
        const { timers, timed, timeouts } = this.#site
        if (typeof name !== 'string' || !timers.includes(timerHandler(name)))
          fail('unknown-timer', { name: String(name), timers })
        const given = milliseconds !== undefined
        if (timed && (given ? !isDuration(milliseconds) : !timeouts.has(timerHandler(name))))
          fail('timer-without-time', { name, given: String(milliseconds) })
        const after = timed && given ? { milliseconds } : {}
        this.effects.push({ kind: 'setTimer', line: this.#line, name, ...after })
      },
      cancelTimer: (name) => {
        this.#ensureOpen('cancelTimer')
        this.effects.push({ kind: 'cancelTimer', line: this.#line, name: String(name) })
      },
      now: () => this.#reading ?? fail('no-clock'),
      uptime: () => (this.#reading ?? fail('no-clock')) - this.#set,
    }
  }

  #nodes(role: string): readonly NodeId[] {
    const { byRole } = this.#site
    return byRole.get(role) ?? fail('unknown-role', { role: String(role), roles: [...byRole.keys()] })
  }

  #send(to: NodeId, type: string, fields: unknown): void {
    this.#ensureOpen('send')
    const { ids, sends, node } = this.#site
    if (!ids.has(to)) fail('unknown-node', { to: String(to), nodes: [...ids] })
    const check = sends.get(type)
    if (!check)
      return fail('unknown-message', { type: String(type), role: node.role, types: [...sends.keys()] })
    const copied = this.#copy(fields, `message ${type}`)
    const problem = this.#checked(() => check(copied))
    if (problem) {
      const { field, expected, choices = [] } = problem
      fail('wrong-fields', { type, field, expected, choices })
    }
    this.effects.push({ kind: 'send', line: this.#line, to, type, fields: copied })
  }

  #copy(value: unknown, what: string): unknown {
    if (!this.#closely) return copyQuickly(value, what)
    canonical(value, what)
    return copy(value)
  }

  #checked<T>(check: () => T): T {
    try {
      return check()
    } catch (error) {
      if (error instanceof AuthorFault) this.#authorFault = error
      throw error
    }
  }

  get #line(): number {
    return this.#site.probe?.line ?? 0
  }

  #ensureOpen(call: string): void {
    if (!this.#open) fail('context-used-late', { call })
  }
}

/** Adds the node, the handler and the line to whatever a handler threw. */
function named(error: unknown, node: SystemNode, event: Event, probe: Probe | null): Fault {
  const line = probe?.line ?? 0
  const place = line > 0 ? { line, column: 1 } : null
  const where = { node: node.id, handler: handlerName(event) }
  if (error instanceof Fault)
    return new Fault(error.code, { ...where, ...error.parameters }, error.place ?? place)
  if (isStackOverflow(error)) return new Fault('endless-recursion', where, place)
  let message = 'unknown'
  try {
    message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } catch {
    // An answer may throw a value that can't be put into words.
  }
  return new Fault('handler-threw', { ...where, message }, place)
}

/** Whole milliseconds, so that every machine counts alike. */
function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}
