/** The chapter's first page: an order that stands while its stock is untouched, and what one database does about it. */
import type { System, SystemProperty, View } from '../../../engine/actors/system.ts'
import { clientSystem } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import type { ShownProcess } from '../../../engine/clients/process-node.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { serverNode } from '../../../engine/services/server-node.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { clientsIn, explored, figure } from '../locks/declared.ts'
import { goOn } from '../locks/runs.ts'
import { processesOf } from '../locks/systems.ts'
import { type Prediction, reachableFrom } from '../prediction.ts'
import { nodeOf, play, processAt, serverAt } from '../services/script.ts'
import oneDatabase from './processes/one-database.process.ts?program'
import twoDatabases from './processes/two-databases.process.ts?program'
import { ORDERS, STOCK, databaseIn, rowsIn, seenDatabase, shownDatabase, takenIn } from './shop.ts'

/** Where the shop may stop, and does not come back. */
const CRASH = { crashes: { roles: ['client'], limit: 1, restart: 'never' } } as const

/** For figures: with clocks a run goes on in the order in which things come due. */
const CLOCKS = { time: { latencies: [5] } } as const

/** Is the shop gone, and has every database noticed that? Then nothing will change any more. */
function isOver(view: View): boolean {
  const gone = clientsIn<{ up: boolean }>(view).every(({ up }) => !up)
  const servers = view.filter(({ role }) => role === 'server')
  return gone && servers.every(({ id }) => databaseIn(view, id).connected.length === 0)
}

/** An order stands, and no book has left the shelf, for ever. */
const untouched: SystemProperty = {
  id: 'untouched',
  kind: 'always',
  violated: (view) => (isOver(view) && rowsIn(view, 'orders').length > takenIn(view) ? {} : null),
}

/** A book has left the shelf, and nobody has ordered it, for ever. */
const unordered: SystemProperty = {
  id: 'unordered',
  kind: 'always',
  violated: (view) => (isOver(view) && rowsIn(view, 'orders').length < takenIn(view) ? {} : null),
}

/** Whoever looks, at whatever moment, sees as many orders as books that have left the shelf. */
const agree: SystemProperty = {
  id: 'orders-and-stock',
  kind: 'always',
  violated(view) {
    const orders = rowsIn(view, 'orders').length
    const taken = takenIn(view)
    return orders === taken ? null : { orders, taken }
  },
}

/** The order and its stock are both there. */
const both: SystemProperty = {
  id: 'order-complete',
  kind: 'sometimes',
  reached: (view) => rowsIn(view, 'orders').length === 1 && takenIn(view) === 1,
}

const properties = [untouched, unordered, agree, both]
const observeProcess = (process: ShownProcess | null): { readonly up: boolean } => ({ up: process !== null })
const link = (server: string): Link => databaseLink(server) as Link
const databaseOf = (setup: string) => serverNode(database, { setup }, { show: shownDatabase })

/** A shop, and a database for orders and one for stock. @param entry how it places its order */
export function twoDatabasesWith(entry: string, more: Partial<System> = {}): System {
  return clientSystem({
    processes: processesOf(['shop'], twoDatabases, {
      links: { orders: link('orders'), stock: link('stock') },
      entry,
    }),
    servers: { orders: databaseOf(ORDERS), stock: databaseOf(STOCK) },
    observeProcess,
    observeServer: seenDatabase,
    ...more,
    properties,
  })
}

/** A shop with one database. @param losses how many messages may be lost; with each its connection breaks */
export function oneDatabaseWith(entry: string, losses = 0, more: Partial<System> = {}): System {
  return clientSystem({
    processes: processesOf(['shop'], oneDatabase, { links: { db: link('db') }, entry }),
    servers: { db: databaseOf(`${ORDERS}; ${STOCK}`) },
    drops: losses,
    observeProcess,
    observeServer: seenDatabase,
    ...more,
    properties,
  })
}

export const checks: readonly Check[] = [
  explored('apart/order-first', 'fails', 'untouched', () => twoDatabasesWith('orderFirst', CRASH)),
  explored('apart/stock-first', 'fails', 'unordered', () => twoDatabasesWith('stockFirst', CRASH)),
  explored('apart/commits-last', 'fails', 'untouched', () => twoDatabasesWith('commitsLast', CRASH)),
  explored('together/transaction', 'holds', 'orders-and-stock', () => oneDatabaseWith('main', 1, CRASH)),
  explored('together/done', 'reached', 'order-complete', () => oneDatabaseWith('main')),
  explored('together/statements', 'fails', 'untouched', () => oneDatabaseWith('statements', 0, CRASH)),
]

const TWO = 'src/course/transactions/processes/two-databases.process.ts'
const ONE = 'src/course/transactions/processes/one-database.process.ts'

/** In one database: the shop crashes when both changes are made and nothing is committed. */
const together = (): System => oneDatabaseWith('main', 0, { ...CLOCKS, ...CRASH })
const lossy = (): System => oneDatabaseWith('main', 1, CLOCKS)
const bothMade = (frame: Frame): boolean =>
  serverAt(frame, 'db', 'tables').tables.every(({ rows }) => rows.some(({ standing }) => standing === 'new'))

export const figures: readonly FigureDefinition[] = [
  figure({
    id: 'transactions/apart',
    variants: ['orderFirst', 'stockFirst', 'commitsLast'],
    system: (entry) => twoDatabasesWith(entry, CRASH),
    script: {
      runs: {
        orderFirst: { check: 'apart/order-first' },
        stockFirst: { check: 'apart/stock-first' },
        commitsLast: { check: 'apart/commits-last' },
      },
    },
    lanes: ['orders', 'shop', 'stock'],
    services: { listing: TWO, servers: ['orders', 'stock'], spec: {} },
  }),
  figure({
    id: 'transactions/together',
    system: together,
    script: () => play(together(), [{ once: bothMade, then: { kind: 'crash', node: 'shop' } }]),
    lanes: ['shop', 'db'],
    services: { listing: ONE, servers: ['db'], spec: {} },
  }),
]

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!

/** How many orders and how many books there are, as far as is committed, at the end of a run. */
function standing({ view }: Run): string {
  return `${rowsIn(view, 'orders').length} ${takenIn(view)}`
}

const timed = (entry: string) => (): System => twoDatabasesWith(entry, { ...CLOCKS, ...CRASH })

const committed = (frame: Frame, server: string): boolean =>
  serverAt(frame, server, 'tables').tables[0]!.rows.some(
    (row) => row.standing === 'committed' && row.values[0] === 'order-1',
  )

/** The order is committed, and the shop crashes before it hears of it. */
const crashedAfterOrder = (entry: string) => () =>
  play(
    timed(entry)(),
    [{ once: (frame) => committed(frame, 'orders'), then: { kind: 'crash', node: 'shop' } }],
    (frame) => !nodeOf(frame, 'shop').up,
  )

export const predictions: readonly Prediction[] = [
  {
    // The order stands, and the shop is gone: is the book ever taken, whatever comes next?
    id: 'transactions/crash-between',
    system: timed('orderFirst'),
    before: crashedAfterOrder('orderFirst'),
    next: (before) => goOn(timed('orderFirst')(), before),
    answer({ system, record }, from) {
      const before = record.steps.slice(0, from - 1).map(({ action }) => action)
      return reachableFrom(system, before, 'order-complete') === null ? 'never' : 'later'
    },
  },
  {
    // Both transactions are open and done; the order's is committed when the shop crashes.
    id: 'transactions/other-open',
    system: timed('commitsLast'),
    before: crashedAfterOrder('commitsLast'),
    next: (before) => goOn(timed('commitsLast')(), before),
    answer: (run) => {
      const view = serverAt(lastFrame(run), 'stock', 'tables')
      if (view.transactions.length > 0) return 'open'
      return standing(run) === '1 1' ? 'committed' : 'rolled-back'
    },
  },
  {
    id: 'transactions/crash-together',
    system: together,
    before: () =>
      play(
        together(),
        [{ once: bothMade, then: { kind: 'crash', node: 'shop' } }],
        (frame) => !nodeOf(frame, 'shop').up,
      ),
    next: (before) => goOn(together(), before),
    answer: (run) => ({ '0 0': 'neither', '1 1': 'both', '1 0': 'order' })[standing(run)] ?? 'stock',
  },
  {
    // The commit is carried out, and its answer is lost.
    id: 'transactions/lost-reply',
    system: lossy,
    before: () =>
      play(
        lossy(),
        [
          {
            once: (frame) => committed(frame, 'db'),
            then: (actions) =>
              actions.find(({ kind, ...more }) => kind === 'drop' && 'to' in more && more.to === 'shop'),
          },
        ],
        () => true,
      ),
    next: (before) => goOn(lossy(), before),
    answer(run) {
      const told = processAt(lastFrame(run), 'shop').ended?.kind === 'returned'
      return told ? 'knows' : standing(run) === '1 1' ? 'stands' : 'undone'
    },
  },
]
