/**
 * An exercise in the language `client`, for tests of grading: two processes take turns in a section with a lock in Redis.
 * The learner writes the file that both run.
 */
import type { Role, System } from '../actors/system.ts'
import { notes } from '../clients/notes.ts'
import { type ShownProcess, processNode } from '../clients/process-node.ts'
import type { ClientAnswer, ClientExercise, Configuration } from '../exercise.ts'
import { redisLink } from '../services/redis/link.ts'
import { redisServer } from '../services/redis/server.ts'
import { connectionsOf, serverNode } from '../services/server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../services/wire.ts'

/** What is seen of a process. */
interface Seen {
  readonly inside: boolean
  readonly ended: 'returned' | 'thrown' | null
}

const client: Role = {
  sends: PROCESS_SENDS,
  observe({ state }): Seen {
    const process = state as ShownProcess | null
    const { inside = false } = (process?.links['notes'] ?? {}) as { inside?: boolean }
    return { inside, ended: process?.ended?.kind ?? null }
  },
}

const IDS = ['A', 'B']

/** Two processes that run the answer's `main`, and one Redis. */
export function twoClients({ program }: ClientAnswer, more: Partial<System> = {}): System {
  const connections = connectionsOf(IDS)
  const server = serverNode(redisServer, { persistence: 'every-write' }, { opened: connections })
  const links = { redis: redisLink('redis'), notes: notes() }
  return {
    nodes: [
      ...IDS.map((id) => processNode(id, 'client', { program, entry: 'main', links })),
      { id: 'redis', role: 'server', definition: server },
    ],
    roles: { client, server: { sends: SERVER_SENDS, observe: () => null } },
    network: { duplicates: 0, drops: 0, streams: CONNECTIONS },
    crashes: null,
    properties: [
      {
        id: 'exclusion',
        kind: 'always',
        violated(view) {
          const [one, other] = view.filter(({ role, seen }) => role === 'client' && (seen as Seen).inside)
          return one && other ? { one: one.id, other: other.id } : null
        },
      },
      {
        id: 'done',
        kind: 'eventually',
        reached: (view) =>
          view.every(({ role, seen }) => role !== 'client' || (seen as Seen).ended === 'returned'),
      },
    ],
    ...more,
  }
}

export const EXPLORED: Configuration<ClientAnswer> = {
  id: 'two',
  driver: 'explore',
  statesMax: 5_000,
  system: (answer) => twoClients(answer),
}

export const SIMULATED: Configuration<ClientAnswer> = {
  id: 'random',
  driver: 'simulate',
  runs: 20,
  stepsMax: 100,
  system: (answer) => twoClients(answer),
}

export const exercise: ClientExercise = {
  id: 'client-exercise',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'lock.ts',
  configurations: [EXPLORED, SIMULATED],
}

/** An answer. The line that a test looks for ends in `// HERE`. */
function source(acquire: string, release: string, before = ''): string {
  return `import type { Notes, Redis } from 'lockstep'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
}
${before}
export async function main({ redis, notes, self }: Tools) {
  await acquire(redis, self)
  notes.note('inside', true)
  await sleep(10)
  notes.note('inside', null)
  await release(redis, self)
}

async function acquire(redis: Redis, token: string): Promise<void> {
  ${acquire}
}

async function release(redis: Redis, token: string): Promise<void> {
  ${release}
}
`
}

const TRY = "while ((await redis.set('lock', token, { NX: true })) === null) await sleep(50)"
const RELEASE = "await redis.del('lock')"

/** Answers, and what has to come of them. */
export const SOURCES = {
  solution: source(TRY, RELEASE),
  /** The lock is looked at, and taken in another step. */
  looksFirst: source(
    "while ((await redis.get('lock')) !== null) await sleep(50)\n  await redis.set('lock', token) // HERE",
    RELEASE,
  ),
  neverReleases: source(TRY, 'void redis'),
  throws: source(TRY, "throw new Error('too late') // HERE"),
  /** A counter that nothing bounds. */
  counts: source(
    "let tries = 0\n  while ((await redis.set('lock', token, { NX: true })) === null) {\n    tries++ // HERE\n    await sleep(50)\n  }\n  console.log(tries)",
    RELEASE,
  ),
  endlessLoop: source('while (token) { // HERE\n  }', RELEASE),
  foreignPromise: source('await ({ then() {} } as unknown as Promise<void>) // HERE', RELEASE),
  missingEntry: source(TRY, RELEASE).replace('export async function main', 'async function main'),
  random: source('await sleep(Math.random()) // HERE', RELEASE),
  typeError: source("const lock: number = await redis.get('lock') // HERE\n  void lock\n  " + TRY, RELEASE),
  unknownMethod: source("await redis.lock('lock') // HERE", RELEASE),
} as const

/** The number of the line with `// HERE`. */
export function lineOf(text: string): number {
  return text.split('\n').findIndex((line) => line.includes('// HERE')) + 1
}
