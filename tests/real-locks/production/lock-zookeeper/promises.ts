/** node-zookeeper-client as the learner’s file calls it: with promises for callbacks, and text for buffers. */
import { Exception, State } from 'node-zookeeper-client'
import type {
  Callback,
  Client as RealClient,
  Event,
  OperationResult,
  Stat,
  Watcher,
} from 'node-zookeeper-client'

export type Client = ReturnType<typeof promised>

export function promised(client: RealClient) {
  // The real client leaves open what it was asked when its session ends. Here that fails, and so does all that comes after.
  const open = new Set<(error: Exception) => void>()
  const expired = () => Exception.create(Exception.SESSION_EXPIRED)
  let over = false
  client.on('expired', () => {
    over = true
    for (const reject of open) reject(expired())
    open.clear()
  })

  const ask = <Results extends unknown[]>(start: (callback: Callback<Results>) => void): Promise<Results> =>
    new Promise((resolve, reject) => {
      if (over) return reject(expired())
      open.add(reject)
      start((error, ...results) => {
        open.delete(reject)
        if (error) reject(error)
        else resolve(results)
      })
    })

  return {
    async create(path: string, ...options: (string | number)[]): Promise<string> {
      const [bytes, mode] = creation(options)
      const [created] = await ask<[string]>((done) => client.create(path, bytes, mode, done))
      return created
    },
    async remove(path: string, version = -1): Promise<void> {
      await ask((done) => client.remove(path, version, done))
    },
    async exists(path: string, watcher: Watcher | null = null) {
      const [stat] = await ask<[Stat | null]>((done) => client.exists(path, watcher, done))
      return stat && readable(stat)
    },
    async getData(path: string, watcher: Watcher | null = null) {
      const [data, stat] = await ask<[Buffer | undefined, Stat]>((done) =>
        client.getData(path, watcher, done),
      )
      return [data?.toString() ?? null, readable(stat)] as const
    },
    async setData(path: string, data: string, version = -1) {
      const [stat] = await ask<[Stat]>((done) => client.setData(path, Buffer.from(data), version, done))
      return readable(stat)
    },
    async getChildren(path: string, watcher: Watcher | null = null) {
      const [children, stat] = await ask<[string[], Stat]>((done) => client.getChildren(path, watcher, done))
      return [children, readable(stat)] as const
    },
    /** Waits until a node is removed or its data change; null at once where there is none. */
    changed(path: string): Promise<Event | null> {
      return new Promise((resolve, reject) => {
        open.add(reject)
        const done = (event: Event | null) => {
          open.delete(reject)
          resolve(event)
        }
        this.getData(path, done).catch((error: unknown) => {
          if (error instanceof Exception && error.getCode() === Exception.NO_NODE) return done(null)
          open.delete(reject)
          reject(error)
        })
      })
    },
    /** Several changes that are done as one, or not at all. */
    transaction() {
      const changes = client.transaction()
      return {
        create(path: string, ...options: (string | number)[]) {
          changes.create(path, ...creation(options))
          return this
        },
        check(path: string, version = -1) {
          changes.check(path, version)
          return this
        },
        setData(path: string, data: string | null, version = -1) {
          changes.setData(path, data === null ? null : Buffer.from(data), version)
          return this
        },
        remove(path: string, version = -1) {
          changes.remove(path, version)
          return this
        },
        async commit() {
          const [results] = await ask<[OperationResult[]]>((done) => changes.commit(done))
          return results.map(({ stat, ...result }) => (stat ? { ...result, stat: readable(stat) } : result))
        },
      }
    },
    getState: () => (over ? State.EXPIRED : client.getState()),
    getSessionId: () => client.getSessionId().toString('hex'),
    getSessionTimeout: () => client.getSessionTimeout(),
    on: (event: string, listener: (state: State) => void) => client.on(event, listener),
    once: (event: string, listener: (state: State) => void) => client.once(event, listener),
    close: () => client.close(),
    /** The client itself, for what is missing here. */
    client,
  }
}

/** The data of a node that is to be created, and its mode, in whichever order they were given. */
function creation(options: readonly (string | number)[]): [Buffer | null, number] {
  const data = options.find((option) => typeof option === 'string')
  const mode = options.find((option) => typeof option === 'number') ?? 0
  return [data === undefined ? null : Buffer.from(data), mode]
}

function readable({ version, numChildren, ephemeralOwner, czxid }: Stat) {
  return {
    version,
    numChildren,
    ephemeralOwner: ephemeralOwner.toString('hex'),
    czxid: Number(czxid.readBigInt64BE()),
  }
}
