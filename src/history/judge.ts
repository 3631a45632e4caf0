/** Judges a history that somebody has recorded, as `npm run check:history` does, and says what is to be drawn of it. */
import { Fault } from '../../engine/fault.ts'
import { HistoryWords } from '../../engine/linearizability/answer.ts'
import { CONFIGURATIONS_MAX } from '../../engine/linearizability/check.ts'
import type { TimedOperation } from '../../engine/linearizability/models.ts'
import { OBJECTS } from '../../engine/linearizability/objects.ts'
import { type Found, type RecordedAnswer, checkRecorded } from '../../engine/linearizability/recorded.ts'
import { canonical } from '../../engine/plain.ts'
import { type Dictionary, put } from '../../engine/text/words.ts'
import type { DrawnObject, DrawnOperation, HistoryRequest, Judged } from './judged.ts'
import { reasonsOf } from './reasons.ts'

const BOUNDS = { configurationsMax: CONFIGURATIONS_MAX }

/** @param dictionary the engine’s words */
export function judge({ text, kind, initial }: HistoryRequest, dictionary: Dictionary): Judged {
  const object = OBJECTS[kind]!
  let held: unknown
  try {
    held = initial.trim() === '' ? undefined : (JSON.parse(initial) as unknown)
  } catch {
    const message = put(dictionary, 'usage.history-initial', { text: initial })
    return { verdict: 'unreadable', message, line: null }
  }
  try {
    const answer = checkRecorded(text, object, held, BOUNDS)
    const words = new HistoryWords(answer, kind, dictionary, BOUNDS)
    return {
      verdict: answer.verdict,
      sentences: words.text().split('\n'),
      objects: objectsOf(answer, (found, claim) => reasonsOf(found.operations, claim, object.model(held))),
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const { line, since } = error.parameters
    // Lines are names, not amounts: their thousands aren't set apart.
    const places = { line: String(line), ...(since !== undefined && { since: String(since) }) }
    const message = put(dictionary, error.code, { ...error.parameters, ...places })
    return { verdict: 'unreadable', message, line: typeof line === 'number' ? line : null }
  }
}

function objectsOf(
  { found, failure }: RecordedAnswer,
  why: (found: Found, claim: number) => readonly number[],
): DrawnObject[] {
  const failing = failure === null ? -1 : found.findLastIndex(({ key }) => same(key, failure.key))
  const drawn = found.map((one, index): DrawnObject => {
    const claim = index === failing ? failure!.prefix.operation : null
    return {
      key: one.key === undefined ? '' : shown(one.key),
      operations: one.operations.map(drawnOf),
      order: one.order,
      claim,
      reasons: claim === null ? [] : why(one, claim),
    }
  })
  return failing < 0 ? drawn : [drawn[failing]!, ...drawn.filter((_, index) => index !== failing)]
}

const same = (one: unknown, other: unknown): boolean =>
  one === other || (one !== undefined && other !== undefined && shown(one) === shown(other))

function drawnOf({ process, f, value, call, invoked, returned }: TimedOperation): DrawnOperation {
  const given = call.value === undefined ? undefined : shown(call.value)
  return {
    process: String(process),
    f,
    given,
    came: given === undefined && value !== undefined ? shown(value) : undefined,
    invoked,
    returned,
  }
}

const SHOWN_MAX = 24

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : canonical(value, 'value')
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 1)}…` : text
}
