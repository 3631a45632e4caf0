/**
 * Some clients and a server for locks, explored completely by the simplest search there is. The server grants a lock to the
 * first who asks, and takes it back from its holder.
 */
import { canonical } from '../../plain.ts'
import type { Environment } from '../../clients/environment.ts'
import { type Telling, resume, start } from '../../clients/process.ts'
import type { ProcessState } from '../../clients/process-state.ts'
import type { Program } from '../../clients/program.ts'

/** `while (!(await tryLock())) await sleep(50)`, for ever. */
export const RETRYING = `
export async function main({ lock, self }: any) {
  while (true) {
    while (!(await lock.tryLock(self))) await sleep(50)
    try {
      await lock.enter(self)
      await lock.leave(self)
    } finally {
      await lock.unlock(self)
    }
  }
}
`

type Command = readonly ['try' | 'enter' | 'leave' | 'unlock', string]

interface Global {
  readonly processes: readonly ProcessState[]
  readonly owner: string | null
  readonly inside: readonly string[]
}

export interface Exploration {
  readonly states: number
  readonly resumed: number
  /** Was every state looked at? */
  readonly complete: boolean
  /** The most clients that were inside at once. */
  readonly inside: number
  readonly byHistory: number
}

function environmentOf(process: string): Environment {
  const call = (send: (command: unknown) => PromiseLike<unknown>, name: string) => (who: string) =>
    send([name, who])
  return {
    process,
    services: {
      lock: (send) => ({
        api: {
          tryLock: (who: string) => send(['try', who]),
          unlock: call(send, 'unlock'),
          enter: call(send, 'enter'),
          leave: call(send, 'leave'),
        },
      }),
    },
  }
}

/** @param names of the clients @param statesMax where the search gives up */
export function explore(
  program: Program,
  names: readonly string[],
  statesMax: number,
  telling: Telling = {},
): Exploration {
  const environments = names.map(environmentOf)
  const first: Global = {
    processes: environments.map((environment) => start(program, 'main', [], environment, telling).state),
    owner: null,
    inside: [],
  }
  const seen = new Set([keyOf(first)])
  const open = [first]
  let resumed = 0
  let inside = 0
  let byHistory = 0
  for (let next = 0; next < open.length; next++) {
    const global = open[next]!
    inside = Math.max(inside, global.inside.length)
    if (global.processes.some((process) => process.byHistory)) byHistory++
    for (const [index, process] of global.processes.entries()) {
      const successors: Global[] = []
      const go = (event: Parameters<typeof resume>[2], after: Partial<Global>): void => {
        resumed++
        const { state, fault } = resume(program, process, event, environments[index]!, telling)
        if (fault) throw fault
        const processes = global.processes.map((one, place) => (place === index ? state : one))
        successors.push({ ...global, ...after, processes })
      }
      for (const { number, command } of process.requests) {
        const { value, after } = serve(global, command as unknown as Command)
        go({ kind: 'answer', request: number, answer: { value } }, after)
      }
      for (const { number } of process.timers) go({ kind: 'timer', timer: number }, {})
      for (const successor of successors) {
        const key = keyOf(successor)
        if (seen.has(key)) continue
        if (seen.size >= statesMax) return { states: seen.size, resumed, complete: false, inside, byHistory }
        seen.add(key)
        open.push(successor)
      }
    }
  }
  return { states: seen.size, resumed, complete: true, inside, byHistory }
}

function serve(global: Global, [what, who]: Command): { value: boolean; after: Partial<Global> } {
  const { owner, inside } = global
  if (what === 'try') return { value: owner === null, after: owner === null ? { owner: who } : {} }
  if (what === 'unlock') return { value: true, after: owner === who ? { owner: null } : {} }
  if (what === 'enter') return { value: true, after: { inside: [...inside, who].sort() } }
  return { value: true, after: { inside: inside.filter((one) => one !== who) } }
}

function keyOf({ processes, owner, inside }: Global): string {
  return `${canonical([owner, inside], 'server')}\n${processes.map(({ identity }) => identity).join('\n\n')}`
}
