/** queueLink: how a process is connected to the simulated queue. */
import type { NodeId } from '../../api.ts'
import { type Link, simpleLink } from '../../clients/link.ts'
import { kafkaClient } from './client.ts'

/**
 * Requests whose connection is lost fail with `KafkaJSConnectionClosedError`, after the library has tried them again.
 * @param server the node of the broker
 * @param opened is the connection open from the start?
 */
export function queueLink(server: NodeId, opened = true): Link {
  const closed = { name: 'KafkaJSConnectionClosedError', code: '', message: 'Closed connection' }
  return simpleLink(server, (send) => ({ api: kafkaClient(send) }), closed, opened) as Link
}
