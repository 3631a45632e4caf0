/**
 * Inboxes: what is on its way to a node, as lists of integers that are numbered themselves. An entry is a message or, in a
 * timed system, an item: a message and how long it still takes. Entries are sorted, or stand stream by stream and in each in the
 * order in which they were sent; where a network repeats without limit a list is a set.
 */
import { Fault } from '../fault.ts'
import { canonical } from '../plain.ts'
import type { Behaviour } from './behaviour.ts'
import type { Network } from './system.ts'
import { Interner, PairTable } from './tables.ts'
import type { Timing } from './timing.ts'

/** The number of the inbox that holds nothing. */
export const EMPTY = 0

export class Inboxes {
  readonly #network: Network
  readonly #behaviour: Behaviour
  readonly #timing: Timing | null
  readonly #lists = new Interner<readonly number[]>()
  readonly #added = new PairTable()
  /** The numbers of streams by their names, and the stream of each message. */
  readonly #streams = new Interner<null>()
  readonly #streamOf: number[] = []

  /** @throws Fault where the network contradicts itself, or can't be timed */
  constructor(network: Network, behaviour: Behaviour, timing: Timing | null) {
    this.#network = network
    this.#behaviour = behaviour
    this.#timing = timing
    if (network.streams && network.duplicates !== 0) throw new Fault('duplicates-in-streams')
    if (timing && network.duplicates === 'unlimited') throw new Fault('unlimited-with-clocks')
    this.#lists.intern('', () => []) // EMPTY
  }

  /** The entries of an inbox, in its order. */
  list(inbox: number): readonly number[] {
    return this.#lists.values[inbox]!
  }

  /** The number of the inbox with these entries, which are in its order already. */
  of(entries: readonly number[]): number {
    return this.#lists.intern(entries.join(), () => entries)
  }

  /** The number of the inbox with these entries; those of one stream are in theirs. */
  holding(entries: readonly number[]): number {
    return this.of(this.#ordered([...entries]))
  }

  /** The message of an entry. */
  messageOf(entry: number): number {
    return this.#timing === null ? entry : this.#timing.messageOf(entry)
  }

  /** Milliseconds that an entry still takes; 0 in a system without clocks. */
  leftOf(entry: number): number {
    return this.#timing === null ? 0 : this.#timing.leftOf(entry)
  }

  /** What may arrive next: anything, or the first of each stream. Not all of it need be due. */
  heads(inbox: number): readonly number[] {
    const entries = this.list(inbox)
    if (!this.#network.streams) return [...new Set(entries)]
    return entries.filter(
      (entry, index) => index === 0 || this.#stream(entry) !== this.#stream(entries[index - 1]!),
    )
  }

  /** The inbox with one entry more. */
  with(inbox: number, entry: number): number {
    const known = this.#added.get(inbox, entry)
    if (known >= 0) return known
    const list = this.list(inbox)
    const present = this.#network.duplicates === 'unlimited' && list.includes(entry)
    const result = present ? inbox : this.of(this.#ordered([...list, this.#notBefore(list, entry)]))
    this.#added.add(inbox, entry, result)
    return result
  }

  /** The inbox once an entry was taken out of it; with unlimited duplicates it stays. */
  without(inbox: number, entry: number): number {
    return this.#network.duplicates === 'unlimited' ? inbox : this.#gone(inbox, entry)
  }

  #gone(inbox: number, entry: number): number {
    const list = this.list(inbox)
    const index = list.indexOf(entry)
    return this.of(list.filter((_, place) => place !== index))
  }

  /**
   * The inbox once an entry was lost: on a stream nothing that comes after it arrives either, and the receiver is told. With unlimited
   * duplicates all copies of it are gone, until it is sent anew. Null where it is that news itself.
   */
  lost(inbox: number, entry: number): number | null {
    const { streams } = this.#network
    if (!streams) return this.#gone(inbox, entry)
    const list = this.list(inbox)
    const index = list.indexOf(entry)
    const isLost = (other: number, place: number): boolean =>
      place >= index && this.#stream(other) === this.#stream(entry)
    const lost = list.filter(isLost).map((other) => this.#behaviour.messages.values[this.messageOf(other)]!)
    const { from, type, fields } = streams.broken(lost)
    const news = this.#behaviour.message(from, type, fields)
    if (news === this.messageOf(entry)) return null
    const kept = list.filter((other, place) => !isLost(other, place))
    return this.of(this.#ordered([...kept, this.#timing === null ? news : this.#timing.item(news, 0)]))
  }

  /** The inbox once so much time has passed. */
  aged(inbox: number, milliseconds: number): number {
    return this.of(
      this.#ordered(this.list(inbox).map((entry) => this.#timing!.agedItem(entry, milliseconds))),
    )
  }

  /** What is sent on a stream arrives no sooner than what was sent on it before. */
  #notBefore(list: readonly number[], entry: number): number {
    const timing = this.#timing
    if (timing === null || !this.#network.streams) return entry
    const before = list.findLast((other) => this.#stream(other) === this.#stream(entry))
    if (before === undefined || timing.leftOf(before) <= timing.leftOf(entry)) return entry
    return timing.item(timing.messageOf(entry), timing.leftOf(before))
  }

  /** The number of the stream of an entry. */
  #stream(entry: number): number {
    const message = this.messageOf(entry)
    const data = this.#behaviour.messages.values[message]!
    return (this.#streamOf[message] ??= this.#streams.intern(
      canonical([data.from, this.#network.streams!.of(data)], 'stream'),
      () => null,
    ))
  }

  /** Puts entries in the order in which an inbox holds them, in place. */
  #ordered(entries: number[]): number[] {
    return entries.sort(
      this.#network.streams
        ? (one, other) => this.#stream(one) - this.#stream(other)
        : (one, other) => one - other,
    )
  }
}
