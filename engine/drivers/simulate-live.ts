/**
 * LiveSystem: a System of which one run is going on. The nodes hold live states, the chosen action alone is worked out,
 * and nothing is interned: what a step costs does not depend on how many states there are. The same actions lead to the
 * same states as in an `ActorModel`, which `simulate-live.test.ts` holds it to.
 */
import { FAULT_COUNT_MAX, withDurations } from '../actors/actor-model.ts'
import { cutsOf } from '../actors/cuts.ts'
import { type Effect, type Event, Call, execute } from '../actors/execute.ts'
import { type Repetition, textOf } from '../actors/repetition.ts'
import { observedOf } from '../actors/shown.ts'
import type { NodeStep, SentMessage, System, View } from '../actors/system.ts'
import { Fault } from '../fault.ts'
import { type Action, type FaultKind, type MessageData, faultOf } from '../model.ts'
import { canonical, copy, copyQuickly } from '../plain.ts'
import type { Random } from '../random.ts'
import {
  type LiveMessage,
  LiveNode,
  clearTimer,
  dataOf,
  isSameStream,
  localText,
  removeAt,
  setTimers,
  textOfMessage,
} from './simulate-node.ts'
import { LiveTime } from './simulate-time.ts'

type Groups = Extract<Action, { kind: 'partition' }>['groups']
type SendEffect = Extract<Effect, { kind: 'send' }>

const NO_EFFECTS: readonly Effect[] = []

export class LiveSystem {
  readonly system: System
  readonly nodes: readonly LiveNode[]
  /** Messages that have not arrived, oldest first. */
  pending: LiveMessage[] = []
  /** Where the network repeats without limit: those that have arrived, and may arrive again. */
  arrived: LiveMessage[] = []
  /** Does every message stay in the network? */
  readonly repeats: boolean
  readonly view: View
  history: unknown = null
  /** Steps so far. */
  steps = 0
  /** The actions of the run, where they are wanted. */
  actions: Action[] | null
  /** What the last step sent or wrote to a disk. */
  effects = 0
  /** May what properties see have changed in the last step? */
  observed = true
  readonly #indexOf: ReadonlyMap<string, number>
  readonly #limits: { readonly [kind in FaultKind]: number }
  readonly #used: { [kind in FaultKind]: number } = {
    drop: 0,
    duplicate: 0,
    crash: 0,
    pause: 0,
    jump: 0,
    partition: 0,
  }
  /** Who can talk to whom; null while the network is whole. */
  #groups: Groups | null = null
  /** By sender and receiver: 1 where nothing arrives. */
  #apart: Uint8Array | null = null
  /** Null in a system without clocks. */
  readonly time: LiveTime | null
  readonly #closely: boolean
  readonly #repetition: Repetition | null

  /**
   * Starts a run.
   * @param repetition sees to it that handlers are deterministic; null: not looked at
   * @param options.closely every call goes through `execute`: slow, and beyond doubt
   * @param options.recorded the actions are kept
   * @throws Fault of an `init`
   */
  constructor(
    system: System,
    repetition: Repetition | null,
    options: { readonly closely?: boolean; readonly recorded?: boolean } = {},
  ) {
    this.system = system
    this.#repetition = repetition
    this.#closely = options.closely ?? false
    this.actions = options.recorded ? [] : null
    this.#indexOf = new Map(system.nodes.map(({ id }, index) => [id, index]))
    this.nodes = system.nodes.map((_, index) => new LiveNode(system, index))
    this.view = system.nodes.map(({ id, role }) => ({ id, role, seen: null }))
    const { network, crashes } = system
    this.time = system.time ? new LiveTime(system.time, this.nodes) : null
    this.repeats = network.duplicates === 'unlimited'
    const limit = (given: number): number => (given > FAULT_COUNT_MAX ? Infinity : given)
    this.#limits = {
      // Where every message stays, a lost one is mostly sent again: explorations look at that, random runs don't.
      drop: this.repeats ? 0 : limit(network.drops),
      duplicate: network.duplicates === 'unlimited' ? 0 : limit(network.duplicates),
      crash: crashes === null ? 0 : crashes.limit === 'unlimited' ? Infinity : limit(crashes.limit),
      pause: limit(system.time?.pauses?.limit ?? 0),
      jump: limit(system.time?.jumps?.limit ?? 0),
      partition: limit(network.partitions?.limit ?? 0),
    }
    const sent = this.nodes.map((node) => {
      node.history = node.role.history?.initial ?? null
      return this.#handle(node, { kind: 'init' }, null)
    })
    for (const [index, sends] of sent.entries()) this.#send(this.nodes[index]!, sends)
    if (system.history) {
      this.history = system.history.initial
      for (const [index, sends] of sent.entries()) this.#record(this.nodes[index]!, null, sends)
    }
  }

  /** May a fault of this kind still happen? */
  allows(kind: FaultKind): boolean {
    return this.#used[kind] < this.#limits[kind]
  }

  /** Bit i is set where the condition of property i holds; only the properties of `mask` are looked at. */
  inspect(mask: number): number {
    const { properties } = this.system
    let bits = 0
    for (let index = 0; index < properties.length; index++) {
      if ((mask & (1 << index)) === 0) continue
      const property = properties[index]!
      const holds =
        property.kind === 'always'
          ? property.violated(this.view, this.history) === null
          : property.reached(this.view, this.history)
      if (holds) bits |= 1 << index
    }
    return bits
  }

  /**
   * Delivers a message.
   * @param again is it one of those that have arrived before?
   * @param cut draws a crash in the middle of the handler, where one makes a difference; or after how many effects
   * @throws Fault of the handler, with the action as the last of `actions`
   */
  deliver(index: number, again: boolean, cut: Random | number | null): void {
    const message = again ? this.arrived[index]! : this.pending[index]!
    if (!again) {
      removeAt(this.pending, index)
      this.nodes[message.to]!.pending--
      if (this.repeats) this.arrived.push(message)
    }
    const node = this.nodes[message.to]!
    const { from, type, fields } = message
    this.#begin(this.actions && { kind: 'deliver', to: node.id, message: dataOf(message) })
    this.#step(node, { kind: 'message', from, type, fields }, message, cut)
  }

  /** Lets a pending timer fire; see `deliver`. */
  fire(node: LiveNode, index: number, cut: Random | number | null): void {
    const name = node.timers[index]!
    clearTimer(node, name)
    this.#begin(this.actions && { kind: 'fire', node: node.id, timer: name })
    this.#step(node, { kind: 'timer', name }, null, cut)
  }

  /** Lets a timer fire that nothing has set, where the node offers that to a hand. */
  #makeFire(node: LiveNode, action: Extract<Action, { kind: 'fire' }>): boolean {
    const { timer: name } = action
    if (!node.node.definition.offers?.(node.state).includes(name)) return false
    this.#begin(this.actions && action)
    this.#step(node, { kind: 'timer', name }, null, null)
    return true
  }

  /** Loses a message; on a stream it has to be the first, and all behind it are lost too. */
  drop(given: number): void {
    const index = this.#soonest(given)
    const message = this.pending[index]!
    const node = this.nodes[message.to]!
    this.#begin(this.actions && { kind: 'drop', to: node.id, message: dataOf(message) })
    this.#used.drop++
    const { streams } = this.system.network
    if (!streams) {
      removeAt(this.pending, index)
      node.pending--
      return
    }
    const before = this.pending.length
    const { from, type, fields } = this.#newsOf(message)
    this.pending = this.pending.filter((other) => !isSameStream(other, message))
    const due = this.time?.now ?? 0
    this.pending.push({ ...message, from, type, fields, sentAt: this.steps, held: false, due, text: null })
    node.pending += this.pending.length - before
  }

  /** Of several equal messages the one that arrives first: an action does not say which it means. */
  #soonest(index: number): number {
    if (this.time === null) return index
    const message = this.pending[index]!
    let soonest = index
    this.pending.forEach((other, place) => {
      const { due } = this.pending[soonest]!
      if (other.to !== message.to || other.due > due || (other.due === due && place >= soonest)) return
      if (textOfMessage(other) === textOfMessage(message)) soonest = place
    })
    return soonest
  }

  /** The message of a stream that comes before all others of it; every message is its own without streams. */
  headOf(index: number): number {
    const message = this.pending[index]!
    return message.stream === null ? index : this.pending.findIndex((other) => isSameStream(other, message))
  }

  /** May this message be lost? Not what says that a stream has broken. */
  mayLose(index: number): boolean {
    const { streams } = this.system.network
    if (!streams) return true
    const data = dataOf(this.pending[index]!)
    const news = this.#newsOf(this.pending[index]!)
    return news.type !== data.type || canonical(news.fields, 'message') !== canonical(data.fields, 'message')
  }

  /** What arrives once the stream of a message has broken. */
  #newsOf(message: LiveMessage): MessageData {
    return this.system.network.streams!.broken(
      this.pending.filter((other) => isSameStream(other, message)).map(dataOf),
    )
  }

  /** Lets time pass until something is due. */
  pass(milliseconds: number): void {
    this.#begin(this.actions && { kind: 'pass', milliseconds })
    const time = this.time!
    const before = time.now
    time.now += milliseconds
    for (const node of this.nodes) {
      const { elapse } = node.node.definition
      if (!elapse) continue
      const own = node.own(time.now) - node.own(before)
      if (own === 0) continue
      elapse.call(node.node.definition, node.state, node.disk, own, node.backMax)
      this.#observe(node)
    }
  }

  pause(node: LiveNode, milliseconds: number): void {
    this.#begin(this.actions && { kind: 'pause', node: node.id, milliseconds })
    this.#used.pause++
    node.pausedUntil = this.time!.now + milliseconds
  }

  jump(node: LiveNode, milliseconds: number): void {
    this.#begin(this.actions && { kind: 'jump', node: node.id, milliseconds })
    this.#used.jump++
    node.jumped += milliseconds
    const { definition } = node.node
    if (!definition.jump) return
    const pending = definition.jump(node.state, node.disk, milliseconds, node.backMax)
    if (pending !== null) setTimers(node, pending, node.own(this.time!.now), this.steps)
    this.#observe(node)
  }

  /** Would it make a difference to set this node's clock, as the system may? Somebody has to look at it. Slow. */
  jumpMatters(node: LiveNode): boolean {
    const { jumps } = this.system.time!
    const { jump } = node.node.definition
    if (!jumps?.roles.includes(node.node.role)) return false
    const before = canonical([node.state, node.disk], 'state')
    return jumps.milliseconds.some((milliseconds) => {
      if (node.reads) return milliseconds !== 0
      if (!jump) return false
      const [state, disk] = [copy(node.state), copy(node.disk)]
      jump.call(node.node.definition, state, disk, milliseconds, node.backMax)
      return canonical([state, disk], 'state') !== before
    })
  }

  /** Is the network cut? */
  get isCut(): boolean {
    return this.#groups !== null
  }

  /** Can this message get to its receiver, as the network is now? */
  reaches({ from, to }: LiveMessage): boolean {
    return this.#apart === null || this.#apart[this.#indexOf.get(from)! * this.nodes.length + to] === 0
  }

  /** Cuts the network: only who is in a group together can talk. Messages across wait. */
  partition(groups: Groups): void {
    this.#begin(this.actions && { kind: 'partition', groups })
    this.#used.partition++
    this.#groups = groups
    const { length } = this.nodes
    this.#apart = new Uint8Array(length * length).fill(1)
    for (let node = 0; node < length; node++) this.#apart[node * length + node] = 0
    for (const group of groups) {
      for (const one of group)
        for (const other of group)
          this.#apart[this.#indexOf.get(one)! * length + this.#indexOf.get(other)!] = 0
    }
  }

  /** Makes the network whole again. */
  heal(): void {
    this.#begin(this.actions && { kind: 'heal' })
    this.#groups = null
    this.#apart = null
  }

  duplicate(given: number): void {
    const message = this.pending[this.#soonest(given)]!
    this.#begin(
      this.actions && { kind: 'duplicate', to: this.nodes[message.to]!.id, message: dataOf(message) },
    )
    this.pending.push({ ...message, sentAt: this.steps, held: false })
    this.nodes[message.to]!.pending++
    this.#used.duplicate++
  }

  crash(node: LiveNode): void {
    const atOnce = this.system.crashes?.restart === 'at once'
    this.#begin(this.actions && { kind: 'crash', node: node.id, ...(atOnce && { restarts: true }) })
    this.#used.crash++
    const noticed = this.#noticed(node)
    this.#fall(node)
    const sent = atOnce ? [...noticed, ...this.#rise(node)] : noticed
    this.#send(node, sent)
    this.#record(node, null, sent)
  }

  restart(node: LiveNode): void {
    this.#begin(this.actions && { kind: 'restart', node: node.id })
    const sent = this.#rise(node)
    this.#send(node, sent)
    this.#record(node, null, sent)
  }

  /**
   * Takes an action that is given as data.
   * @param loosely a message that is not there may be another of the same type between the same nodes
   * @returns false where it can't happen now; then nothing has
   * @throws Fault of the handler
   */
  take(action: Action, loosely = false): boolean {
    const kind = faultOf(action)
    if ((kind !== null && !this.allows(kind)) || !this.#suitsCalm(action)) return false
    this.time?.give(action)
    switch (action.kind) {
      case 'deliver': {
        const node = this.#node(action.to)
        if (!node?.up || (action.crashAfter !== undefined && !node.crashes)) return false
        const cut = action.crashAfter ?? null
        let index = this.#find(this.pending, node, action.message, loosely)
        if (index >= 0 && !this.isDue(index)) return false
        const again = index < 0
        if (again) index = this.#find(this.arrived, node, action.message, loosely)
        if (index < 0 || !this.reaches((again ? this.arrived : this.pending)[index]!)) return false
        this.deliver(index, again, cut)
        return true
      }
      case 'fire': {
        const node = this.#node(action.node)
        const timer = node?.timers.indexOf(action.timer) ?? -1
        if (action.early && node?.up && timer < 0) return this.#makeFire(node, action)
        if (!node?.up || timer < 0 || (action.crashAfter !== undefined && !node.crashes)) return false
        if (this.time !== null && !this.time.isTimerDue(node, timer)) return false
        this.fire(node, timer, action.crashAfter ?? null)
        return true
      }
      case 'drop':
      case 'duplicate': {
        const node = this.#node(action.to)
        const index = node ? this.#find(this.pending, node, action.message, loosely) : -1
        if (index < 0) return false
        if (action.kind === 'drop' && (this.headOf(index) !== index || !this.mayLose(index))) return false
        if (action.kind === 'duplicate' && this.system.network.streams) return false
        if (action.kind === 'drop') this.drop(index)
        else this.duplicate(index)
        return true
      }
      case 'crash': {
        const node = this.#node(action.node)
        if (!node?.up || !node.crashes) return false
        this.crash(node)
        return true
      }
      case 'restart': {
        const node = this.#node(action.node)
        if (!node || node.up || this.system.crashes?.restart !== 'later') return false
        this.restart(node)
        return true
      }
      case 'pass': {
        // How much passes follows from what is left of the run.
        const milliseconds = this.time?.untilDue(this) ?? 0
        if (milliseconds <= 0 || milliseconds === Infinity) return false
        this.pass(milliseconds)
        return true
      }
      case 'pause': {
        const node = this.#node(action.node)
        if (!node?.up || this.time === null || action.milliseconds === undefined || this.time.isPaused(node))
          return false
        this.pause(node, action.milliseconds)
        return true
      }
      case 'jump': {
        const node = this.#node(action.node)
        if (!node || this.time === null) return false
        this.jump(node, action.milliseconds)
        return true
      }
      case 'partition':
        if (action.groups.flat().some((id) => !this.#indexOf.has(id))) return false
        this.partition(action.groups)
        return true
      case 'heal':
        if (!this.isCut) return false
        this.heal()
        return true
      default:
        return false
    }
  }

  /** Once faults have stopped none comes, and first of all the network heals and what is down restarts. */
  #suitsCalm(action: Action): boolean {
    const { crashes, time } = this.system
    if (time?.faultsUntil === undefined || this.time!.now < time.faultsUntil) return true
    if (this.isCut) return action.kind === 'heal'
    if (crashes?.restart === 'later' && this.nodes.some(({ up }) => !up)) return action.kind === 'restart'
    return faultOf(action) === null
  }

  /**
   * May this message arrive now? It must be the first of its stream, its time must have come, its receiver not be held up, and there
   * must be a way.
   */
  isDue(index: number): boolean {
    if (this.system.network.streams && this.headOf(index) !== index) return false
    const { time } = this
    const message = this.pending[index]!
    if (!this.reaches(message)) return false
    if (time === null) return true
    return message.due <= time.now && !time.isPaused(this.nodes[message.to]!)
  }

  /**
   * Does no action that may happen now make a difference? Those may still happen that change nothing, and messages may
   * arrive, be lost or be repeated of which nobody takes notice. Slow: each action is worked out. A handler that would
   * fail makes a difference.
   * @param faults do crashes count? Without them a state is one in which it is fair to stay for ever.
   */
  isStuck(faults: boolean): boolean {
    try {
      const alone = this.time === null && !this.system.network.streams
      return alone ? this.#makesNoDifference(faults) : this.#isAtAnEnd(faults)
    } catch (error) {
      if (error instanceof Fault) return false
      throw error
    }
  }

  /** With a clock, or on a stream, whatever is still to come makes a difference, for it comes before something else. */
  #isAtAnEnd(faults: boolean): boolean {
    if (faults && this.allows('drop') && this.pending.some((_, index) => this.mayLose(this.headOf(index))))
      return false
    for (const node of this.nodes) if (node.up && node.pending > 0) return false
    if (this.time === null) return this.#makesNoDifference(faults)
    const { crashes, time } = this.system
    for (const node of this.nodes) {
      const { role } = node.node
      if (faults && this.allows('jump') && this.jumpMatters(node)) return false
      if (!node.up) {
        if (crashes?.restart === 'later') return false
        continue
      }
      if (node.timers.length > 0 || this.time.isPaused(node)) return false
      if (!faults) continue
      if (node.crashes && this.allows('crash')) return false
      if (this.allows('pause') && time!.pauses!.roles.includes(role)) return false
    }
    return true
  }

  #makesNoDifference(faults: boolean): boolean {
    const { crashes } = this.system
    for (const node of this.nodes) {
      if (!node.up) {
        if (crashes?.restart === 'later') return false
        continue
      }
      const mayCrash = faults && node.crashes && this.allows('crash')
      if (mayCrash && crashes?.restart !== 'at once') return false
      const before = node.text()
      const local = node.local(null)
      const events: { event: Event; message: LiveMessage | null }[] = []
      const texts = new Set<string>()
      for (const message of [...this.pending, ...this.arrived]) {
        if (message.to !== node.index || texts.has(textOfMessage(message))) continue
        texts.add(textOfMessage(message))
        const { from, type, fields } = message
        events.push({ event: { kind: 'message', from, type, fields }, message })
      }
      for (const name of node.timers) events.push({ event: { kind: 'timer', name }, message: null })
      for (const { event, message } of events) {
        const { state, effects } = execute(this.system, node.node, local, event)
        const cuts = mayCrash ? cutsOf(effects, node.disk, node.beforeSends) : []
        for (const performed of [effects.length, ...cuts]) {
          const after = performed < effects.length ? null : state
          if (this.#changes(node, before, event, message, after, effects.slice(0, performed))) return false
        }
      }
      if (mayCrash && this.#changes(node, before, null, null, null, NO_EFFECTS)) return false
    }
    return true
  }

  /**
   * Would what a node did make a difference?
   * @param state the state after it; null where the node crashed and restarts
   */
  #changes(
    node: LiveNode,
    before: string,
    event: Event | null,
    message: LiveMessage | null,
    state: unknown,
    effects: readonly Effect[],
  ): boolean {
    let { disk, history } = node
    let timers = new Set(node.timers)
    if (event?.kind === 'timer') timers.delete(event.name)
    const sent: SendEffect[] = []
    const apply = (some: readonly Effect[], step: NodeStep): void => {
      const sends: SendEffect[] = []
      for (const effect of some) {
        if (effect.kind === 'persist') disk = effect.disk
        else if (effect.kind === 'setTimer') timers.add(effect.name)
        else if (effect.kind === 'cancelTimer') timers.delete(effect.name)
        else sends.push(effect)
      }
      sent.push(...sends)
      const remembers = node.role.history
      if (remembers) history = remembers.after(history as never, sends, node.id, step)
    }
    const stepOf = (event: Event, state: unknown): NodeStep => ({
      event,
      state: observedOf(node.node, state),
    })
    let after = state
    if (event !== null) apply(effects, stepOf(event, state))
    if (after === null) {
      timers = new Set()
      const restarted = execute(
        this.system,
        node.node,
        { up: false, state: null, disk, timers: [], history },
        { kind: 'restart' },
      )
      after = restarted.state
      apply(restarted.effects, stepOf({ kind: 'restart' }, after))
    }
    if (localText(true, after, disk, [...timers], history) !== before) return true
    const recorded = this.system.history ? this.#recorded(node, message, sent) : null
    if (recorded !== null) {
      const next = this.system.history!.after(this.history as never, recorded as never)
      if (canonical(next, 'history') !== canonical(this.history, 'history')) return true
    }
    const arriving = sent.filter(({ to, type }) => this.#handles(to, type))
    if (this.repeats) return !arriving.every((send) => this.#isThere(node.id, send))
    if (message === null) return arriving.length > 0
    // The message is gone, which makes a difference only together with something else; unless the node has sent it to
    // itself again.
    const isAgain =
      arriving.length === 1 &&
      arriving[0]!.to === node.id &&
      canonical([node.id, arriving[0]!.type, arriving[0]!.fields], 'message') === textOfMessage(message)
    return !isAgain && (recorded !== null || arriving.length > 0)
  }

  #handles(to: string, type: string): boolean {
    return this.nodes[this.#indexOf.get(to)!]!.handled.has(type)
  }

  #isThere(from: string, { to, type, fields }: SendEffect): boolean {
    const text = canonical([from, type, fields], 'message')
    const receiver = this.#indexOf.get(to)!
    const same = (message: LiveMessage): boolean => message.to === receiver && textOfMessage(message) === text
    return this.pending.some(same) || this.arrived.some(same)
  }

  #node(id: string): LiveNode | undefined {
    const index = this.#indexOf.get(id)
    return index === undefined ? undefined : this.nodes[index]
  }

  /** The oldest message that is this one; else, loosely, the newest that is like it; or −1. */
  #find(
    messages: readonly LiveMessage[],
    node: LiveNode,
    { from, type, fields }: MessageData,
    loosely: boolean,
  ): number {
    let text: string | null = null
    let similar = -1
    for (let index = 0; index < messages.length; index++) {
      const message = messages[index]!
      if (message.to !== node.index || message.type !== type || message.from !== from) continue
      if (message.fields === fields) return index
      text ??= canonical([from, type, fields], 'message')
      if (textOfMessage(message) === text) return index
      similar = index
    }
    return loosely ? similar : -1
  }

  #begin(action: Action | null): void {
    this.steps++
    this.effects = 0
    this.observed = false
    if (action !== null) this.actions!.push(action)
  }

  #step(node: LiveNode, event: Event, message: LiveMessage | null, cut: Random | number | null): void {
    const sent = this.#handle(node, event, cut)
    this.#send(node, sent)
    this.#record(node, message, sent)
  }

  /** Lets a node handle an event, and gives what it sent, a restart after a crash in the middle included. */
  #handle(node: LiveNode, event: Event, cut: Random | number | null): SendEffect[] {
    const noticed = cut === null ? [] : this.#noticed(node)
    const effects = this.#execute(node, event)
    const performed = cut === null ? effects.length : this.#cut(node, effects, cut)
    const crashed = performed < effects.length || (typeof cut === 'number' && cut === effects.length)
    const sent: SendEffect[] = []
    for (let index = 0; index < performed; index++) {
      const effect = effects[index]!
      switch (effect.kind) {
        case 'send':
          sent.push(effect)
          break
        case 'persist':
          node.disk = effect.disk
          this.effects++
          break
        case 'setTimer':
          clearTimer(node, effect.name)
          node.timers.push(effect.name)
          node.timersSince.push(this.steps)
          node.timersDue.push(this.time === null ? 0 : this.time.timerDue(node, effect))
          break
        case 'cancelTimer':
          clearTimer(node, effect.name)
      }
    }
    this.effects += sent.length
    this.#remember(node, sent, event, crashed)
    if (!crashed) {
      this.time?.settle(node)
      this.#observe(node)
      return sent
    }
    this.#used.crash++
    if (this.actions !== null) {
      const last = this.actions.length - 1
      this.actions[last] = { ...this.actions[last]!, crashAfter: performed } as Action
    }
    this.time?.forget()
    this.#fall(node)
    const all = [...sent, ...noticed]
    return this.system.crashes?.restart === 'at once' ? [...all, ...this.#rise(node)] : all
  }

  /** Runs a handler on the live state. */
  #execute(node: LiveNode, event: Event): readonly Effect[] {
    if (this.#closely) {
      const execution = execute(this.system, node.node, node.local(this.#now), event)
      node.state = execution.state as object
      return execution.effects
    }
    const before = this.#repetition?.due(node.node) ? node.local(this.#now) : null
    const started = event.kind === 'init' || event.kind === 'restart'
    const handed: Event =
      event.kind === 'message'
        ? {
            kind: 'message',
            from: event.from,
            type: event.type,
            fields: copyQuickly(event.fields, 'message'),
          }
        : event
    const reading = node.reads && this.time !== null ? node.own(this.time.now) + node.jumped : null
    const call = new Call(node.site, handed, before !== null, reading, node.jumped)
    const disk = started ? copy(node.disk) : null
    node.state = call.run(node.state, disk, started ? node.takeState : node.keepState) as object
    const { effects } = call
    if (before !== null) {
      const result = textOf(canonical(node.state, 'state'), effects)
      this.#repetition!.add({ node: node.node, local: before, event, result })
    }
    return effects
  }

  /** After how many effects the handler is cut off. */
  #cut(node: LiveNode, effects: readonly Effect[], cut: Random | number): number {
    if (typeof cut === 'number') return Math.min(cut, effects.length)
    const cuts = cutsOf(effects, node.disk, node.beforeSends)
    return cuts.length === 0 ? effects.length : cuts[cut.below(cuts.length)]!
  }

  #remember(node: LiveNode, sent: readonly SentMessage[], event: Event, crashed: boolean): void {
    const remembers = node.role.history
    if (!remembers) return
    const step = { event, state: observedOf(node.node, crashed ? null : node.state) }
    node.history = remembers.after(node.history as never, sent, node.id, step)
  }

  get #now(): number | null {
    return this.time === null ? null : this.time.now
  }

  /** What others notice of a crash. */
  #noticed(node: LiveNode): SendEffect[] {
    if (!node.node.definition.crash) return []
    const { effects } = execute(this.system, node.node, node.local(this.#now), { kind: 'crash' })
    return effects.filter((effect) => effect.kind === 'send')
  }

  #fall(node: LiveNode): void {
    node.up = false
    node.state = null
    node.pausedUntil = 0
    node.timers.length = 0
    node.timersSince.length = 0
    node.timersDue.length = 0
    this.#observe(node)
  }

  #rise(node: LiveNode): SendEffect[] {
    node.up = true
    return this.#handle(node, { kind: 'restart' }, null)
  }

  #send(node: LiveNode, sent: readonly SendEffect[]): void {
    for (const { to, type, fields } of sent) {
      const receiver = this.nodes[this.#indexOf.get(to)!]!
      if (!receiver.handled.has(type)) continue
      const stream = this.system.network.streams?.of({ from: node.id, type, fields }) ?? null
      const message: LiveMessage = {
        from: node.id,
        to: receiver.index,
        type,
        fields,
        sentAt: this.steps,
        held: false,
        stream,
        due: this.time === null ? 0 : this.time.messageDue(this.#lastOf(stream, node.id, receiver.index)),
        text: null,
      }
      this.pending.push(message)
      receiver.pending++
    }
    if (this.time === null) return
    const chosen = this.time.chosen()
    if (this.actions === null || this.actions.length === 0) return
    const last = this.actions.length - 1
    if (chosen !== null) this.actions[last] = withDurations(this.actions[last]!, chosen)
  }

  /** The last message of a stream that is on its way. */
  #lastOf(stream: string | null, from: string, to: number): LiveMessage | null {
    if (stream === null) return null
    return this.pending.findLast((one) => one.stream === stream && one.from === from && one.to === to) ?? null
  }

  #observe(node: LiveNode): void {
    const { role, id, state, history } = node
    const observed = this.view[node.index] as { seen: unknown }
    const shown = observedOf(node.node, state)
    const seen = role.observe ? role.observe({ id, role: node.node.role, state: shown, history }) : history
    // A history is never changed in place; anything else that is the same object may have been.
    const same = seen === observed.seen && (typeof seen !== 'object' || seen === history || seen === null)
    if (same) return
    observed.seen = seen
    this.observed = true
  }

  #record(node: LiveNode, message: LiveMessage | null, sent: readonly SendEffect[]): void {
    if (!this.system.history) return
    const recorded = this.#recorded(node, message, sent)
    if (recorded === null) return
    this.history = this.system.history.after(this.history as never, recorded as never)
    this.observed = true
  }

  #recorded(node: LiveNode, message: LiveMessage | null, sent: readonly SendEffect[]): unknown {
    return this.system.history!.record({
      node: node.id,
      role: node.node.role,
      received: message === null ? null : dataOf(message),
      sent: sent.map(({ to, type, fields }) => ({ to, type, fields })),
    })
  }
}
