/**
 * What commands answer within the server, and what clients get to see of it. A status such as `OK` is no string for a
 * script, though clients read both alike.
 */
import type { Plain } from '../../api.ts'

/** An answer: a number, a string, nothing, a status, an error, or a list of answers. */
export type Reply =
  number | string | null | { readonly status: string } | ErrorReply | { readonly list: readonly Reply[] }

/** An error as Redis words it: the first word is its kind, such as `ERR` or `EXECABORT`. */
export interface ErrorReply {
  readonly error: string
}

export const OK: Reply = { status: 'OK' }

/** An error of the kind that most errors have. */
export function wrong(message: string): ErrorReply {
  return { error: `ERR ${message}` }
}

export function isError(reply: Reply): reply is ErrorReply {
  return typeof reply === 'object' && reply !== null && 'error' in reply
}

/** An answer as plain data, as clients get it. Errors within lists stay `{ error }`. */
export function plainOf(reply: Reply): Plain {
  if (typeof reply !== 'object' || reply === null) return reply
  if ('status' in reply) return reply.status
  if ('list' in reply) return reply.list.map(plainOf)
  return { error: reply.error }
}
