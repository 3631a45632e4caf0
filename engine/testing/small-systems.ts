/** Systems of two or three nodes and a few lines, each made for one question that a test asks. */
import type {
  AnyNodeDefinition,
  Crashes,
  Network,
  Role,
  System,
  SystemNode,
  SystemProperty,
} from '../actors/system.ts'

/** A role that may send these types, with any fields, and whose state the properties see. */
export function openRole(...types: string[]): Role {
  return { sends: Object.fromEntries(types.map((type) => [type, () => null])), observe: ({ state }) => state }
}

export interface SmallSystem {
  readonly network?: Network
  readonly crashes?: Crashes | null
  readonly properties?: readonly SystemProperty[]
}

/** Nodes that all play the role `node` and may send `ping` and `pong`. */
export function small(
  definitions: { readonly [id: string]: AnyNodeDefinition },
  options: SmallSystem = {},
): System {
  const { network = { duplicates: 0, drops: 0 }, crashes = null, properties = [] } = options
  return {
    nodes: Object.entries(definitions).map(([id, definition]): SystemNode => ({
      id,
      role: 'node',
      definition,
    })),
    roles: { node: openRole('ping', 'pong') },
    network,
    crashes,
    properties,
  }
}

/** Sends `ping` to B as it starts and counts the answers. */
export const pinger: AnyNodeDefinition = {
  init(ctx) {
    ctx.send('B', 'ping', {})
    return { pongs: 0 }
  },
  on: { pong: (state) => void state.pongs++ },
}

/** Counts the pings and answers each. */
export const ponger: AnyNodeDefinition = {
  init: () => ({ pings: 0 }),
  on: {
    ping(state, _message, ctx) {
      state.pings++
      ctx.reply('pong', {})
    },
  },
}

/** A and B: one ping, one pong. */
export function pingPong(options: SmallSystem = {}): System {
  return small({ A: pinger, B: ponger }, options)
}

/** What a node of a small system shows in this state: `seen(view, 'A').pongs`. */
export function seen(
  view: readonly { readonly id: string; readonly seen: unknown }[],
  id: string,
): Record<string, unknown> {
  return (view.find((node) => node.id === id)!.seen ?? {}) as Record<string, unknown>
}

/** A node that counts in memory and on its disk how often its timer has fired, up to `limit`. */
export function counter(limit: number): AnyNodeDefinition {
  return {
    init(ctx) {
      ctx.setTimer('tick')
      return { count: 0 }
    },
    on: {},
    timers: {
      tick(state, ctx) {
        state.count++
        ctx.persist(state)
        if (state.count < limit) ctx.setTimer('tick')
      },
    },
    restart(disk, ctx) {
      const state = disk ?? { count: 0 }
      if (state.count < limit) ctx.setTimer('tick')
      return { ...state, restarted: true }
    },
  }
}
