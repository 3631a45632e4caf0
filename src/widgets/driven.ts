/** Driven: what the picture of the network needs of whoever drives a run by hand. Types alone, so that it loads nothing. */
import type { Onward } from '../../engine/drivers/onward.ts'
import type { Parameters } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type ActionMenu from './ActionMenu.svelte'
import type CutGround from './CutGround.svelte'
import type { actionsOnMessage, actionsOnNode, cutsAtNode } from './hand-actions.ts'

/** A run that is driven, with what its panel needs besides. */
export interface Driving extends Driven {
  /** The run so far, those steps included that were stepped back over. */
  readonly record: RunRecord
  /** Why the last action could not be taken, as words. */
  readonly problem: { readonly code: string; readonly parameters: Parameters } | null
  /** Forgets the last step up to the one shown. */
  undo(): void
  /** Lets it go on by itself after the step shown, which may take a moment. Steps that came after it are forgotten. */
  goOn(onward: Onward): Promise<void>
}

export interface Driven {
  /** What can happen next by the model, at the step shown. */
  readonly enabled: readonly Action[]
  /** What a hand may do besides, at the step shown. */
  readonly others: readonly Action[]
  /** Whether the next stroke on the picture cuts the network. */
  cutting: boolean
  /** What the picture needs while it is driven; it comes along with the hand, so that other pictures need not load it. */
  readonly tools: {
    readonly ActionMenu: typeof ActionMenu
    readonly actionsOnMessage: typeof actionsOnMessage
    readonly actionsOnNode: typeof actionsOnNode
    /** Null where the network can't be cut by hand. */
    readonly cuts: {
      readonly CutGround: typeof CutGround
      readonly cutsAtNode: typeof cutsAtNode
    } | null
  }
  /** Takes an action after the step shown. */
  take(action: Action): void
}
