/** Short names of values and messages, as they stand on arrows and in tables: `promise 4 [2, 8]`. */

/** A plain value in a few characters: `–` for nothing, `[4, 5]` for a record or list, bare numbers and words. */
export function valueLabel(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value !== 'object') return String(value)
  return `[${Object.values(value).map(valueLabel).join(', ')}]`
}

/** A message's type and the values of its fields. */
export function messageLabel(message: { readonly type: string; readonly fields: unknown }): string {
  const { type, fields } = message
  const values = typeof fields === 'object' && fields !== null ? Object.values(fields) : [fields]
  return [type, ...values.map(valueLabel)].join(' ')
}
