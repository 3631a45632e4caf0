/**
 * The globals that an answer may not use, and tripwires: what stands in their place. A handler depends on nothing
 * but its arguments, so there is no clock, no chance, no network, no storage and no page.
 */
import { fail } from '../fault.ts'

/** The name by which compiled code calls its probe. A source that holds this name is refused. */
export const PROBE_NAME = '$lockstep'

/** Names that an answer may not use as globals. A variable of the answer's own may carry any of them. */
export const FORBIDDEN_GLOBALS: readonly string[] = [
  // Clocks and chance.
  'Date',
  'performance',
  'crypto',
  'Intl',
  // Other moments than now.
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'requestIdleCallback',
  'WeakRef',
  'FinalizationRegistry',
  // The network.
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebTransport',
  'EventSource',
  // Storage.
  'indexedDB',
  'localStorage',
  'sessionStorage',
  'caches',
  'cookieStore',
  // Other threads, and what is shared with them.
  'Worker',
  'SharedWorker',
  'MessageChannel',
  'BroadcastChannel',
  'postMessage',
  'importScripts',
  'SharedArrayBuffer',
  'Atomics',
  'WebAssembly',
  // The page and its surroundings.
  'document',
  'window',
  'self',
  'globalThis',
  'parent',
  'top',
  'frames',
  'opener',
  'navigator',
  'location',
  // Code out of text.
  'eval',
  'Function',
  // Node.
  'process',
  'Buffer',
  'global',
]

/** Those that the code of a client may use: `engine/clients` gives it its own. */
export const CLIENT_GLOBAL_NAMES: readonly string[] = [
  ...['Date', 'performance', 'crypto'],
  ...['setTimeout', 'clearTimeout', 'queueMicrotask'],
]

/** The one member of a permitted global that is chance. */
export const FORBIDDEN_MEMBERS: readonly (readonly [object: string, member: string])[] = [['Math', 'random']]

/** What a tripwire was made for; also how lockdown tells tripwires from what it must freeze. */
const tripwires = new WeakSet<object>()

/** Is this value one of ours? */
export function isTripwire(value: object): boolean {
  return tripwires.has(value)
}

/**
 * A value that throws Fault `forbidden-global` with its name as soon as it is called, constructed, read or written.
 * @param name what the error calls it, such as `Date`; reading a member names that too: `Date.now`
 */
export function tripwire(name: string): object {
  const trip = (): never => fail('forbidden-global', { name })
  const member = (_target: object, key: string | symbol): never =>
    fail('forbidden-global', { name: typeof key === 'string' ? `${name}.${key}` : name })
  const proxy = new Proxy(function () {}, {
    apply: trip,
    construct: trip,
    get: member,
    set: member,
    has: member,
    deleteProperty: member,
    defineProperty: member,
    getOwnPropertyDescriptor: member,
    getPrototypeOf: trip,
    setPrototypeOf: trip,
    ownKeys: trip,
    isExtensible: trip,
    preventExtensions: trip,
  })
  tripwires.add(proxy)
  return proxy
}
