/** Which messages are those of processes and servers, as engine/services/wire.ts has them. */

/** The fields of each message of the wire, by which it is told from a protocol's own message of that type. */
const FIELDS: { readonly [type: string]: readonly string[] } = {
  open: ['connection', 'hello', 'request'],
  request: ['command', 'connection', 'request'],
  reply: ['answer', 'connection', 'request'],
  notice: ['connection', 'notice'],
  close: ['connection'],
  relay: ['message'],
}

/** What a message of services/wire.ts is, told apart by its fields; null for any other message. */
export type WireKind = 'open' | 'request' | 'reply' | 'notice' | 'close' | 'relay'

/** Tells what kind a message is of. */
export function wireKind({
  type,
  fields,
}: {
  readonly type: string
  readonly fields: unknown
}): WireKind | null {
  const expected = Object.hasOwn(FIELDS, type) ? FIELDS[type]! : null
  if (expected === null || !isRecord(fields)) return null
  // What is left of a stream that broke says besides what was lost.
  const keys = Object.keys(fields).filter((key) => type !== 'close' || key !== 'lost')
  return keys.sort().join() === expected.join() ? (type as WireKind) : null
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
