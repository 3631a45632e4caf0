/** A run of the reader's own answer driven by hand: like Hand, but each step is worked out in the sandbox, where her code may run. */
import type { Onward } from '../../engine/drivers/onward.ts'
import type { Parameters } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type { Played } from '../../engine/drivers/played.ts'
import ActionMenu from './ActionMenu.svelte'
import type { Cursor } from './cursor.svelte.ts'
import CutGround from './CutGround.svelte'
import type { Driving } from './driven.ts'
import { actionsOnMessage, actionsOnNode, cutsAtNode } from './hand-actions.ts'
import { failureOf } from './own-failure.ts'
import type { OwnAnswer } from './own-answer.ts'

export class AnsweredHand<Kind extends Played = Played> implements Driving {
  readonly #answer: OwnAnswer<Kind>
  readonly #cursor: Cursor
  #played: Kind
  #problem = $state.raw<{ readonly code: string; readonly parameters: Parameters } | null>(null)
  /** What was asked for is worked out one after the other: each begins where the one before it has led. */
  #working: Promise<void> = Promise.resolve()
  cutting = $state(false)

  readonly tools = { ActionMenu, actionsOnMessage, actionsOnNode, cuts: { CutGround, cutsAtNode } }
  readonly enabled: readonly Action[]
  readonly others: readonly Action[]

  /** @param played the run, of which the reader takes over after `step` */
  constructor(answer: OwnAnswer<Kind>, played: Kind, step: number, cursor: Cursor) {
    this.#answer = answer
    this.#cursor = cursor
    this.#played = $state.raw(upTo(played, step))
    const offer = $derived(this.#played.offers[Math.min(cursor.step, this.#played.offers.length - 1)]!)
    this.enabled = $derived(offer.enabled)
    this.others = $derived(offer.others)
    cursor.resize(step, step)
  }

  /** All that is known of the run so far. */
  get played(): Kind {
    return this.#played
  }
  get record(): RunRecord {
    return this.#played.record
  }
  get problem() {
    return this.#problem
  }

  take(action: Action): void {
    void this.#go(() => [...this.#actions(), action])
  }

  undo(): void {
    void this.#go(() => this.#actions().slice(0, -1))
  }

  goOn(onward: Onward): Promise<void> {
    return this.#go(() => this.#actions(), onward)
  }

  /** What was done up to the step shown. */
  #actions(): Action[] {
    return this.record.steps.slice(0, this.#cursor.step).map((step) => step.action)
  }

  #go(actions: () => readonly Action[], onward?: Onward): Promise<void> {
    this.#working = this.#working.then(() => this.#work(actions(), onward))
    return this.#working
  }

  /** What can't happen is not done, and what has happened before stays. */
  async #work(actions: readonly Action[], onward?: Onward): Promise<void> {
    try {
      const played = await this.#answer.play(actions, onward)
      this.#problem = played.stop && (await failureOf(this.#answer, played.stop))
      const { length } = played.record.steps
      if (length < actions.length) return
      this.cutting = false
      this.#played = played
      this.#cursor.resize(length, length)
    } catch (error) {
      this.#problem = await failureOf(this.#answer, error)
    }
  }
}

/** The beginning of a run. */
function upTo<Kind extends Played>(played: Kind, step: number): Kind {
  const { frames, steps } = played.record
  return {
    ...played,
    record: { ...played.record, frames: frames.slice(0, step + 1), steps: steps.slice(0, step) },
    offers: played.offers.slice(0, step + 1),
    stop: null,
  }
}
