/**
 * Run: the driver by hand. One action at a time is taken, undone or replayed, and each step is worked out in full for
 * the views. `replay` is a run whose actions are given; it is also the proof that a trace is real.
 */
import { ActorModel } from '../actors/actor-model.ts'
import type { Outcome } from '../actors/behaviour.ts'
import type { Effect, Local } from '../actors/execute.ts'
import type { System, View } from '../actors/system.ts'
import type { NodeId } from '../api.ts'
import { Fault } from '../fault.ts'
import { type Action, type MessageData, faultOf, noSuccessors } from '../model.ts'
import { canonical } from '../plain.ts'
import { changes } from '../trace/changes.ts'
import {
  type Frame,
  type MessageRecord,
  type NodeRecord,
  type RunRecord,
  type StepRecord,
  dataOf,
  isMessage,
} from '../trace/record.ts'
import { messageLabel } from '../trace/label.ts'

/** What a run is at one moment, besides its record. */
interface Moment {
  readonly row: Int32Array
  readonly inFlight: readonly MessageRecord[]
  readonly groups: readonly (readonly NodeId[])[] | null
  readonly paused: readonly NodeId[]
}

/** What one action led to, before it is written down. */
interface Effects {
  readonly node: number
  readonly before: Local
  readonly outcomes: readonly Outcome[]
  readonly received: MessageRecord | null
}

export class Run {
  readonly system: System
  readonly #model: ActorModel
  readonly #moments: Moment[]
  readonly #frames: Frame[]
  readonly #steps: StepRecord[] = []
  readonly #started: readonly MessageRecord[]
  /** Every message of the run, so that a copy can arrive again. */
  #everSent: MessageRecord[]

  constructor(system: System) {
    this.system = system
    this.#model = new ActorModel(system)
    const row = this.#model.initial()[0]!
    const started = system.nodes.flatMap((_, node) =>
      this.#messages(node, this.#model.behaviour.init(node), 0),
    )
    this.#started = started.map((message, index) => ({ ...message, id: `0.${index}` }))
    this.#everSent = [...this.#started]
    this.#moments = [
      { row, inFlight: this.#started.filter((message) => !message.absorbed), groups: null, paused: [] },
    ]
    this.#frames = [this.#frame(this.#moments[0]!)]
  }

  /** The run so far. */
  get record(): RunRecord {
    return { frames: [...this.#frames], steps: [...this.#steps], started: this.#started }
  }

  /** Steps so far. */
  get length(): number {
    return this.#steps.length
  }

  /** The state as properties see it. */
  get view(): View {
    return this.#model.view(this.#now.row)
  }

  /** The system's history so far; null where it has none. */
  get history(): unknown {
    return this.#model.history(this.#now.row)
  }

  /** Properties that hold now, one bit each; see `Model.inspect`. */
  get inspection(): number {
    return this.#model.inspect(this.#now.row)
  }

  /** What happened in a violation of a property that is violated now, as parameters for its words. */
  explain(property: number): Record<string, string | number> {
    return this.#model.explain(this.#now.row, property)
  }

  /** The model whose rows `rows` are. */
  get model(): ActorModel {
    return this.#model
  }

  /** The states so far, one row each; the first is the initial one. */
  get rows(): readonly Int32Array[] {
    return this.#moments.map(({ row }) => row)
  }

  /** Is the state now the one that it was after a step? 0 stands for the start. */
  isBackAt(step: number): boolean {
    const { row, groups, paused } = this.#moments[step]!
    const now = this.#now
    return (
      row.every((value, column) => value === now.row[column]) &&
      canonical([groups, paused], 'run') === canonical([now.groups, now.paused], 'run')
    )
  }

  /** Nothing that the model allows makes a difference any more: all that may be left are messages without effect. */
  get stuck(): boolean {
    const out = noSuccessors()
    this.#model.successors(this.#now.row, out)
    return out.count === out.moot
  }

  /** Is it fair to stay here for ever? Nothing that has to happen some time would change the state; faults may. */
  get atRest(): boolean {
    const out = noSuccessors(true)
    this.#model.successors(this.#now.row, out)
    return out.fairness!.every((fairness) => fairness < 0)
  }

  /** Does the condition of a property hold in some state of the run so far? */
  hasHeld(property: number): boolean {
    return this.#moments.some(({ row }) => (this.#model.inspect(row) & (1 << property)) !== 0)
  }

  /** Deliveries, timers and restarts that may come next. Messages across a cut, and nodes that are paused, wait. */
  enabled(): Action[] {
    const actions: Action[] = []
    const seen = new Set<string>()
    for (const message of this.#now.inFlight) {
      const action: Action = { kind: 'deliver', to: message.to, message: dataOf(message) }
      const text = canonical(action, 'action')
      if (seen.has(text) || !this.#reachable(message.from, message.to) || !this.#ready(message.to)) continue
      seen.add(text)
      actions.push(action)
    }
    for (const node of this.#frames.at(-1)!.nodes) {
      if (!node.up) actions.push({ kind: 'restart', node: node.id })
      else if (!node.paused)
        for (const timer of node.timers) actions.push({ kind: 'fire', node: node.id, timer })
    }
    return actions
  }

  /** What a hand may do besides: lose or copy a message, deliver a copy of an old one, crash, pause, resume, heal. */
  handActions(): Action[] {
    const actions: Action[] = []
    for (const message of this.#now.inFlight) {
      const data = dataOf(message)
      actions.push(
        { kind: 'drop', to: message.to, message: data },
        { kind: 'duplicate', to: message.to, message: data },
      )
    }
    for (const node of this.#frames.at(-1)!.nodes) {
      if (node.up) actions.push({ kind: 'crash', node: node.id })
      actions.push({ kind: node.paused ? 'resume' : 'pause', node: node.id })
    }
    if (this.#now.groups) actions.push({ kind: 'heal' })
    return actions
  }

  /**
   * Takes one action.
   * @throws Fault `diverged` naming the step where the action can't happen now, or the fault of a handler
   */
  take(action: Action): StepRecord {
    const now = this.#now
    const number = this.#steps.length + 1
    const row = now.row.slice()
    let { inFlight, groups, paused } = now
    let effects: Effects | null = null
    let copied: MessageRecord | null = null
    switch (action.kind) {
      case 'deliver': {
        const node = this.#up(action.to, number, action)
        const received = this.#find(action.to, action.message) ?? this.#findAgain(action.to, action.message)
        if (!received || !this.#reachable(received.from, received.to)) return this.#diverge(number, action)
        inFlight = inFlight.filter((message) => message !== received)
        const message = this.#number(action.message)
        const place = row[node]!
        const local = this.#model.localAt(node, place)
        const outcome = this.#model.behaviour.deliver(node, local, message, action.crashAfter ?? null)
        if (outcome.performed > outcome.effects.length) return this.#diverge(number, action)
        const inbox = this.#model.inboxNumber(node, place)
        const present = this.#model.inboxAt(node, place).includes(message)
        row[node] = this.#model.place(
          node,
          outcome.local,
          present ? this.#model.without(inbox, message) : inbox,
        )
        effects = { node, before: this.#local(now, node), outcomes: [outcome], received }
        break
      }
      case 'fire': {
        const node = this.#up(action.node, number, action)
        const local = this.#model.localAt(node, row[node]!)
        if (!this.#model.behaviour.locals.values[local]!.timers.includes(action.timer))
          return this.#diverge(number, action)
        const outcome = this.#model.behaviour.fire(node, local, action.timer, action.crashAfter ?? null)
        if (outcome.performed > outcome.effects.length) return this.#diverge(number, action)
        row[node] = this.#model.place(node, outcome.local, this.#model.inboxNumber(node, row[node]!))
        effects = { node, before: this.#local(now, node), outcomes: [outcome], received: null }
        break
      }
      case 'crash': {
        const node = this.#index(action.node, number, action)
        if (!this.#local(now, node).up) return this.#diverge(number, action)
        const local = this.#model.behaviour.crash(this.#model.localAt(node, row[node]!))
        row[node] = this.#model.place(node, local, this.#model.inboxNumber(node, row[node]!))
        effects = { node, before: this.#local(now, node), outcomes: [], received: null }
        break
      }
      case 'restart': {
        const node = this.#index(action.node, number, action)
        if (this.#local(now, node).up) return this.#diverge(number, action)
        effects = {
          node,
          before: this.#local(now, node),
          outcomes: [this.#restart(row, node)],
          received: null,
        }
        break
      }
      case 'drop': {
        const received = this.#find(action.to, action.message)
        if (!received) return this.#diverge(number, action)
        inFlight = inFlight.filter((message) => message !== received)
        const node = this.#model.behaviour.indexOf(action.to)
        const inbox = this.#model.without(
          this.#model.inboxNumber(node, row[node]!),
          this.#number(action.message),
        )
        row[node] = this.#model.place(node, this.#model.localAt(node, row[node]!), inbox)
        effects = { node, before: this.#local(now, node), outcomes: [], received }
        break
      }
      case 'duplicate': {
        const original = this.#find(action.to, action.message)
        if (!original) return this.#diverge(number, action)
        copied = { ...original, id: `${number}.0` }
        inFlight = [...inFlight, copied]
        const node = this.#model.behaviour.indexOf(action.to)
        const inbox = this.#model.with(
          this.#model.inboxNumber(node, row[node]!),
          this.#number(action.message),
        )
        row[node] = this.#model.place(node, this.#model.localAt(node, row[node]!), inbox)
        effects = { node, before: this.#local(now, node), outcomes: [], received: original }
        break
      }
      case 'pause':
      case 'resume': {
        const node = this.#index(action.node, number, action)
        const isPaused = paused.includes(action.node)
        if (isPaused === (action.kind === 'pause')) return this.#diverge(number, action)
        paused = isPaused ? paused.filter((id) => id !== action.node) : [...paused, action.node]
        effects = { node, before: this.#local(now, node), outcomes: [], received: null }
        break
      }
      case 'partition':
        for (const id of action.groups.flat()) this.#index(id, number, action)
        groups = action.groups
        break
      case 'heal':
        if (!groups) return this.#diverge(number, action)
        groups = null
        break
      case 'act':
        return this.#diverge(number, action)
    }

    const fault = faultOf(action)
    if (fault) this.#model.countFault(row, fault)
    if (effects && this.#restartsAtOnce(action)) {
      effects = { ...effects, outcomes: [...effects.outcomes, this.#restart(row, effects.node)] }
    }
    const sent: MessageRecord[] = []
    for (const outcome of effects?.outcomes ?? []) {
      for (const sending of outcome.sendings) this.#model.send(row, sending)
      sent.push(...this.#messages(effects!.node, outcome, number))
    }
    if (effects && recorded(action)) {
      const sendings = effects.outcomes.flatMap((outcome) => outcome.sendings)
      const received = action.kind === 'deliver' ? this.#number(action.message) : null
      this.#model.recordStep(row, effects.node, received, sendings)
    }
    const numbered = sent.map((message, index) => ({ ...message, id: `${number}.${index}` }))
    this.#everSent = [...this.#everSent, ...numbered, ...(copied ? [copied] : [])]
    const next: Moment = {
      row,
      inFlight: [...inFlight, ...numbered.filter((message) => !message.absorbed)],
      groups,
      paused,
    }
    const frame = this.#frame(next)
    const step = this.#step(number, action, effects, numbered, next)
    this.#moments.push(next)
    this.#frames.push(frame)
    this.#steps.push(step)
    return step
  }

  /** Forgets every step after this one; 0 goes back to the start. */
  backTo(step: number): void {
    if (step >= this.#steps.length) return
    this.#moments.length = step + 1
    this.#frames.length = step + 1
    this.#steps.length = step
    this.#everSent = this.#everSent.filter((message) => Number(message.id.split('.')[0]) <= step)
  }

  get #now(): Moment {
    return this.#moments.at(-1)!
  }

  #diverge(number: number, action: Action): never {
    const about = 'message' in action ? messageLabel(action.message) : action.kind
    const node = 'to' in action ? action.to : 'node' in action ? action.node : ''
    throw new Fault('diverged', { step: number, action: action.kind, about, node })
  }

  #index(id: NodeId, number: number, action: Action): number {
    const index = this.system.nodes.findIndex((node) => node.id === id)
    return index < 0 ? this.#diverge(number, action) : index
  }

  #up(id: NodeId, number: number, action: Action): number {
    const node = this.#index(id, number, action)
    return this.#ready(id) ? node : this.#diverge(number, action)
  }

  #ready(id: NodeId): boolean {
    const node = this.#frames.at(-1)!.nodes.find((candidate) => candidate.id === id)
    return node !== undefined && node.up && !node.paused
  }

  #reachable(from: NodeId, to: NodeId): boolean {
    const { groups } = this.#now
    if (!groups || from === to) return true
    return groups.some((group) => group.includes(from) && group.includes(to))
  }

  #local(moment: Moment, node: number): Local {
    return this.#model.behaviour.locals.values[this.#model.localAt(node, moment.row[node]!)]!
  }

  #number(message: MessageData): number {
    return this.#model.behaviour.message(message.from, message.type, message.fields)
  }

  /** The last step at a node; 0 for its start. */
  #latest(id: NodeId): number {
    for (let index = this.#steps.length - 1; index >= 0; index--) {
      if (this.#steps[index]!.node === id) return index + 1
    }
    return 0
  }

  #find(to: NodeId, message: MessageData): MessageRecord | undefined {
    const text = canonical(message.fields, 'message')
    return this.#now.inFlight.find((candidate) => isMessage(candidate, to, message, text))
  }

  /** A message that has arrived before, where the network may repeat it. */
  #findAgain(to: NodeId, message: MessageData): MessageRecord | undefined {
    if (this.system.network.duplicates !== 'unlimited') return undefined
    const text = canonical(message.fields, 'message')
    return this.#everSent.find((candidate) => !candidate.absorbed && isMessage(candidate, to, message, text))
  }

  #restartsAtOnce(action: Action): boolean {
    if (action.kind === 'crash') return action.restarts === true
    const cut = (action.kind === 'deliver' || action.kind === 'fire') && action.crashAfter !== undefined
    return cut && this.system.crashes?.restart === 'at once'
  }

  #restart(row: Int32Array, node: number): Outcome {
    const outcome = this.#model.behaviour.restart(node, this.#model.localAt(node, row[node]!))
    row[node] = this.#model.place(node, outcome.local, this.#model.inboxNumber(node, row[node]!))
    return outcome
  }

  /** The messages that took effect in an outcome; their ids are given later. */
  #messages(node: number, outcome: Outcome, sentAt: number): MessageRecord[] {
    const from = this.system.nodes[node]!.id
    return outcome.sendings.map(({ to, message, absorbed, line }) => {
      const { type, fields } = this.#model.behaviour.messages.values[message]!
      return { id: '', from, to: this.system.nodes[to]!.id, type, fields, line, sentAt, absorbed }
    })
  }

  #frame(moment: Moment): Frame {
    const nodes = this.system.nodes.map(({ id, role }, index): NodeRecord => {
      const { up, state, disk, timers } = this.#local(moment, index)
      return {
        id,
        role,
        up,
        paused: moment.paused.includes(id),
        state: state as NodeRecord['state'],
        disk,
        timers,
      }
    })
    return { nodes, inFlight: moment.inFlight, groups: moment.groups }
  }

  #step(
    number: number,
    action: Action,
    effects: Effects | null,
    sent: readonly MessageRecord[],
    next: Moment,
  ): StepRecord {
    if (!effects) {
      return {
        number,
        action,
        node: null,
        received: null,
        sent,
        persisted: [],
        lost: [],
        ignored: false,
        lines: [],
        changed: [],
        observed: false,
        causes: [number - 1],
      }
    }
    const { node, before, outcomes, received } = effects
    const after = this.#local(next, node)
    const performed = outcomes.flatMap((outcome) => outcome.effects.slice(0, outcome.performed))
    const lost = outcomes.flatMap((outcome) => outcome.effects.slice(outcome.performed))
    const changed = changes(before, after)
    const handled = action.kind === 'deliver' || action.kind === 'fire'
    const id = this.system.nodes[node]!.id
    const previous = this.#latest(id)
    const causes = received ? [...new Set([received.sentAt, previous])] : [previous]
    return {
      number,
      action,
      node: id,
      received,
      sent,
      persisted: performed.filter((effect) => effect.kind === 'persist').map((effect) => effect.line),
      lost: lost.map(effectLabel),
      ignored: handled && changed.length === 0 && sent.length === 0 && lost.length === 0,
      lines: [...new Set(outcomes.flatMap((outcome) => outcome.lines))].sort((one, other) => one - other),
      changed,
      observed:
        this.#model.seenNumber(node, this.#now.row[node]!) !== this.#model.seenNumber(node, next.row[node]!),
      causes,
    }
  }
}

/**
 * Works a list of actions out, from the initial state.
 * @param loopFrom the number of the first step of those that repeat for ever, where there are any
 * @throws Fault `diverged` naming the first step that can't happen, `diverged-loop` where the loop does not return
 */
export function replay(system: System, actions: readonly Action[], loopFrom?: number): RunRecord {
  const run = new Run(system)
  for (const action of actions) run.take(action)
  if (loopFrom === undefined) return run.record
  if (loopFrom > actions.length || !run.isBackAt(loopFrom - 1))
    throw new Fault('diverged-loop', { from: loopFrom })
  return { ...run.record, loopFrom }
}

/** May the system's history record actions of this kind? Those of the network and of hands that hold a node up are not. */
function recorded({ kind }: Action): boolean {
  return kind === 'deliver' || kind === 'fire' || kind === 'crash' || kind === 'restart'
}

function effectLabel(effect: Effect): string {
  return effect.kind === 'send' ? effect.type : effect.kind
}
