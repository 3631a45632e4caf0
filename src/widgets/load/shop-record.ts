/** What the figure of a shop under load draws: what happened in each moment, what was done to it, and what came of that. */

export type Kind = 'checkout' | 'reviews' | 'recommendations'
export const KINDS: readonly Kind[] = ['checkout', 'reviews', 'recommendations']

/** What has become of requests of one kind. */
export interface Outcome {
  /** Answered by the deadline: in full, or with a degraded page. */
  readonly full: number
  readonly degraded: number
  readonly refused: number
  /** Not answered by the deadline: the customer has left. */
  readonly late: number
  /** Milliseconds that all of them have waited together, each until the answer or until the customer left. */
  readonly waited: number
}
export type Outcomes = { readonly [kind in Kind]: Outcome }

/** What the reader did, or the script. */
export interface Change {
  readonly at: number
  readonly customers: number
  readonly page: boolean
}

/** Some time in which nobody changed anything. */
export interface Phase extends Change {
  readonly until: number
  readonly outcomes: Outcomes
}

export interface Call {
  readonly kind: Kind
  /** Does the customer still wait? */
  readonly waits: boolean
}

export interface ShopRecord {
  /** Milliseconds since the start. */
  readonly now: number
  readonly customers: number
  /** Is there a degraded page? */
  readonly page: boolean
  /** What became of the requests that came to an end in the second before each moment. */
  readonly samples: readonly { readonly at: number; readonly outcomes: Outcomes }[]
  readonly phases: readonly Phase[]
  /** What the back ends have before them, what is being worked on first. */
  readonly queues: { readonly [backEnd in 'database' | 'recommender']: readonly Call[] }
}

export const totalOf = ({ full, degraded, refused, late }: Outcome): number =>
  full + degraded + refused + late

/** A run that goes on. */
export interface ShopDriver {
  /** Lets so many milliseconds pass. */
  advance(milliseconds: number): ShopRecord
  change(how: { readonly customers?: number; readonly page?: boolean }): ShopRecord
}
