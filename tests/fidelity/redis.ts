/** The comparison of the simulated Redis with the real one, both through the client that learners use. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createClient } from 'redis'
import { contentsOf } from '../../engine/services/redis/server.ts'
import { Room, now } from '../../engine/services/redis/testing/room.ts'
import { type Client, SCRIPTS, type ServerName, type Step, randomScript } from './redis-scripts.ts'
import { type RunningProgram, findProgram, freePort, startProgram, whenListening } from './servers.ts'
import type { Observation, RealServer, Subject } from './subject.ts'

const SERVERS: readonly ServerName[] = ['one', 'two']
const CLIENTS: readonly Client[] = ['a', 'b', 'c', 'x', 'y']
const serverOf = (client: Client): ServerName => (client < 'x' ? 'one' : 'two')

/** How each server is set up: `two` keeps all that it has answered. */
const PERSISTENCE = { one: 'none', two: 'every-write' } as const

/** A call of a method by its name, as scripts have it. */
type Methods = { readonly [method: string]: (...args: unknown[]) => PromiseLike<unknown> }
type Builder = { readonly [method: string]: (...args: unknown[]) => Builder }

type RealClient = ReturnType<typeof createClient>

/** The real servers of this run. */
let programs: Record<ServerName, { program: RunningProgram; readonly port: number; readonly folder: string }>
const clients = new Map<Client, RealClient>()
/** What the comparison itself asks, by connections of its own. */
const observers = new Map<ServerName, RealClient>()

export const redis: Subject<Step> = {
  name: 'redis',
  packages: ['redis-server'],
  installed: () => findProgram('redis-server') !== null,
  async start(folder: string, port: number): Promise<RealServer> {
    const ports = { one: port, two: await freePort() }
    const started = {} as typeof programs
    for (const name of SERVERS) {
      const own = path.join(folder, name)
      mkdirSync(own)
      started[name] = { program: startServer(name, own, ports[name]), port: ports[name], folder: own }
      await whenListening(started[name].program, ports[name])
    }
    programs = started
    for (const name of SERVERS) observers.set(name, await connected(name))
    for (const client of CLIENTS) clients.set(client, await connected(serverOf(client)))
    return {
      async stop() {
        for (const name of SERVERS) await programs[name].program.stop()
      },
    }
  },
  scripts: SCRIPTS,
  random: { scripts: 2_000, stepsMax: 25 },
  script: randomScript,
  real: takeReal,
  simulated: takeSimulated,
  close() {
    for (const client of [...clients.values(), ...observers.values()]) client.destroy()
    clients.clear()
    observers.clear()
    return Promise.resolve()
  },
}

function startServer(name: ServerName, folder: string, port: number): RunningProgram {
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    // A replica is served at once, and not with others that may come.
    'repl-diskless-sync-delay': 0,
    ...(PERSISTENCE[name] === 'none' ? { appendonly: 'no' } : { appendonly: 'yes', appendfsync: 'always' }),
  }
  return startProgram({
    command: findProgram('redis-server')!,
    args: Object.entries(settings).flatMap(([setting, value]) => [`--${setting}`, String(value)]),
    folder,
  })
}

async function connected(name: ServerName): Promise<RealClient> {
  const client = createClient({
    socket: { host: '127.0.0.1', port: programs[name].port, reconnectStrategy: false },
  })
  // That a killed server ends the connection is part of the script.
  client.on('error', () => {})
  await client.connect()
  return client as RealClient
}

async function takeReal(steps: readonly Step[]): Promise<readonly Observation[]> {
  await empty(steps)
  const observations: Observation[] = []
  for (const step of steps) observations.push(await realStep(step))
  const contents: Observation[] = []
  for (const name of SERVERS) contents.push(await realContents(name))
  return [...observations, contents]
}

async function realStep(step: Step): Promise<Observation> {
  if ('wait' in step) return sleep(step.wait)
  if ('settle' in step) return settled()
  if ('restart' in step) return restart(step.restart)
  if ('reconnect' in step) {
    clients.get(step.client)!.destroy()
    clients.set(step.client, await connected(serverOf(step.client)))
    return null
  }
  const client = clients.get(step.client)!
  const named = 'call' in step ? { ...step, call: addressed(step.call) } : step
  try {
    return plain(await started(named, client as unknown as Methods))
  } catch (error) {
    return failureOf(error)
  }
}

/** Replaces the servers' names by their addresses. */
function addressed(call: readonly [string, ...unknown[]]): readonly [string, ...unknown[]] {
  const [method, name] = call
  if (method !== 'replicaOf' || (name !== 'one' && name !== 'two')) return call
  return ['replicaOf', '127.0.0.1', programs[name].port]
}

function started(step: Step, client: Methods): PromiseLike<unknown> {
  if ('call' in step) {
    const [method, ...args] = step.call
    return client[method]!(...args)
  }
  if (!('multi' in step)) throw new Error('this step is no command')
  let builder = (client.multi as unknown as () => Builder)()
  for (const [method, ...args] of step.multi) builder = builder[method]!(...args)
  return (builder.exec as unknown as () => PromiseLike<unknown>)()
}

const sleep = (milliseconds: number): Promise<null> =>
  new Promise((resolve) => setTimeout(() => resolve(null), milliseconds))

/** A server is killed, and started on what is on its disk. */
async function restart(name: ServerName): Promise<null> {
  const { program, port, folder } = programs[name]
  program.signal('SIGKILL')
  await program.end
  programs[name] = { program: startServer(name, folder, port), port, folder }
  await whenListening(programs[name].program, port)
  observers.get(name)!.destroy()
  observers.set(name, await connected(name))
  for (const client of CLIENTS) {
    if (serverOf(client) !== name) continue
    clients.get(client)!.destroy()
    clients.set(client, await connected(name))
  }
  return null
}

async function factsOf(name: ServerName): Promise<Map<string, string>> {
  const text = await observers.get(name)!.sendCommand(['INFO', 'replication', 'persistence'])
  const lines = String(text).split('\r\n')
  return new Map(lines.map((line) => line.split(':', 2) as [string, string]))
}

/** Waits until each replica is connected, has all that its primary has sent, and has written the keys that it took over. */
async function settled(): Promise<null> {
  for (;;) {
    const about = { one: await factsOf('one'), two: await factsOf('two') }
    const behind = SERVERS.some((name) => {
      const own = about[name]
      const primary = about[name === 'one' ? 'two' : 'one']
      if (own.get('aof_rewrite_in_progress') !== '0' || own.get('aof_rewrite_scheduled') !== '0') return true
      if (own.get('role') !== 'slave') return false
      if (own.get('master_link_status') !== 'up' || own.get('master_sync_in_progress') !== '0') return true
      return own.get('slave_repl_offset') !== primary.get('master_repl_offset')
    })
    if (!behind) return null
    await sleep(20)
  }
}

/** Makes the servers what they are at the start of each script. */
async function empty(steps: readonly Step[]): Promise<void> {
  const both = steps.some(
    (step) =>
      'restart' in step ||
      'settle' in step ||
      ('client' in step && serverOf(step.client) === 'two') ||
      ('call' in step && (step.call[0] === 'replicaOf' || /replicaof/i.test(JSON.stringify(step.call)))),
  )
  if (both) for (const name of SERVERS) await observers.get(name)!.sendCommand(['REPLICAOF', 'NO', 'ONE'])
  for (const name of both ? SERVERS : (['one'] as const)) await observers.get(name)!.sendCommand(['FLUSHALL'])
  const used = CLIENTS.filter((client) => both || serverOf(client) === 'one')
  await Promise.allSettled(
    used.flatMap((client) => [clients.get(client)!.sendCommand(['DISCARD']), clients.get(client)!.unwatch()]),
  )
}

async function realContents(name: ServerName): Promise<Observation> {
  const observer = observers.get(name)!
  const keys = (await observer.keys('*')).sort()
  const contents: Observation[] = []
  for (const key of keys) {
    const value = await observer.get(key)
    // KEYS lists nothing that has expired, but a key may expire just now.
    if (value !== null) contents.push([key, value, timeClass(await observer.pTTL(key))])
  }
  return contents
}

/**
 * A number as far as it can be compared: a time to live is less, in the real server, by the time that has passed when it is
 * asked for. All times in the scripts are multiples of ten seconds, and no script takes that long from one command to another
 * that asks. Numbers below 60 are no times; below 5,000 they are seconds.
 */
function timeClass(value: number): number {
  if (value < 60) return value
  const size = value < 5_000 ? 10 : 10_000
  return Math.ceil(value / size) * size
}

/** An answer as it can be compared. */
function plain(value: unknown): Observation {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'number') return timeClass(value)
  if (!(value instanceof Error)) return value
  return { error: value.constructor.name, message: value.message }
}

function failureOf(error: unknown): Observation {
  const about = plain(error) as object
  const { replies, errorIndexes } = error as { replies?: unknown; errorIndexes?: unknown }
  return replies === undefined ? about : { ...about, replies: plain(replies), errorIndexes }
}

function takeSimulated(steps: readonly Step[]): readonly Observation[] {
  const room = new Room({
    one: { persistence: PERSISTENCE.one },
    two: { persistence: PERSISTENCE.two },
  })
  const observations = steps.map((step) => simulatedStep(room, step))
  const contents = SERVERS.map((name) =>
    contentsOf(room.states[name]!).map(({ key, value, left }) => [key, value, timeClass(left ?? -1)]),
  )
  return [...observations, contents]
}

function simulatedStep(room: Room, step: Step): Observation {
  if ('wait' in step) room.wait(step.wait)
  else if ('settle' in step) room.settle()
  else if ('restart' in step) room.restart(step.restart)
  else if ('reconnect' in step) room.disconnect(serverOf(step.client), step.client)
  else {
    try {
      const client = room.client(serverOf(step.client), step.client) as unknown as Methods
      return plain(now(started(step, client)))
    } catch (error) {
      return failureOf(error)
    }
  }
  return null
}
