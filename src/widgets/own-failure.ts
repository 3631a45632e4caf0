/** failureOf: why a reader's own answer did not go on in a figure, as words of the figure’s with the line of the answer where there is one. */
import type { Parameters } from '../../engine/fault.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type { Played, Stop } from '../../engine/drivers/played.ts'
import { Stopped, type OwnAnswer } from './own-answer.ts'

/** A code of the widgets’ words, and what fills them. */
export interface OwnFailure {
  readonly code: string
  readonly parameters: Parameters
}

/** The script of a figure with the reader's answer in it, as far as it can happen; and why it came no further. */
export async function scriptWith(
  answer: OwnAnswer,
  { steps }: RunRecord,
): Promise<{ readonly played: Played | null; readonly failure: OwnFailure | null }> {
  try {
    const played = await answer.play(steps.map(({ action }) => action))
    const failure = played.stop && (await failureOf(answer, played.stop))
    // What the script does next, the answer can't: that is no fault.
    const parts = failure?.code === 'diverged'
    return { played, failure: parts ? { code: 'widget.own.diverged', parameters: {} } : failure }
  } catch (error) {
    return { played: null, failure: await failureOf(answer, error) }
  }
}

/** @param why what stopped the run, or what was thrown where none could be made */
export async function failureOf(answer: OwnAnswer, why: Stop | unknown): Promise<OwnFailure> {
  const stop = why instanceof Stopped ? why.stop : isStop(why) ? why : null
  if (stop === null) return { code: 'widget.own.failed', parameters: {} }
  if (stop.code === 'diverged') return stop
  const text = await answer.explain(stop)
  if (text === '') return { code: 'widget.own.failed', parameters: {} }
  return stop.place === null
    ? { code: 'widget.own.because', parameters: { text } }
    : { code: 'widget.own.at-line', parameters: { text, line: stop.place.line } }
}

function isStop(why: unknown): why is Stop {
  return typeof why === 'object' && why !== null && 'code' in why && 'place' in why
}
