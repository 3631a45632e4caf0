/**
 * Prediction: a question about what happens next. The page has its words; the engine runs the system and says which
 * of the options is right, so that an answer can't be wrong by a slip of the pen.
 */
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { type Delivery, follow } from './script.ts'

export interface Prediction {
  /** Unique on the site. */
  readonly id: string
  system(): System
  /** What has happened before the question. */
  readonly before: readonly Delivery[]
  /** What then happens; the answer is read off the run after it. */
  readonly next: readonly Delivery[]
  /** The option that is right, by the key that the page gives it. */
  answer(run: Run): string
}

export interface Predicted {
  /** The right option. */
  readonly answer: string
  /** The whole run. */
  readonly record: RunRecord
  /** The first step that the question is about. */
  readonly from: number
}

/** Works a prediction out. @throws Error when its script can't happen */
export function predict(prediction: Prediction): Predicted {
  const system = prediction.system()
  const deliveries = [...prediction.before, ...prediction.next]
  const actions = follow(system, deliveries)
  if (actions.length !== deliveries.length) {
    throw new Error(`prediction ${prediction.id}: delivery ${actions.length + 1} can't happen`)
  }
  const run = new Run(system)
  for (const action of actions) run.take(action)
  return { answer: prediction.answer(run), record: run.record, from: prediction.before.length + 1 }
}
