/** A consumer that pays what the records say, and commits afterwards: at least once. */
import type { Kafka } from '../../../engine/services/queue/client.ts'
import type { Redis } from '../../../engine/services/redis/client.ts'

interface Tools {
  kafka: Kafka
  bank: Redis
}

export async function main({ kafka, bank }: Tools) {
  const consumer = kafka.consumer({ groupId: 'billing', autoCommit: false })
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
  for (;;) {
    for (const { topic, partition, message } of await consumer.poll(60_000)) {
      await bank.incr(`paid:${message.value}`)
      const next = String(Number(message.offset) + 1)
      await consumer.commitOffsets([{ topic, partition, offset: next }])
    }
  }
}
