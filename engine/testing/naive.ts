/**
 * A search as one would write it first: whole states as objects, copied with `structuredClone` for each step, compared
 * by their JSON text, handlers called again for every step. The explorer's tests take it as the truth, because it is
 * short enough to be read as one, and the benchmark as the yardstick. It shares no code with the engine. Where a property
 * of kind `eventually` is asked for, the graph of all states goes to `fair-loops.ts`.
 *
 * A system given to it must build its objects with their keys in one order, since JSON text keeps that order.
 */
import { observedOf } from '../actors/shown.ts'
import type { System, SystemNode, View } from '../actors/system.ts'
import { type Edge, type Graph, componentsWithoutGoal, holdsFairLoop, withoutGoal } from './fair-loops.ts'

/** One node, as it is kept in a state. */
export interface NaiveNode {
  up: boolean
  state: unknown
  disk: unknown
  timers: string[]
  history: unknown
}

/** A state of the whole system. Messages are JSON texts of `[to, from, type, fields]`, sorted. */
export interface NaiveState {
  nodes: NaiveNode[]
  network: string[]
  faults: { drop: number; duplicate: number; crash: number }
}

export type Cuts = 'none' | 'needed' | 'all'

export interface NaiveOptions {
  /** Stop after the level in which this many states were passed. */
  readonly statesMax?: number
  /** Which crashes in the middle of a handler are taken: none, those that `Behaviour.cuts` promises, or one before every effect. */
  readonly cuts?: Cuts
}

export interface NaiveResult {
  /** The JSON text of each state, in the order of discovery. */
  readonly keys: readonly string[]
  readonly steps: number
  /** States seen once each level was complete; `levels[0]` counts the initial state. */
  readonly levels: readonly number[]
  readonly complete: boolean
  /**
   * For each property, the steps of a shortest run that breaks it (`always`), reaches it (`sometimes`), or comes to a
   * dead end without it or, if there is none, to a state in which it is fair to stay without it (`eventually`).
   */
  readonly lengths: { readonly [property: string]: number }
  /** Properties of kind `eventually` for which there is a fair loop, and no such run. */
  readonly loops: readonly string[]
}

type Effect =
  | { kind: 'send'; to: string; type: string; fields: unknown }
  | { kind: 'persist'; disk: unknown }
  | { kind: 'setTimer' | 'cancelTimer'; name: string }

type Happening =
  | { kind: 'init' | 'restart' }
  | { kind: 'message'; from: string; type: string; fields: unknown }
  | { kind: 'timer'; name: string }

/** Visits every state, breadth-first. A violation does not stop it. */
export function naiveSearch(system: System, options: NaiveOptions = {}): NaiveResult {
  const { statesMax = Infinity, cuts = 'needed' } = options
  const lengths: Record<string, number> = {}
  const first = initialState(system)
  let level = [first]
  let steps = 0
  const numbers = new Map([[JSON.stringify(first), 0]])
  const edges: Edge[] = []
  /** States in which something may happen besides messages that are lost, repeated or come to nothing. */
  const alive = new Set<number>()
  const reached = new Map<string, Set<number>>()
  const asked = system.properties.some(({ kind }) => kind === 'eventually')
  const levels = [1]
  look(system, first, 0, lengths)
  lookForGoals(system, first, 0, reached)
  for (let depth = 0; level.length > 0 && numbers.size <= statesMax; depth++) {
    const next: NaiveState[] = []
    for (const state of level) {
      const from = numbers.get(JSON.stringify(state))!
      for (const { next: successor, action } of successors(system, state, cuts)) {
        steps++
        const text = JSON.stringify(successor)
        const known = numbers.get(text)
        const to = known ?? numbers.size
        const moot = isMoot(state, successor)
        if (from !== to && !moot) alive.add(from)
        const kind = action === null ? 'fault' : moot ? 'unfair' : 'fair'
        if (asked) edges.push({ from, to, action: action ?? '', kind })
        if (known !== undefined) continue
        numbers.set(text, to)
        next.push(successor)
        look(system, successor, depth + 1, lengths)
        lookForGoals(system, successor, to, reached)
      }
    }
    if (next.length > 0) levels.push(numbers.size)
    level = next
  }
  const complete = level.length === 0
  const loops: string[] = []
  for (const { id, kind } of complete ? system.properties : []) {
    if (kind !== 'eventually') continue
    const graph = { initial: [0], goal: reached.get(id) ?? new Set<number>(), edges }
    const length = shortestEnd(graph, alive)
    if (length !== null) lengths[id] = length
    else if (componentsWithoutGoal(graph).some((states) => holdsFairLoop(graph, states))) loops.push(id)
  }
  return { keys: [...numbers.keys()], steps, levels, complete, lengths, loops }
}

/** The fewest steps to a dead end without the goal or, if there is none, to a state in which it is fair to stay; else null. */
function shortestEnd(graph: Graph, alive: ReadonlySet<number>): number | null {
  const lengths = [...withoutGoal(graph)]
  const dead = lengths.filter(([state]) => !alive.has(state))
  const ends = dead.length > 0 ? dead : lengths.filter(([state]) => holdsFairLoop(graph, [state]))
  return ends.length === 0 ? null : Math.min(...ends.map(([, length]) => length))
}

/** Does a step only take a message out of the network, or put a copy in? */
function isMoot(before: NaiveState, after: NaiveState): boolean {
  const same = JSON.stringify(before.nodes) === JSON.stringify(after.nodes)
  const lost = after.network.length === before.network.length - 1
  return same && (lost || after.faults.duplicate > before.faults.duplicate)
}

function look(system: System, state: NaiveState, depth: number, lengths: Record<string, number>): void {
  const view = viewOf(system, state)
  for (const property of system.properties) {
    const found =
      property.kind === 'always'
        ? property.violated(view) !== null
        : property.kind === 'sometimes' && property.reached(view)
    if (found) lengths[property.id] ??= depth
  }
}

function lookForGoals(
  system: System,
  state: NaiveState,
  number: number,
  reached: Map<string, Set<number>>,
): void {
  const view = viewOf(system, state)
  for (const property of system.properties) {
    if (property.kind !== 'eventually' || !property.reached(view)) continue
    const states = reached.get(property.id) ?? new Set()
    reached.set(property.id, states.add(number))
  }
}

function viewOf(system: System, state: NaiveState): View {
  return system.nodes.map(({ id, role }, index) => {
    const { state: own, history } = state.nodes[index]!
    const observe = system.roles[role]?.observe
    return { id, role, seen: observe ? observe({ id, role, state: own, history }) : history }
  })
}

function initialState(system: System): NaiveState {
  const nodes = system.nodes.map(({ role }) => ({
    up: true,
    state: {},
    disk: null,
    timers: [],
    history: system.roles[role]?.history?.initial ?? null,
  }))
  const state: NaiveState = { nodes, network: [], faults: { drop: 0, duplicate: 0, crash: 0 } }
  system.nodes.forEach((_, index) => happen(system, state, index, { kind: 'init' }, null))
  return state
}

/** A step: the state after it and the name of its action, null for a fault. */
interface NaiveStep {
  readonly next: NaiveState
  readonly action: string | null
}

/** Every state that one action leads to, one entry for each action that is enabled. */
function successors(system: System, state: NaiveState, cuts: Cuts): NaiveStep[] {
  const result: NaiveStep[] = []
  const { network, crashes } = system
  const crashMax = crashes === null ? 0 : crashes.limit === 'unlimited' ? Infinity : crashes.limit
  const duplicateMax = network.duplicates === 'unlimited' ? 0 : network.duplicates
  const restartsAtOnce = crashes?.restart === 'at once'

  const step = (action: string, change: (next: NaiveState) => void): void => {
    const next = structuredClone(state)
    change(next)
    result.push({ next, action })
  }
  /** A fault that changes nothing has not happened: it does not use up the limit. */
  const fault = (
    kind: 'drop' | 'duplicate' | 'crash',
    max: number,
    change: (next: NaiveState) => void,
  ): void => {
    if (state.faults[kind] >= max) return
    const next = structuredClone(state)
    change(next)
    if (JSON.stringify(next) !== JSON.stringify(state) && max !== Infinity) next.faults[kind]++
    result.push({ next, action: null })
  }
  const handle = (index: number, happening: Happening, before: (next: NaiveState) => void): void => {
    step(JSON.stringify([index, happening]), (next) => {
      before(next)
      happen(system, next, index, happening, null)
    })
    if (!crashes?.roles.includes(system.nodes[index]!.role) || crashMax === 0) return
    for (const cut of cutsOf(system, state, index, happening, cuts)) {
      fault('crash', crashMax, (next) => {
        before(next)
        happen(system, next, index, happening, cut)
        crash(next.nodes[index]!)
        if (restartsAtOnce) happen(system, next, index, { kind: 'restart' }, null)
      })
    }
  }

  state.network.forEach((text, position) => {
    if (text === state.network[position - 1]) return
    const [to, from, type, fields] = JSON.parse(text) as [number, string, string, unknown]
    const lose = (next: NaiveState): void => void next.network.splice(position, 1)
    const takeOut = (next: NaiveState): void => {
      if (network.duplicates !== 'unlimited') lose(next)
    }
    if (state.nodes[to]!.up) handle(to, { kind: 'message', from, type, fields }, takeOut)
    if (network.drops > 0) fault('drop', network.drops, lose)
    if (duplicateMax > 0) fault('duplicate', duplicateMax, (next) => next.network.splice(position, 0, text))
  })
  state.nodes.forEach((node, index) => {
    if (!node.up) {
      if (crashes?.restart === 'later') {
        step(`restart ${index}`, (next) => happen(system, next, index, { kind: 'restart' }, null))
      }
      return
    }
    for (const name of node.timers) {
      handle(index, { kind: 'timer', name }, (next) => {
        next.nodes[index]!.timers = next.nodes[index]!.timers.filter((timer) => timer !== name)
      })
    }
    if (!crashes?.roles.includes(system.nodes[index]!.role)) return
    fault('crash', crashMax, (next) => {
      crash(next.nodes[index]!)
      if (restartsAtOnce) happen(system, next, index, { kind: 'restart' }, null)
    })
  })
  return result
}

function crash(node: NaiveNode): void {
  node.up = false
  node.state = null
  node.timers = []
}

/** Before which effects of a handler a crash is taken. */
function cutsOf(
  system: System,
  state: NaiveState,
  index: number,
  happening: Happening,
  cuts: Cuts,
): number[] {
  if (cuts === 'none') return []
  const trial = structuredClone(state)
  const effects = run(system, trial, index, happening)
  if (cuts === 'all') return effects.map((_, position) => position)
  const beforeSends = system.crashes?.beforeSends?.includes(system.nodes[index]!.role) ?? false
  const positions: number[] = []
  const first = JSON.stringify(state.nodes[index]!.disk)
  let disk = first
  effects.forEach((effect, position) => {
    if (effect.kind === 'send' && beforeSends) {
      if (disk !== first || effects.slice(0, position).some(({ kind }) => kind === 'send'))
        positions.push(position)
    }
    if (effect.kind !== 'persist') return
    const written = JSON.stringify(effect.disk)
    const before = effects.slice(0, position)
    const somethingBefore = before.some(
      (other) => other.kind === 'send' || (other.kind === 'persist' && disk !== first),
    )
    if (written !== disk && somethingBefore) positions.push(position)
    disk = written
  })
  return positions
}

/** Calls the handler and carries its effects out, up to `cut` where it is given. */
function happen(
  system: System,
  state: NaiveState,
  index: number,
  happening: Happening,
  cut: number | null,
): void {
  const node = state.nodes[index]!
  const { id, role } = system.nodes[index]!
  const effects = run(system, state, index, happening)
  const sent: { to: string; type: string; fields: unknown }[] = []
  for (const effect of cut === null ? effects : effects.slice(0, cut)) {
    if (effect.kind === 'persist') node.disk = effect.disk
    else if (effect.kind === 'setTimer') node.timers = [...new Set([...node.timers, effect.name])].sort()
    else if (effect.kind === 'cancelTimer') node.timers = node.timers.filter((timer) => timer !== effect.name)
    else if (effect.kind === 'send') {
      sent.push(effect)
      const to = system.nodes.findIndex((candidate) => candidate.id === effect.to)
      if (!Object.hasOwn(system.nodes[to]!.definition.on, effect.type)) continue
      const text = JSON.stringify([to, id, effect.type, effect.fields])
      if (system.network.duplicates === 'unlimited' && state.network.includes(text)) continue
      state.network.push(text)
      state.network.sort()
    }
  }
  const history = system.roles[role]?.history
  const seen = cut === null ? observedOf(system.nodes[index]!, node.state) : null
  if (history)
    node.history = history.after(node.history as never, sent, id, { event: happening, state: seen })
}

/** Calls the handler: the node's state is changed, the effects are only recorded. */
function run(system: System, state: NaiveState, index: number, happening: Happening): Effect[] {
  const node = state.nodes[index]!
  const { id, definition } = system.nodes[index] as SystemNode
  const effects: Effect[] = []
  const context = {
    self: id,
    from: happening.kind === 'message' ? happening.from : id,
    about: '',
    nodes: (role: string) =>
      system.nodes.filter((candidate) => candidate.role === role).map((candidate) => candidate.id),
    send: (to: string, type: string, fields: unknown) =>
      void effects.push({ kind: 'send', to, type, fields: structuredClone(fields) }),
    reply: (type: string, fields: unknown) => context.send(context.from, type, fields),
    broadcast: (role: string, type: string, fields: unknown) => {
      for (const to of context.nodes(role)) if (to !== id) context.send(to, type, fields)
    },
    persist: (disk: unknown) => void effects.push({ kind: 'persist', disk: structuredClone(disk) }),
    setTimer: (name: string) => void effects.push({ kind: 'setTimer', name }),
    cancelTimer: (name: string) => void effects.push({ kind: 'cancelTimer', name }),
    now: (): number => {
      throw new Error('the naive search has no clock')
    },
  }
  node.up = true
  if (happening.kind === 'message') definition.on[happening.type]!(node.state, happening.fields, context)
  else if (happening.kind === 'timer') definition.timers![happening.name]!(node.state, context)
  else if (happening.kind === 'init' || !definition.restart) node.state = definition.init(context)
  else node.state = definition.restart(structuredClone(node.disk), context)
  return effects
}
