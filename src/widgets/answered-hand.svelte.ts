/** A run of the reader's own answer driven by hand: like Hand, but each step is worked out in the sandbox, where her code may run. */
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type { Played, Stop } from '../sandbox/answered-run.ts'
import ActionMenu from './ActionMenu.svelte'
import type { Cursor } from './cursor.svelte.ts'
import CutGround from './CutGround.svelte'
import type { Driving } from './driven.ts'
import { actionsOnMessage, actionsOnNode, cutsAtNode } from './hand-actions.ts'
import type { OwnAnswer } from './own-answer.ts'

/** What is wrong with an answer is said on the exercise's page, with its lines. */
const FAILED: Stop = { code: 'widget.own.failed', parameters: {} }

export class AnsweredHand implements Driving {
  readonly #answer: OwnAnswer
  readonly #cursor: Cursor
  #played: Played
  #problem = $state.raw<Stop | null>(null)
  /** An action is being worked out: another one waits until it is pressed again. */
  #busy = false
  cutting = $state(false)

  readonly tools = { ActionMenu, actionsOnMessage, actionsOnNode, cuts: { CutGround, cutsAtNode } }
  readonly enabled: readonly Action[]
  readonly others: readonly Action[]

  /** @param played the run, of which the reader takes over after `step` */
  constructor(answer: OwnAnswer, played: Played, step: number, cursor: Cursor) {
    this.#answer = answer
    this.#cursor = cursor
    this.#played = $state.raw(upTo(played, step))
    const offer = $derived(this.#played.offers[Math.min(cursor.step, this.#played.offers.length - 1)]!)
    this.enabled = $derived(offer.enabled)
    this.others = $derived(offer.others)
    cursor.resize(step, step)
  }

  get record(): RunRecord {
    return this.#played.record
  }
  get problem(): Stop | null {
    return this.#problem
  }

  take(action: Action): void {
    void this.#go([...this.#actions(), action])
  }

  undo(): void {
    void this.#go(this.#actions().slice(0, -1))
  }

  /** What was done up to the step shown. */
  #actions(): Action[] {
    return this.record.steps.slice(0, this.#cursor.step).map((step) => step.action)
  }

  async #go(actions: readonly Action[]): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      const played = await this.#answer.play(actions)
      this.#problem = played.stop?.code === 'diverged' ? played.stop : played.stop && FAILED
      if (played.stop) return
      this.cutting = false
      this.#played = played
      this.#cursor.resize(actions.length, actions.length)
    } catch {
      this.#problem = FAILED
    } finally {
      this.#busy = false
    }
  }
}

/** The beginning of a run. */
function upTo({ record, offers }: Played, step: number): Played {
  const { started, frames, steps } = record
  return {
    record: { started, frames: frames.slice(0, step + 1), steps: steps.slice(0, step) },
    offers: offers.slice(0, step + 1),
    stop: null,
  }
}
