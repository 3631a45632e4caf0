/** redisLink: how a process is connected to a simulated Redis. */
import type { NodeId } from '../../api.ts'
import { type Link, simpleLink } from '../../clients/link.ts'
import { redisClient } from './client.ts'

/**
 * Requests whose connection is lost fail with `SocketClosedUnexpectedlyError`; the next one opens it anew, as node-redis does.
 * @param server the node of the server
 * @param opened is the connection open from the start?
 */
export function redisLink(server: NodeId, opened = true): Link {
  const closed = { name: 'SocketClosedUnexpectedlyError', code: '', message: 'Socket closed unexpectedly' }
  return simpleLink(server, (send) => ({ api: redisClient(send) }), closed, opened) as Link
}
