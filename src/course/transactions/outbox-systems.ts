/** The systems of the page on the local message table: a shop, a relay, a queue and a stock-keeper between two databases. */
import type { System, SystemNode, SystemProperty, View } from '../../../engine/actors/system.ts'
import { clientSystem } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { queueLink } from '../../../engine/services/queue/link.ts'
import { queueServer } from '../../../engine/services/queue/server.ts'
import { type QueueView, queueView } from '../../../engine/services/queue/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import { processesOf, stocked } from '../locks/systems.ts'
import outbox from './processes/outbox.process.ts?program'
import stockKeeper from './processes/stock-keeper.process.ts?program'
import { APPLIED, ORDERS, STOCK, rowsIn, seenDatabase, shownDatabase, takenIn } from './shop.ts'

const OUTBOX = 'create table outbox (id text primary key, item text)'

/** What each process does; null: it is not there. */
export interface Parts {
  /** `shop`: the order and its message in one transaction. */
  readonly shop?: string | null
  readonly relay?: string | null
  readonly keeper?: string | null
  /** What has been ordered before, and is still to be forwarded. */
  readonly ordered?: boolean
  /** It is in the queue already: whoever forwarded it is none of the system. */
  readonly published?: boolean
  /** Messages that may be lost in one run; with each a connection breaks. */
  readonly losses?: number
}

/** Whoever crashes is started again. @param limit how often in one run */
export const crashing = (limit: number): Pick<System, 'crashes'> => ({
  crashes: { roles: ['client'], limit, restart: 'later' },
})

const link = (server: string): Link => databaseLink(server) as Link
const queueTo = queueLink('queue') as Link

/** A queue that has the order from the start. */
const withRecord = stocked(queueServer, ({ topics }) => {
  topics[0]!.partitions[0]!.push({ key: 'book', value: 'order-1' })
})

/** The parts that are asked for, and the servers that they need. */
export function outboxSystem(parts: Parts, more: Partial<System> = {}): System {
  const {
    shop = 'shop',
    relay = 'relay',
    keeper = 'remembers',
    ordered = false,
    published = false,
    losses = 0,
  } = parts
  const one = (
    id: string,
    entry: string | null,
    file: typeof outbox,
    links: Record<string, Link>,
  ): SystemNode[] => (entry === null ? [] : processesOf([id], file, { links, entry }))
  const processes = [
    ...one('shop', shop, outbox, {
      orders: link('orders'),
      ...(shop === 'publishesInside' && { kafka: queueTo }),
    }),
    ...one('relay', relay, outbox, { orders: link('orders'), kafka: queueTo }),
    ...one('stock-keeper', keeper, stockKeeper, { stock: link('stock'), kafka: queueTo }),
  ]
  const before = ordered
    ? `; insert into orders values ('order-1', 'book'); insert into outbox values ('order-1', 'book')`
    : ''
  const databaseOf = (setup: string) => serverNode(database, { setup }, { show: shownDatabase })
  const readers = processes.map(({ id }) => id).filter((id) => id !== 'shop' || shop === 'publishesInside')
  return clientSystem({
    processes,
    servers: {
      ...((shop ?? relay) !== null && { orders: databaseOf(`${ORDERS}; ${OUTBOX}${before}`) }),
      queue: serverNode(
        published ? withRecord : queueServer,
        { topics: { orders: 1 } },
        { opened: connectionsOf(readers), show: queueView },
      ),
      ...(keeper !== null && { stock: databaseOf(`${STOCK}; ${APPLIED}`) }),
    },
    drops: losses,
    observeServer: (shown) =>
      (shown as { kind: string }).kind === 'partitions'
        ? {
            records: (shown as QueueView).partitions.flatMap(({ records }) =>
              records.map(({ value }) => value),
            ),
          }
        : { tables: seenDatabase(shown).tables },
    ...more,
    properties,
  })
}

/** The values of the records that the queue holds, in their order. */
export function recordsIn(view: View): readonly (string | null)[] {
  const queue = view.find(({ seen }) => (seen as { records?: unknown } | null)?.records !== undefined)
  return (queue?.seen as { records: readonly (string | null)[] } | undefined)?.records ?? []
}

const idsIn = (view: View, table: string): string[] => rowsIn(view, table).map(([id]) => id!)

/** An order stands exactly when its message does, in the table or in the queue. */
const exists: SystemProperty = {
  id: 'order-and-message',
  kind: 'always',
  violated(view) {
    const orders = idsIn(view, 'orders')
    const messages = new Set([...idsIn(view, 'outbox'), ...recordsIn(view)])
    const alone = orders.find((id) => !messages.has(id))
    return alone !== undefined || messages.size > orders.length
      ? { orders: orders.length, messages: messages.size }
      : null
  },
}

/** One message is in the queue twice. */
const repeated: SystemProperty = {
  id: 'published-twice',
  kind: 'sometimes',
  reached: (view) => recordsIn(view).length > new Set(recordsIn(view)).size,
}

/** For each order at most one book has left the shelf. */
const once: SystemProperty = {
  id: 'taken-once',
  kind: 'always',
  violated(view) {
    const taken = takenIn(view)
    return taken > 1 ? { orders: 1, taken } : null
  },
}

/** The order stands, its book has left the shelf, and its message is gone from the table. */
const inStep: SystemProperty = {
  id: 'both-sides',
  kind: 'eventually',
  reached: (view) =>
    rowsIn(view, 'orders').length === 1 && takenIn(view) === 1 && rowsIn(view, 'outbox').length === 0,
}

/** The book is taken in the end. */
const taken: SystemProperty = {
  id: 'book-taken',
  kind: 'eventually',
  reached: (view) => takenIn(view) >= 1,
}

const properties = [exists, repeated, once, inStep, taken]
