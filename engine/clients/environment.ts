/** Environment: what surrounds a process. The same one must be given whenever the process is brought further. */
import type { ClientLibrary } from './library.ts'

export interface Environment {
  /** The name of the process. */
  readonly process: string
  /** Libraries by the name under which the process's function is handed them. */
  readonly services: { readonly [name: string]: ClientLibrary }
  /** What the process's clock says, in milliseconds. Left out: there is no clock, and asking for one is a Fault. */
  readonly now?: () => number
  /**
   * Does this text stand anywhere outside the process: in a server's state, a message, another process's identity, a
   * history? `crypto.randomUUID` then gives the first of `A-1`, `A-2`, … that stands nowhere, so that a loop that
   * makes one at each turn stays finite. A text that stands nowhere is as good as one that never was, as long as
   * nobody takes such texts apart. Left out: they are counted up, and the count is part of the identity.
   */
  readonly occurs?: (id: string) => boolean
}
