/** registerTelling: a run of clients and the replicas of a register in words: what a client asks for is told as that, not as a timer that fires. */
import { PLAIN, plainStep, type Telling } from '../../../engine/trace/plain-transcript.ts'
import { type Dictionary, put } from '../../../engine/text/words.ts'
import { plainLabel } from '../../../engine/trace/plain-label.ts'
import type { StepRecord } from '../../../engine/trace/record.ts'
import type { RunRecord } from '../../../engine/trace/record.ts'

/** What a client is told: whatever made its replica say so now, the answer is the client’s. */
const ANSWERS: readonly string[] = ['value', 'values', 'written', 'refused', 'unknown']

interface Fields {
  readonly id?: string
  readonly stamp?: { readonly counter: number; readonly writer: string }
  readonly value?: string | null
  readonly values?: readonly string[]
  readonly news?: Pick<Fields, 'stamp' | 'value'>
}

/** A message by what it says; which operation it is about is seen from where it goes. */
const message: Telling['message'] = (one, dictionary) => {
  const { id: _, news, values, ...said } = one.fields as Fields
  const { stamp, value, ...others } = { ...said, ...news }
  if (Object.keys(others).length > 0) return plainLabel(one)
  const isNothing = value === null || values?.length === 0
  const held = isNothing ? put(dictionary, 'bars.nothing') : (values?.join(' ') ?? value)
  const stamped = stamp && stamp.counter > 0 ? `${stamp.counter}${stamp.writer}` : undefined
  return [one.type, held, stamped].filter((part) => part !== undefined).join(' ')
}

function told(step: StepRecord, dictionary: Dictionary, record?: RunRecord): string {
  const { action, sent, node } = step
  const request = sent[0]
  if (action.kind !== 'fire' || !action.timer.startsWith('ask:') || request === undefined)
    return plainStep(step, dictionary, message, record)
  return put(dictionary, 'store.asks', {
    client: node ?? '',
    server: request.to,
    name: message(request, dictionary),
  })
}

export const registerTelling: Telling = {
  ...PLAIN,
  message,
  timer: (timer) => timer.replace(/^ask:/, ''),
  step: told,
  starter: ({ type, to }) => (ANSWERS.includes(type) ? to : null),
}
