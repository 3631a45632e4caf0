/**
 * A real PostgreSQL as the comparison drives it: three clients, and a connection that watches which of their backends wait.
 * A statement is observed when its answer has come or when the server itself says that it waits for a lock.
 */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import {
  type RunningProgram,
  findProgram,
  giveTo,
  runProgram,
  startProgram,
  userNamed,
  whenReady,
} from './servers.ts'
import type { RealServer } from './subject.ts'
import type { Answered, Step, TestTable } from './database.ts'

/** PostgreSQL refuses to run as root. */
const USER = 'postgres'

/** Settings beside the defaults: nothing that comes of its own accord, no waiting for the disk, and known plans. */
const SETTINGS: { readonly [name: string]: string } = {
  autovacuum: 'off',
  fsync: 'off',
  full_page_writes: 'off',
  jit: 'off',
  deadlock_timeout: '1ms',
  enable_bitmapscan: 'off',
  enable_indexonlyscan: 'off',
  max_connections: '20',
  shared_buffers: '16MB',
  max_wal_senders: '0',
  wal_level: 'minimal',
  checkpoint_timeout: '1h',
  logging_collector: 'off',
  // Once a wait has been looked at for a deadlock, the log says so: from then on it only ends with another step.
  log_lock_waits: 'on',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}

/** The folder of Debian’s programs, or null. */
export function programs(): string | null {
  const initdb = findProgram(
    'initdb',
    [15, 16, 17].map((version) => `/usr/lib/postgresql/${version}/bin`),
  )
  return initdb === null ? null : path.dirname(initdb)
}

export class RealDatabase implements RealServer {
  readonly #folder: string
  readonly #port: number
  #program: RunningProgram | null = null

  constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  async start(): Promise<void> {
    const folder = this.#folder
    const user = process.getuid?.() === 0 ? (userNamed(USER) ?? undefined) : undefined
    mkdirSync(path.join(folder, 'data'), { recursive: true, mode: 0o700 })
    if (user !== undefined) giveTo(folder, user)
    const command = path.join(programs()!, 'initdb')
    const args = [
      '-D',
      path.join(folder, 'data'),
      '-U',
      USER,
      '-A',
      'trust',
      '--locale=C',
      '-E',
      'UTF8',
      '-N',
    ]
    await runProgram({ command, args, folder, user })
    await this.run()
  }

  /** Starts the server over the data that it has. */
  async run(): Promise<void> {
    const folder = this.#folder
    const user = process.getuid?.() === 0 ? (userNamed(USER) ?? undefined) : undefined
    const settings = {
      ...SETTINGS,
      listen_addresses: '127.0.0.1',
      port: String(this.#port),
      unix_socket_directories: '',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    this.#program = startProgram({
      command: path.join(programs()!, 'postgres'),
      args: ['-D', path.join(folder, 'data'), ...args],
      folder,
      user,
      stopSignal: 'SIGINT',
      killSignal: 'SIGQUIT',
    })
    await whenReady(this.#program, async () => {
      const client = this.client()
      client.on('error', () => {})
      try {
        await client.connect()
        await client.end()
        return true
      } catch {
        return false
      }
    })
  }

  /** A crash: all processes end at once, what was committed is in the log. */
  async crash(): Promise<void> {
    this.#program!.signal('SIGQUIT')
    await this.#program!.end
  }

  async stop(): Promise<void> {
    await this.#program?.stop()
  }

  /** The last of what the server has logged. */
  log(): string {
    return this.#program?.output() ?? ''
  }

  client(): pg.Client {
    return new pg.Client({ host: '127.0.0.1', port: this.#port, user: USER, database: 'postgres' })
  }
}

/** One client and its query that is under way. */
interface Driven {
  readonly client: pg.Client
  readonly pid: number
  pending: boolean
  answer: Answered | null
}

/** Takes scripts through a real server, one after the other. */
export class RealRun {
  readonly #server: RealDatabase
  readonly #tables: readonly TestTable[]
  readonly #contents: readonly string[]
  #watcher: pg.Client | null = null
  readonly #clients = new Map<string, Driven>()
  /** Backends whose client is gone. */
  #orphans: number[] = []

  /** The tables that are not as they are at the beginning; null: they are not there yet. */
  #touched: TestTable[] | null = null

  constructor(server: RealDatabase, tables: readonly TestTable[], contents: readonly string[]) {
    this.#server = server
    this.#tables = tables
    this.#contents = contents
  }

  async run(steps: readonly Step[]): Promise<unknown[]> {
    await this.#reset()
    this.#touched = this.#tables.filter(({ name }) => JSON.stringify(steps).includes(name))
    const observed: unknown[] = []
    for (const step of steps) observed.push(await this.#step(step))
    observed.push(await this.#allContents())
    return observed
  }

  async close(): Promise<void> {
    for (const { client } of this.#clients.values()) await client.end().catch(() => {})
    this.#clients.clear()
    await this.#watcher?.end().catch(() => {})
    this.#watcher = null
  }

  async #step(step: Step): Promise<unknown> {
    switch (step.kind) {
      case 'query': {
        const driven = await this.#client(step.client)
        if (driven.pending) return 'busy'
        driven.pending = true
        driven.client.query(step.text, step.values === undefined ? undefined : [...step.values]).then(
          (result) => this.#answered(driven, { value: shownResult(result) }),
          (error: unknown) => this.#answered(driven, { error: shownError(error) }),
        )
        break
      }
      case 'disconnect': {
        const driven = this.#clients.get(step.client)
        if (driven === undefined) break
        this.#clients.delete(step.client)
        this.#orphans.push(driven.pid)
        driven.client.on('error', () => {})
        ;(
          driven.client as unknown as { connection: { stream: { destroy(): void } } }
        ).connection.stream.destroy()
        break
      }
      case 'sleep':
        await new Promise((resolve) => setTimeout(resolve, step.milliseconds))
        break
      case 'restart':
        await this.#server.crash()
        this.#clients.clear()
        this.#orphans = []
        this.#watcher = null
        await this.#server.run()
        break
    }
    return this.#settled()
  }

  #answered(driven: Driven, answer: Answered): void {
    driven.pending = false
    driven.answer = answer
  }

  /** Waits until every query is answered or waits, and gives both. */
  async #settled(): Promise<unknown> {
    for (;;) {
      // Answers that are on their way come first. An error is sent before the transaction’s locks are released.
      await new Promise((resolve) => setImmediate(resolve))
      if ([...this.#clients.values()].some(({ client, pending }) => !pending && !isReady(client))) continue
      const pending = this.#pending()
      if (pending.length === 0 && this.#orphans.length === 0) break
      await this.#buryOrphans()
      const blocked = await this.#blocked()
      // What was answered meanwhile may have set others free.
      const unchanged = this.#pending().length === pending.length
      if (unchanged && [...pending, ...this.#orphans].every((pid) => blocked.has(pid))) break
    }
    const observation: { [client: string]: unknown } = {}
    for (const [name, driven] of [...this.#clients].sort(([one], [other]) => (one < other ? -1 : 1))) {
      if (driven.pending) observation[name] = 'waits'
      else if (driven.answer !== null) observation[name] = driven.answer
      driven.answer = null
    }
    return observation
  }

  /** The backends that wait for a lock, and have been found not to be in a deadlock. */
  async #blocked(): Promise<Set<number>> {
    const watcher = await this.#watch()
    const { rows } = await watcher.query<{ pid: number; waiting: string }>(
      `select pid, 'process ' || pid || ' still waiting for ' || mode || ' on ' || case locktype
         when 'transactionid' then 'transaction ' || transactionid
         when 'tuple' then 'tuple (' || page || ',' || tuple || ') of relation ' || relation
         else locktype end || ' ' as waiting
       from pg_locks where not granted`,
    )
    const log = this.#server.log()
    return new Set(rows.filter(({ waiting }) => log.includes(waiting)).map(({ pid }) => pid))
  }

  /** The backends whose answers have not come. */
  #pending(): number[] {
    return [...this.#clients.values()].filter(({ pending }) => pending).map(({ pid }) => pid)
  }

  async #buryOrphans(): Promise<void> {
    if (this.#orphans.length === 0) return
    const watcher = await this.#watch()
    const { rows } = await watcher.query<{ pid: number }>('select pid from pg_stat_activity')
    const alive = new Set(rows.map(({ pid }) => pid))
    this.#orphans = this.#orphans.filter((pid) => alive.has(pid))
  }

  /** What other transactions see, in the order in which it stands there. */
  async #allContents(): Promise<unknown> {
    const watcher = await this.#watch()
    const contents: { [table: string]: unknown } = {}
    for (const query of this.#contents) contents[query] = (await watcher.query(query)).rows
    return contents
  }

  /** An empty server, and clients without transactions. */
  async #reset(): Promise<void> {
    const watcher = await this.#watch()
    for (const [name, driven] of [...this.#clients]) {
      if (driven.pending) {
        this.#clients.delete(name)
        this.#orphans.push(driven.pid)
      } else {
        await driven.client.query('rollback')
        driven.answer = null
      }
    }
    for (const pid of this.#orphans) await watcher.query('select pg_terminate_backend($1)', [pid])
    while (this.#orphans.length > 0) await this.#buryOrphans()
    if (this.#touched === null) {
      for (const { create, fill } of this.#tables) await watcher.query(`${create} ${fill}`)
    } else if (this.#touched.length > 0) {
      const names = this.#touched.map(({ name }) => name).join(', ')
      const fill = this.#touched.map((table) => table.fill).join(' ')
      await watcher.query(`truncate ${names} restart identity; ${fill}`)
    }
  }

  async #watch(): Promise<pg.Client> {
    if (this.#watcher === null) {
      this.#watcher = this.#server.client()
      this.#watcher.on('error', () => {})
      await this.#watcher.connect()
    }
    return this.#watcher
  }

  async #client(name: string): Promise<Driven> {
    const known = this.#clients.get(name)
    if (known !== undefined) return known
    const client = this.#server.client()
    client.on('error', () => {})
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const driven: Driven = { client, pid: rows[0]!.pid, pending: false, answer: null }
    this.#clients.set(name, driven)
    return driven
  }
}

/** Has the server done all that the last query led to? */
function isReady(client: pg.Client): boolean {
  return (client as unknown as { readonly readyForQuery: boolean }).readyForQuery
}

function shownResult(result: pg.QueryResult): unknown {
  return { command: result.command, rowCount: result.rowCount, rows: result.rows.map((row) => ({ ...row })) }
}

/** The fields that the simulation has; see `NOT_MODELLED` for the others. */
function shownError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return { name: 'Error', message: String(error) }
  const { code, message, detail, hint, table, column, constraint } = error
  return { name: error.constructor.name, code, message, detail, hint, table, column, constraint }
}
