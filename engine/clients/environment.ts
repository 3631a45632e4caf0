/** Environment: what surrounds a process. The same one must be given whenever the process is brought further. */
import type { ClientLibrary } from './library.ts'

export interface Environment {
  /** The name of the process. */
  readonly process: string
  /** Libraries by the name under which the process's function is handed them. */
  readonly services: { readonly [name: string]: ClientLibrary }
  /** What the process's clocks say, in milliseconds. Left out: there are none, and asking for one is a Fault. */
  readonly clocks?: {
    /** The time of day, which may be set. */
    readonly now: () => number
    /** The time that has passed, on a clock that nobody can set. */
    readonly uptime: () => number
  }
}
