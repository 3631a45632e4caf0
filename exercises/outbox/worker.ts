/**
 * The processes: a shop places orders, a relay and a stock-keeper do their work again and again. They call the answer’s functions, and
 * call them anew when they throw what may happen to anybody.
 */
import type { Consumer, Kafka, Notes, Plain, Pool, Producer } from '../../engine/client-api.ts'
import { type Order, consume, placeOrder, relay } from './solution.ts'

interface Tools {
  /** The databases of the shop and of the stock-keeper, where it has a duty that needs one. */
  orders?: Pool
  stock?: Pool
  kafka: Kafka
  /** Another connection to the broker, for who sends several messages at the same time. */
  beside?: Kafka
  notes: Notes
}

export type Orders = readonly (Order & { readonly [field: string]: Plain })[]

/** So long the relay rests between two calls, in milliseconds. */
const PAUSE = 100

/** What the broker is asked as: a send whose acknowledgement is lost is not repeated by the library. */
const PRODUCER = { retry: { retries: 0 } }

const CONSUMER = { groupId: 'stock', autoCommit: false }

/** What is done again and again. */
export type Duty = 'relay' | 'consume'

/**
 * What one process does.
 * @param list the orders that it places first, one after the other
 * @param duties what it does then, in turn
 * @param times how often; null: without end
 */
export async function main(
  tools: Tools,
  list: Orders,
  duties: readonly Duty[],
  times: number | null,
): Promise<void> {
  const { orders, kafka, beside, notes } = tools
  const producer = producing(kafka.producer(PRODUCER), (beside ?? kafka).producer(PRODUCER))
  for (const { id, item, quantity } of list) {
    while (!(await succeeds(() => placeOrder({ orders: orders!, producer }, { id, item, quantity }))));
    notes.note(`placed ${id}`, true)
  }
  if (list.length > 0) notes.note('through', true)
  if (duties.length > 0) await works(tools, producer, duties, times)
}

async function works(
  { orders, stock, kafka }: Tools,
  producer: Producer,
  duties: readonly Duty[],
  times: number | null,
): Promise<void> {
  const consumer = subscribed(kafka.consumer(CONSUMER))
  for (let left = times ?? Infinity; left > 0; left--)
    for (const duty of duties)
      if (duty === 'relay') {
        await succeeds(() => relay({ orders: orders!, producer }))
        await sleep(PAUSE)
      } else if (!(await succeeds(() => consume({ stock: stock!, consumer })))) {
        // It goes on with the offsets that are committed, as kafkajs does.
        await succeeds(() => consumer.disconnect())
      }
}

/** The producer. What is sent while something is under way goes over the second connection, so that either may arrive first. */
function producing(first: Producer, second: Producer): Producer {
  let underWay = 0
  const sending = async <T>(send: (producer: Producer) => Promise<T>): Promise<T> => {
    try {
      return await send(underWay++ % 2 === 0 ? first : second)
    } finally {
      underWay--
    }
  }
  return {
    connect: () => first.connect(),
    disconnect: () => first.disconnect(),
    send: (record) => sending((producer) => producer.send(record)),
    sendBatch: (batch) => sending((producer) => producer.sendBatch(batch)),
    isIdempotent: () => first.isIdempotent(),
  }
}

/** The consumer, which subscribes before it polls where that is to be done, again after its connection was lost. */
function subscribed(consumer: Consumer): Consumer {
  let isSubscribed = false
  return {
    connect: () => consumer.connect(),
    subscribe: (subscription) => consumer.subscribe(subscription),
    commitOffsets: (offsets) => consumer.commitOffsets(offsets),
    heartbeat: () => consumer.heartbeat(),
    async poll(timeout) {
      if (!isSubscribed) await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
      isSubscribed = false
      const records = await consumer.poll(timeout)
      isSubscribed = true
      return records
    },
    async disconnect() {
      isSubscribed = false
      await consumer.disconnect()
    },
  }
}

/** Calls it. @returns false where it throws what may happen to anybody @throws what else it throws */
async function succeeds(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    if (!mayHappen(error as Partial<Error & { code: unknown }>)) throw error
    return false
  }
}

/** A connection was lost, the broker has refused, or two transactions were in each other’s way. */
function mayHappen({ name, message, code }: Partial<Error & { code: unknown }>): boolean {
  if (String(name).startsWith('KafkaJS') || String(message).startsWith('Connection terminated')) return true
  return code === '40001' || code === '40P01'
}
