/** How operations and verdicts are put into words: on a bar, under the picture, and in the list for a reader who sees neither. */
import type { RunRecord } from '../../../engine/trace/record.ts'
import { listed, put } from '../../../engine/text/words.ts'
import type { Words } from '../figure.ts'
import { type RunOperation, isRead } from './operations.ts'
import { timeOf } from './time.ts'
import type { Contradiction, HistoryState } from './verdict.ts'

/** What is asked for: `put x k1`, `get x`. */
export function callOf({ f, key, argument }: RunOperation): string {
  return [f, ...(key === '' ? [] : [key]), ...(argument === undefined ? [] : [String(argument)])].join(' ')
}

/** What is asked for and, once it is known, what was read: `get x → k1`; or how it ended else. */
export function nameOf(operation: RunOperation, words: Words): string {
  const call = callOf(operation)
  if (operation.outcome) return put(words, `bars.${operation.outcome}`, { call })
  if (!isRead(operation) || operation.result === undefined) return call
  return put(words, 'bars.read', { call, result: valueOf(operation.result, words) })
}

function valueOf(value: unknown, words: Words): string {
  const isNothing = value === null || value === '' || (typeof value === 'object' && 'absent' in value)
  return isNothing ? put(words, 'bars.nothing') : String(value)
}

/** An operation with its name: `L1 (put x l1)`. */
const named = (operation: RunOperation, words: Words): string =>
  put(words, 'bars.named', { id: operation.id, name: nameOf(operation, words) })

const STATES_MAX = 4

/** Why there is no order, sentence by sentence. */
export function explanation(
  { key, claim, states, complete, reasons }: Contradiction,
  words: Words,
): readonly string[] {
  const object = key === '' ? put(words, 'bars.object') : key
  const held = [...new Set(states.slice(0, STATES_MAX).map((state) => valueOf(state, words)))]
  const said = { id: claim.id, object, states: held.join(put(words, 'bars.or')) }
  return [
    put(words, 'bars.claim', { client: claim.client, name: nameOf(claim, words) }),
    ...(held.length === 0 ? [] : [put(words, complete ? 'bars.holds' : 'bars.may-hold', said)]),
    reasons.length === 0
      ? put(words, 'bars.never', said)
      : put(words, 'bars.reasons', {
          id: claim.id,
          operations: listed(
            reasons.map((one) => named(one, words)),
            words,
          ),
        }),
  ]
}

/** An operation in a sentence: who, what, from when to when, and where it takes effect. */
export function spoken(
  operation: RunOperation,
  record: RunRecord,
  { orders, contradiction }: HistoryState,
  words: Words,
): string {
  const { id, client, since, until, key } = operation
  const said = put(words, until === null ? 'bars.said-open' : 'bars.said', {
    client,
    name: named(operation, words),
    from: timeOf(record, since, words),
    to: timeOf(record, until ?? since, words),
  })
  if (contradiction?.claim.id === id) return `${said} ${put(words, 'bars.said-claim')}`
  const place = orders.find((one) => one.key === key)?.order.findIndex((one) => one.id === id) ?? -1
  if (place < 0) return said
  return `${said} ${put(words, 'bars.said-place', { place: place + 1, object: key === '' ? put(words, 'bars.object') : key })}`
}
