/**
 * The Redis client as learners call it: the part of node-redis that the course needs, with the same names, arguments, answers
 * and errors, so that a file which runs here runs unchanged against a real server.
 * Reference: node-redis 6, https://github.com/redis/node-redis
 */
import type { Plain } from '../../api.ts'
import type { ServiceError } from '../service.ts'
import type { Command } from './server.ts'

/** Sends a command to the server, and promises its answer; an error arrives as a `ServiceError`. */
export type Send = (command: Command) => PromiseLike<Plain>

/** What a script or a command outside of this interface answers. */
export type RedisReply = string | number | null | ErrorReply | RedisReply[]

/** Options of `set`. */
export interface SetOptions {
  /** Only if the key does not exist. */
  NX?: boolean
  /** Only if the key exists. */
  XX?: boolean
  /** `NX` or `XX`, as newer code writes it. */
  condition?: 'NX' | 'XX'
  /** The key expires after so many seconds. */
  EX?: number
  /** The key expires after so many milliseconds. */
  PX?: number
  /** The key keeps the deadline that it has; otherwise `set` takes it away. */
  KEEPTTL?: boolean
  /** The deadline, as newer code writes it. */
  expiration?: { type: 'EX' | 'PX'; value: number } | { type: 'KEEPTTL' } | 'KEEPTTL'
  /** Answer with the value that the key had, or null, whether or not it is set. */
  GET?: boolean
}

/** When `expire` and `pExpire` do anything: no deadline yet, a deadline, a later one than it has, an earlier one. */
export type ExpireMode = 'NX' | 'XX' | 'GT' | 'LT'

/** The keys and arguments of a script: `KEYS[1]` …, `ARGV[1]` …. */
export interface EvalOptions {
  keys?: string[]
  arguments?: string[]
}

/** The commands, each with what it answers. A client of node-redis is one too. */
export interface Redis {
  /** The value of a key; null where there is none. */
  get(key: string): PromiseLike<string | null>
  /**
   * Gives a key a value, and takes its deadline away unless `options` say otherwise.
   * @returns `OK`; null if `NX` or `XX` forbade it; with `GET` the value before
   */
  set(key: string, value: string | number, options?: SetOptions): PromiseLike<string | null>
  /** Sets a key that does not exist. @returns 1 if it was set, else 0 */
  setNX(key: string, value: string): PromiseLike<number>
  /** Deletes keys. @returns how many there were */
  del(keys: string | string[]): PromiseLike<number>
  /** How many of the keys exist; one that is named twice counts twice. */
  exists(keys: string | string[]): PromiseLike<number>
  /** Adds one to a number, from 0 on. The key keeps its deadline. @throws SimpleError if the value is no integer */
  incr(key: string): PromiseLike<number>
  /** The key expires after so many seconds; at once if that is not in the future. @returns 1, or 0 if nothing was done */
  expire(key: string, seconds: number, mode?: ExpireMode): PromiseLike<number>
  /** The key expires after so many milliseconds. @returns 1, or 0 if nothing was done */
  pExpire(key: string, milliseconds: number, mode?: ExpireMode): PromiseLike<number>
  /** Seconds until the key expires, rounded; −1: it has no deadline; −2: there is no such key. */
  ttl(key: string): PromiseLike<number>
  /** Milliseconds until the key expires; −1: it has no deadline; −2: there is no such key. */
  pTTL(key: string): PromiseLike<number>
  /** Runs a Lua script on the server, as one step. @returns a `RedisReply` @throws SimpleError if the script fails; what it did stays done */
  eval(script: string, options?: EvalOptions): PromiseLike<unknown>
  /** Transactions of this connection fail from now on if one of the keys changes or expires before `exec`. */
  watch(keys: string | string[]): PromiseLike<string>
  /** Forgets all watched keys. */
  unwatch(): PromiseLike<string>
  /** Begins a transaction: commands that are collected, and run together by `exec`. */
  multi(): Transaction
  /** Makes the server a replica of another one; with `'NO', 'ONE'` a primary. */
  replicaOf(host: string, port: number | string): PromiseLike<string>
  /** Sends any command, word by word. @returns a `RedisReply` */
  sendCommand(words: string[]): PromiseLike<unknown>
}

/** The commands of a transaction; each returns the transaction itself, so that they can be chained. */
export interface Transaction {
  get(key: string): Transaction
  set(key: string, value: string | number, options?: SetOptions): Transaction
  setNX(key: string, value: string): Transaction
  del(keys: string | string[]): Transaction
  exists(keys: string | string[]): Transaction
  incr(key: string): Transaction
  expire(key: string, seconds: number, mode?: ExpireMode): Transaction
  pExpire(key: string, milliseconds: number, mode?: ExpireMode): Transaction
  ttl(key: string): Transaction
  pTTL(key: string): Transaction
  eval(script: string, options?: EvalOptions): Transaction
  sendCommand(words: string[]): Transaction
  /**
   * Runs the commands, with nothing in between.
   * @returns the answer of each, a list of `RedisReply`
   * @throws WatchError if a watched key has changed: then none has run. MultiErrorReply if commands failed: the others have run
   */
  exec(): PromiseLike<unknown[]>
}

/** An error that the server answered. */
export class ErrorReply extends Error {}

/** An error that the server answered in one line: the first word says what kind it is. */
export class SimpleError extends ErrorReply {}

/** The transaction did not happen, since a watched key has changed. */
export class WatchError extends Error {
  constructor(message = 'One (or more) of the watched keys has been changed') {
    super(message)
  }
}

/** Commands of a transaction failed; the others have run all the same. */
export class MultiErrorReply extends ErrorReply {
  /** What each command answered. */
  readonly replies: RedisReply[]
  /** The positions in it that are errors. */
  readonly errorIndexes: number[]

  constructor(replies: RedisReply[], errorIndexes: number[]) {
    super(`${errorIndexes.length} commands failed, see .replies and .errorIndexes for more information`)
    this.replies = replies
    this.errorIndexes = errorIndexes
  }

  /** The errors alone. */
  *errors(): Generator<RedisReply, void, unknown> {
    for (const index of this.errorIndexes) yield this.replies[index]!
  }
}

/** The connection was lost. Whether the command was carried out is unknown. */
export class SocketClosedUnexpectedlyError extends Error {
  constructor() {
    super('Socket closed unexpectedly')
  }
}

/** The client was closed. */
export class ClientClosedError extends Error {
  constructor() {
    super('The client is closed')
  }
}

/** A client over a connection. It keeps nothing itself: all that lasts is at the server. */
export function redisClient(send: Send): Redis {
  const answer = <T>(words: readonly string[]): PromiseLike<T> =>
    send(checked(words)).then((value) => replyOf(value) as T, rethrow)
  return {
    get: (key) => answer(WORDS.get(key)),
    set: (key, value, options) => answer(WORDS.set(key, value, options)),
    setNX: (key, value) => answer(WORDS.setNX(key, value)),
    del: (keys) => answer(WORDS.del(keys)),
    exists: (keys) => answer(WORDS.exists(keys)),
    incr: (key) => answer(WORDS.incr(key)),
    expire: (key, seconds, mode) => answer(WORDS.expire(key, seconds, mode)),
    pExpire: (key, milliseconds, mode) => answer(WORDS.pExpire(key, milliseconds, mode)),
    ttl: (key) => answer(WORDS.ttl(key)),
    pTTL: (key) => answer(WORDS.pTTL(key)),
    eval: (script, options) => answer(WORDS.eval(script, options)),
    watch: (keys) => answer(['WATCH', ...listed(keys)]),
    unwatch: () => answer(['UNWATCH']),
    replicaOf: (host, port) => answer(['REPLICAOF', host, port.toString()]),
    sendCommand: (words) => answer(words),
    multi: () => transaction(send),
  }
}

function transaction(send: Send): Transaction {
  const commands: (readonly string[])[] = []
  const add = (words: readonly string[]): Transaction => {
    commands.push(words)
    return self
  }
  const self: Transaction = {
    get: (key) => add(WORDS.get(key)),
    set: (key, value, options) => add(WORDS.set(key, value, options)),
    setNX: (key, value) => add(WORDS.setNX(key, value)),
    del: (keys) => add(WORDS.del(keys)),
    exists: (keys) => add(WORDS.exists(keys)),
    incr: (key) => add(WORDS.incr(key)),
    expire: (key, seconds, mode) => add(WORDS.expire(key, seconds, mode)),
    pExpire: (key, milliseconds, mode) => add(WORDS.pExpire(key, milliseconds, mode)),
    ttl: (key) => add(WORDS.ttl(key)),
    pTTL: (key) => add(WORDS.pTTL(key)),
    eval: (script, options) => add(WORDS.eval(script, options)),
    sendCommand: (words) => add([...words]),
    exec: () => send({ transaction: commands.map(checked) }).then(executed, rethrow),
  }
  return self
}

function executed(value: Plain): RedisReply[] {
  if (value === null) throw new WatchError()
  const replies = (value as readonly Plain[]).map(replyOf)
  const errors = replies.flatMap((reply, index) => (reply instanceof ErrorReply ? [index] : []))
  if (errors.length > 0) throw new MultiErrorReply(replies, errors)
  return replies
}

/** What each method sends, word for word as node-redis does. */
const WORDS = {
  get: (key: string) => ['GET', key],
  set: (key: string, value: string | number, options: SetOptions = {}) => [
    'SET',
    key,
    typeof value === 'number' ? value.toString() : value,
    ...expiryWords(options),
    ...conditionWords(options),
    ...(options.GET ? ['GET'] : []),
  ],
  setNX: (key: string, value: string) => ['SETNX', key, value],
  del: (keys: string | string[]) => ['DEL', ...listed(keys)],
  exists: (keys: string | string[]) => ['EXISTS', ...listed(keys)],
  incr: (key: string) => ['INCR', key],
  expire: (key: string, seconds: number, mode?: ExpireMode) => [
    'EXPIRE',
    key,
    seconds.toString(),
    ...(mode ? [mode] : []),
  ],
  pExpire: (key: string, milliseconds: number, mode?: ExpireMode) => [
    'PEXPIRE',
    key,
    milliseconds.toString(),
    ...(mode ? [mode] : []),
  ],
  ttl: (key: string) => ['TTL', key],
  pTTL: (key: string) => ['PTTL', key],
  eval: (script: string, { keys, arguments: args }: EvalOptions = {}) => [
    'EVAL',
    script,
    String(keys?.length ?? 0),
    ...(keys ?? []),
    ...(args ?? []),
  ],
}

function expiryWords({ expiration, EX, PX, KEEPTTL }: SetOptions): string[] {
  if (expiration) {
    if (typeof expiration === 'string') return [expiration]
    return expiration.type === 'KEEPTTL' ? ['KEEPTTL'] : [expiration.type, expiration.value.toString()]
  }
  if (EX !== undefined) return ['EX', EX.toString()]
  if (PX !== undefined) return ['PX', PX.toString()]
  return KEEPTTL ? ['KEEPTTL'] : []
}

function conditionWords({ condition, NX, XX }: SetOptions): string[] {
  if (condition) return [condition]
  if (NX) return ['NX']
  return XX ? ['XX'] : []
}

function listed(keys: string | string[]): string[] {
  return Array.isArray(keys) ? keys : [keys]
}

/** @throws TypeError as node-redis does, for words that are no strings */
function checked(words: readonly string[]): readonly string[] {
  words.forEach((word: unknown, index) => {
    if (typeof word !== 'string')
      throw new TypeError(
        `"arguments[${index}]" must be of type "string | Buffer", got ${typeof word} instead.`,
      )
  })
  return words
}

function replyOf(value: Plain): RedisReply {
  if (Array.isArray(value)) return value.map(replyOf)
  if (typeof value === 'object' && value !== null && 'error' in value)
    return new SimpleError(value.error as string)
  return value as string | number | null
}

function rethrow(reason: unknown): never {
  throw errorOf(reason)
}

/** The client's own error for one that the server or the network gave; what is none of these stays as it is. */
export function errorOf(reason: unknown): unknown {
  if (typeof reason !== 'object' || reason === null || reason instanceof Error) return reason
  const { name, message } = reason as ServiceError
  if (name === 'SimpleError') return new SimpleError(message)
  if (name === 'WatchError') return new WatchError(message)
  if (name === 'SocketClosedUnexpectedlyError') return new SocketClosedUnexpectedlyError()
  if (name === 'ClientClosedError') return new ClientClosedError()
  return reason
}
