/**
 * processNode: a process as a node of a system. What it asks of servers are messages, its timers are timers, and a crash
 * leaves nothing of it; if it restarts, its function is called anew.
 */
import type { Context, NodeId, Plain } from '../api.ts'
import type { OwnContext } from '../actors/execute.ts'
import type { AnyNodeDefinition, Growing, SystemNode } from '../actors/system.ts'
import { Sealed } from '../plain.ts'
import { type ToProcess, connectionId } from '../services/wire.ts'
import type { Environment } from './environment.ts'
import type { Link, LinkContext } from './link.ts'
import { resume, start } from './process.ts'
import type { Ending, Place, ProcessEvent, ProcessState, ProcessStep } from './process-state.ts'
import type { Program } from './program.ts'

/** A process and what it is connected to. */
export interface ProcessSetup {
  readonly program: Program
  /** The exported function that it runs, and what that is called with after the tools. */
  readonly entry: string
  readonly parameters?: readonly Plain[]
  /** By the names under which the function is handed their libraries. */
  readonly links: { readonly [name: string]: Link }
  /** Does its function read a clock? Only in a system with clocks, where its role is one of `readers`. */
  readonly readsClock?: boolean
}

/** The state of the node. */
interface ProcessNodeState {
  process: Sealed<ProcessState>
  /** How often it was started. */
  readonly starts: number
  readonly links: { [name: string]: unknown }
  /** By `keyOf` link and connection. */
  readonly connections: { [key: string]: ConnectionState }
  /** What it wrote to the console in its last step. */
  log: string[]
}

/** A connection: is it open, and how often was it closed from here for which the other end has not said so yet? */
interface ConnectionState {
  open: boolean
  closing: number
}

/** Where a message came from. */
interface Over {
  readonly link: string
  /** The name of the connection. */
  readonly name: string
  readonly state: ConnectionState
}

/** What views and properties see of a process. */
export interface ShownProcess {
  /** Requests that have not been answered. */
  readonly asks: readonly { readonly service: string; readonly command: Plain }[]
  /** Timers that are pending, as they were set, in milliseconds. */
  readonly sleeps: readonly number[]
  readonly ended: Ending | null
  /** The `await` at which its function stands, and where the functions stand that it waits for, innermost first. */
  readonly stands: readonly Place[]
  /**
   * It has not ended and never will: it waits for a promise that nothing will settle. It has asked nothing, no timer is pending, and
   * no library listens to anything for it.
   */
  readonly never: boolean
  /** What its links show, by their names. */
  readonly links: { readonly [name: string]: unknown }
  readonly log: readonly string[]
}

type Messages = Record<string, unknown>
type NodeContext = Context<Messages, unknown>

/** What is left of a process on the disk: how often it was started, so that what it names stays unlike what it named before. */
interface Disk {
  readonly starts: number
}

const WAKE = 'wake'
const LINK = 'link'

function keyOf(link: string, connection: string): string {
  return `${link}/${connection}`
}

function partsOf(key: string): { link: string; name: string } {
  const slash = key.indexOf('/')
  return { link: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** A process as a node, with the lines that its handlers ran. */
export function processNode(id: NodeId, role: string, setup: ProcessSetup): SystemNode {
  return { id, role, definition: definitionOf(id, setup), probe: setup.program.probe }
}

function definitionOf(id: NodeId, setup: ProcessSetup): AnyNodeDefinition {
  const { links } = setup
  const names = Object.keys(links)
  const environments = new Map<number, Environment>()
  let context: (NodeContext & OwnContext) | null = null
  const environmentOf = (starts: number): Environment => {
    const known = environments.get(starts)
    if (known) return known
    const made: Environment = {
      process: connectionId(id, '', starts),
      services: Object.fromEntries(names.map((name) => [name, links[name]!.library])),
      ...(setup.readsClock && { clocks: { now: () => context!.now(), uptime: () => context!.uptime() } }),
    }
    environments.set(starts, made)
    return made
  }

  const run = (node: ProcessNodeState, ctx: NodeContext, first: (turn: Turn) => void): void => {
    // What the engine hands to its own nodes can do that as well.
    context = ctx as NodeContext & OwnContext
    const turn = new Turn(setup, node, environmentOf(node.starts), ctx, id)
    first(turn)
    turn.finish()
  }
  const begin = (ctx: NodeContext, starts: number): ProcessNodeState => {
    const again = starts > 1
    const node: ProcessNodeState = { process: null as never, starts, links: {}, connections: {}, log: [] }
    for (const name of names) {
      const link = links[name]!
      node.links[name] = link.init()
      if (again) continue
      for (const connection of link.opened)
        node.connections[keyOf(name, connection)] = { open: true, closing: 0 }
    }
    // Persisted before anything is sent: what it names must not be named again.
    ctx.persist({ starts } satisfies Disk)
    run(node, ctx, (turn) => turn.begin(again))
    return node
  }
  /** The link and connection that a message came over; null where it belongs to a process that is gone. */
  const cameOver = (node: ProcessNodeState, from: NodeId, connection: string): Over | null => {
    for (const key of Object.keys(node.connections)) {
      const { link, name } = partsOf(key)
      if (links[link]!.server !== from || connectionId(id, name, node.starts) !== connection) continue
      return { link, name, state: node.connections[key]! }
    }
    return null
  }

  return {
    costly: true,
    init: (ctx: NodeContext) => begin(ctx, 1),
    on: {
      reply(node: ProcessNodeState, { connection, request, answer }: ToProcess['reply'], ctx: NodeContext) {
        const over = cameOver(node, ctx.from, connection)
        if (!over || !over.state.open || over.state.closing > 0) return
        run(node, ctx, (turn) =>
          turn.link(over.link, (link, state, context) =>
            link.answered(state, over.name, request, answer, context),
          ),
        )
      },
      notice(node: ProcessNodeState, { connection, notice }: ToProcess['notice'], ctx: NodeContext) {
        const over = cameOver(node, ctx.from, connection)
        if (!over || !over.state.open || over.state.closing > 0) return
        run(node, ctx, (turn) =>
          turn.link(over.link, (link, state, context) => link.noticed?.(state, over.name, notice, context)),
        )
      },
      close(
        node: ProcessNodeState,
        { connection, lost = { closes: 1, open: false } }: ToProcess['close'],
        ctx: NodeContext,
      ) {
        const over = cameOver(node, ctx.from, connection)
        if (!over) return
        const { link: name } = over
        const key = keyOf(name, over.name)
        /** It is over, and nobody here has said so. @param closing does the other end not know yet? */
        const end = (closing: 0 | 1): void => {
          delete node.connections[key]
          if (closing === 1) node.connections[key] = { open: false, closing }
          ctx.send(ctx.from, 'close', { connection })
          run(node, ctx, (turn) =>
            turn.link(name, (link, state, context) => link.lost(state, over.name, context)),
          )
        }
        for (let said = 0; said < lost.closes; said++) {
          const state = node.connections[key]
          if (state === undefined) return
          if (state.closing === 0) end(0)
          // The other end has said so too. It may have been opened anew meanwhile.
          else if (--state.closing === 0 && !state.open) delete node.connections[key]
        }
        const state = node.connections[key]
        if (lost.open && state?.open === true && state.closing === 0) end(1)
      },
    },
    timers: {
      [WAKE](node: ProcessNodeState, ctx: NodeContext) {
        run(node, ctx, (turn) => turn.event({ kind: 'timer', timer: Number(ctx.about) }))
      },
      [LINK](node: ProcessNodeState, ctx: NodeContext) {
        run(node, ctx, (turn) => turn.link(ctx.about, (link, state, context) => link.timer?.(state, context)))
      },
    },
    restart: (disk: unknown, ctx: NodeContext) => begin(ctx, (disk as Disk).starts + 1),
    // The operating system closes the connections of a process that is gone.
    crash(state: unknown, ctx: NodeContext) {
      const node = state as ProcessNodeState
      for (const [key, { open }] of Object.entries(node.connections)) {
        if (!open) continue
        const { link, name } = partsOf(key)
        ctx.send(links[link]!.server!, 'close', { connection: connectionId(id, name, node.starts) })
      }
    },
    grows: (state: unknown) => growing((state as ProcessNodeState).process.value),
    show: (state: unknown): ShownProcess => {
      const node = state as ProcessNodeState
      const { requests, timers, listens, stands, ended } = node.process.value
      return {
        asks: requests.map(({ service, command }) => ({ service, command })),
        sleeps: timers.map(({ milliseconds }) => milliseconds),
        ended,
        stands,
        never: ended === null && requests.length === 0 && timers.length === 0 && !listens,
        links: Object.fromEntries(
          names.flatMap((name) => {
            const { show } = links[name]!
            return show ? [[name, show(node.links[name])]] : []
          }),
        ),
        log: node.log,
      }
    },
  }
}

/** One step of the node: an event, and all that the process and its links make of it, until nothing is left to do. */
class Turn {
  readonly #setup: ProcessSetup
  readonly #node: ProcessNodeState
  readonly #environment: Environment
  readonly #ctx: NodeContext
  readonly #id: NodeId
  readonly #events: ProcessEvent[] = []
  readonly #lines = new Set<number>()
  readonly #log: string[] = []
  /** The line that asks for what a link does now. */
  #line = 0

  constructor(
    setup: ProcessSetup,
    node: ProcessNodeState,
    environment: Environment,
    ctx: NodeContext,
    id: NodeId,
  ) {
    this.#setup = setup
    this.#node = node
    this.#environment = environment
    this.#ctx = ctx
    this.#id = id
  }

  /** The process starts. */
  begin(again: boolean): void {
    const { program, entry, parameters = [], links } = this.#setup
    for (const name of Object.keys(links))
      this.link(name, (link, state, context) => link.start(state, context, again))
    this.#take(start(program, entry, parameters, this.#environment))
  }

  event(event: ProcessEvent): void {
    this.#events.push(event)
  }

  /** Something comes to a link. */
  link(name: string, run: (link: Link, state: unknown, context: LinkContext) => void): void {
    run(this.#setup.links[name]!, this.#node.links[name], this.#contextOf(name))
  }

  /** Brings the process further until it waits for something. */
  finish(): void {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      const { value: state } = this.#node.process
      // It may have ended, or taken back the timer, at an event before this one.
      if (state.ended?.kind === 'thrown' || !isPending(state, event)) continue
      this.#take(resume(this.#setup.program, state, event, this.#environment))
    }
    this.#node.log = this.#log
    const { probe } = this.#setup.program
    probe.begin()
    for (const line of this.#lines) probe.at(line)
    probe.line = this.#line
  }

  #take({ state, effects, lines, fault }: ProcessStep): void {
    if (fault) throw fault
    this.#node.process = new Sealed(state, textOf)
    for (const line of lines) this.#lines.add(line)
    for (const effect of effects) {
      this.#line = effect.line
      this.#setup.program.probe.line = effect.line
      if (effect.kind === 'log') this.#log.push(effect.text)
      else if (effect.kind === 'timer') this.#ctx.setTimer(`${WAKE}:${effect.number}`, effect.milliseconds)
      else if (effect.kind === 'cancel') this.#ctx.cancelTimer(`${WAKE}:${effect.number}`)
      else {
        const { service, number, command } = effect
        this.link(service, (link, own, context) => link.request(own, number, command, context))
      }
    }
    // Timers that nobody waits for any more.
    for (const number of state.history.at(-1)?.dropped ?? []) this.#ctx.cancelTimer(`${WAKE}:${number}`)
  }

  #contextOf(name: string): LinkContext {
    const { server } = this.#setup.links[name]!
    const send = (connection: string, type: string, fields: object): void => {
      if (server === null) throw new Error(`the link ${name} has no server`)
      this.#ctx.send(server, type, {
        connection: connectionId(this.#id, connection, this.#node.starts),
        ...fields,
      })
    }
    const stateOf = (connection: string): ConnectionState =>
      (this.#node.connections[keyOf(name, connection)] ??= { open: false, closing: 0 })
    return {
      open: (connection, request, hello) => {
        stateOf(connection).open = true
        send(connection, 'open', { request, hello })
      },
      send: (connection, request, command) => send(connection, 'request', { request, command }),
      close: (connection) => {
        const state = stateOf(connection)
        if (!state.open) return
        state.open = false
        state.closing++
        send(connection, 'close', {})
      },
      answer: (request, answer) => this.#events.push({ kind: 'answer', request, answer }),
      notify: (notice) => this.#events.push({ kind: 'notice', service: name, notice }),
      setTimer: (milliseconds) => {
        if (milliseconds === null) this.#ctx.cancelTimer(`${LINK}:${name}`)
        else this.#ctx.setTimer(`${LINK}:${name}`, milliseconds)
      },
    }
  }
}

/** What of a process may grow without end. */
function growing(state: ProcessState): { readonly [part: string]: Growing } {
  const { requests, timers, history, byHistory, identity } = state
  const counted = (size: number): Growing => ({ size, place: '', text: String(size) })
  const names = history.reduce((sum, { ids = [] }) => sum + ids.length, 0)
  // Where it stands: the sites of its coroutines.
  const place = byHistory ? '' : (identity.match(/^#\d+ at \d+ /gm) ?? []).join('')
  return {
    requests: counted(requests.length),
    timers: counted(timers.length),
    names: counted(names),
    [byHistory ? 'history' : 'variables']: { size: 0, place, text: identity },
  }
}

/** States with equal texts behave alike, and have the same to say of how they ended, or where they stand for ever. */
function textOf(state: ProcessState): string {
  const { process, identity, requests, timers, stands, ended } = state
  return JSON.stringify([process, identity, requests, timers, stands, ended])
}

function isPending(state: ProcessState, event: ProcessEvent): boolean {
  switch (event.kind) {
    case 'answer':
      return state.requests.some(({ number }) => number === event.request)
    case 'timer':
      return state.timers.some(({ number }) => number === event.timer)
    case 'notice':
      return true
  }
}
