/** What the answer is tried on: shops, relays and stock-keepers beside the two databases and the queue, and what may go wrong. */
import type { Crashes, System } from '../../engine/actors/system.ts'
import { clientSystem } from '../../engine/clients/client-system.ts'
import type { Link, LinkContext } from '../../engine/clients/link.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import { withWorker } from '../../engine/clients/worker.ts'
import type { ClientAnswer } from '../../engine/exercise.ts'
import { databaseLink } from '../../engine/services/database/link.ts'
import { database } from '../../engine/services/database/server.ts'
import { databaseView } from '../../engine/services/database/view.ts'
import { queueLink } from '../../engine/services/queue/link.ts'
import { queueServer } from '../../engine/services/queue/server.ts'
import { queueView } from '../../engine/services/queue/view.ts'
import { connectionsOf, serverNode } from '../../engine/services/server-node.ts'
import { PROCESS_SENDS } from '../../engine/services/wire.ts'
import { type Placed, STOCKED, observeProcess, observeServer, properties } from './properties.ts'
import type { Duty } from './worker.ts'
import worker from './worker.ts?program'

/** The database of the shop. */
export const ORDERS = `create table orders (
  id text primary key,
  item text not null,
  quantity integer not null
);
create table outbox (
  number serial primary key,
  id text not null unique,
  item text not null,
  quantity integer not null,
  sent boolean not null default false
);
create table progress (
  name text primary key,
  number integer not null
)`

/** The database of the stock-keeper. */
export const STOCK = `create table stock (
  item text primary key,
  quantity integer not null
);
create table applied (
  id text primary key
);
create table progress (
  name text primary key,
  number integer not null
)`

/** An order of a trial, without who places it. */
export type Wanted = Omit<Placed, 'shop'>

/** A process: what it orders, and what it does then; see `main` of the worker. */
export interface Planned {
  /** One after the other. */
  readonly orders?: readonly Wanted[]
  readonly duties?: readonly Duty[]
  /** How often. Left out: without end. */
  readonly times?: number
}

export interface Trial {
  readonly processes: { readonly [id: string]: Planned }
  readonly crashes?: Crashes
  readonly drops?: number
  /** May the session of a consumer run out that is only slow? Then goals are not looked at. */
  readonly expires?: true
}

/** The queue, of which only those who are gone lose their session. */
const patientQueue: typeof queueServer = {
  ...queueServer,
  deadlines: (state) => queueServer.deadlines(state).filter(({ name }) => !name.startsWith('session "')),
}

/** The answer in every process of a trial. */
export function system(trial: Trial, { program }: ClientAnswer): System {
  const { processes, crashes = null, drops = 0, expires } = trial
  const orders = Object.entries(processes).flatMap(([shop, { orders = [] }]) =>
    orders.map((order): Placed => ({ ...order, shop })),
  )
  const items = [...new Set(orders.map(({ item }) => item))]
  const running = withWorker(worker, program)
  const later = whenNeeded(queueLink('queue', false) as Link)
  const links = (needs: readonly Duty[], duties: readonly Duty[]): Record<string, Link> => ({
    ...(needs.includes('relay') && { orders: databaseLink('orders') as Link }),
    ...(needs.includes('consume') && { stock: databaseLink('stock') as Link }),
    kafka: duties.length > 0 ? (queueLink('queue') as Link) : later,
    ...(duties.includes('relay') && { beside: besides(later) }),
    notes: notes() as Link,
  })
  const role = {
    sends: PROCESS_SENDS,
    observe: ({ state }: { readonly state: unknown }) => observeProcess(state as ShownProcess | null, orders),
  }
  const built = clientSystem({
    processes: Object.entries(processes).map(([id, { orders = [], duties = [], times = null }]) => {
      // Who places orders needs the same as who relays them.
      const needs = [...(orders.length > 0 ? ['relay' as const] : []), ...duties]
      return processNode(id, roleOf(orders, duties), {
        program: running,
        entry: 'main',
        parameters: [orders.map((order) => ({ ...order })), [...duties], times],
        links: links(needs, duties),
      })
    }),
    servers: {
      orders: serverNode(database, { setup: ORDERS }, { show: databaseView }),
      queue: serverNode(
        expires ? queueServer : patientQueue,
        { topics: { orders: 2 } },
        {
          opened: connectionsOf(
            Object.keys(processes).filter((id) => (processes[id]!.duties ?? []).length > 0),
          ),
          show: queueView,
        },
      ),
      stock: serverNode(database, { setup: stocked(items) }, { show: databaseView }),
    },
    observeServer,
    drops,
    crashes,
    properties: properties(orders, { stays: crashes?.restart === 'never', goals: !expires }),
  })
  return { ...built, roles: { ...built.roles, shop: role, relay: role, keeper: role, office: role } }
}

function stocked(items: readonly string[]): string {
  return `${STOCK};\ninsert into stock (item, quantity) values ${items.map((item) => `('${item}', ${STOCKED})`).join(', ')}`
}

/** The part that a process plays. One that plays several is an office. */
function roleOf(orders: readonly Wanted[], duties: readonly Duty[]): string {
  const parts = new Set([...(orders.length > 0 ? ['shop'] : []), ...duties])
  if (parts.size > 1) return 'office'
  return parts.has('shop') ? 'shop' : parts.has('relay') ? 'relay' : 'keeper'
}

/** The link, which opens its connection with the first request: who has none to make has no connection to be lost. */
function whenNeeded(link: Link): Link {
  return {
    ...link,
    start(state, _ctx, again) {
      if (again) (state as { open: boolean }).open = false
    },
  }
}

/** The same link over a connection of another name. */
function besides(link: Link): Link {
  const named = (ctx: LinkContext): LinkContext => ({
    ...ctx,
    open: (_, request, hello) => ctx.open(BESIDE, request, hello),
    send: (_, request, command) => ctx.send(BESIDE, request, command),
    close: () => ctx.close(BESIDE),
  })
  return {
    ...link,
    request: (state, request, command, ctx) => link.request(state, request, command, named(ctx)),
    answered: (state, name, request, answer, ctx) => link.answered(state, name, request, answer, named(ctx)),
    lost: (state, name, ctx) => link.lost(state, name, named(ctx)),
  }
}

const BESIDE = 'beside'
