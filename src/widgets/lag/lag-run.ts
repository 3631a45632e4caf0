/** What the figure of a lag draws of a run. */

/** A replica held a value for a while. */
export interface Span {
  readonly from: number
  /** In milliseconds, as `from`. */
  to: number
  readonly value: number
  /** Did the one that takes the writes hold something newer? */
  readonly behind: boolean
}

export interface LagRun {
  /** The lag under which it ran, in milliseconds. */
  readonly lag: number
  /** So much of it is drawn, in milliseconds. */
  readonly until: number
  readonly lanes: readonly { readonly id: string; readonly spans: readonly Span[] }[]
  /** What each read was told: when, by which replica, and whether a newer write was acknowledged or a newer value was read before. */
  readonly reads: readonly {
    readonly time: number
    readonly at: string
    readonly value: number
    readonly stale: boolean
    readonly back: boolean
  }[]
  /** For how long the replicas were not all equal. */
  readonly differed: number
}
