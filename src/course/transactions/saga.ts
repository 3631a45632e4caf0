/** A saga of the shop: its last book is taken, the order is refused, and the book is put back. */
import type { System, SystemProperty, View } from '../../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { serverNode } from '../../../engine/services/server-node.ts'
import { clientsIn } from '../locks/declared.ts'
import { processesOf } from '../locks/systems.ts'
import sagas from './processes/saga.process.ts?program'
import { rowsIn, seenDatabase, shownDatabase } from './shop.ts'

/** What a customer may spend; an order for more is refused. */
const LIMIT = 100
export const DEAR = 140
export const CHEAP = 40

const ORDERS = `
  create table sagas (id text primary key, state text);
  create table orders (id text primary key, price integer check (price <= ${LIMIT}))`
const STOCK = `
  create table stock (item text primary key, quantity integer);
  insert into stock values ('book', 1);
  create table taken (id text primary key)`

const left = (view: View): number => Number(rowsIn(view, 'stock')[0]![1])
const stateIn = (view: View): string | undefined => rowsIn(view, 'sagas')[0]?.[1]

/** It has ended, and either the order stands and its book is taken, or neither. */
const ended: SystemProperty = {
  id: 'saga-ended',
  kind: 'eventually',
  reached(view) {
    const orders = rowsIn(view, 'orders').length
    return stateIn(view) === (orders === 1 ? 'done' : 'undone') && left(view) === 1 - orders
  },
}

/** Somebody is told of something that never was: no order is written, and the book is there in the end. */
const seen: SystemProperty = {
  id: 'seen-between',
  kind: 'sometimes',
  reached: (view) =>
    stateIn(view) === 'undone' &&
    clientsIn<{ told: string | null }>(view).some(({ told }) => told === 'sold out'),
}

const link = (server: string): Link => databaseLink(server) as Link

/** @param price of the order; @param reads somebody else looks at the stock meanwhile */
export function sagaSystem(price: number, reads: boolean, more: Partial<System> = {}): System {
  const databaseOf = (setup: string) => serverNode(database, { setup }, { show: shownDatabase })
  return clientSystem({
    processes: [
      ...processesOf(['shop'], sagas, {
        links: { orders: link('orders'), stock: link('stock') },
        entry: 'saga',
        parameters: [price],
      }),
      ...(reads ? processesOf(['reader'], sagas, { links: { stock: link('stock') }, entry: 'reader' }) : []),
    ],
    servers: { orders: databaseOf(ORDERS), stock: databaseOf(STOCK) },
    observeProcess: (process: ShownProcess | null) => ({ told: noteOf(process, 'told') ?? null }),
    observeServer: (shown) => ({ tables: seenDatabase(shown).tables }),
    ...more,
    properties: [ended, seen],
  })
}
