/** Messages that are forwarded in another order than they were written in, and what an order for each key costs. */
import type { System, SystemProperty, View } from '../../../engine/actors/system.ts'
import { clientSystem } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { queueLink } from '../../../engine/services/queue/link.ts'
import { queueServer } from '../../../engine/services/queue/server.ts'
import { type QueueView, queueView } from '../../../engine/services/queue/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Series } from '../check.ts'
import { explored, figure } from '../locks/declared.ts'
import { goOn } from '../locks/runs.ts'
import { processesOf } from '../locks/systems.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, play, played, serverAt } from '../services/script.ts'
import { recordsIn } from './outbox-systems.ts'
import relays from './processes/relays.process.ts?program'
import { seenDatabase, shownDatabase } from './shop.ts'

/** An order for one book, which then becomes one for three. */
const CHANGED = [
  { item: 'book', body: 'order-1: 1' },
  { item: 'book', body: 'order-1: 3' },
]

interface Message {
  readonly item: string
  readonly body: string
}

/** Relays, the table that they empty, and perhaps whoever consumes. */
interface Relays {
  readonly ids?: readonly string[]
  readonly entry: string
  readonly messages?: readonly Message[]
  readonly keeper?: boolean
  readonly losses?: number
}

const databaseTo = (server: string): Link => databaseLink(server) as Link
const queueTo = queueLink('queue') as Link

function relaying(of: Relays, more: Partial<System> = {}): System {
  const { ids = ['relay'], entry, messages = CHANGED, keeper = false, losses = 0 } = of
  const rows = messages.map(({ item, body }, index) => `(${index + 1}, '${item}', '${body}')`)
  const setup = `
    create table outbox (number integer primary key, item text, body text);
    insert into outbox values ${rows.join(', ')}`
  const reserved = `
    create table reserved (item text primary key, quantity integer);
    insert into reserved values ('book', 0)`
  const databaseOf = (tables: string) => serverNode(database, { setup: tables }, { show: shownDatabase })
  const connected = keeper ? [...ids, 'stock-keeper'] : ids
  return clientSystem({
    processes: [
      ...processesOf(ids, relays, { links: { orders: databaseTo('orders'), kafka: queueTo }, entry }),
      ...(keeper
        ? processesOf(['stock-keeper'], relays, {
            links: { stock: databaseTo('stock'), kafka: queueTo },
            entry: 'reserves',
          })
        : []),
    ],
    servers: {
      orders: databaseOf(setup),
      queue: serverNode(
        queueServer,
        { topics: { orders: 1 } },
        { opened: connectionsOf(connected), show: queueView },
      ),
      ...(keeper && { stock: databaseOf(reserved) }),
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
    properties: [inOrder, neverOlder],
  })
}

/** No message stands in the queue before one that was written earlier has been there. */
const inOrder: SystemProperty = {
  id: 'in-order',
  kind: 'always',
  violated(view: View) {
    const [first] = recordsIn(view)
    return first === CHANGED[1]!.body ? { first, second: CHANGED[0]!.body } : null
  },
}

/** No message comes again once a later one is in the queue. */
const neverOlder: SystemProperty = {
  id: 'never-older',
  kind: 'always',
  violated(view: View) {
    const records = recordsIn(view)
    const later = records.indexOf(CHANGED[1]!.body)
    return later >= 0 && records.indexOf(CHANGED[0]!.body, later) > later
      ? { first: CHANGED[1]!.body, second: CHANGED[0]!.body }
      : null
  },
}

const TWO = ['relay-1', 'relay-2']
const CRASH = { crashes: { roles: ['client'], limit: 1, restart: 'later' } } as const
const CLOCKS = { time: { latencies: [5] } } as const

const many = (number: number, items: (index: number) => string): readonly Message[] =>
  Array.from({ length: number }, (_, index) => ({ item: items(index), body: `order-${index + 1}` }))

/** How long it takes until so many messages are in the queue and gone from the table. */
function waiting(id: string, items: (index: number) => string): Series {
  const system = (number: number): System =>
    relaying({ entry: 'perKey', messages: many(number, items) }, CLOCKS)
  return {
    kind: 'series',
    id,
    from: 1,
    to: 8,
    over: [1, 2, 4, 6, 8],
    system,
    script: (number) => played(system(number), []),
    shows: (run, number) => recordsIn(run.view).length === number && isEmpty(lastFrame(run)),
    measure: (run) => lastFrame(run).now!,
    words: 'check.forwarded',
    axes: { x: 'waiting-messages', y: 'forwarded' },
  }
}

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!
const isEmpty = (frame: Frame): boolean => serverAt(frame, 'orders', 'tables').tables[0]!.rows.length === 0

export const checks: readonly Check[] = [
  explored('E14/several', 'fails', 'in-order', () => relaying({ ids: TWO, entry: 'oneOfSeveral' })),
  explored('E14/one', 'holds', 'in-order', () => relaying({ entry: 'inOrder', losses: 1 })),
  explored('E14/at-once', 'fails', 'never-older', () => relaying({ entry: 'atOnce' }, CRASH)),
  waiting('E14/one-key', () => 'book'),
  waiting('E14/own-keys', (index) => `book-${index + 1}`),
]

/** Two relays, each with a message; the first one's is lost on its way to the queue, and sent again. */
const reordered = (): System => relaying({ ids: TWO, entry: 'oneOfSeveral', keeper: true, losses: 1 }, CLOCKS)

const lost: Moment = {
  once: (frame) =>
    frame.inFlight.some(
      ({ to, from, fields }) => to === 'queue' && from !== 'stock-keeper' && isProduce(fields),
    ),
  then: (actions) =>
    actions.find((one) => one.kind === 'drop' && one.to === 'queue' && isProduce(one.message.fields)),
}

function isProduce(fields: unknown): boolean {
  return (fields as { command?: { kind?: unknown } }).command?.kind === 'produce'
}

const recordsAt = (frame: Frame): readonly (string | null)[] =>
  serverAt(frame, 'queue', 'partitions').partitions.flatMap(({ records }) =>
    records.map(({ value }) => value),
  )
const reservedAt = (frame: Frame): string =>
  serverAt(frame, 'stock', 'tables').tables[0]!.rows.find(({ standing }) => standing === 'committed')!
    .values[1]!
const handled = (frame: Frame): boolean =>
  serverAt(frame, 'queue', 'partitions').partitions[0]!.readers.some(({ committed }) => committed === 2)

const reorderedRun = () => play(reordered(), [lost], (frame) => handled(frame) && isEmpty(frame))

const LISTING = 'src/course/transactions/processes/relays.process.ts'

export const figures: readonly FigureDefinition[] = [
  figure({
    id: 'transactions/reordered',
    system: reordered,
    script: reorderedRun,
    lanes: ['orders', ...TWO, 'queue', 'stock-keeper', 'stock'],
    services: {
      listing: LISTING,
      begins: 'export async function oneOfSeveral',
      servers: ['orders', 'queue', 'stock'],
      spec: {},
    },
  }),
]

export const predictions: readonly Prediction[] = [
  {
    id: 'transactions/lost-and-sent-again',
    system: reordered,
    before: () => play(reordered(), [lost], (frame) => recordsAt(frame).length === 1),
    next: (before) => goOn(reordered(), before, (frame) => handled(frame) && isEmpty(frame)),
    answer: (run) => reservedAt(lastFrame(run)),
  },
]
