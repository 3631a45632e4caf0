/** Systems of processes and several independent instances of Redis, and the figure of one round over five of them. */
import { type ClientSystem, clientSystem } from '../../../engine/clients/client-system.ts'
import { redisLink } from '../../../engine/services/redis/link.ts'
import { redisServer } from '../../../engine/services/redis/server.ts'
import { redisView } from '../../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import { play, processAt } from '../services/script.ts'
import redlock from './processes/redlock.process.ts?program'
import { type Processes, type Runs, processesOf } from './systems.ts'

export interface InstancesSetup
  extends Omit<ClientSystem, 'processes' | 'servers'>, Partial<Omit<Processes, 'links'>> {
  /** Does an instance have its keys on its disk, so that it comes back with them? Left out: no. */
  readonly persistence?: 'none' | 'every-write'
}

/** The names of so many instances. */
export const instancesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `r${index + 1}`)

/** Processes that run the same, and instances, which they are handed under their names. */
export function withInstances(
  ids: readonly string[],
  servers: readonly string[],
  runs: Runs,
  { persistence = 'none', entry, parameters, readsClock, ...more }: InstancesSetup = {},
) {
  return clientSystem({
    processes: processesOf(ids, runs, {
      links: Object.fromEntries(servers.map((server) => [server, redisLink(server)])),
      ...(entry !== undefined && { entry }),
      ...(parameters !== undefined && { parameters }),
      ...(readsClock !== undefined && { readsClock }),
    }),
    servers: Object.fromEntries(
      servers.map((server) => [
        server,
        serverNode(redisServer, { persistence }, { opened: connectionsOf(ids), show: redisView }),
      ]),
    ),
    ...more,
  })
}

const FIVE = instancesOf(5)

const round = () =>
  withInstances(['A', 'B'], FIVE, redlock, {
    readsClock: true,
    time: {
      latencies: [5],
      readers: ['client'],
      pauses: { roles: ['client'], milliseconds: [1100], limit: 1 },
      jumps: { roles: ['server'], milliseconds: [1000, -1000], limit: 1 },
    },
  })

export const figures: readonly FigureDefinition[] = [
  {
    id: 'locks/round',
    variants: ['script'],
    system: round,
    // One instance is down from the start.
    script: () =>
      play(round(), [{ once: () => true, then: { kind: 'crash', node: 'r4' } }], (frame) =>
        ['A', 'B'].every((id) => processAt(frame, id).ended !== null),
      ),
    fields: { client: ['links.notes.usable'] },
    lanes: ['A', ...FIVE, 'B'],
    services: {
      listing: 'src/course/locks/processes/redlock.process.ts',
      begins: 'async function worker',
      drawn: { kind: 'instances', servers: FIVE, key: 'lock', round: 'round', usable: 'usable' },
      servers: [],
      spec: { lock: { kind: 'majority', servers: FIVE, key: 'lock' }, note: 'usable' },
    },
  },
]
