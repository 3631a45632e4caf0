/** What a figure is: a system, the run that it shows and how it is shown. Declared as data beside a chapter. */
import type { NodeId } from '../../engine/api.ts'
import type { Action } from '../../engine/model.ts'
import type { System } from '../../engine/actors/system.ts'

import type { Answered } from '../sandbox/answered-run.ts'
import type { LogProtocol } from './log/log-rows.ts'
import type { LaneSpec } from './services/claims.ts'
import type { Drawn } from './services/drawn/drawing.ts'

/** The widgets' words and the engine's, by code; `{name}` is a place that is filled in. */
export type Words = Readonly<Record<string, string>>

/** By role, paths into a node's state (or its disk, with `disk.` in front), such as `promised` or `accepted.n`. */
export type Fields = Readonly<Record<string, readonly string[]>>

/** A run that a figure can show, as its page carries it. */
export interface PackedRun {
  readonly id: string
  readonly name: string
  readonly packed: string
  /** Where its last step breaks a property: what broke, in the property's words. */
  readonly failure?: string
  /** Where links lead that mean this run; left out: those to the figure mean it. */
  readonly anchor?: string
}

/** What a figure of processes and servers shows first. */
export interface ServiceParts {
  /** The file whose code it shows, from the root of the repository; or one for each variant. Left out: no code. */
  readonly listing?: string | Readonly<Record<string, string>>
  /** The code is shown from the first line on that holds this text. Left out: from the first function or constant. */
  readonly begins?: string
  /** A picture of what servers hold, above their contents. */
  readonly drawn?: Drawn
  /** The servers whose contents it shows, in this order. */
  readonly servers: readonly NodeId[]
  /** What the lanes show. */
  readonly spec: LaneSpec
}

export interface FigureDefinition {
  /** Unique on the site. */
  readonly id: string
  /** The pictures of the source that it brings to life, such as `F9`. Left out: none. */
  readonly pictures?: readonly string[]
  /** The check whose claim the run of a script shows; left out: none, or the one whose run it is. */
  readonly shows?: string
  /** The rules that the figure can be run by, the first one first shown. The chapter has words for each. */
  readonly variants: readonly string[]
  /** The system under one of `variants`. */
  system(variant: string): System
  /**
   * What happens under one of `variants`; or the check (src/course/check.ts) whose run the figure shows; or by variant either of
   * them.
   */
  readonly script:
    | ((variant: string) => readonly Action[])
    | { readonly check: string }
    | { readonly runs: Readonly<Record<string, { readonly check: string } | (() => readonly Action[])>> }
  /**
   * Servers stand in a ring, and around each is its part and what is left of its timers, where the system has clocks.
   * Left out: they stand in columns.
   */
  readonly timers?: boolean
  /** What runs when the reader puts her own answer to an exercise in the place of the course’s nodes. Left out: nobody can. */
  readonly answered?: Answered
  /** The fields that stand under the nodes. */
  readonly fields: Fields
  /** The protocol whose logs it shows first; left out: it has none. */
  readonly log?: LogProtocol
  /**
   * Something that clients use: the timers that stand for what a client can be made to do, and what is used: a key-value store on Raft, or
   * a register on replicas. Left out: it is none.
   */
  readonly store?: { readonly choices: readonly string[]; readonly kind: 'raft' | 'register' }
  /** What it shows first of processes and servers; left out: it has none. */
  readonly services?: ServiceParts
  /** Nodes from left to right in the space-time diagram. */
  readonly lanes: readonly NodeId[]
}
