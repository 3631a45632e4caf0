/**
 * break-redlock: the learner brings two processes inside at once although both follow RedLock to the letter, three times over: by
 * a pause, by a clock that jumps, and by an instance that restarts without its data. Each part has one of these faults.
 */
import type { System, View, Violation } from '../../engine/actors/system.ts'
import { type ClientSystem, clientSystem, noteOf } from '../../engine/clients/client-system.ts'
import { notes } from '../../engine/clients/notes.ts'
import { processNode } from '../../engine/clients/process-node.ts'
import { program } from '../../engine/clients/program.ts'
import type { BreakPart, BreakInParts } from '../../engine/exercise.ts'
import { redisLink } from '../../engine/services/redis/link.ts'
import { redisServer } from '../../engine/services/redis/server.ts'
import { redisView } from '../../engine/services/redis/view.ts'
import { connectionsOf, serverNode } from '../../engine/services/server-node.ts'
import redlock from './redlock.process.ts?program'

const CLIENTS = ['A', 'B']
/** Three are as good as five here: whatever a majority of three does wrong, one of five does too, in more steps. */
const INSTANCES = ['R1', 'R2', 'R3']
/** How long a message takes, in milliseconds. */
const LATENCY = 10

/** When B first asks for the lock and how long each of them works, in milliseconds. */
interface Times {
  readonly comesAt: number
  readonly works: number
}

/** A takes the lock at once, and B later. Nothing goes wrong but what `faults` allows. */
function system({ comesAt, works }: Times, faults: Partial<ClientSystem>): System {
  const links = {
    ...Object.fromEntries(INSTANCES.map((id) => [id.toLowerCase(), redisLink(id)])),
    notes: notes(),
  }
  const options = { opened: connectionsOf(CLIENTS), show: redisView, crashes: faults.crashes !== undefined }
  const instance = serverNode(redisServer, { persistence: 'none' }, options)
  return clientSystem({
    processes: CLIENTS.map((id, index) =>
      processNode(id, 'client', {
        program: program(redlock.code),
        entry: 'main',
        links,
        parameters: [index * comesAt, works],
        readsClock: true,
      }),
    ),
    servers: Object.fromEntries(INSTANCES.map((id) => [id, instance])),
    // Not there yet, inside, or gone again.
    observeProcess: (process) => noteOf(process, 'inside') ?? null,
    properties: [
      { id: 'exclusion', kind: 'always', violated: bothInside },
      { id: 'nobody-left', kind: 'always', violated: somebodyLeft },
    ],
    ...faults,
    time: { latencies: [LATENCY], readers: ['client'], ...faults.time },
  })
}

function bothInside(view: View): Violation | null {
  const [one, other] = view.filter(({ role, seen }) => role === 'client' && seen === true)
  return one && other ? { one: one.id, other: other.id } : null
}

/** Each comes once: from then on the other is alone. */
function somebodyLeft(view: View): Violation | null {
  const one = view.find(({ role, seen }) => role === 'client' && seen === false)
  return one ? { one: one.id } : null
}

const common: Pick<BreakPart, 'target' | 'keeps' | 'statesMax'> = {
  target: 'exclusion',
  keeps: 'nobody-left',
  statesMax: 300_000,
}

const parts: readonly BreakPart[] = [
  {
    ...common,
    id: 'pause',
    system: () =>
      system(
        { comesAt: 1_050, works: 100 },
        {
          time: { latencies: [LATENCY], pauses: { roles: ['client'], milliseconds: [1_100], limit: 1 } },
        },
      ),
  },
  {
    ...common,
    id: 'jump',
    system: () =>
      system(
        { comesAt: 100, works: 300 },
        {
          // The loss of one connection is what RedLock is made for.
          drops: 1,
          time: {
            latencies: [LATENCY],
            jumps: { roles: ['server'], milliseconds: [1_000, -1_000], limit: 1 },
          },
        },
      ),
  },
  {
    ...common,
    id: 'restart',
    system: () =>
      system(
        { comesAt: 100, works: 300 },
        { drops: 1, crashes: { roles: ['server'], limit: 1, restart: 'later' } },
      ),
  },
]

const exercise: BreakInParts = {
  id: 'break-redlock',
  kind: 'break',
  version: 1,
  fields: {},
  services: {
    listing: 'exercises/break-redlock/redlock.process.ts',
    servers: INSTANCES,
    key: 'lock',
    lanes: ['A', ...INSTANCES, 'B'],
    spec: { note: 'inside' },
  },
  parts,
}

export default exercise
