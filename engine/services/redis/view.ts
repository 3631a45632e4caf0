/** What the views show of a Redis server: its keys with the time that they have left, and who watches them. */
import { type RedisState, contentsOf } from './server.ts'

export interface RedisView {
  readonly kind: 'keys'
  /** Sorted. */
  readonly keys: readonly {
    readonly key: string
    readonly value: string
    /** Milliseconds until it expires; null: never. */
    readonly left: number | null
    /** Nodes whose transactions fail if it changes. */
    readonly watchedBy: readonly string[]
  }[]
  /** The server whose replica this one is; null for a primary. */
  readonly primary: string | null
  /** Its replicas, and whether each gets every change at once. */
  readonly replicas: readonly { readonly server: string; readonly inStep: boolean }[]
}

/** For `ServerNodeOptions.show`. */
export function redisView(state: RedisState): RedisView {
  return {
    kind: 'keys',
    keys: contentsOf(state).map((entry) => ({
      ...entry,
      watchedBy: state.sessions
        .filter(({ watched }) => watched.some(({ key }) => key === entry.key))
        .map(({ connection }) => connection),
    })),
    primary: state.primary,
    replicas: state.replicas.map(({ server, left }) => ({ server, inStep: left === null })),
  }
}
