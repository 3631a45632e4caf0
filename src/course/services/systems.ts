/** The systems that the page on the simulated servers shows: a few processes, and the server that they use. */
import type { AnyNodeDefinition, Crashes, System, SystemNode, Time } from '../../../engine/actors/system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { notes } from '../../../engine/clients/notes.ts'
import { processNode } from '../../../engine/clients/process-node.ts'
import { program } from '../../../engine/clients/program.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { databaseView } from '../../../engine/services/database/view.ts'
import { queueLink } from '../../../engine/services/queue/link.ts'
import { queueServer } from '../../../engine/services/queue/server.ts'
import { queueView } from '../../../engine/services/queue/view.ts'
import { redisLink } from '../../../engine/services/redis/link.ts'
import { redisServer } from '../../../engine/services/redis/server.ts'
import { redisView } from '../../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../../../engine/services/wire.ts'
import { zookeeperLink } from '../../../engine/services/zookeeper/link.ts'
import { zookeeper } from '../../../engine/services/zookeeper/server.ts'
import { apply } from '../../../engine/services/zookeeper/tree.ts'
import { treeView } from '../../../engine/services/zookeeper/view.ts'
import databaseLock from './database-lock.process.ts?program'
import queueConsumer from './queue-consumer.process.ts?program'
import queueShop from './queue-shop.process.ts?program'
import redisLock from './redis-lock.process.ts?program'
import zookeeperLine from './zookeeper-line.process.ts?program'

const CLIENTS = ['A', 'B']

/** Processes, and servers after them; nothing goes wrong unless a hand does it. */
function systemOf(
  processes: readonly SystemNode[],
  servers: Readonly<Record<string, AnyNodeDefinition>>,
  { time, crashes = null }: { readonly time?: Time; readonly crashes?: Crashes | null } = {},
): System {
  return {
    nodes: [
      ...processes,
      ...Object.entries(servers).map(([id, definition]) => ({ id, role: 'server', definition })),
    ],
    roles: {
      client: { sends: PROCESS_SENDS, observe: () => null },
      server: { sends: SERVER_SENDS, observe: () => null },
    },
    network: { duplicates: 0, drops: 0, streams: CONNECTIONS },
    crashes,
    ...(time && { time }),
    properties: [],
  }
}

/** Processes that run the same program, each under its name. */
function processesOf(
  ids: readonly string[],
  { code }: { readonly code: string },
  links: (id: string) => Readonly<Record<string, Link>>,
): SystemNode[] {
  return ids.map((id) =>
    processNode(id, 'client', {
      program: program(code),
      entry: 'main',
      links: { ...links(id), notes: notes() },
    }),
  )
}

/** Two clients with a lock in Redis that expires. */
export function redisLockSystem(): System {
  const links = () => ({ redis: redisLink('redis') })
  return systemOf(
    processesOf(CLIENTS, redisLock, links),
    {
      redis: serverNode(
        redisServer,
        { persistence: 'none' },
        { opened: connectionsOf(CLIENTS), show: redisView },
      ),
    },
    {
      time: {
        latencies: [5],
        pauses: { roles: ['client'], milliseconds: [1100], limit: 1 },
        jumps: { roles: ['server'], milliseconds: [1000, -1000], limit: 1 },
      },
    },
  )
}

/** Two clients that want the same row of a table. */
export function databaseLockSystem(): System {
  const setup = `
    create table seat (id integer primary key, owner text);
    insert into seat values (1, null), (2, null);
  `
  return systemOf(
    processesOf(CLIENTS, databaseLock, () => ({ pool: databaseLink('db') as Link })),
    { db: serverNode(database, { setup }, { show: databaseView }) },
  )
}

/** A ZooKeeper on which a node is there already, below which clients stand in line. */
const withLock: typeof zookeeper = {
  ...zookeeper,
  init(options) {
    const state = zookeeper.init(options)
    apply(state.tree, { op: 'create', path: '/lock', data: null, mode: 0 }, '', 0)
    return state
  },
}

/** Three clients that stand in line for a lock in ZooKeeper. */
export function zookeeperLineSystem(): System {
  const clients = ['A', 'B', 'C']
  return systemOf(
    processesOf(clients, zookeeperLine, () => ({ zk: zookeeperLink('zk', { timeout: 10_000 }) as Link })),
    { zk: serverNode(withLock, { zxid: false, cversion: false }, { show: treeView }) },
  )
}

/** A shop, a consumer of its orders, and the bank at which the consumer pays: a counter for each order. */
export function queueSystem(): System {
  const shop = processesOf(['shop'], queueShop, () => ({ kafka: queueLink('queue') }))
  const consumer = processesOf(['A'], queueConsumer, () => ({
    kafka: queueLink('queue'),
    bank: redisLink('bank'),
  }))
  const connections = connectionsOf(['shop', 'A'])
  return systemOf(
    [...consumer, ...shop],
    {
      queue: serverNode(queueServer, { topics: { orders: 1 } }, { opened: connections, show: queueView }),
      bank: serverNode(
        redisServer,
        { persistence: 'none' },
        { opened: connectionsOf(['A']), show: redisView },
      ),
    },
    { time: { latencies: [5] } },
  )
}
