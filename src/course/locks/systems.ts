/** What the systems of the locks chapter have in common: processes with their programs, and servers to talk to. */
import type { SystemNode } from '../../../engine/actors/system.ts'
import type { Plain } from '../../../engine/api.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { notes } from '../../../engine/clients/notes.ts'
import { processNode } from '../../../engine/clients/process-node.ts'
import { type Program, program } from '../../../engine/clients/program.ts'
import { type WorkerFile, withWorker } from '../../../engine/clients/worker.ts'
import { redisServer } from '../../../engine/services/redis/server.ts'
import type { Server } from '../../../engine/services/service.ts'

/** A compiled file of the course, as an import with `?program` gives it. */
export interface ProgramFile {
  readonly code: string
}

/** What processes run: a file of their own, or a worker's around an answer. */
export type Runs = ProgramFile | { readonly worker: WorkerFile; readonly answer: ProgramFile }

export interface Processes {
  readonly links: Readonly<Record<string, Link>>
  /** The function that they run; left out: `main`. */
  readonly entry?: string
  readonly parameters?: readonly Plain[]
  readonly readsClock?: boolean
}

/** Processes of the role `client` that run the same program, each under its name. */
export function processesOf(
  ids: readonly string[],
  runs: Runs,
  { links, entry = 'main', ...more }: Processes,
): SystemNode[] {
  const loaded = loadedOf(runs)
  return ids.map((id) =>
    processNode(id, 'client', { program: loaded, entry, links: { ...links, notes: notes() }, ...more }),
  )
}

function loadedOf(runs: Runs): Program {
  return 'worker' in runs ? withWorker(runs.worker, program(runs.answer.code)) : program(runs.code)
}

/** A Redis that holds these keys from the start. */
export function redisWith(keys: Readonly<Record<string, string>>): typeof redisServer {
  return stocked(redisServer, (state) => {
    for (const [key, value] of Object.entries(keys)) state.entries.push({ key, value, left: null })
  })
}

/** A server in which something is there from the start. */
export function stocked<State, Options, Command>(
  server: Server<State, Options, Command>,
  stock: (state: State) => void,
): Server<State, Options, Command> {
  return {
    ...server,
    init(options) {
      const state = server.init(options)
      stock(state)
      return state
    },
  }
}
