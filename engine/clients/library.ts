/**
 * ClientLibrary: how the library of a service, such as that of Redis, is handed to the code of clients.
 */
import type { Plain } from '../api.ts'

/** Sends a command to the service. The promise is fulfilled with the answer's value or rejected with a ServiceError. */
export type Send = (command: never) => PromiseLike<Plain>

/** A library in use by one process. */
export interface ServiceClient {
  /** What the process's code is handed. It is frozen: what changes must stand elsewhere, and be given by `state`. */
  readonly api: object
  /** The service tells something that was not asked for, such as the event of a watch. */
  notice?(notice: Plain): void
  /** Would some notice run code of the process, such as a watcher? Left out: where there is a `notice`, it may. */
  listens?(): boolean
  /**
   * Whatever the library remembers between two calls, such as registered watchers: it is part of the process's identity.
   * Left out: it remembers nothing.
   */
  state?(): unknown
}

/**
 * Makes a library for one process. Equal commands must be followed by the same callbacks: what a callback of the library
 * does depends on the command, on the answers so far, and on nothing else that `state` or `described` don't give.
 */
export type ClientLibrary = (send: (command: unknown) => PromiseLike<Plain>) => ServiceClient

/** An object of a library, and what it holds. */
interface Description {
  readonly label: string
  readonly holds: () => readonly unknown[]
}

const descriptions = new WeakMap<object, Description>()

/**
 * Says what an object holds that a library hands out, such as a connection taken from a pool: without it the process
 * that keeps such an object is told apart by its whole history.
 * @param label what kind of object it is
 * @param holds everything on which its behaviour depends
 */
export function described<T extends object>(object: T, label: string, holds: () => readonly unknown[]): T {
  descriptions.set(object, { label, holds })
  return object
}

/** What was said of an object. */
export function descriptionOf(object: object): Description | undefined {
  return descriptions.get(object)
}
