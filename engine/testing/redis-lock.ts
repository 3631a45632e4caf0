/** Processes that take turns with a lock in Redis, in the ways that people write it; for tests and the benchmark. */
import type { Crashes, Role, System, Time } from '../actors/system.ts'
import { notes } from '../clients/notes.ts'
import { type ShownProcess, processNode } from '../clients/process-node.ts'
import { compiled } from './clients/compiled.ts'
import { redisLink } from '../services/redis/link.ts'
import { redisServer } from '../services/redis/server.ts'
import { connectionsOf, serverNode } from '../services/server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../services/wire.ts'

/** Deletes the key only if it still holds the token: the script that Redis's documentation gives for a lock. */
const COMPARE_AND_DELETE = `
  if redis.call('get', KEYS[1]) == ARGV[1] then
    return redis.call('del', KEYS[1])
  else
    return 0
  end`

export interface LockOptions {
  /** How a client lets go: whatever is there, or only what is still its own. Left out: only its own. */
  readonly release?: 'del' | 'compare'
  /** Milliseconds until the lock expires; null: never. */
  readonly expiry?: number | null
  /** How often each client takes the lock; null: for ever. */
  readonly turns?: number | null
  readonly drops?: number
  readonly crashes?: Crashes | null
  readonly time?: Time
}

function source({ release = 'compare', expiry = null, turns = null }: LockOptions): string {
  return `
export async function main({ redis, notes, sleep, self }) {
  const token = self
  ${turns === null ? 'while (true)' : `for (let turn = 0; turn < ${turns}; turn++)`} {
    while (!(await tryLock(redis, token))) await sleep(50)
    notes.note('holding', true)
    try {
      await sleep(10)
    } finally {
      notes.note('holding', null)
      await unlock(redis, token)
    }
    await sleep(100)
  }
}

async function tryLock(redis, token) {
  return (await redis.set('lock', token, { NX: true${expiry === null ? '' : `, PX: ${expiry}`} })) !== null
}

async function unlock(redis, token) {
  ${release === 'del' ? `await redis.del('lock')` : `await redis.eval(SCRIPT, { keys: ['lock'], arguments: [token] })`}
}

const SCRIPT = ${JSON.stringify(COMPARE_AND_DELETE)}
`
}

const client: Role = {
  sends: PROCESS_SENDS,
  observe: ({ state }) => {
    const process = state as ShownProcess | null
    return {
      holding: (process?.links['notes'] as { holding?: boolean } | undefined)?.holding ?? false,
      ended: process?.ended?.kind ?? null,
    }
  },
}

/** So many clients and one Redis. `exclusion`: no two hold the lock. `done`: all have ended. */
export function lockClients(clients: number, options: LockOptions = {}): System {
  const { drops = 0, crashes = null, time } = options
  const program = compiled(source(options))
  const ids = Array.from({ length: clients }, (_, index) => String.fromCharCode(65 + index))
  const connections = connectionsOf(ids)
  return {
    nodes: [
      ...ids.map((id) =>
        processNode(id, 'client', {
          program,
          entry: 'main',
          links: { redis: redisLink('redis'), notes: notes() },
        }),
      ),
      {
        id: 'redis',
        role: 'server',
        definition: serverNode(
          redisServer,
          { persistence: 'every-write' },
          { opened: connections, crashes: crashes?.roles.includes('server') ?? false },
        ),
      },
    ],
    roles: { client, server: { sends: SERVER_SENDS, observe: () => null } },
    network: { duplicates: 0, drops, streams: CONNECTIONS },
    crashes,
    ...(time && { time }),
    properties: [
      {
        id: 'exclusion',
        kind: 'always',
        violated(view) {
          const holders = view.filter(
            ({ role, seen }) => role === 'client' && (seen as { holding: boolean }).holding,
          )
          return holders.length < 2 ? null : { one: holders[0]!.id, other: holders[1]!.id }
        },
      },
    ],
  }
}
