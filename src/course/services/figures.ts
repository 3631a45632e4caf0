/** The figures of the page on the simulated servers: each a system, what happens in it, and what is to be seen of it. */
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import { nodeOf, play, processAt, serverAt } from './script.ts'
import { databaseLockSystem, queueSystem, redisLockSystem, zookeeperLineSystem } from './systems.ts'

const redis: FigureDefinition = {
  id: 'services/redis',
  variants: ['script'],
  system: redisLockSystem,
  script: () =>
    play(redisLockSystem(), [
      // A has the lock and works; then it is held up for longer than the lock lives.
      {
        once: (frame) => processAt(frame, 'A').sleeps.length > 0,
        then: { kind: 'pause', node: 'A', milliseconds: 1100 },
      },
    ]),
  fields: { client: ['links.notes.holds'] },
  lanes: ['A', 'redis', 'B'],
  services: {
    listing: 'src/course/services/redis-lock.process.ts',
    servers: ['redis'],
    spec: {
      lock: { kind: 'key', server: 'redis', key: 'lock' },
      note: 'holds',
      resource: { server: 'redis', word: 'count' },
    },
  },
}

const database: FigureDefinition = {
  id: 'services/database',
  variants: ['script'],
  system: databaseLockSystem,
  script: () => play(databaseLockSystem(), []),
  fields: { client: ['links.notes.holds'] },
  lanes: ['A', 'db', 'B'],
  services: {
    listing: 'src/course/services/database-lock.process.ts',
    servers: ['db'],
    spec: { lock: { kind: 'row', server: 'db', table: 'seat' }, note: 'holds' },
  },
}

const zookeeper: FigureDefinition = {
  id: 'services/zookeeper',
  variants: ['script'],
  system: zookeeperLineSystem,
  script: () =>
    play(
      zookeeperLineSystem(),
      [
        // A works, B waits for A and C for B; then A is gone without a word.
        {
          once: (frame) =>
            serverAt(frame, 'zk', 'tree').nodes.some(({ watchedBy }) => watchedBy.includes('C')),
          then: { kind: 'crash', node: 'A' },
        },
        // Its node stays as long as its session.
        {
          once: (frame) => serverAt(frame, 'zk', 'tree').sessions.some(({ connected }) => !connected),
          then: { kind: 'fire', node: 'zk', timer: 'due:expire A' },
        },
      ],
      (frame) => ['B', 'C'].every((id) => processAt(frame, id).ended !== null),
    ),
  fields: { client: ['links.notes.holds'] },
  lanes: ['A', 'B', 'C', 'zk'],
  services: {
    listing: 'src/course/services/zookeeper-line.process.ts',
    servers: ['zk'],
    spec: { lock: { kind: 'first', server: 'zk', path: '/lock' }, note: 'holds' },
  },
}

/** How often the order was paid. */
const paid = (frame: Frame): number =>
  Number(serverAt(frame, 'bank', 'keys').keys.find(({ key }) => key === 'paid:order-7')?.value ?? 0)

const queue: FigureDefinition = {
  id: 'services/queue',
  variants: ['script'],
  system: queueSystem,
  script: () =>
    play(
      queueSystem(),
      [
        // The order is paid, and before the consumer hears of it, it is gone.
        { once: (frame) => paid(frame) === 1, then: { kind: 'crash', node: 'A' } },
        { once: (frame) => !nodeOf(frame, 'A').up, then: { kind: 'restart', node: 'A' } },
      ],
      (frame) =>
        paid(frame) === 2 &&
        serverAt(frame, 'queue', 'partitions').groups.some(({ consumers }) =>
          consumers.some(({ polling }) => polling),
        ),
    ),
  fields: {},
  lanes: ['shop', 'queue', 'A', 'bank'],
  services: {
    listing: 'src/course/services/queue-consumer.process.ts',
    servers: ['queue', 'bank'],
    spec: {
      lock: { kind: 'partition', server: 'queue', topic: 'orders', partition: 0 },
      resource: { server: 'bank' },
    },
  },
}

export const figures: readonly FigureDefinition[] = [redis, database, zookeeper, queue]
