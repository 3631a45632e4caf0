/**
 * ACID against BASE as a table of questions put to two shops: one places an order in one transaction, the other writes it down now and
 * has the rest follow. No answer is written here; each is what a search or a run says, and leads to its run.
 */
import type { System, SystemProperty } from '../../../engine/actors/system.ts'
import { clientSystem } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { queueLink } from '../../../engine/services/queue/link.ts'
import { queueServer } from '../../../engine/services/queue/server.ts'
import { queueView } from '../../../engine/services/queue/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { foundBy } from '../check.ts'
import type { Comparison, ComparisonCell } from '../comparison.ts'
import { type Doing, type Told, tell } from '../locks/comparison-runs.ts'
import { broken, search } from '../locks/comparison-search.ts'
import { processesOf } from '../locks/systems.ts'
import { processAt, serverAt } from '../services/script.ts'
import { oneDatabaseWith } from '../transactions/introduction.ts'
import { checks as outboxChecks } from '../transactions/local-message-table.ts'
import { crashing, outboxSystem } from '../transactions/outbox-systems.ts'
import { APPLIED, ORDERS, rowsIn, seenDatabase, shownDatabase, takenIn } from '../transactions/shop.ts'
import lastBookFile from './processes/last-book.process.ts?program'

export type Way = 'acid' | 'base'
export const WAYS: readonly Way[] = ['acid', 'base']

/** A message takes so many milliseconds. */
const LATENCY = 5
const CLOCKS = { time: { latencies: [LATENCY] } } as const
const DOWN = { crashes: { roles: ['server'], limit: 1, restart: 'never' } } as const
const GONE = { crashes: { roles: ['client'], limit: 1, restart: 'never' } } as const

/** Whoever looks, at whatever moment, sees as many orders as books that have left the shelf. */
const agree: SystemProperty = {
  id: 'agree',
  kind: 'always',
  violated: (view) => (rowsIn(view, 'orders').length === takenIn(view) ? null : {}),
}

/** One order, and all that comes of it. */
const order = (way: Way, more: Partial<System> = {}): System =>
  way === 'acid' ? oneDatabaseWith('main', 0, more) : outboxSystem({}, more)
const asking = (system: System, property: SystemProperty): System => ({ ...system, properties: [property] })

const ONE_BOOK = `
  create table stock (item text primary key, quantity integer);
  insert into stock values ('book', 1)`
const OUTBOX = 'create table outbox (id text primary key, item text)'
const APOLOGIES = 'create table apologies (id text primary key)'

/** No more orders stand than there are books. */
const noMore: SystemProperty = {
  id: 'no-more-than-books',
  kind: 'always',
  violated(view) {
    const orders = rowsIn(view, 'orders').length
    return orders > 1 ? { orders } : null
  },
}

/** Two shops, A and B, that sell the last book. */
export function lastBook(way: Way, more: Partial<System> = {}): System {
  const to = (server: string): Link => databaseLink(server) as Link
  const shops = ['A', 'B'].flatMap((id, index) =>
    processesOf([id], lastBookFile, {
      links: { db: to(way === 'acid' ? 'db' : 'orders') },
      entry: way,
      parameters: [`order-${index + 1}`],
    }),
  )
  const databaseOf = (setup: string) => serverNode(database, { setup }, { show: shownDatabase })
  const kafka = queueLink('queue') as Link
  return clientSystem({
    processes:
      way === 'acid'
        ? shops
        : [
            ...shops,
            ...processesOf(['relay'], lastBookFile, { links: { db: to('orders'), kafka }, entry: 'relay' }),
            ...processesOf(['keeper'], lastBookFile, {
              links: { stock: to('stock'), kafka },
              entry: 'keeper',
            }),
          ],
    servers:
      way === 'acid'
        ? { db: databaseOf(`${ORDERS}; ${ONE_BOOK}`) }
        : {
            orders: databaseOf(`${ORDERS}; ${OUTBOX}`),
            queue: serverNode(
              queueServer,
              { topics: { orders: 1 } },
              { opened: connectionsOf(['relay', 'keeper']), show: queueView },
            ),
            stock: databaseOf(`${ONE_BOOK}; ${APPLIED}; ${APOLOGIES}`),
          },
    observeServer: (shown) =>
      (shown as { kind: string }).kind === 'tables' ? { tables: seenDatabase(shown).tables } : {},
    ...more,
    properties: [noMore],
  })
}

/** What the engine says to one question about one shop. */
type Answer = Pick<ComparisonCell, 'code' | 'values' | 'good' | 'states' | 'runs' | 'record'> & {
  /** The system that the run is one of. */
  readonly system: System
}
interface Row {
  readonly id: string
  readonly group: 'promised' | 'paid'
  answer(way: Way): Answer
}

const rowsAt = (frame: Frame, server: string, table: string) =>
  serverAt(frame, server, 'tables')
    .tables.find(({ name }) => name === table)!
    .rows.filter(({ standing }) => standing !== 'new' && standing !== 'past')
const serverOf = (way: Way, table: 'orders' | 'stock'): string => (way === 'acid' ? 'db' : table)
const isOrdered = (way: Way, frame: Frame): boolean =>
  rowsAt(frame, serverOf(way, 'orders'), 'orders').length > 0
const isTaken = (way: Way, frame: Frame): boolean =>
  rowsAt(frame, serverOf(way, 'stock'), 'stock')[0]!.values[1] !== '5'
/** A system of which no property is asked: then nobody looks at a server that is down. */
const unasked = (system: System): System => ({
  ...system,
  roles: { ...system.roles, server: { ...system.roles['server']!, observe: () => null } },
  properties: [],
})
/** The order is whole, and whoever forwards it has nothing left to do. */
const isDone = (way: Way, frame: Frame): boolean =>
  isTaken(way, frame) &&
  isOrdered(way, frame) &&
  (way === 'acid' || rowsAt(frame, 'orders', 'outbox').length === 0)
const told = (
  way: Way,
  more: Partial<System>,
  doings: readonly Doing[] = [],
  done: (frame: Frame) => boolean = (frame) => isDone(way, frame),
): Told => tell(unasked(order(way, { ...CLOCKS, ...more })), doings, done)

const held = (states: number, { system, record }: Told, code: string): Answer => ({
  code,
  values: {},
  good: true,
  states,
  system,
  record,
})

const looksBetween: Row = {
  id: 'looks',
  group: 'promised',
  answer(way) {
    const system = asking(order(way), agree)
    const searched = search(system, agree.id)
    if (searched.run !== null) return broken(system, searched, 'sees-half')
    return held(searched.states, told(way, {}), 'sees-whole')
  },
}

const untilWhole: Row = {
  id: 'until',
  group: 'promised',
  answer(way) {
    const { system, record } = told(way, {})
    const first = (holds: (frame: Frame) => boolean): number => record.frames.find(holds)!.now!
    const milliseconds = first((frame) => isTaken(way, frame)) - first((frame) => isOrdered(way, frame))
    const code = milliseconds === 0 ? 'at-once' : 'after'
    return { code, values: { milliseconds }, runs: 1, system, record }
  },
}

/** Both changes are made, and nothing is committed. */
const bothMade = (frame: Frame): boolean =>
  serverAt(frame, 'db', 'tables').tables.every(({ rows }) => rows.some(({ standing }) => standing === 'new'))

/** The claim of the last chapter: whoever crashes, in the end both sides agree. */
const inTheEnd = outboxChecks.find(({ id }) => id === 'C19/agree')!

const crash: Row = {
  id: 'crash',
  group: 'promised',
  answer(way) {
    if (way === 'acid') {
      // Gone for good, so that whatever is left of the order stays so.
      const system = oneDatabaseWith('main', 0, GONE)
      const halves = ['untouched', 'unordered'].map((property) => search(system, property))
      const half = halves.find(({ run }) => run !== null)
      if (half) return broken(system, half, 'half-for-ever')
      const run = told(
        way,
        GONE,
        [(frame) => (bothMade(frame) ? { kind: 'crash', node: 'shop' } : null)],
        (frame) =>
          rowsAt(frame, 'db', 'orders').length === 0 &&
          serverAt(frame, 'db', 'tables').transactions.length === 0,
      )
      return held(
        halves.reduce((sum, { states }) => sum + states, 0),
        run,
        'nothing-of-it',
      )
    }
    const { states } = foundBy(inTheEnd)
    const run = told(way, crashing(1), [
      (frame) => (rowsAt(frame, 'orders', 'outbox').length > 0 ? { kind: 'crash', node: 'relay' } : null),
      () => ({ kind: 'restart', node: 'relay' }),
    ])
    return held(states, run, 'all-in-the-end')
  },
}

const last: Row = {
  id: 'last',
  group: 'paid',
  answer(way) {
    const system = lastBook(way)
    const searched = search(system, noMore.id)
    if (searched.run !== null) {
      const found = broken(system, searched, 'orders')
      return { ...found, values: { count: rowsAt(found.record.frames.at(-1)!, 'orders', 'orders').length } }
    }
    const run = tell(lastBook(way, CLOCKS), [], (frame) =>
      ['A', 'B'].every((id) => processAt(frame, id).ended !== null),
    )
    const count = rowsAt(run.record.frames.at(-1)!, 'db', 'orders').length
    return { ...held(searched.states, run, 'orders'), values: { count } }
  },
}

const down: Row = {
  id: 'down',
  group: 'paid',
  answer(way) {
    const run = told(
      way,
      DOWN,
      [() => ({ kind: 'crash', node: serverOf(way, 'stock') })],
      (frame) => processAt(frame, 'shop').ended?.kind === 'returned',
    )
    return {
      code: run.came ? 'ordered-after' : 'no-order',
      values: { milliseconds: run.took },
      good: run.came,
      runs: 1,
      system: run.system,
      record: run.record,
    }
  },
}

export const rows: readonly Row[] = [looksBetween, untilWhole, crash, last, down]

const answers = new Map<string, Answer>()
/** What the engine says to a question about a shop, worked out once in a build. */
export function answerOf(row: Row, way: Way): Answer {
  const key = `${row.id}/${way}`
  const answer = answers.get(key) ?? row.answer(way)
  answers.set(key, answer)
  return answer
}

const LANES: Readonly<Record<Way, readonly string[]>> = {
  acid: ['shop', 'A', 'db', 'B'],
  base: ['shop', 'A', 'B', 'orders', 'relay', 'queue', 'keeper', 'stock-keeper', 'stock'],
}

export const comparison: Comparison = {
  id: 'base',
  pictures: ['F7'],
  columns: WAYS,
  rows: rows.map(({ id, group }) => ({ id, group })),
  cell(row, column) {
    const way = column as Way
    const { system: _system, ...answer } = answerOf(
      rows.find(({ id }) => id === row)!,
      way,
    )
    const there = answer.record.frames[0]!.nodes.map(({ id }) => id)
    const lanes = LANES[way].filter((id) => there.includes(id))
    const servers = lanes.filter((id) => ['db', 'orders', 'queue', 'stock'].includes(id))
    return { ...answer, lanes, servers, spec: {} }
  },
  conditions: { latency: LATENCY },
}
