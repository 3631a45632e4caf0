/**
 * Subject: one service of which the real server and the simulated one are compared. `run.ts` takes each through the same
 * scripts and looks for the first difference.
 */
import type { Random } from '../../engine/random.ts'

/** A real server that was started for the comparison alone: on loopback, with a folder and a port of its own. */
export interface RealServer {
  /** Ends exactly the process that was started. */
  stop(): Promise<void>
}

/** What one step of a script led to, as plain data: an answer, an error, the events that came meanwhile. */
export type Observation = unknown

/** A service and how it is compared. A step is plain data: which connection does what, or what happens to the server. */
export interface Subject<Step> {
  /** As in `npm run test:fidelity -- redis`. */
  readonly name: string
  /** Debian's packages that have the real server. */
  readonly packages: readonly string[]
  /** Is the real server there? */
  installed(): boolean
  /** Starts the real server. @param folder an empty folder for its data @param port a free port */
  start(folder: string, port: number): Promise<RealServer>
  /** Scripts written by hand, one for each thing that the course relies on. */
  readonly scripts: readonly { readonly name: string; readonly steps: readonly Step[] }[]
  /** How many random scripts a run compares, and the steps of each. */
  readonly random: { readonly scripts: number; readonly stepsMax: number }
  /** A random script: commands that often collide (few keys, few rows), a share of them wrong. */
  script(random: Random, steps: number): Step[]
  /** One observation for each step, and what the server holds at the end as the last. Starts from an empty server. */
  real(steps: readonly Step[]): Promise<readonly Observation[]>
  simulated(steps: readonly Step[]): readonly Observation[]
  /** Ends the clients that `real` has opened. */
  close(): Promise<void>
}
