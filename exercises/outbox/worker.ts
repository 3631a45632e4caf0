/**
 * The processes: the shop places orders one after the other, the relay and the stock-keeper do their work again and again. Each calls
 * the answer’s functions, and calls them anew when they throw what may happen to anybody.
 */
import type { Consumer, Kafka, Notes, Plain, Pool } from '../../engine/client-api.ts'
import { type Order, consume, placeOrder, relay } from './solution.ts'

interface Tools {
  /** The databases of the shop and of the stock-keeper, where it has a duty that needs one. */
  orders?: Pool
  stock?: Pool
  kafka: Kafka
  notes: Notes
}

/** Orders of one shop, each of which is placed when the one before it is. */
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
): Promise<boolean> {
  const { orders, kafka, notes } = tools
  const producer = kafka.producer(PRODUCER)
  for (const { id, item, quantity } of list) {
    while (!(await succeeds(() => placeOrder({ orders: orders!, producer }, { id, item, quantity }))));
    notes.note(`placed ${id}`, true)
  }
  if (list.length > 0) notes.note('through', true)
  if (duties.length > 0) await works(tools, duties, times)
  return true
}

async function works(
  { orders, stock, kafka }: Tools,
  duties: readonly Duty[],
  times: number | null,
): Promise<void> {
  const producer = kafka.producer(PRODUCER)
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
