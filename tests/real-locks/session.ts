/** One process’s connections to the real servers, and the lock over them: the files under `production/`, all in one shape. */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type Answered, watched } from './watched.ts'

export type LockName = 'lock-unique-index' | 'lock-redis' | 'lock-fencing' | 'lock-redlock' | 'lock-zookeeper'

/** What the work under a lock is handed. */
export interface Held {
  /** For how long from now on the lock is held, where the answer says so. */
  readonly validMs: number | null
  /** Writes to what the lock protects, where it does. @returns false where it was refused */
  readonly save: ((value: string) => PromiseLike<boolean>) | null
}

export interface Times {
  readonly ttlMs: number
  readonly waitMs: number
}

export interface Session {
  /** @returns false where the lock was not to be had */
  withLock(key: string, work: (held: Held) => Promise<void>, times: Times): Promise<boolean>
  /** Asks something that is answered as long as the session lives; null where there are no sessions. */
  readonly alive: (() => Promise<void>) | null
  /** The name of its session with the server; empty where there are no sessions. */
  id(): string
  /** Breaks the connection. @returns what the client’s library says to who waits for an answer */
  lose(): unknown
}

/** Which values stand in the place of `lockstep`. */
const LIBRARY: { readonly [name in LockName]: string } = {
  'lock-unique-index': 'database',
  'lock-redis': 'redis',
  'lock-fencing': 'redis-database',
  'lock-redlock': 'redis',
  'lock-zookeeper': 'zookeeper',
}

/** From now on, `lockstep` is the real libraries, and `./lock.ts` in `production/` is the learner’s file. */
export function standIn(lock: LockName, file: string): void {
  const library = new URL(`./lockstep/${LIBRARY[lock]}.ts`, import.meta.url).href
  const production = new URL(`./production/${lock}/`, import.meta.url).href
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'lockstep') return { url: library, shortCircuit: true }
      if (specifier === './lock.ts' && context.parentURL?.startsWith(production))
        return { url: pathToFileURL(file).href, shortCircuit: true }
      return next(specifier, context)
    },
  })
}

/**
 * Connects.
 * @param urls of the servers: one, all instances of RedLock, or Redis and the database
 * @param self a name that no process has had before
 */
export async function openSession(
  lock: LockName,
  urls: readonly string[],
  self: string,
  sessionTimeout: number,
  answered: Answered,
): Promise<Session> {
  switch (lock) {
    case 'lock-unique-index': {
      const { connect, withLock } = await import('./production/lock-unique-index/with-lock.ts')
      const db = watched(connect(urls[0]!), answered)
      return {
        withLock: (key, work, times) => withLock(db, key, self, () => work(PLAIN), times),
        ...WITHOUT_SESSION,
        lose: () => new Error('Connection terminated unexpectedly'),
      }
    }
    case 'lock-redis': {
      const { connect, withLock } = await import('./production/lock-redis/with-lock.ts')
      const redis = watched(await connect(urls[0]!), answered)
      const lose = await socketClosed()
      return {
        withLock: (key, work, times) => withLock(redis, key, () => work(PLAIN), times),
        ...WITHOUT_SESSION,
        lose,
      }
    }
    case 'lock-fencing': {
      const { connect, withLock } = await import('./production/lock-fencing/with-lock.ts')
      const real = await connect(urls[0]!, urls[1]!)
      const lose = await socketClosed()
      const client = { redis: watched(real.redis, answered), db: watched(real.db, answered) }
      return {
        withLock: (key, work, { ttlMs }) =>
          withLock(client, key, (save) => work({ ...PLAIN, save }), { ttlMs }),
        ...WITHOUT_SESSION,
        lose,
      }
    }
    case 'lock-redlock': {
      const { connect, withLock } = await import('./production/lock-redlock/with-lock.ts')
      const instances = (await connect(urls)).map((redis) => watched(redis, answered))
      const lose = await socketClosed()
      return {
        withLock: (key, work, { ttlMs }) =>
          withLock(instances, key, (validMs) => work({ ...PLAIN, validMs }), { ttlMs }),
        ...WITHOUT_SESSION,
        lose,
      }
    }
    case 'lock-zookeeper': {
      const { connect, withLock } = await import('./production/lock-zookeeper/with-lock.ts')
      const { Exception } = await import('node-zookeeper-client')
      let real = await connect(urls[0]!, sessionTimeout)
      return {
        async withLock(key, work, times) {
          if (real.getState().getName() === 'EXPIRED') real = await connect(urls[0]!, sessionTimeout)
          return withLock(watched(real, answered), `/${key}`, () => work(PLAIN), times)
        },
        id: () => real.getSessionId(),
        async alive() {
          await real.exists('/')
        },
        lose() {
          real.client.connectionManager.socket?.destroy()
          return Exception.create(Exception.CONNECTION_LOSS)
        },
      }
    }
  }
}

const PLAIN: Held = { validMs: null, save: null }

const WITHOUT_SESSION = { alive: null, id: () => '' }

async function socketClosed(): Promise<() => Error> {
  const { SocketClosedUnexpectedlyError } = await import('redis')
  return () => new SocketClosedUnexpectedlyError()
}
