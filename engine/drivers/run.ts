/**
 * Run: the driver by hand. One action at a time is taken, undone or replayed, and each step is worked out in full for
 * the views. `replay` is a run whose actions are given; it is also the proof that a trace is real.
 */
import { ActorModel } from '../actors/actor-model.ts'
import { Behaviour, type Outcome } from '../actors/behaviour.ts'
import type { Effect, Local } from '../actors/execute.ts'
import { shownOf } from '../actors/shown.ts'
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
} from '../trace/record.ts'
import { isMessage } from '../trace/find-message.ts'
import { messageLabel } from '../trace/label.ts'
import { withTimes, withoutLost } from './run-messages.ts'

/** What a run is at one moment, besides its record. */
interface Moment {
  readonly row: Int32Array
  readonly inFlight: readonly MessageRecord[]
  readonly groups: readonly (readonly NodeId[])[] | null
  readonly paused: readonly NodeId[]
  /** Milliseconds since the start, in a timed system. */
  readonly now: number
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
  /** What was written to the console as the nodes started. */
  readonly #output: NonNullable<RunRecord['output']>
  /** By node what it shows in a state: most nodes are in a step as they were before it. */
  readonly #shown: readonly WeakMap<Local, NodeRecord['state']>[]
  /** Every message of the run, so that a copy can arrive again. */
  #everSent: MessageRecord[]

  constructor(system: System) {
    this.system = system
    this.#model = new ActorModel(system, { behaviour: new Behaviour(system, true) })
    this.#shown = system.nodes.map(() => new WeakMap())
    const row = this.#model.initial()[0]!
    const started = system.nodes.flatMap((_, node) =>
      this.#messages(node, this.#model.behaviour.init(node), 0),
    )
    this.#output = system.nodes.flatMap(({ id }, node) =>
      this.#model.behaviour.init(node).output.map((line) => ({ ...line, node: id })),
    )
    const usual = this.#model.timing?.usual(1)[0]
    this.#started = started.map((message, index) => ({
      ...message,
      id: `0.${index}`,
      ...(usual !== undefined && { arrivesIn: message.absorbed ? 0 : usual }),
    }))
    this.#everSent = [...this.#started]
    this.#moments = [
      {
        row,
        inFlight: this.#started.filter((message) => !message.absorbed),
        groups: null,
        paused: [],
        now: 0,
      },
    ]
    this.#frames = [this.#frame(this.#moments[0]!)]
  }

  /** The run so far. */
  get record(): RunRecord {
    const output = this.#output.length > 0 ? { output: this.#output } : {}
    return { frames: [...this.#frames], steps: [...this.#steps], started: this.#started, ...output }
  }

  /** The whole system as it is now. */
  get frame(): Frame {
    return this.#frames.at(-1)!
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

  /**
   * Deliveries, timers and restarts that may come next, and that time passes where nothing is due. Messages across a cut, and
   * nodes that are paused, wait.
   */
  enabled(): Action[] {
    const actions: Action[] = []
    const seen = new Set<string>()
    for (const message of this.#now.inFlight) {
      const action: Action = { kind: 'deliver', to: message.to, message: dataOf(message) }
      const text = canonical(action, 'action')
      if (seen.has(text) || !this.#reachable(message.from, message.to) || !this.#ready(message.to)) continue
      if (this.#due(message.to, action.message) === null) continue
      seen.add(text)
      actions.push(action)
    }
    for (const node of this.#frames.at(-1)!.nodes) {
      if (!node.up) actions.push({ kind: 'restart', node: node.id })
      else if (!node.paused) {
        const local = this.#localNumber(this.#model.behaviour.indexOf(node.id))
        for (const timer of this.#model.dueTimers(local)) actions.push({ kind: 'fire', node: node.id, timer })
      }
    }
    const milliseconds = this.#untilDue()
    if (milliseconds !== null) actions.push({ kind: 'pass', milliseconds })
    return actions
  }

  /**
   * What a hand may do besides: lose or copy a message, deliver a copy of an old one, crash, pause, resume, end a session before its
   * time, heal.
   */
  handActions(): Action[] {
    const actions: Action[] = []
    const { timing } = this.#model
    for (const message of this.#now.inFlight) {
      const data = dataOf(message)
      if (this.#head(message.to, data) !== null) actions.push({ kind: 'drop', to: message.to, message: data })
      if (!this.system.network.streams) actions.push({ kind: 'duplicate', to: message.to, message: data })
    }
    this.#frames.at(-1)!.nodes.forEach((node, index) => {
      if (node.up) actions.push({ kind: 'crash', node: node.id })
      if (timing === null) {
        actions.push({ kind: node.paused ? 'resume' : 'pause', node: node.id })
        return
      }
      if (node.up && !node.paused) {
        for (const milliseconds of timing.faults(index, 'pause'))
          actions.push({ kind: 'pause', node: node.id, milliseconds })
      }
      for (const milliseconds of timing.faults(index, 'jump'))
        actions.push({ kind: 'jump', node: node.id, milliseconds })
      for (const timer of this.#hastened(index))
        actions.push({ kind: 'fire', node: node.id, timer, early: true })
    })
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
    let passed = 0
    let effects: Effects | null = null
    let copied: MessageRecord | null = null
    switch (action.kind) {
      case 'deliver': {
        const node = this.#up(action.to, number, action)
        const received = this.#find(action.to, action.message) ?? this.#findAgain(action.to, action.message)
        if (!received || !this.#reachable(received.from, received.to)) return this.#diverge(number, action)
        const message = this.#number(action.message)
        const place = row[node]!
        const local = this.#model.localAt(node, place)
        const item = this.#due(action.to, action.message)
        if (item === null && inFlight.includes(received)) return this.#diverge(number, action)
        inFlight = inFlight.filter((message) => message !== received)
        const outcome = this.#model.behaviour.deliver(node, local, message, action.crashAfter ?? null)
        if (outcome.performed > outcome.effects.length) return this.#diverge(number, action)
        const inbox = this.#model.inboxNumber(node, place)
        const after = item === null ? inbox : this.#model.inboxes.without(inbox, item)
        row[node] = this.#model.place(node, outcome.local, after)
        const noticed = action.crashAfter === undefined ? [] : [this.#model.behaviour.crash(node, local)]
        effects = { node, before: this.#local(now, node), outcomes: [outcome, ...noticed], received }
        break
      }
      case 'fire': {
        const node = this.#up(action.node, number, action)
        const local = this.#model.localAt(node, row[node]!)
        const timers = action.early ? this.#hastened(node) : this.#model.dueTimers(local)
        if (!timers.includes(action.timer)) return this.#diverge(number, action)
        const outcome = this.#model.behaviour.fire(node, local, action.timer, action.crashAfter ?? null)
        if (outcome.performed > outcome.effects.length) return this.#diverge(number, action)
        row[node] = this.#model.place(node, outcome.local, this.#model.inboxNumber(node, row[node]!))
        const noticed = action.crashAfter === undefined ? [] : [this.#model.behaviour.crash(node, local)]
        effects = { node, before: this.#local(now, node), outcomes: [outcome, ...noticed], received: null }
        break
      }
      case 'crash': {
        const node = this.#index(action.node, number, action)
        if (!this.#local(now, node).up) return this.#diverge(number, action)
        const outcome = this.#model.behaviour.crash(node, this.#model.localAt(node, row[node]!))
        row[node] = this.#model.place(node, outcome.local, this.#model.inboxNumber(node, row[node]!))
        effects = { node, before: this.#local(now, node), outcomes: [outcome], received: null }
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
        const received = this.#find(action.to, action.message) ?? this.#findAgain(action.to, action.message)
        const item = this.#head(action.to, action.message)
        if (!received || item === null) return this.#diverge(number, action)
        const node = this.#model.behaviour.indexOf(action.to)
        const inbox = this.#model.inboxes.lost(this.#model.inboxNumber(node, row[node]!), item)
        if (inbox === null) return this.#diverge(number, action)
        inFlight = withoutLost(this.#model, inFlight, received, number)
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
        const item = this.#head(action.to, action.message)
        if (item === null || this.system.network.streams) return this.#diverge(number, action)
        const inbox = this.#model.inboxes.with(this.#model.inboxNumber(node, row[node]!), item)
        row[node] = this.#model.place(node, this.#model.localAt(node, row[node]!), inbox)
        effects = { node, before: this.#local(now, node), outcomes: [], received: original }
        break
      }
      case 'pause':
      case 'resume': {
        const node = this.#index(action.node, number, action)
        const { timing } = this.#model
        if (timing !== null) {
          const milliseconds = action.kind === 'pause' ? (action.milliseconds ?? 0) : 0
          const local = this.#model.localAt(node, row[node]!)
          if (milliseconds <= 0 || !this.#ready(action.node)) return this.#diverge(number, action)
          row[node] = this.#model.place(
            node,
            timing.paused(local, milliseconds),
            this.#model.inboxNumber(node, row[node]!),
          )
          effects = { node, before: this.#local(now, node), outcomes: [], received: null }
          break
        }
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
      case 'pass': {
        if (action.milliseconds !== this.#untilDue()) return this.#diverge(number, action)
        passed = action.milliseconds
        for (let node = 0; node < this.system.nodes.length; node++)
          row[node] = this.#model.agedPlace(node, row[node]!, passed)
        inFlight = inFlight.map((message) => ({
          ...message,
          arrivesIn: Math.max(0, message.arrivesIn! - passed),
        }))
        break
      }
      case 'jump': {
        const node = this.#index(action.node, number, action)
        const { timing } = this.#model
        if (timing === null) return this.#diverge(number, action)
        const local = timing.jumped(node, this.#model.localAt(node, row[node]!), action.milliseconds)
        row[node] = this.#model.place(node, local, this.#model.inboxNumber(node, row[node]!))
        effects = { node, before: this.#local(now, node), outcomes: [], received: null }
        break
      }
      case 'act':
        return this.#diverge(number, action)
    }

    const fault = faultOf(action)
    if (fault) this.#model.countFault(row, fault)
    if (effects && this.#restartsAtOnce(action)) {
      effects = { ...effects, outcomes: [...effects.outcomes, this.#restart(row, effects.node)] }
    }
    const sent = (effects?.outcomes ?? []).flatMap((outcome) =>
      this.#messages(effects!.node, outcome, number),
    )
    const latencies = 'latencies' in action ? action.latencies : undefined
    if (effects) {
      const place = row[effects.node]!
      const timeouts = 'timeouts' in action ? action.timeouts : undefined
      const settled = this.#model.settled(this.#model.localAt(effects.node, place), timeouts)
      if (settled === null) return this.#diverge(number, action)
      row[effects.node] = this.#model.place(
        effects.node,
        settled,
        this.#model.inboxNumber(effects.node, place),
      )
    }
    const sendings = (effects?.outcomes ?? []).flatMap((outcome) => outcome.sendings)
    const kept = sendings.filter(({ absorbed }) => !absorbed).length
    if (latencies && latencies.length !== kept) return this.#diverge(number, action)
    this.#model.send(row, sendings, latencies)
    if (effects && recorded(action)) {
      const received = action.kind === 'deliver' ? this.#number(action.message) : null
      this.#model.recordStep(row, effects.node, received, sendings)
    }
    const numbered = withTimes(this.#model, inFlight, sent, latencies).map((message, index) => ({
      ...message,
      id: `${number}.${index}`,
    }))
    this.#everSent = [...this.#everSent, ...numbered, ...(copied ? [copied] : [])]
    const next: Moment = {
      row,
      inFlight: [...inFlight, ...numbered.filter((message) => !message.absorbed)],
      groups,
      paused,
      now: now.now + passed,
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

  /** The message on its way that is meant; of several equal ones the one that arrives first. */
  #find(to: NodeId, message: MessageData): MessageRecord | undefined {
    const text = canonical(message.fields, 'message')
    const meant = this.#now.inFlight.filter((candidate) => isMessage(candidate, to, message, text))
    const soonest = Math.min(...meant.map(({ arrivesIn = 0 }) => arrivesIn))
    return meant.find(({ arrivesIn = 0 }) => arrivesIn === soonest)
  }

  #localNumber(node: number): number {
    return this.#model.localAt(node, this.#now.row[node]!)
  }

  /** The timers of a node that a hand may let come before their time, or at any. Without clocks each may come at any moment anyway. */
  #hastened(node: number): readonly string[] {
    const { id, definition } = this.system.nodes[node]!
    if (this.#model.timing === null || !this.#ready(id)) return []
    const due = this.#model.dueTimers(this.#localNumber(node))
    const { timers, state } = this.#local(this.#now, node)
    const offered = definition.offers?.(state).filter((timer) => !timers.includes(timer)) ?? []
    return [
      ...timers.filter((timer) => definition.hastens?.(timer) === true && !due.includes(timer)),
      ...offered,
    ]
  }

  /** A message among what is due at its receiver, as the model numbers it; null where it is not. */
  #due(to: NodeId, message: MessageData): number | null {
    const node = this.#model.behaviour.indexOf(to)
    return this.#among(this.#model.due(node, this.#now.row[node]!), message)
  }

  /** A message among what may arrive next at its receiver, sooner or later; null where it is not. */
  #head(to: NodeId, message: MessageData): number | null {
    const node = this.#model.behaviour.indexOf(to)
    return this.#among(this.#model.heads(node, this.#now.row[node]!), message)
  }

  #among(items: readonly number[], message: MessageData): number | null {
    const { timing } = this.#model
    const number = this.#number(message)
    const found = items.filter((item) => this.#model.inboxes.messageOf(item) === number)
    if (timing !== null) found.sort((one, other) => timing.leftOf(one) - timing.leftOf(other))
    return found[0] ?? null
  }

  /** Milliseconds that may pass, because nothing that can happen is due before; null where none may. */
  #untilDue(): number | null {
    const { timing } = this.#model
    if (timing === null) return null
    const until = this.system.nodes.map(({ id }, node) => {
      const reachable = this.#model
        .heads(node, this.#now.row[node]!)
        .filter((item) =>
          this.#reachable(this.#model.messageData(this.#model.inboxes.messageOf(item)).from, id),
        )
      return timing.until(node, this.#localNumber(node), reachable)
    })
    const milliseconds = Math.min(...until)
    return milliseconds === 0 || milliseconds === Infinity ? null : milliseconds
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
      const local = this.#local(moment, index)
      const { up, disk, timers, clock } = local
      return {
        id,
        role,
        up,
        paused: moment.paused.includes(id) || (clock?.paused ?? 0) > 0,
        state: this.#stateShown(index, local),
        disk,
        timers,
        ...(clock && { clock }),
      }
    })
    const timed = this.#model.timing === null ? {} : { now: moment.now }
    return { nodes, inFlight: moment.inFlight, groups: moment.groups, ...timed }
  }

  #stateShown(node: number, local: Local): NodeRecord['state'] {
    const known = this.#shown[node]!.get(local)
    if (known !== undefined) return known
    const state = shownOf(this.system.nodes[node]!, local.state) as NodeRecord['state']
    this.#shown[node]!.set(local, state)
    return state
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
    const shown = (local: Local): Local => ({
      ...local,
      state: shownOf(this.system.nodes[node]!, local.state),
    })
    const changed = changes(shown(before), shown(after))
    const handled = action.kind === 'deliver' || action.kind === 'fire'
    const output = outcomes.flatMap((outcome) => outcome.output)
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
      ...(output.length > 0 && { output }),
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
