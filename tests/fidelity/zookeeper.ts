/**
 * ZooKeeper: takes clients of a real server and of the simulated one through the same scripts. Each client has a link that can be
 * cut, or lose the answers, and its session can be made to expire; after each step everything that the server has said has arrived.
 */
import type { Event, Stat, ZooKeeper } from '../../engine/services/zookeeper/client.ts'
import { CLIENTS, ZOOKEEPER_SCRIPTS, randomScript } from './zookeeper-scripts.ts'
import { Link, expire, intrude } from './zookeeper-link.ts'
import {
  type RealClient,
  SESSION_TIMEOUT,
  adapted,
  createClient,
  isInstalled,
  lastZxid,
  nameOfSession,
  startServer,
} from './zookeeper-real.ts'
import type { ZooKeeperOptions } from '../../engine/services/zookeeper/server.ts'
import { SimulatedWorld, settled } from '../../engine/services/zookeeper/testing/world.ts'
import type { Observation, Subject } from './subject.ts'

export type ClientName = (typeof CLIENTS)[number]

/** What a client calls. A watcher is a number: each client has one function for each. */
export type Call =
  | {
      readonly call: 'create' | 'remove' | 'setData' | 'exists' | 'getData' | 'getChildren' | 'changed'
      readonly args: readonly unknown[]
      readonly watcher?: number
    }
  | { readonly call: 'transaction'; readonly operations: readonly (readonly [string, ...unknown[]])[] }

/** What happens to a client's link or session. */
export type Happening =
  /** The connection is lost, and the next held up. */
  | 'cut'
  /** The client does not hear what the server says any more, until the connection is cut. */
  | 'deafen'
  /** The client is connected again. */
  | 'restore'
  /** The session expires on the server while the client is away. */
  | 'expire'
  /** Somebody else takes the session up, and leaves. */
  | 'steal'
  /** Somebody else tries that with a wrong password. */
  | 'guess'
  /** The client ends its session. */
  | 'close'
  /** The client's program starts again: a new client with a new session. */
  | 'reopen'

export type Step =
  (Call & { readonly client: ClientName }) | { readonly client: ClientName; readonly link: Happening }

/** How a client is connected. `doomed`: away, and its session has expired. `over`: the client is of no more use. */
type Standing = 'up' | 'deaf' | 'down' | 'doomed' | 'over'

const CHANGES: { readonly [link in Happening]: { readonly [before in Standing]?: Standing } } = {
  cut: { up: 'down', deaf: 'down' },
  deafen: { up: 'deaf' },
  restore: { down: 'up', doomed: 'over' },
  expire: { down: 'doomed' },
  steal: { up: 'down' },
  guess: { up: 'down' },
  close: { up: 'over' },
  reopen: { over: 'up' },
}

/** Which of a script's steps can happen: the others do nothing, with the real server and with the simulated one. */
class Standings {
  readonly #standings: { [client in ClientName]: Standing } = { A: 'up', B: 'up', C: 'up' }

  of(client: ClientName): Standing {
    return this.#standings[client]
  }

  /** @returns whether it can happen now */
  change(client: ClientName, link: Happening): boolean {
    const next = CHANGES[link][this.#standings[client]]
    if (next !== undefined) this.#standings[client] = next
    return next !== undefined
  }
}

/** What one client has seen: answers, events and changes of state, in their order. */
class Log {
  #entries: unknown[] = []
  #calls = 0
  readonly #watchers: { [number: number]: (event: Event) => void } = {}

  /** Makes a call, and notes what comes of it. */
  perform(client: ZooKeeper, call: Call, names: Names): void {
    const number = this.#calls++
    const note = (entry: object): void => void this.#entries.push({ call: number, ...entry })
    const failed = (error: unknown): void => {
      const { name, message, code } = error as Error & { code?: unknown }
      note({ error: { name, message, code: code ?? null } })
    }
    try {
      resultOf(client, call, (watcher) => this.#watcher(watcher)).then(
        (result) => note({ result: comparable(result, names, 'args' in call ? call.args[0] : null) }),
        failed,
      )
    } catch (error) {
      failed(error)
    }
  }

  note(entry: unknown): void {
    this.#entries.push(entry)
  }

  attach(client: ZooKeeper): void {
    for (const name of ['connected', 'disconnected', 'expired'] as const)
      client.on(name, () => void this.#entries.push(name))
    client.on('state', (state) => void this.#entries.push(state.toString()))
  }

  /** What came since the last time. */
  take(): unknown[] {
    const entries = this.#entries
    this.#entries = []
    // Requests that a session's end takes along fail all at once; in which order, nobody can see who awaits them.
    const ended = (entry: unknown): number | null => {
      const { error, call } = entry as { error?: { name: string }; call: number }
      return error?.name === 'SESSION_EXPIRED' ? call : null
    }
    const failures = entries.filter((entry) => ended(entry) !== null)
    failures.sort((one, other) => ended(one)! - ended(other)!)
    return entries.map((entry) => (ended(entry) === null ? entry : failures.shift()))
  }

  #watcher(number: number): (event: Event) => void {
    return (this.#watchers[number] ??= (event) =>
      void this.#entries.push({ watcher: number, event: event.toString() }))
  }
}

function resultOf(
  client: ZooKeeper,
  call: Call,
  watcherOf: (number: number) => (event: Event) => void,
): Promise<unknown> {
  if (call.call === 'transaction') {
    const transaction = client.transaction() as unknown as { [method: string]: (...args: unknown[]) => void }
    for (const [method, ...args] of call.operations) transaction[method]!(...args)
    return transaction.commit!() as unknown as Promise<unknown>
  }
  const { watcher } = call
  const args = watcher === undefined ? call.args : [...call.args, watcherOf(watcher)]
  const method = client[call.call] as (...args: readonly unknown[]) => Promise<unknown>
  return method(...args)
}

/** The names that sessions have in a script, and where its zxids begin. */
interface Names {
  readonly sessions: { [id: string]: string }
  /** The zxid before the script. */
  zxid: number
}

/** The nodes that every server has: what they say of themselves depends on scripts before this one. */
const SERVERS_OWN = /^\/(zookeeper(\/.*)?)?$/

/** A result in which both servers have the same names for sessions and for transactions. */
function comparable(result: unknown, names: Names, path: unknown): unknown {
  if (Array.isArray(result)) return result.map((part) => comparable(part, names, path))
  if (typeof result !== 'object' || result === null) return result ?? null
  if ('getPath' in result) return String(result)
  if (!('numChildren' in result))
    return Object.fromEntries(
      Object.entries(result).map(([key, part]) => [key, comparable(part, names, path)]),
    )
  const stat = result as Stat
  if (typeof path === 'string' && SERVERS_OWN.test(path))
    return { dataLength: stat.dataLength, numChildren: stat.numChildren, owner: stat.ephemeralOwner }
  return {
    ...stat,
    ephemeralOwner: stat.ephemeralOwner === '' ? '' : (names.sessions[stat.ephemeralOwner] ?? 'unknown'),
    czxid: stat.czxid - names.zxid,
    mzxid: stat.mzxid - names.zxid,
    pzxid: stat.pzxid - names.zxid,
  }
}

/** A node and everything below it, as one client reads it; null without the node. */
async function contents(client: ZooKeeper, path: string, names: Names): Promise<unknown> {
  if ((await client.exists(path)) === null) return null
  const [data, stat] = await client.getData(path)
  const [children] = await client.getChildren(path)
  const below: unknown[] = []
  for (const child of children) below.push([child, await contents(client, `${path}/${child}`, names)])
  return { data, stat: comparable(stat, names, path), below }
}

/** One client of the real server. */
interface RealParty {
  readonly log: Log
  readonly link: Link
  client: RealClient
  zookeeper: ZooKeeper
  generation: number
}

let port = 0
/** Reads and clears the tree between scripts. */
let caretaker: { readonly client: RealClient; readonly zookeeper: ZooKeeper } | null = null

async function connected(client: RealClient): Promise<void> {
  const ready = new Promise<void>((resolve) => client.once('connected', resolve))
  client.connect()
  await ready
}

/** @param zookeeper what is to be closed: the client, or what stands before it */
async function closed(client: RealClient, zookeeper: { close(): void } = client): Promise<void> {
  const gone = new Promise<void>((resolve) => client.once('disconnected', resolve))
  zookeeper.close()
  await gone
}

/** Lets callbacks run that are due. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A real run of one script. */
class RealRun {
  readonly #parties: { [client in ClientName]?: RealParty } = {}
  readonly #standings = new Standings()
  readonly #names: Names = { sessions: {}, zxid: 0 }

  async run(steps: readonly Step[]): Promise<Observation[]> {
    this.#names.zxid = (await lastZxid(port))!
    for (const name of CLIENTS) await this.#join(name)
    await this.#parties.A!.zookeeper.create('/t')
    for (const name of CLIENTS) this.#parties[name]!.log.take()
    const observations: Observation[] = []
    for (const step of steps) {
      await this.#step(step)
      observations.push(Object.fromEntries(CLIENTS.map((name) => [name, this.#parties[name]!.log.take()])))
    }
    observations.push(await contents(caretaker!.zookeeper, '/t', this.#names))
    return observations
  }

  /** Ends every session, so that nothing happens by itself in the scripts to come, and clears the tree. */
  async end(): Promise<void> {
    for (const name of CLIENTS) {
      const party = this.#parties[name]
      if (party === undefined) continue
      const standing = this.#standings.of(name)
      const { client, link } = party
      if (standing === 'up') await closed(client)
      // Else the client is left where it is, and must not come back.
      else if (standing !== 'over') client.close()
      link.end()
      if (standing === 'deaf' || standing === 'down')
        await (
          await intrude(port, client.getSessionId(), client.getSessionPassword(), SESSION_TIMEOUT)
        ).close()
      client.connectionManager.socket?.destroy()
    }
    await clear(caretaker!.zookeeper, '/t')
  }

  async #join(name: ClientName): Promise<void> {
    const link = new Link(port)
    const log = new Log()
    const linkPort = await link.listen()
    const party = { log, link, generation: 0, linkPort } as unknown as RealParty & { linkPort: number }
    this.#parties[name] = party
    await this.#open(name)
  }

  async #open(name: ClientName): Promise<void> {
    const party = this.#parties[name] as RealParty & { linkPort: number }
    party.generation++
    party.client = createClient(party.linkPort)
    party.zookeeper = adapted(party.client, settled)
    party.log.attach(party.zookeeper)
    party.link.restore()
    await connected(party.client)
    this.#names.sessions[nameOfSession(party.client.getSessionId())] = `${name}${party.generation}`
  }

  async #step(step: Step): Promise<void> {
    const party = this.#parties[step.client]!
    if ('link' in step) {
      if (this.#standings.change(step.client, step.link)) await this.#happen(step.client, step.link)
    } else {
      party.log.perform(party.zookeeper, step, this.#names)
      await breath()
    }
    // First whoever acts: then the others were told of it.
    await this.#settle(step.client)
    await Promise.all(CLIENTS.filter((name) => name !== step.client).map((name) => this.#settle(name)))
    await breath()
  }

  async #settle(name: ClientName): Promise<void> {
    const standing = this.#standings.of(name)
    const { client, link } = this.#parties[name]!
    if (standing === 'up' || standing === 'deaf') await link.settled(client)
  }

  async #happen(name: ClientName, link: Happening): Promise<void> {
    const party = this.#parties[name]!
    const { client } = party
    const id = client.getSessionId()
    const password = client.getSessionPassword()
    switch (link) {
      case 'cut':
        return party.link.cut()
      case 'deafen':
        return party.link.deafen()
      case 'expire':
        return expire(port, id, password)
      case 'restore': {
        const over = this.#standings.of(name) === 'over'
        const done = new Promise<void>((resolve) => {
          // A client whose session has expired is disconnected once more.
          if (over) client.once('expired', () => client.once('disconnected', resolve))
          else client.once('connected', resolve)
        })
        party.link.restore()
        return done
      }
      case 'steal':
      case 'guess': {
        const given = link === 'steal' ? password : Buffer.alloc(16, 1)
        const held = party.link.whenHeld()
        const intruder = await intrude(port, id, given, SESSION_TIMEOUT)
        await held
        intruder.leave()
        party.log.note({ intruder: intruder.accepted })
        return breath()
      }
      case 'close':
        return closed(client, party.zookeeper)
      case 'reopen':
        return this.#open(name)
    }
  }
}

async function clear(client: ZooKeeper, path: string): Promise<void> {
  if ((await client.exists(path)) === null) return
  const [children] = await client.getChildren(path)
  for (const child of children) await clear(client, `${path}/${child}`)
  await client.remove(path)
}

/** A run of one script with the simulated server. @param options without which it counts as the real one does */
export function simulatedRun(steps: readonly Step[], options: ZooKeeperOptions = {}): Observation[] {
  const world = new SimulatedWorld(SESSION_TIMEOUT, options)
  const standings = new Standings()
  const names: Names = { sessions: {}, zxid: 0 }
  const logs = { A: new Log(), B: new Log(), C: new Log() }
  const generations = { A: 0, B: 0, C: 0 }
  const open = (name: ClientName): void => {
    const session = `${name}${++generations[name]}`
    names.sessions[session] = session
    logs[name].attach(world.open(name, session))
    world.restore(name)
  }
  for (const name of CLIENTS) open(name)
  void world
    .client('A')
    .create('/t')
    .then(
      () => undefined,
      () => undefined,
    )
  for (const name of CLIENTS) logs[name].take()
  const observations: Observation[] = []
  for (const step of steps) {
    const { client } = step
    if (!('link' in step)) logs[client].perform(world.client(client), step, names)
    else if (standings.change(client, step.link)) {
      switch (step.link) {
        case 'cut':
          world.cut(client)
          break
        case 'deafen':
          world.deafen(client)
          break
        case 'restore':
          world.restore(client)
          break
        case 'expire':
          world.expire(client)
          break
        case 'steal':
        case 'guess':
          logs[client].note({ intruder: world.intrude(client, step.link === 'steal') })
          break
        case 'close':
          world.client(client).close()
          break
        case 'reopen':
          open(client)
          break
      }
    }
    observations.push(Object.fromEntries(CLIENTS.map((name) => [name, logs[name].take()])))
  }
  observations.push(world.contents('/t', (stat) => comparable(stat, names, '/t')))
  return observations
}

export const subject: Subject<Step> = {
  name: 'zookeeper',
  packages: ['zookeeper', 'default-jre-headless'],
  installed: isInstalled,
  async start(folder, serverPort) {
    const server = await startServer(folder, serverPort)
    port = serverPort
    const client = createClient(port)
    caretaker = { client, zookeeper: adapted(client) }
    await connected(client)
    return server
  },
  scripts: ZOOKEEPER_SCRIPTS,
  random: { scripts: 600, stepsMax: 30 },
  script: randomScript,
  async real(steps) {
    const run = new RealRun()
    try {
      return await run.run(steps)
    } finally {
      await run.end()
    }
  },
  simulated: (steps) => simulatedRun(steps),
  async close() {
    if (caretaker !== null) await closed(caretaker.client)
    caretaker = null
  },
}
