/** Short names of messages, as they stand on arrows: `promise 4 [2, 8]`, `SET lock A NX PX 1000`. */
import type { Dictionary } from '../text/words.ts'
import { plainLabel } from './plain-label.ts'
import { wireKind } from './wire-kind.ts'
import { wireLabel } from './wire-label.ts'

export { valueLabel } from './value-label.ts'

/**
 * A message's type and the values of its fields. What processes and servers send each other reads as what it is.
 * @param dictionary the engine's words; without it the few labels that are words, such as `connection closed`, are codes
 */
export function messageLabel(
  message: { readonly type: string; readonly fields: unknown },
  dictionary: Dictionary = {},
): string {
  const kind = wireKind(message)
  return kind === null ? plainLabel(message) : wireLabel(kind, message.fields, dictionary)
}
