/**
 * SymmetricModel: an ActorModel in which nodes that can be exchanged for one another are not told apart. Its rows are
 * representatives: of all states that differ only by an exchange of such nodes it keeps one.
 * Reference: C. N. Ip, D. L. Dill, "Better Verification Through Symmetry", 1996.
 *
 * That nodes can be exchanged is not assumed. An exchange of two nodes maps each node's local states to those of its
 * image, and each message to a message to the image of its receiver. No one says how: the map is found by running the
 * images of all events beside the events themselves, from the start on. What the one comes to is paired with what the
 * other comes to, the k-th message that the one sends to a node with the k-th that the other sends to the image of that
 * node. If the pairs make a one-to-one map on all entries of the table of transitions, the exchange is an automorphism
 * of the transition system, whatever the handlers do with names; if not, `Asymmetric` is thrown and the nodes are told
 * apart. So a handler may sort names, use them as keys or compare them, as long as the outcome is the same but for names.
 *
 * Properties need not be symmetric: `inspect` asks for all the states that a row stands for.
 */
import { Fault } from '../fault.ts'
import {
  type Action,
  type Model,
  type PropertyName,
  type Successors,
  clear,
  noSuccessors,
  reserve,
} from '../model.ts'
import type { ActorModel, Watch } from './actor-model.ts'
import type { Outcome, Sending } from './behaviour.ts'
import { PairTable, VectorTable, mix } from './tables.ts'

/** Two nodes that were to be exchanged turned out to differ by more than their names. */
export class Asymmetric extends Error {
  /** The numbers of the nodes. */
  readonly pair: readonly [number, number]

  constructor(pair: readonly [number, number]) {
    super(`nodes ${pair[0]} and ${pair[1]} can't be exchanged`)
    this.name = 'Asymmetric'
    this.pair = pair
  }
}

/** An exchange of two nodes, and how it maps local states, messages and observations as far as they are known. */
interface Exchange {
  readonly one: number
  readonly other: number
  /** By node: a local state of it to one of its image. */
  readonly locals: number[][]
  /** By receiver: a message to it to one to its image. */
  readonly messages: number[][]
  /** By node: what properties see of it to what they see of its image. */
  readonly seen: number[][]
}

/** What happens at a node in a local state, as far as handlers are concerned. */
type Entry =
  | { readonly kind: 'deliver'; readonly node: number; readonly local: number; readonly message: number }
  | { readonly kind: 'fire'; readonly node: number; readonly local: number; readonly timer: string }
  | { readonly kind: 'crash'; readonly node: number; readonly local: number }
  | { readonly kind: 'restart'; readonly node: number; readonly local: number }

export class SymmetricModel implements Model, Watch {
  readonly width: number
  readonly properties: readonly PropertyName[]
  /** Rows stand for several states. */
  readonly quotient = true
  readonly #model: ActorModel
  readonly #groups: readonly (readonly number[])[]
  /** The number of all permutations of nodes within their groups. */
  readonly #order: number
  readonly #trusted: boolean
  /** Exchanges of neighbours in a group. Every permutation is made of them, so what holds for them holds for all. */
  readonly #generators: Exchange[] = []
  /** By pair of nodes of one group, `one * nodes + other`: the places of each node and their images, −1 for unknown. */
  readonly #images: (number[][] | undefined)[] = []
  readonly #tried: { [kind in Entry['kind']]: PairTable[] }
  readonly #timers = new Map<string, number>()
  readonly #open: Entry[] = []
  /** Steps of images, of which the model is told when all is paired: it may come back with entries of its own. */
  readonly #steps: { readonly node: number; readonly from: number; readonly to: number }[] = []
  /** By distinguished node, node and place: the class of the three under all permutations. */
  readonly #classes: number[][][]
  #classCount = 0
  readonly #views: VectorTable
  readonly #out = noSuccessors()
  readonly #outWithFairness = noSuccessors(true)
  readonly #row: Int32Array

  /**
   * @param model must have been made for this purpose, with no state asked for yet
   * @param groups the numbers of nodes that are to be taken for interchangeable, each node in one group at most
   * @param trusted don't verify; for the test that shows what goes wrong then
   */
  constructor(model: ActorModel, groups: readonly (readonly number[])[], trusted = false) {
    const nodes = model.system.nodes.length
    const perNode = <T>(make: () => T): T[] => model.system.nodes.map(make)
    this.#model = model
    this.#groups = groups
    this.#trusted = trusted
    this.width = model.width
    this.properties = model.properties
    this.#row = new Int32Array(model.width)
    this.#order = groups.reduce((order, { length }) => order * factorial(length), 1)
    for (const group of groups) {
      group.slice(1).forEach((other, index) => {
        this.#generators.push({
          one: group[index]!,
          other,
          locals: perNode(() => []),
          messages: perNode(() => []),
          seen: perNode(() => []),
        })
      })
    }
    const tables = (): PairTable[] => perNode(() => new PairTable())
    this.#tried = { deliver: tables(), fire: tables(), crash: tables(), restart: tables() }
    this.#classes = perNode(() => perNode(() => []))
    this.#views = new VectorTable(nodes)
    model.watch = this
  }

  get handlerCalls(): number {
    return this.#model.handlerCalls
  }

  initial(): Int32Array[] {
    return this.#model.initial().map((row) => {
      this.#canonical(row)
      return row
    })
  }

  successors(row: Int32Array, out: Successors): void {
    const inner = out.fairness === null ? this.#out : this.#outWithFairness
    const { width } = this
    const next = this.#row
    this.#model.successors(row, inner)
    clear(out)
    out.idle = inner.idle
    out.moot = inner.moot
    if (out.fairness !== null) {
      // Numbers of actions of the state that the row itself is: they say which it may be left by, and nothing of loops.
      out.fairness.push(...inner.fairness!)
      out.idleFairness.push(...inner.idleFairness)
    }
    for (let index = 0; index < inner.length;) {
      const end = index + 1 + inner.changes[index]! * 2
      next.set(row)
      for (index++; index < end; index += 2) next[inner.changes[index]!] = inner.changes[index + 1]!
      this.#canonical(next)
      reserve(out, 1 + 2 * width)
      const start = out.length++
      for (let column = 0; column < width; column++) {
        if (next[column] === row[column]) continue
        out.changes[out.length++] = column
        out.changes[out.length++] = next[column]!
      }
      // A successor that is the row itself is another state that the row stands for: it counts all the same.
      out.changes[start] = (out.length - start - 1) >> 1
      out.count++
    }
  }

  /** The action leads from the state that the row itself is. */
  actionAt(row: Int32Array, index: number): Action {
    return this.#model.actionAt(row, index)
  }

  /**
   * For `always` and `eventually` the bit is set where the condition holds in all states that the row stands for, for
   * `sometimes` where it holds in one.
   */
  inspect(row: Int32Array): number {
    const views = this.#views
    const nodes = this.#model.system.nodes.length
    views.begin()
    for (let node = 0; node < nodes; node++) views.with(this.#model.seenNumber(node, row[node]!))
    const known = views.get()
    if (known >= 0) return known
    const seen = Array.from({ length: nodes }, (_, node) => this.#model.seenNumber(node, row[node]!))
    const bits = this.#inspectAll(seen)
    views.begin()
    for (const number of seen) views.with(number)
    views.get()
    return views.set(bits)
  }

  explain(row: Int32Array, property: number): Record<string, string | number> {
    return this.#model.explain(row, property)
  }

  /** How many states a row stands for. */
  weight(row: Int32Array): number {
    const copy = row.slice()
    return this.#canonical(copy)
  }

  /**
   * A run of the model itself along the rows: from each state that stands for a row a step to one that stands for the
   * next. It ends in the last row itself, or, where a property is named, in a state that decides it as `inspect` said.
   * The goal of one of kind `eventually` is reached nowhere on it; null where no run along the rows is like that.
   */
  actionsAlong(rows: readonly Int32Array[], property?: number): Action[] | null {
    const dead = new Set<string>()
    const actions: Action[] = []
    const ends = (row: Int32Array): boolean => {
      if (property === undefined) return same(row, rows.at(-1)!)
      const holds = (this.#model.inspect(row) & (1 << property)) !== 0
      return holds === (this.properties[property]!.kind === 'sometimes')
    }
    const avoids = property !== undefined && this.properties[property]!.kind === 'eventually'
    const search = (row: Int32Array, step: number): boolean => {
      if (avoids && !ends(row)) return false
      if (step === rows.length - 1) return ends(row)
      const name = `${step} ${row.join()}`
      if (dead.has(name)) return false
      const out = noSuccessors()
      this.#model.successors(row, out)
      for (let index = 0, number = 0; index < out.length; number++) {
        const end = index + 1 + out.changes[index]! * 2
        const next = row.slice()
        for (index++; index < end; index += 2) next[out.changes[index]!] = out.changes[index + 1]!
        const representative = next.slice()
        this.#canonical(representative)
        if (!same(representative, rows[step + 1]!)) continue
        actions.push(this.#model.actionAt(row, number))
        if (search(next, step + 1)) return true
        actions.pop()
      }
      dead.add(name)
      return false
    }
    for (const row of this.#model.initial()) if (search(row, 0)) return actions
    if (avoids) return null
    throw new Error('no run leads along these rows')
  }

  // What the model reports as it works out what its nodes do.

  started(): void {
    const { behaviour, system } = this.#model
    for (const exchange of this.#generators) {
      system.nodes.forEach((_, node) => {
        this.#pairOutcomes(exchange, node, behaviour.init(node), behaviour.init(imageOf(exchange, node)))
      })
    }
  }

  delivered(node: number, local: number, message: number): void {
    this.#try({ kind: 'deliver', node, local, message })
  }

  fired(node: number, local: number, timer: string): void {
    this.#try({ kind: 'fire', node, local, timer })
  }

  crashed(node: number, local: number): void {
    this.#try({ kind: 'crash', node, local })
  }

  restarted(node: number, local: number): void {
    this.#try({ kind: 'restart', node, local })
  }

  /** Pairs an entry with its images, these with theirs, and so on, until nothing new comes. */
  #try(entry: Entry): void {
    this.#open.push(entry)
    while (this.#open.length > 0) {
      const next = this.#open.pop()!
      if (!this.#new(next)) continue
      for (const exchange of this.#generators) {
        try {
          this.#open.push(this.#pairEntry(exchange, next))
        } catch (error) {
          // The image of an event that went well went wrong.
          if (error instanceof Fault && !this.#trusted) throw new Asymmetric([exchange.one, exchange.other])
          if (!(error instanceof Fault)) throw error
        }
      }
    }
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      this.#model.noteStep(step.node, step.from, step.to)
    }
  }

  #new(entry: Entry): boolean {
    const table = this.#tried[entry.kind][entry.node]!
    const second =
      entry.kind === 'deliver' ? entry.message : entry.kind === 'fire' ? this.#timer(entry.timer) : 0
    if (table.get(entry.local, second) >= 0) return false
    table.add(entry.local, second, 1)
    return true
  }

  #timer(name: string): number {
    const known = this.#timers.get(name) ?? this.#timers.size
    this.#timers.set(name, known)
    return known
  }

  /** Pairs what an entry leads to with what its image leads to, and gives the image. */
  #pairEntry(exchange: Exchange, entry: Entry): Entry {
    const { behaviour } = this.#model
    const { node, local } = entry
    const image = imageOf(exchange, node)
    const localImage = this.#localImage(exchange, node, local)
    switch (entry.kind) {
      case 'deliver': {
        const message = this.#messageImage(exchange, node, entry.message)
        this.#pairWithCuts(
          exchange,
          entry,
          (crashAfter) => behaviour.deliver(node, local, entry.message, crashAfter),
          localImage,
          (crashAfter) => behaviour.deliver(image, localImage, message, crashAfter),
        )
        return { kind: 'deliver', node: image, local: localImage, message }
      }
      case 'fire':
        this.#pairWithCuts(
          exchange,
          entry,
          (crashAfter) => behaviour.fire(node, local, entry.timer, crashAfter),
          localImage,
          (crashAfter) => behaviour.fire(image, localImage, entry.timer, crashAfter),
        )
        return { kind: 'fire', node: image, local: localImage, timer: entry.timer }
      case 'crash':
        this.#pairLocals(
          exchange,
          node,
          behaviour.crash(node, local).local,
          behaviour.crash(image, localImage).local,
        )
        this.#steps.push({ node: image, from: localImage, to: behaviour.crash(image, localImage).local })
        return { kind: 'crash', node: image, local: localImage }
      case 'restart': {
        const outcome = behaviour.restart(image, localImage)
        this.#pairOutcomes(exchange, node, behaviour.restart(node, local), outcome)
        this.#steps.push({ node: image, from: localImage, to: outcome.local })
        return { kind: 'restart', node: image, local: localImage }
      }
    }
  }

  #pairWithCuts(
    exchange: Exchange,
    { node, local }: Entry,
    run: (crashAfter: number | null) => Outcome,
    localImage: number,
    runImage: (crashAfter: number | null) => Outcome,
  ): void {
    const { behaviour } = this.#model
    const outcome = run(null)
    const image = runImage(null)
    this.#pairOutcomes(exchange, node, outcome, image)
    this.#steps.push({ node: imageOf(exchange, node), from: localImage, to: image.local })
    if (!behaviour.crashes(node)) return
    const cuts = behaviour.cuts(node, outcome, local)
    const cutsImage = behaviour.cuts(imageOf(exchange, node), image, localImage)
    if (cuts.length !== cutsImage.length) this.#conflict(exchange)
    cuts.forEach((cut, index) => {
      if (index >= cutsImage.length) return
      const cutImage = runImage(cutsImage[index]!)
      this.#pairOutcomes(exchange, node, run(cut), cutImage)
      this.#steps.push({ node: imageOf(exchange, node), from: localImage, to: cutImage.local })
    })
  }

  #pairOutcomes(exchange: Exchange, node: number, outcome: Outcome, image: Outcome): void {
    this.#pairLocals(exchange, node, outcome.local, image.local)
    const sent = byReceiver(outcome.sendings)
    const sentImage = byReceiver(image.sendings)
    if (sent.size !== sentImage.size) this.#conflict(exchange)
    for (const [to, messages] of sent) {
      const images = sentImage.get(imageOf(exchange, to)) ?? []
      if (messages.length !== images.length) this.#conflict(exchange)
      messages.forEach((message, index) => {
        if (index < images.length) this.#pairMessages(exchange, to, message, images[index]!)
      })
    }
  }

  #pairLocals(exchange: Exchange, node: number, local: number, image: number): void {
    const there = exchange.locals[node]!
    const back = exchange.locals[imageOf(exchange, node)]!
    if (there[local] === image && back[image] === local) return
    this.#pair(exchange, there, back, local, image)
    const { values } = this.#model.behaviour.locals
    const one = values[local]!
    const other = values[image]!
    if (one.up !== other.up || one.timers.join() !== other.timers.join()) this.#conflict(exchange)
    this.#pair(
      exchange,
      exchange.seen[node]!,
      exchange.seen[imageOf(exchange, node)]!,
      this.#model.seenOf(node, local),
      this.#model.seenOf(imageOf(exchange, node), image),
    )
  }

  #pairMessages(exchange: Exchange, to: number, message: number, image: number): void {
    const { values } = this.#model.behaviour.messages
    if (values[message]!.type !== values[image]!.type) this.#conflict(exchange)
    this.#pair(exchange, exchange.messages[to]!, exchange.messages[imageOf(exchange, to)]!, message, image)
  }

  /** Notes that two numbers are images of each other. */
  #pair(exchange: Exchange, there: number[], back: number[], number: number, image: number): void {
    if ((there[number] ?? image) !== image || (back[image] ?? number) !== number) this.#conflict(exchange)
    there[number] ??= image
    back[image] ??= number
  }

  #conflict(exchange: Exchange): void {
    if (!this.#trusted) throw new Asymmetric([exchange.one, exchange.other])
  }

  #localImage(exchange: Exchange, node: number, local: number): number {
    return exchange.locals[node]![local] ?? this.#unpaired(exchange, local)
  }

  #messageImage(exchange: Exchange, to: number, message: number): number {
    return exchange.messages[to]![message] ?? this.#unpaired(exchange, message)
  }

  /** Everything that happens has been paired as it happened; but for what a crash leaves of a local state. */
  #unpaired(exchange: Exchange, number: number): number {
    this.#conflict(exchange)
    return number
  }

  /** The place that an exchange of two nodes makes of the place of a node. */
  #placeImage(one: number, other: number, node: number, place: number): number {
    const nodes = this.#model.system.nodes.length
    const images = (this.#images[one * nodes + other] ??= Array.from({ length: nodes }, () => []))
    return (images[node]![place] ??= this.#workImage(one, other, node, place))
  }

  #workImage(one: number, other: number, node: number, place: number): number {
    const generator = this.#generators.find((exchange) => exchange.one === one && exchange.other === other)
    if (generator) {
      const local = this.#localImage(generator, node, this.#model.localAt(node, place))
      const inbox = this.#model
        .inboxAt(node, place)
        .map((message) => this.#messageImage(generator, node, message))
      return this.#model.placeOf(imageOf(generator, node), local, inbox)
    }
    // (a c) is (a b)(b c)(a b), where b is the neighbour of a.
    const group = this.#groups.find((members) => members.includes(one))!
    const next = group[group.indexOf(one) + 1]!
    let at = node
    let result = place
    for (const [first, second] of [
      [one, next],
      [next, other],
      [one, next],
    ] as const) {
      result = this.#placeImage(first, second, at, result)
      at = at === first ? second : at === second ? first : at
    }
    return result
  }

  /** Exchanges two nodes of a group in a row, in place; `one` stands before `other` in their group. */
  #exchange(row: Int32Array, one: number, other: number): void {
    const nodes = this.#model.system.nodes.length
    for (let node = 0; node < nodes; node++) row[node] = this.#placeImage(one, other, node, row[node]!)
    const place = row[one]!
    row[one] = row[other]!
    row[other] = place
  }

  /**
   * Replaces a row by the representative of all rows that it can be made into, and gives their number.
   *
   * Nodes are sorted by a colour that does not depend on names, which leaves the exchanges of nodes of the same colour;
   * of the rows that these lead to, the representative is the smallest. Rows with different colours in a place can't be
   * made into each other by exchanges that keep the order of colours, so all of them are found.
   */
  #canonical(row: Int32Array): number {
    let order = this.#order
    const ties: [number, number][] = []
    for (const group of this.#groups) {
      const colours = group.map((node) => this.#colour(row, node))
      for (let first = 0; first < group.length - 1; first++) {
        let least = first
        for (let index = first + 1; index < group.length; index++) {
          if (colours[index]! < colours[least]!) least = index
        }
        if (least === first) continue
        this.#exchange(row, group[first]!, group[least]!)
        const colour = colours[first]!
        colours[first] = colours[least]!
        colours[least] = colour
      }
      for (let index = 1, alike = 1; index < group.length; index++) {
        alike = colours[index] === colours[index - 1] ? alike + 1 : 1
        // Of so many equal colours in a row, each gives one factor of the number of their permutations.
        order /= alike
        if (alike > 1) ties.push([group[index - 1]!, group[index]!])
      }
    }
    if (ties.length === 0) return order
    const found = new Map<string, Int32Array>()
    const open: Int32Array[] = []
    const copy = row.slice()
    for (const [one, other] of ties) {
      copy.set(row)
      this.#exchange(copy, one, other)
      if (same(copy, row)) continue
      if (found.size === 0) found.set(row.join(), row.slice())
      const name = copy.join()
      if (found.has(name)) continue
      found.set(name, copy.slice())
      open.push(found.get(name)!)
    }
    if (found.size === 0) return order
    for (let next = open.pop(); next; next = open.pop()) {
      for (const [one, other] of ties) {
        copy.set(next)
        this.#exchange(copy, one, other)
        const name = copy.join()
        if (found.has(name)) continue
        found.set(name, copy.slice())
        open.push(found.get(name)!)
      }
    }
    for (const candidate of found.values()) if (smaller(candidate, row)) row.set(candidate)
    return order * found.size
  }

  /** A number that an exchange of nodes carries along with the node: made of the classes of all places as seen from it. */
  #colour(row: Int32Array, from: number): number {
    let colour = mix(this.#class(from, from, row[from]!), 1)
    const nodes = this.#model.system.nodes.length
    for (let node = 0; node < nodes; node++) {
      if (node !== from) colour = (colour + mix(this.#class(from, node, row[node]!), 2)) | 0
    }
    return colour
  }

  #class(from: number, node: number, place: number): number {
    return this.#classes[from]![node]![place] ?? this.#newClass(from, node, place)
  }

  /** Numbers the class of a distinguished node and a node in a place: all that exchanges can make of the three. */
  #newClass(from: number, node: number, place: number): number {
    const number = this.#classCount++
    const open = [[from, node, place] as const]
    this.#classes[from]![node]![place] = number
    for (let next = open.pop(); next; next = open.pop()) {
      for (const exchange of this.#generators) {
        const image = [
          imageOf(exchange, next[0]),
          imageOf(exchange, next[1]),
          this.#placeImage(exchange.one, exchange.other, next[1], next[2]),
        ] as const
        const known = this.#classes[image[0]]![image[1]]!
        if (known[image[2]] !== undefined) continue
        known[image[2]] = number
        open.push(image)
      }
    }
    return number
  }

  /** What properties say of all observations that exchanges can make of these. */
  #inspectAll(seen: readonly number[]): number {
    const found = new Map([[seen.join(), seen]])
    const open = [seen]
    let all = -1
    let any = 0
    for (let next = open.pop(); next; next = open.pop()) {
      const bits = this.#model.inspectSeen(next)
      all &= bits
      any |= bits
      for (const exchange of this.#generators) {
        const image = next.map((_, node) => {
          const from = imageOf(exchange, node)
          return exchange.seen[from]![next![from]!] ?? this.#unpaired(exchange, next![from]!)
        })
        if (found.has(image.join())) continue
        found.set(image.join(), image)
        open.push(image)
      }
    }
    return this.properties.reduce(
      (bits, { kind }, property) => bits | ((kind === 'sometimes' ? any : all) & (1 << property)),
      0,
    )
  }
}

function imageOf({ one, other }: Exchange, node: number): number {
  return node === one ? other : node === other ? one : node
}

/** Messages by receiver, in the order in which they were sent. What nobody handles makes no difference. */
function byReceiver(sendings: readonly Sending[]): Map<number, number[]> {
  const result = new Map<number, number[]>()
  for (const { to, message, absorbed } of sendings) {
    if (absorbed) continue
    const list = result.get(to)
    if (list) list.push(message)
    else result.set(to, [message])
  }
  return result
}

function factorial(number: number): number {
  return number < 2 ? 1 : number * factorial(number - 1)
}

function same(one: Int32Array, other: Int32Array): boolean {
  for (let column = 0; column < one.length; column++) if (one[column] !== other[column]) return false
  return true
}

function smaller(one: Int32Array, other: Int32Array): boolean {
  for (let column = 0; column < one.length; column++) {
    if (one[column] !== other[column]) return one[column]! < other[column]!
  }
  return false
}
