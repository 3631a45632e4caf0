/** Systems of processes and several independent instances of Redis. */
import { type ClientSystem, clientSystem } from '../../../engine/clients/client-system.ts'
import { redisLink } from '../../../engine/services/redis/link.ts'
import { redisServer } from '../../../engine/services/redis/server.ts'
import { redisView } from '../../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../../engine/services/server-node.ts'
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
