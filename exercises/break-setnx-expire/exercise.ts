/**
 * break-setnx-expire: the learner strands the source's lock. A and B take it with SETNX and EXPIRE. She crashes a process, or
 * breaks a connection, where the key is there, has no deadline and nobody is left who would delete it.
 */
import type { ObservedNode, Role, SentMessage, View, Violation } from '../../engine/actors/system.ts'
import { clientSystem, noteOf } from '../../engine/clients/client-system.ts'
import { notes } from '../../engine/clients/notes.ts'
import { type ShownProcess, processNode } from '../../engine/clients/process-node.ts'
import { program } from '../../engine/clients/program.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import { redisLink } from '../../engine/services/redis/link.ts'
import { redisServer } from '../../engine/services/redis/server.ts'
import { type RedisView, redisView } from '../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../engine/services/server-node.ts'
import lock from './lock.process.ts?program'

const CLIENTS = ['A', 'B']
const KEY = 'lock'

/** What is seen of a process: is it gone for good, does it hold the lock, does it wait for it? */
interface SeenProcess {
  readonly gone: boolean
  readonly waits: boolean
}

/** What is seen of the server: who has the key for ever, and whose connections are closed. */
interface SeenServer {
  readonly owner: string | null
  readonly closed: readonly string[]
}

function seenOf(process: ShownProcess | null): SeenProcess {
  const gone = process === null || process.ended !== null
  return { gone, waits: !gone && process.sleeps.length > 0 && noteOf(process, 'holds') !== true }
}

/**
 * Either end says once that a connection is closed, the server when it has seen all that came over it. Nobody opens one again: who
 * crashed stays down, and whose connection broke has ended with an error.
 */
const server: Partial<Role> = {
  history: {
    initial: [],
    after: (closed: readonly string[], sent: readonly SentMessage[]) => [
      ...new Set([...closed, ...sent.filter(({ type }) => type === 'close').map(({ to }) => to)]),
    ],
  },
  observe({ state, history }: ObservedNode): SeenServer {
    const entry = (state as RedisView).keys.find(({ key }) => key === KEY)
    const owner = entry !== undefined && entry.left === null ? entry.value : null
    return { owner, closed: history as readonly string[] }
  },
}

/** The key is there and has no deadline, its owner and all that it sent are gone, and the other waits for it. */
function strandedIn(view: View): Violation | null {
  const { owner, closed } = view.find(({ role }) => role === 'server')!.seen as SeenServer
  if (owner === null || !closed.includes(owner)) return null
  const processes = view.filter(({ role }) => role === 'client')
  const isGone = processes.some(({ id, seen }) => id === owner && (seen as SeenProcess).gone)
  const other = processes.find(({ id, seen }) => id !== owner && (seen as SeenProcess).waits)
  return isGone && other !== undefined ? { owner, other: other.id } : null
}

const exercise: BreakExercise = {
  id: 'break-setnx-expire',
  kind: 'break',
  version: 1,
  target: 'freed',
  statesMax: 100_000,
  fields: {},
  services: {
    listing: 'exercises/break-setnx-expire/lock.process.ts',
    servers: ['redis'],
    lanes: ['A', 'redis', 'B'],
    spec: { lock: { kind: 'key', server: 'redis', key: KEY }, note: 'holds' },
  },
  system: () =>
    clientSystem({
      processes: CLIENTS.map((id) =>
        processNode(id, 'client', {
          program: program(lock.code),
          entry: 'main',
          links: { redis: redisLink('redis'), notes: notes() },
        }),
      ),
      servers: {
        redis: serverNode(
          redisServer,
          { persistence: 'none' },
          { opened: connectionsOf(CLIENTS), show: redisView },
        ),
      },
      drops: 1,
      crashes: { roles: ['client'], limit: 1, restart: 'never' },
      observeProcess: seenOf,
      roles: { server },
      properties: [{ id: 'freed', kind: 'always', violated: strandedIn }],
    }),
}

export default exercise
