/**
 * The commands of the simulated Redis server, one function each. Each checks its arguments in the order in which Redis
 * does, since with two things wrong the first decides the error.
 * Reference: Redis 7.0, t_string.c, expire.c, db.c.
 */
import { type Work, find, put, remove, setLeft } from './keyspace.ts'
import { type ErrorReply, OK, type Reply, wrong } from './replies.ts'

/** A command. */
export interface CommandSpec {
  /** How many words it has, its name among them; negative: that many or more. */
  readonly arity: number
  /** It may change keys, which a replica's clients may not. */
  readonly write: boolean
  /** @param words the command's name and its arguments; as many as `arity` says */
  run(work: Work, words: readonly string[]): Reply
}

/** The commands on keys by their names, in lower case: those that scripts may call. */
export const COMMANDS: ReadonlyMap<string, CommandSpec> = new Map(
  Object.entries({
    get: reading(2, (work, [, key]) => find(work, key!)?.value ?? null),
    set: writing(-3, set),
    setnx: writing(3, (work, [, key, value]) => {
      if (find(work, key!) !== null) return 0
      put(work, key!, value!, null)
      return 1
    }),
    del: writing(-2, (work, [, ...keys]) => {
      let deleted = 0
      for (const key of keys) {
        if (find(work, key) === null) continue
        remove(work, key)
        deleted++
      }
      return deleted
    }),
    exists: reading(-2, (work, [, ...keys]) => keys.filter((key) => find(work, key) !== null).length),
    incr: writing(2, increment),
    expire: writing(-3, (work, words) => expire(work, words, 'expire', 1000n)),
    pexpire: writing(-3, (work, words) => expire(work, words, 'pexpire', 1n)),
    ttl: reading(2, (work, [, key]) => {
      const left = timeLeft(work, key!)
      // Rounded, half up: a key with 499 ms to live has none.
      return left < 0 ? left : Math.floor((left + 500) / 1000)
    }),
    pttl: reading(2, (work, [, key]) => timeLeft(work, key!)),
  }),
)

function reading(arity: number, run: CommandSpec['run']): CommandSpec {
  return { arity, write: false, run }
}

function writing(arity: number, run: CommandSpec['run']): CommandSpec {
  return { arity, write: true, run }
}

/** Milliseconds until a key's deadline; −2 where there is no such key, −1 where it has no deadline. */
function timeLeft(work: Work, key: string): number {
  const entry = find(work, key)
  return entry === null ? -2 : (entry.left ?? -1)
}

interface SetFlags {
  only: 'new' | 'old' | null
  get: boolean
  keep: boolean
  expiry: { readonly text: string; readonly unit: bigint; readonly name: 'ex' | 'px' } | null
}

/**
 * `SET key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]`
 * Reference: Redis 7.0, t_string.c, `parseExtendedStringArgumentsOrReply` and `setGenericCommand`.
 */
function set(work: Work, [, key, value, ...options]: readonly string[]): Reply {
  const flags = setFlags(options)
  if (flags === null) return wrong('syntax error')
  let left: number | null | 'keep' = flags.keep ? 'keep' : null
  if (flags.expiry !== null) {
    const amount = integer(flags.expiry.text)
    if (amount === null) return NO_INTEGER
    const { unit } = flags.expiry
    if (amount <= 0n || amount * unit > LATEST) return invalidExpiry('set')
    left = Number(amount * unit)
  }
  const before = find(work, key!)
  const old = before?.value ?? null
  if (flags.only !== null && (flags.only === 'new') !== (before === null)) return flags.get ? old : null
  put(work, key!, value!, left)
  return flags.get ? old : OK
}

/** Null where the options make no sense together. The same one twice does: the last counts. */
function setFlags(options: readonly string[]): SetFlags | null {
  const flags: SetFlags = { only: null, get: false, keep: false, expiry: null }
  for (let index = 0; index < options.length; index++) {
    const option = options[index]!.toLowerCase()
    const next = options[index + 1]
    if (option === 'nx' && flags.only !== 'old') flags.only = 'new'
    else if (option === 'xx' && flags.only !== 'new') flags.only = 'old'
    else if (option === 'get') flags.get = true
    else if (option === 'keepttl' && flags.expiry === null) flags.keep = true
    else if (
      (option === 'ex' || option === 'px') &&
      !flags.keep &&
      (flags.expiry === null || flags.expiry.name === option) &&
      next !== undefined
    ) {
      flags.expiry = { text: next, unit: option === 'ex' ? 1000n : 1n, name: option }
      index++
    } else return null
  }
  return flags
}

function increment(work: Work, [, key]: readonly string[]): Reply {
  const entry = find(work, key!)
  const value = entry === null ? 0n : integer(entry.value)
  if (value === null) return NO_INTEGER
  if (value === INTEGER_MAX) return wrong('increment or decrement would overflow')
  put(work, key!, String(value + 1n), 'keep')
  return Number(value + 1n)
}

/**
 * `EXPIRE key seconds [NX | XX | GT | LT]` and `PEXPIRE` with milliseconds. A time that is not in the future deletes the key.
 * Reference: Redis 7.0, expire.c, `expireGenericCommand`.
 */
function expire(
  work: Work,
  [, key, time, ...options]: readonly string[],
  command: string,
  unit: bigint,
): Reply {
  const only = expireOptions(options)
  if (!(only instanceof Set)) return only
  const amount = integer(time!)
  if (amount === null) return NO_INTEGER
  const distance = amount * unit
  if (distance > LATEST || distance < INTEGER_MIN) return invalidExpiry(command)
  const entry = find(work, key!)
  if (entry === null) return 0
  const left = Number(distance)
  const { left: current } = entry
  if (only.has('nx') && current !== null) return 0
  if (only.has('xx') && current === null) return 0
  // A key without a deadline counts as one that lives for ever.
  if (only.has('gt') && (current === null || left <= current)) return 0
  if (only.has('lt') && current !== null && left >= current) return 0
  if (left <= 0) remove(work, key!)
  else setLeft(work, key!, left)
  return 1
}

function expireOptions(options: readonly string[]): Set<string> | ReturnType<typeof wrong> {
  const only = new Set<string>()
  for (const option of options) {
    const name = option.toLowerCase()
    if (!['nx', 'xx', 'gt', 'lt'].includes(name)) return wrong(`Unsupported option ${option}`)
    only.add(name)
  }
  if (only.has('nx') && only.size > 1)
    return wrong('NX and XX, GT or LT options at the same time are not compatible')
  if (only.has('gt') && only.has('lt')) return wrong('GT and LT options at the same time are not compatible')
  return only
}

const INTEGER_MAX = 2n ** 63n - 1n
const INTEGER_MIN = -(2n ** 63n)

/** The longest time to live: Redis adds it to the time of day, in milliseconds, and the sum must be one of its integers. */
const LATEST = INTEGER_MAX - 1_800_000_000_000n

const NO_INTEGER = wrong('value is not an integer or out of range')

function invalidExpiry(command: string): Reply {
  return wrong(`invalid expire time in '${command}' command`)
}

/**
 * The integer of 64 bits that a text stands for; null where it is none. There is one way to write each.
 * Reference: Redis 7.0, util.c, `string2ll`.
 */
export function integer(text: string): bigint | null {
  if (!/^(0|-?[1-9][0-9]{0,18})$/.test(text)) return null
  const value = BigInt(text)
  return value >= INTEGER_MIN && value <= INTEGER_MAX ? value : null
}

/** How a command is spelt wrongly, if it is: it does not exist, or has too few or too many words. */
export function misspelt(spec: CommandSpec | undefined, words: readonly string[]): ErrorReply | null {
  const [name, ...rest] = words
  if (spec === undefined) {
    let listed = ''
    for (const word of rest) if (listed.length < 128) listed += `'${word.slice(0, 128 - listed.length)}' `
    return wrong(`unknown command '${name!.slice(0, 128)}', with args beginning with: ${listed}`)
  }
  const { arity } = spec
  if (arity > 0 ? words.length === arity : words.length >= -arity) return null
  return wrong(`wrong number of arguments for '${name!.toLowerCase()}' command`)
}

/** What a client of a replica gets that wants to change something. */
export const READ_ONLY: ErrorReply = { error: "READONLY You can't write against a read only replica." }

/**
 * Runs a command for a script, with the errors that scripts get.
 * @param others commands that there are, but not for scripts
 * Reference: Redis 7.0, script.c, `scriptCall`.
 */
export function runForScript(
  work: Work,
  words: readonly string[],
  others: ReadonlyMap<string, CommandSpec>,
): Reply {
  const name = words[0]!.toLowerCase()
  const spec = COMMANDS.get(name) ?? others.get(name)
  if (spec === undefined) return wrong('Unknown Redis command called from script')
  if (misspelt(spec, words) !== null) return wrong('Wrong number of args calling Redis command from script')
  if (others.has(name)) return wrong('This Redis command is not allowed from script')
  if (spec.write && work.state.primary !== null) return READ_ONLY
  return spec.run(work, words)
}
