/**
 * A run driven by hand: it starts as the steps of a script up to the cursor, and the reader takes it from there. It
 * brings the engine along, so it is loaded when somebody wants to drive.
 */
import type { System } from '../../engine/actors/system.ts'
import { type Onward, goOn, STEPS_BY_HAND_MAX } from '../../engine/drivers/onward.ts'
import { Run } from '../../engine/drivers/run.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import ActionMenu from './ActionMenu.svelte'
import type { Cursor } from './cursor.svelte.ts'
import CutGround from './CutGround.svelte'
import type { Driving } from './driven.ts'
import { actionsOnMessage, actionsOnNode, cutsAtNode } from './hand-actions.ts'

export class Hand implements Driving {
  readonly #run: Run
  readonly #cursor: Cursor
  #actions: readonly Action[]
  #record: RunRecord
  #problem = $state.raw<Fault | null>(null)
  /** Whether the next stroke on the picture cuts the network. */
  cutting = $state(false)

  readonly tools = { ActionMenu, actionsOnMessage, actionsOnNode, cuts: { CutGround, cutsAtNode } }

  /** What can happen next by the model, at the step shown. */
  readonly enabled: readonly Action[]
  /** What a hand may do besides, at the step shown. */
  readonly others: readonly Action[]

  /**
   * @param actions the script up to where the reader takes over
   * @throws Fault when the script can't happen in this system
   */
  constructor(system: System, actions: readonly Action[], cursor: Cursor) {
    this.#run = new Run(system)
    this.#cursor = cursor
    this.#actions = actions
    for (const action of actions) this.#run.take(action)
    this.#record = $state.raw(this.#run.record)
    this.enabled = $derived(this.#at(cursor.step).enabled())
    this.others = $derived(this.#at(cursor.step).handActions())
    cursor.resize(actions.length, actions.length)
  }

  /** The run so far, those steps included that were stepped back over. */
  get record(): RunRecord {
    return this.#record
  }
  /** Why the last action could not be taken. */
  get problem(): Fault | null {
    return this.#problem
  }
  get actions(): readonly Action[] {
    return this.#actions
  }

  /** Takes an action after the step shown. Steps that came after it are forgotten. */
  take(action: Action): void {
    const step = Math.min(this.#cursor.step, this.#actions.length)
    try {
      this.#at(step).take(action)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#problem = error
      return
    }
    this.#problem = null
    this.cutting = false
    this.#actions = [...this.#actions.slice(0, step), action]
    this.#record = this.#run.record
    this.#cursor.resize(step + 1, step + 1)
  }

  /** What it took stays taken, also where it can't go on. */
  goOn(onward: Onward): Promise<void> {
    const step = Math.min(this.#cursor.step, this.#actions.length)
    const run = this.#at(step)
    const taken = this.#actions.slice(0, step)
    this.#problem = null
    try {
      goOn(run, onward, STEPS_BY_HAND_MAX - step, (action) => taken.push(action))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#problem = error
    }
    this.#actions = taken
    this.#record = run.record
    this.#cursor.resize(taken.length, taken.length)
    return Promise.resolve()
  }

  /** Forgets the last step up to the one shown. */
  undo(): void {
    const step = Math.max(Math.min(this.#cursor.step, this.#actions.length) - 1, 0)
    this.#problem = null
    this.#actions = this.#actions.slice(0, step)
    this.#at(step)
    this.#record = this.#run.record
    this.#cursor.resize(step, step)
  }

  /** The run as it was after a step. */
  #at(step: number): Run {
    // Reading the record makes whoever asks depend on it.
    void this.#record
    if (this.#run.length > step) this.#run.backTo(step)
    for (const action of this.#actions.slice(this.#run.length, step)) this.#run.take(action)
    return this.#run
  }
}
