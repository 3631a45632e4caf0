/** Instances of Redis that come back from a crash otherwise than empty and at once, and one whose keys no clock can age. */
import { type Command, type RedisState, redisServer } from '../../../engine/services/redis/server.ts'
import type { Server } from '../../../engine/services/service.ts'

/** A server of Redis with something around it. */
export type Instance<State> = Server<State, { readonly persistence: 'none' }, Command>

/** The state of an instance that stays away after a crash, for so many milliseconds from now on. */
interface Delayed {
  readonly redis: RedisState
  away: number
}

const BACK = 'back'

/** An instance that, after a crash, comes back empty and serves nobody for so long. */
export function delayed(milliseconds: number): Instance<Delayed> {
  return {
    init: (options) => ({ redis: redisServer.init(options), away: 0 }),
    connect({ redis, away }, connection, hello, ctx) {
      if (away > 0) ctx.close(connection)
      else redisServer.connect(redis, connection, hello, ctx)
    },
    request({ redis, away }, connection, request, command, ctx) {
      if (away > 0) ctx.close(connection)
      else redisServer.request(redis, connection, request, command, ctx)
    },
    disconnect: ({ redis }, connection, ctx) => redisServer.disconnect(redis, connection, ctx),
    elapse(state, elapsed, backMax) {
      redisServer.elapse(state.redis, elapsed, backMax)
      state.away = Math.max(0, state.away - elapsed)
    },
    deadlines({ redis, away }) {
      const own = away > 0 ? [{ name: BACK, left: away }] : []
      return [...own, ...redisServer.deadlines(redis)].sort((one, other) => one.left - other.left)
    },
    due(state, name, ctx) {
      if (name === BACK) state.away = 0
      else redisServer.due(state.redis, name, ctx)
    },
    restart: ({ redis }, options) => ({ redis: redisServer.restart(redis, options), away: milliseconds }),
  }
}

/** The state of an instance with a disk that is behind. */
interface Behind {
  readonly redis: RedisState
  /** What is on the disk. */
  disk: RedisState
  /** Milliseconds until it is written again; null: nothing has changed since. */
  writes: number | null
}

const SECOND_MS = 1000
const WRITE = 'write'

/**
 * An instance that writes to its disk once a second what has changed by then, and answers before.
 * Reference: Redis 7.0, `appendfsync everysec`.
 */
export const everySecond: Instance<Behind> = {
  init: (options) => ({ redis: redisServer.init(options), disk: redisServer.init(options), writes: null }),
  connect: ({ redis }, connection, hello, ctx) => redisServer.connect(redis, connection, hello, ctx),
  request(state, connection, request, command, ctx) {
    redisServer.request(state.redis, connection, request, command, ctx)
    state.writes ??= SECOND_MS
  },
  disconnect: ({ redis }, connection, ctx) => redisServer.disconnect(redis, connection, ctx),
  elapse(state, elapsed, backMax) {
    redisServer.elapse(state.redis, elapsed, backMax)
    redisServer.elapse(state.disk, elapsed, backMax)
    if (state.writes !== null) state.writes = Math.max(0, state.writes - elapsed)
  },
  deadlines({ redis, writes }) {
    const own = writes === null ? [] : [{ name: WRITE, left: writes }]
    return [...own, ...redisServer.deadlines(redis)].sort((one, other) => one.left - other.left)
  },
  due(state, name, ctx) {
    if (name !== WRITE) return redisServer.due(state.redis, name, ctx)
    state.disk = redisServer.restart(state.redis, { persistence: 'every-write' })
    state.writes = null
  },
  restart({ disk }) {
    const redis = redisServer.restart(disk, { persistence: 'every-write' })
    return { redis, disk, writes: null }
  },
}

/** An instance that measures the life of its keys by a clock which nobody can set. */
export const monotonic: typeof redisServer = withoutJump(redisServer)

function withoutJump({ jump: _, ...rest }: typeof redisServer): typeof redisServer {
  return rest
}
