/** What is shown of carts after one step. */
export interface CartsShown {
  readonly replicas: readonly {
    readonly id: string
    readonly items: readonly string[]
    /** What its users put in and were told is there, which nobody took out, and which it does not have any more. */
    readonly missing: readonly string[]
  }[]
  /** What somebody put in and nobody took out, and which is in no cart any more. */
  readonly lost: readonly string[]
}
