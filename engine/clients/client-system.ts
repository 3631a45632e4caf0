/** clientSystem: processes and the servers that they use, as a system in which nothing goes wrong until somebody says so. */
import type { AnyNodeDefinition, Role, System, SystemNode } from '../actors/system.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../services/wire.ts'
import type { ShownProcess } from './process-node.ts'

/** What a system of processes and servers consists of. */
export interface ClientSystem extends Partial<Omit<System, 'nodes' | 'roles' | 'network'>> {
  /** Their role is `client`. See `processNode`. */
  readonly processes: readonly SystemNode[]
  /** By their ids; their role is `server`. See `serverNode`. */
  readonly servers: Readonly<Record<string, AnyNodeDefinition>>
  /** How many messages may be lost in one run; with each a connection breaks. Left out: none. */
  readonly drops?: number
  /** What properties see of a process, which is null while it is down. Left out: nothing. */
  readonly observeProcess?: (process: ShownProcess | null) => unknown
  /** What properties see of a server, as its `show` gives it; null while it is down. Left out: nothing. */
  readonly observeServer?: (shown: unknown) => unknown
  /** What else there is to the roles, such as their history. */
  readonly roles?: { readonly client?: Partial<Role>; readonly server?: Partial<Role> }
}

export function clientSystem({
  processes,
  servers,
  drops = 0,
  observeProcess = nothing,
  observeServer = nothing,
  roles = {},
  crashes = null,
  properties = [],
  ...more
}: ClientSystem): System {
  return {
    ...more,
    nodes: [
      ...processes,
      ...Object.entries(servers).map(([id, definition]) => ({ id, role: 'server', definition })),
    ],
    roles: {
      client: {
        sends: PROCESS_SENDS,
        observe: ({ state }) => observeProcess(state as ShownProcess | null),
        ...roles.client,
      },
      server: { sends: SERVER_SENDS, observe: ({ state }) => observeServer(state), ...roles.server },
    },
    network: { duplicates: 0, drops, streams: CONNECTIONS },
    crashes,
    properties,
  }
}

/** A note that a process has written, see `notes`; undefined where there is none, or no process. */
export function noteOf(process: ShownProcess | null, name: string): unknown {
  return (process?.links['notes'] as Record<string, unknown> | undefined)?.[name]
}

function nothing(): null {
  return null
}
