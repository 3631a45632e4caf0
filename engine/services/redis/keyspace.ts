/**
 * The keys of a simulated Redis server, when they expire, and who watches them. A key's deadline is a distance from now, in
 * milliseconds; below zero the key has expired and only its deletion is still to come.
 * Reference: Redis 7.0, db.c (`keyIsExpired`, `expireIfNeeded`), expire.c, and multi.c for what a change means to watchers.
 */

/** A key and its value. */
export interface Entry {
  readonly key: string
  value: string
  /**
   * Milliseconds until the key's deadline; null: it has none. Below zero the deadline has passed, −1: however long ago, unless the
   * clock may be set back.
   */
  left: number | null
}

/** A key that a connection watches. */
export interface Watched {
  readonly key: string
  /** It had expired already when it was watched: then its deletion is no change. */
  expired: boolean
}

/** What a connection has told the server that counts for its later commands. */
export interface Session {
  readonly connection: string
  /** Sorted by key, no key twice. */
  watched: Watched[]
  /** A watched key has changed, so that EXEC will do nothing. Invariant: then nothing is watched any more. */
  changed: boolean
  /** The commands since MULTI; null outside of a transaction. */
  queue: (readonly string[])[] | null
  /** A command could not be queued, so that EXEC is refused. */
  refused: boolean
}

/** A replica as its primary knows it. */
export interface Replica {
  readonly server: string
  /** Milliseconds until it gets all keys anew; null: it is in step, and gets each change. */
  left: number | null
}

/** A server's state. All lists are sorted, so that equal contents are equal data. */
export interface RedisState {
  readonly entries: Entry[]
  /** Connections that watch nothing and are in no transaction are not in it. */
  readonly sessions: Session[]
  /** The server whose replica this one is; null for a primary. */
  primary: string | null
  /** Of a replica: does it get its primary's changes? If not, those that come are remains of an earlier time. */
  inStep: boolean
  /** Of a replica that was restarted: milliseconds until it asks its primary for all keys. */
  asksIn: number | null
  /** The servers that are told what changes here. */
  readonly replicas: Replica[]
}

/**
 * What a command has changed, as replicas are told: not the command but its effect, so that they come to the same value
 * even if the key expires in between. Without `left` the key keeps its deadline.
 */
export type Change =
  | { readonly key: string; readonly gone: true }
  | { readonly key: string; readonly value?: string; readonly left?: number | null }

/** One request while it is handled, with all that it has changed so far. */
export interface Work {
  readonly state: RedisState
  readonly connection: string
  readonly changes: Change[]
  send(server: string, message: Message): void
}

/** What servers tell one another. */
export type Message =
  /** To a replica: what one command, script or transaction has changed. */
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  /** To a replica: all keys. */
  | { readonly kind: 'contents'; readonly entries: readonly Entry[] }
  /** To a primary: send all keys, and from then on all changes. */
  | { readonly kind: 'follow' }
  /** To a former primary: send no more. */
  | { readonly kind: 'leave' }

/**
 * Has the key's deadline passed? At exactly its deadline a key is still there.
 * Reference: Redis 7.0, db.c, `keyIsExpired`: `return now > when`.
 */
export function isExpired(entry: Entry): boolean {
  return entry.left !== null && entry.left < 0
}

/**
 * So much of the time of day goes by; below zero it is set back, and a key that has expired and was not deleted is there again.
 * @param backMax by how much it may be set back in one run: how long ago a deadline has passed is known up to there
 */
export function passKeys(state: RedisState, milliseconds: number, backMax = 0): void {
  for (const entry of state.entries)
    if (entry.left !== null) entry.left = Math.max(-1 - backMax, entry.left - milliseconds)
}

/**
 * What a command finds under a key. A key that has expired is deleted on the way (lazy expiry); a replica hides it, and
 * waits until its primary says that it is gone.
 */
export function find(work: Work, key: string): Entry | null {
  const entry = entryOf(work.state, key)
  if (entry === null || !isExpired(entry)) return entry
  if (work.state.primary === null) remove(work, key)
  return null
}

/** Gives a key a value. @param left its new deadline; `keep`: the one that it has, if any */
export function put(work: Work, key: string, value: string, left: number | null | 'keep'): void {
  record(work, left === 'keep' ? { key, value } : { key, value, left })
}

/** Gives a key that is there a new deadline. */
export function setLeft(work: Work, key: string, left: number): void {
  record(work, { key, left })
}

/** Deletes a key that is there. */
export function remove(work: Work, key: string): void {
  record(work, { key, gone: true })
}

function record(work: Work, change: Change): void {
  apply(work.state, change)
  work.changes.push(change)
}

/** Makes a change, and tells whoever watches the key. */
export function apply(state: RedisState, change: Change): void {
  const { entries } = state
  const at = positionOf(entries, change.key)
  const entry = entries[at]?.key === change.key ? entries[at] : null
  if ('gone' in change) {
    if (entry !== null) entries.splice(at, 1)
  } else if (entry !== null) {
    if (change.value !== undefined) entry.value = change.value
    if (change.left !== undefined) entry.left = change.left
  } else if (change.value !== undefined) {
    entries.splice(at, 0, { key: change.key, value: change.value, left: change.left ?? null })
  }
  touch(state, change.key)
}

/**
 * A key has changed: transactions of those who watch it, the changing connection itself among them, will not happen.
 * Reference: Redis 7.0, multi.c, `touchWatchedKey`.
 */
function touch(state: RedisState, key: string): void {
  for (const session of state.sessions) {
    const watched = session.watched.find((each) => each.key === key)
    if (watched === undefined) continue
    if (watched.expired && entryOf(state, key) === null) {
      // It had expired when it was watched, and is now deleted: no change that anybody could see.
      watched.expired = false
      continue
    }
    session.changed = true
    session.watched = []
  }
}

/** The entry of a key, expired or not. */
export function entryOf(state: RedisState, key: string): Entry | null {
  const entry = state.entries[positionOf(state.entries, key)]
  return entry?.key === key ? entry : null
}

function positionOf(entries: readonly Entry[], key: string): number {
  let at = 0
  while (at < entries.length && entries[at]!.key < key) at++
  return at
}

/** What is known of a connection; it is in the state from now on, until `tidy`. */
export function sessionOf(state: RedisState, connection: string): Session {
  const { sessions } = state
  let at = 0
  while (at < sessions.length && sessions[at]!.connection < connection) at++
  const known = sessions[at]
  if (known?.connection === connection) return known
  const session: Session = { connection, watched: [], changed: false, queue: null, refused: false }
  sessions.splice(at, 0, session)
  return session
}

/** Forgets connections of which there is nothing to know. */
export function tidy(state: RedisState): void {
  for (let at = state.sessions.length - 1; at >= 0; at--) {
    const { watched, changed, queue } = state.sessions[at]!
    if (watched.length === 0 && !changed && queue === null) state.sessions.splice(at, 1)
  }
}

/** From now on the connection watches a key. */
export function watch(state: RedisState, session: Session, key: string): void {
  // Whoever is known to fail need not watch any further.
  if (session.changed || session.watched.some((each) => each.key === key)) return
  const entry = entryOf(state, key)
  session.watched.push({ key, expired: entry !== null && isExpired(entry) })
  session.watched.sort((one, other) => (one.key < other.key ? -1 : 1))
}

/** Has a key expired since the connection began to watch it? It need not have been deleted yet. */
export function watchesExpired(state: RedisState, session: Session): boolean {
  return session.watched.some(({ key, expired }) => {
    const entry = entryOf(state, key)
    return !expired && entry !== null && isExpired(entry)
  })
}

/**
 * All keys are replaced by those of a primary. Only who watches a key that was there before notices.
 * Reference: Redis 7.0, multi.c, `touchAllWatchedKeysInDb`.
 */
export function replaceAll(state: RedisState, entries: readonly Entry[]): void {
  const before = state.entries.map(({ key }) => key)
  state.entries.length = 0
  for (const key of before) touch(state, key)
  for (const entry of entries) state.entries.push({ ...entry })
}
