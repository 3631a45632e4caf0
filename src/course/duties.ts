/**
 * What a chapter owes its readers, as data that `npm run check:content` holds the pages to. A chapter is listed in
 * `duties` below once it is complete.
 */
import { duties as base } from './base/duties.ts'
import { duties as cap } from './cap/duties.ts'
import { duties as locks } from './locks/duties.ts'
import { duties as paxos } from './paxos/duties.ts'
import { duties as raft } from './raft/duties.ts'
import { duties as transactions } from './transactions/duties.ts'

export interface Duties {
  /** A chapter of chapters.ts. */
  readonly chapter: string
  /** The source's pictures: each is shown by a figure that a page of the chapter has. */
  readonly pictures: readonly string[]
  /** What the source says and the engine checked: each has a `Claim`. */
  readonly claims: readonly string[]
  /** Where the source is wrong or silent: each has an `Erratum`. */
  readonly errata: readonly string[]
  /** Each is offered by a page of the chapter. */
  readonly exercises: readonly string[]
  /** How many questions each of its pages asks at least. */
  readonly predictions: number
  /**
   * What looks like a typed figure and is none, such as the rounds that a reader is asked for. An entry that
   * allows nothing any more is an error.
   */
  readonly allowed: readonly {
    /** The page. */
    readonly page: string
    /** What the gate says is a typed figure, word for word. */
    readonly figure: string
    /** Why nobody has to compute it. */
    readonly why: string
  }[]
}

export const duties: readonly Duties[] = [locks, transactions, cap, base, paxos, raft]
