/**
 * What is told of a process: the state in which it stands, the events that bring it further, and what it did in one
 * step. All of it is plain data.
 */
import type { Plain } from '../api.ts'
import type { Fault } from '../fault.ts'
import type { Answer } from '../services/service.ts'

/** What can happen to a process. */
export type ProcessEvent =
  | { readonly kind: 'answer'; readonly request: number; readonly answer: Answer }
  | { readonly kind: 'timer'; readonly timer: number }
  | { readonly kind: 'notice'; readonly service: string; readonly notice: Plain }

/** One step of a process's past: what happened, and what it was told meanwhile. Absent fields are empty. */
export interface Recorded {
  /** Null for the start. */
  readonly event: ProcessEvent | null
  /** What the clock said, call by call. */
  readonly clock?: readonly number[]
  /** Texts that `crypto.randomUUID` gave. */
  readonly ids?: readonly string[]
  /** Timers that nobody waited for any more when the step had ended. */
  readonly dropped?: readonly number[]
}

/** A request that has not been answered. */
export interface PendingRequest {
  /** The smallest number that was free when it was made. */
  readonly number: number
  readonly service: string
  readonly command: Plain
}

/** A timer that has not fired. */
export interface PendingTimer {
  readonly number: number
  /** As it was set; how much of it is left is known to whoever keeps the clock. */
  readonly milliseconds: number
}

/** A place in a process's code. Lines count from 1. */
export interface Place {
  readonly function: string
  readonly line: number
}

/** An error as it is told: a class's name, a message, and the code where it has one. */
export interface ThrownError {
  readonly name: string
  readonly message: string
  readonly code: string | number | null
  /** Where it was thrown, and which coroutines it then came through, innermost first. */
  readonly stack: readonly Place[]
}

/** How the function that was started has ended. */
export type Ending =
  | { readonly kind: 'returned'; readonly value: Plain }
  /** Thrown out of it, or out of a callback, or a rejection that nobody handled: the process is gone, as in Node. */
  | { readonly kind: 'thrown'; readonly error: ThrownError }

/** Everything that is known of a process. States of equal identity behave in the same way from here on. */
export interface ProcessState {
  readonly process: string
  readonly entry: string
  readonly arguments: readonly Plain[]
  readonly history: readonly Recorded[]
  readonly identity: string
  /** Is the identity no more than the history, because something is alive that can't be read? */
  readonly byHistory: boolean
  readonly requests: readonly PendingRequest[]
  readonly timers: readonly PendingTimer[]
  /** Does any library still listen to notices for the code? Then something may come though nothing is pending. */
  readonly listens: boolean
  /**
   * The `await` at which the function that was started stands, and where those stand that it waits for, innermost first. Empty where it
   * has ended, or is no `async` function.
   */
  readonly stands: readonly Place[]
  /** Null: it goes on; if nothing is pending and nothing listened to either, it never ends. */
  readonly ended: Ending | null
}

/** Something that a process did, in the order in which it did it. Lines are of its file, 0 where unknown. */
export type ProcessEffect =
  | ({ readonly kind: 'request'; readonly line: number } & PendingRequest)
  | ({ readonly kind: 'timer'; readonly line: number } & PendingTimer)
  | { readonly kind: 'cancel'; readonly line: number; readonly number: number }
  | { readonly kind: 'log'; readonly line: number; readonly text: string }

/** One step: an event and all that came of it. */
export interface ProcessStep {
  readonly state: ProcessState
  readonly effects: readonly ProcessEffect[]
  /** Lines that ran, ascending. */
  readonly lines: readonly number[]
  /** What the code did that no code may; the state is then of no use. */
  readonly fault: Fault | null
}
