/** A shop that sends one order. */
import type { Kafka } from '../../../engine/services/queue/client.ts'

export async function main({ kafka }: { kafka: Kafka }) {
  const producer = kafka.producer()
  await producer.send({ topic: 'orders', messages: [{ key: 'ann', value: 'order-7' }] })
}
