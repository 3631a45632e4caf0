/** Short names of plain values, as they stand on arrows and in tables. */

/** A plain value in a few characters: `–` for nothing, `[4, 5]` for a record or list, bare numbers and words. */
export function valueLabel(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value !== 'object') return String(value)
  return `[${Object.values(value).map(valueLabel).join(', ')}]`
}
