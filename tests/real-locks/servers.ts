/** The real servers that the locks need, started on loopback. */
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { RealDatabase, programs } from '../fidelity/database-real.ts'
import {
  type RunningProgram,
  findProgram,
  freePort,
  startProgram,
  temporaryFolder,
  whenListening,
} from '../fidelity/servers.ts'
import { adapted, createClient, isInstalled, startServer } from '../fidelity/zookeeper-real.ts'
import type { LockName } from './session.ts'
import type { Write } from './judge.ts'

export type ServerName = 'database' | 'redis' | 'redlock' | 'zookeeper'

/** The servers of each lock, and Debian’s packages for each server. */
export const SERVERS_OF: { readonly [lock in LockName]: readonly ServerName[] } = {
  'lock-unique-index': ['database'],
  'lock-redis': ['redis'],
  'lock-fencing': ['redis', 'database'],
  'lock-redlock': ['redlock'],
  'lock-zookeeper': ['zookeeper'],
}
export const PACKAGES: { readonly [server in ServerName]: readonly string[] } = {
  database: ['postgresql'],
  redis: ['redis-server'],
  redlock: ['redis-server'],
  zookeeper: ['default-jre-headless', 'zookeeper'],
}

export function isThere(server: ServerName): boolean {
  if (server === 'database') return programs() !== null
  if (server === 'zookeeper') return isInstalled()
  return findProgram('redis-server') !== null
}

/** A server that runs, as those see it who test a lock. */
export interface Server {
  readonly urls: readonly string[]
  /** Makes what a lock of this name needs before anybody asks for it. */
  prepare(key: string): Promise<void>
  /** What has been written under a lock, in the order in which it took effect; empty where nothing is. */
  writes(key: string): Promise<readonly Write[]>
  /** Sends a signal to one of its programs. */
  signal(index: number, signal: NodeJS.Signals): void
  /** Starts one of its programs anew, without what it knew. */
  restart(index: number): Promise<void>
  stop(): Promise<void>
}

/** An address at which nobody listens. */
export const NOBODY = 'redis://127.0.0.1:1'

export async function start(server: ServerName): Promise<Server> {
  const folder = temporaryFolder(server)
  if (server === 'database') return startDatabase(folder)
  if (server === 'zookeeper') return startZooKeeper(folder)
  return startRedis(folder, server === 'redis' ? 1 : 5)
}

const NOTHING = {
  prepare: () => Promise.resolve(),
  writes: () => Promise.resolve([]),
  signal: () => undefined,
  restart: () => Promise.resolve(),
}

async function startRedis(folder: string, count: number): Promise<Server> {
  const ports: number[] = []
  const all: RunningProgram[] = []
  const run = async (index: number): Promise<void> => {
    const own = path.join(folder, String(index))
    mkdirSync(own, { recursive: true })
    const settings = { port: ports[index], bind: '127.0.0.1', dir: own, save: '', appendonly: 'no' }
    all[index] = startProgram({
      command: findProgram('redis-server')!,
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      folder: own,
    })
    await whenListening(all[index], ports[index]!)
  }
  for (let index = 0; index < count; index++) {
    ports.push(await freePort())
    await run(index)
  }
  return {
    ...NOTHING,
    urls: ports.map((port) => `redis://127.0.0.1:${port}`),
    signal: (index, signal) => all[index]!.signal(signal),
    async restart(index) {
      await all[index]!.end
      await run(index)
    },
    async stop() {
      for (const program of all) await program.stop()
    },
  }
}

/** What the table of documents holds is recorded in the order in which it takes effect: the row is locked meanwhile. */
const RECORDED = `
  create table writes (number bigserial primary key, id text, value text, fence bigint);
  create function record() returns trigger language plpgsql as $$ begin
    if tg_op = 'INSERT' or new.value is distinct from old.value then
      insert into writes (id, value, fence) values (new.id, new.value, new.fence);
    end if;
    return null;
  end $$;
  create trigger recorded after insert or update on documents for each row execute function record()`

async function startDatabase(folder: string): Promise<Server> {
  const port = await freePort()
  const database = new RealDatabase(folder, port)
  await database.start()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const db = new pg.Pool({ connectionString: url, max: 1 })
  db.on('error', () => {})
  for (const lock of ['lock-unique-index', 'lock-fencing'])
    await db.query(readFileSync(path.join(import.meta.dirname, 'production', lock, 'table.sql'), 'utf8'))
  await db.query(RECORDED)
  return {
    ...NOTHING,
    urls: [url],
    async prepare(key) {
      await db.query(`insert into documents (id, value) values ($1, '') on conflict (id) do nothing`, [key])
      await db.query('delete from writes where id = $1', [key])
    },
    async writes(key) {
      const { rows } = await db.query<{ value: string; fence: string }>(
        'select value, fence from writes where id = $1 order by number',
        [key],
      )
      return rows.map(({ value, fence }) => ({ value, fence: Number(fence) }))
    },
    async stop() {
      await db.end()
      await database.stop()
    },
  }
}

async function startZooKeeper(folder: string): Promise<Server> {
  const port = await freePort()
  const program = await startServer(folder, port)
  const client = createClient(port)
  client.connect()
  const tree = adapted(client)
  return {
    ...NOTHING,
    urls: [`127.0.0.1:${port}`],
    async prepare(key) {
      await tree.create(`/${key}`)
    },
    async stop() {
      tree.close()
      await program.stop()
    },
  }
}
