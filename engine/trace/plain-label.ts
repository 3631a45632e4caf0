/** Short names of a protocol's messages, as they stand on arrows: `promise 4 [2, 8]`. */
import { valueLabel } from './value-label.ts'

/** A message's type and the values of its fields. */
export function plainLabel({ type, fields }: { readonly type: string; readonly fields: unknown }): string {
  const values = typeof fields === 'object' && fields !== null ? Object.values(fields) : [fields]
  return [type, ...values.map(valueLabel)].join(' ')
}
