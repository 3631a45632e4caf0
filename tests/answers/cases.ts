/**
 * Answers that go wrong in every way that a learner's code can, with what each must be told. The command line and the
 * browser are both tested with this list.
 */
import { readFileSync } from 'node:fs'

export interface AnswerCase {
  readonly name: string
  readonly source: string
  readonly verdict: 'passed' | 'failed' | 'error'
  /** The diagnostic that must be there, and its line. */
  readonly code: string
  readonly line: number
  /** A part of its message that the reader needs. */
  readonly says: RegExp
  /** It has to be stopped from outside, which takes some seconds. */
  readonly slow?: true
}

export const SOLUTION = readFileSync(
  new URL('../../exercises/paxos-acceptor/solution.ts', import.meta.url),
  'utf8',
)

/** The line that each case marks with this comment is the line that the message must name. */
const MARK = '// HERE'

const HEAD = `import { node } from 'lockstep'
import type { Messages } from './messages'
`

/** An acceptor whose `prepare` is this; the rest does as little as it can. */
function prepare(body: string, more: { before?: string; modifier?: string; state?: string } = {}): string {
  const { before = '', modifier = '', state = '{ promised: 0 }' } = more
  return `${HEAD}${before}
export default node<any, Messages>({
  init() {
    return ${state}
  },
  on: {
    ${modifier}prepare(state, { n }, ctx) {
      ${body}
    },
  },
})
`
}

function answer(
  name: string,
  source: string,
  code: string,
  says: RegExp,
  more: Partial<AnswerCase> = {},
): AnswerCase {
  const line = source.split('\n').findIndex((text) => text.includes(MARK)) + 1
  if (line === 0 && more.line === undefined) throw new Error(`${name}: no line is marked`)
  return { name, source, verdict: 'error', code, line, says, ...more }
}

export const CASES: readonly AnswerCase[] = [
  answer('a syntax error', prepare('const = 1 // HERE'), 'syntax-error', /TypeScript/),
  answer(
    'a type error, run anyway',
    SOLUTION.replace('state.promised = n', "state.promised = n; const never: number = 'text' // HERE"),
    'type-error',
    /not assignable/,
    { verdict: 'passed' },
  ),
  answer(
    'an exception in a handler',
    prepare('state.missing.field = 1 // HERE'),
    'handler-threw',
    /TypeError/,
  ),
  answer(
    'an exception after a call on the same line',
    prepare('const n2 = twice(n); (twice(n) as any).missing.field = 1 // HERE', {
      before: 'const twice = (n: number) => {\n  return n * 2\n}',
    }),
    'handler-threw',
    /TypeError/,
  ),
  answer('an endless loop', prepare('while (true) { // HERE\n}'), 'endless-loop', /turned 1,000,000 times/),
  answer('an endless loop without a body', prepare('for (;;); // HERE'), 'endless-loop', /1,000,000/),
  answer(
    'an endless loop at the top of the file',
    prepare('', { before: 'while (true) {} // HERE' }),
    'endless-loop',
    /1,000,000/,
  ),
  answer(
    'an endless loop inside try and catch',
    prepare('for (;;) { try { while (true) { // HERE\n } } catch { } }'),
    'endless-loop',
    /1,000,000/,
  ),
  answer(
    'an endless loop hidden by finally',
    prepare('(() => { try { while (true) { // HERE\n } } finally { return } })()'),
    'endless-loop',
    /1,000,000/,
  ),
  answer(
    'an endless loop hidden by a generator',
    prepare(
      'const numbers = function* () { try { while (true) { // HERE\n } } finally { yield 1 } }\n for (const one of numbers()) { break }',
    ),
    'endless-loop',
    /1,000,000/,
  ),
  answer(
    'endless recursion',
    prepare('again(n)', {
      before: 'function again(n: number): number {\n  return again(n + 1) + 1 // HERE\n}',
    }),
    'endless-recursion',
    /call stack/,
  ),
  answer(
    'endless recursion inside try and catch',
    prepare('again(n)', {
      before:
        'function again(n: number): number {\n  try { return again(n + 1) + 1 } catch { return 0 } // HERE\n}',
    }),
    'endless-recursion',
    /call stack/,
  ),
  answer(
    'a promise that never settles',
    prepare('await new Promise(() => {}) // HERE', { modifier: 'async ' }),
    'async-handler',
    /promise/,
  ),
  answer(
    'a send to a node that does not exist',
    prepare("ctx.send('Q', 'promise', { n, accepted: null }) // HERE"),
    'unknown-node',
    /no node Q.*A, B/s,
  ),
  answer(
    'a send in try and catch',
    prepare("try { ctx.send('Q', 'promise', { n, accepted: null }) // HERE\n } catch (error) { }"),
    'unknown-node',
    /no node Q/,
  ),
  answer(
    'a message of the wrong shape',
    prepare("ctx.reply('promise', { n: 'two', accepted: null } as any) // HERE"),
    'wrong-fields',
    /promise.*`n`/,
  ),
  answer(
    'a missing export',
    `${HEAD}const acceptor = node<any, Messages>({ init: () => ({}), on: {} })\nacceptor // HERE\n`,
    'missing-export',
    /export default/,
    { line: 5 },
  ),
  answer('a missing `on`', `${HEAD}export default { init() { return {} } } // HERE\n`, 'missing-on', /`on`/),
  answer(
    'a handler that is no function',
    `${HEAD}export default { init() { return {} }, on: { prepare: 7 } } // HERE\n`,
    'handler-not-function',
    /on\.prepare.*number/,
  ),
  answer('a Map in the state', prepare('state.votes = new Map() // HERE'), 'not-plain', /Map/),
  answer(
    'a class instance in the state',
    prepare('state.votes = new Votes() // HERE', { before: 'class Votes {}' }),
    'not-plain',
    /Votes/,
  ),
  answer('a function in the state', prepare('state.votes = () => 1 // HERE'), 'not-plain', /function/),
  answer('a cycle in the state', prepare('state.votes = state // HERE'), 'not-plain', /cycle/),
  answer('50 MB of state', prepare("state.log = 'x'.repeat(50_000_000) // HERE"), 'too-large', /100,000/),
  answer(
    '50 MB of state in small parts',
    prepare('state.log = Array.from({ length: 6_000_000 }, () => 12345678) // HERE'),
    'endless-loop',
    /1,000,000/,
  ),
  answer(
    '50 MB of state in a list',
    prepare('state.log = new Array(6_250_000).fill(12345678) // HERE'),
    'too-large',
    /100,000/,
  ),
  answer('fetch', prepare("fetch('https://example.com/') // HERE"), 'forbidden-global', /`fetch`.*network/s),
  answer('XMLHttpRequest', prepare('new XMLHttpRequest() // HERE'), 'forbidden-global', /XMLHttpRequest/),
  answer(
    'a WebSocket',
    prepare("new WebSocket('wss://example.com/') // HERE"),
    'forbidden-global',
    /WebSocket/,
  ),
  answer('IndexedDB', prepare("indexedDB.open('drafts') // HERE"), 'forbidden-global', /indexedDB\.open/),
  answer(
    'localStorage',
    prepare("localStorage.setItem('a', 'b') // HERE"),
    'forbidden-global',
    /localStorage/,
  ),
  answer('a worker', prepare("new Worker('data:,') // HERE"), 'forbidden-global', /Worker/),
  answer('the page', prepare('document.title // HERE'), 'forbidden-global', /document/),
  answer('the frame around', prepare('(parent as any).postMessage(1) // HERE'), 'forbidden-global', /parent/),
  answer('Date.now', prepare('state.at = Date.now() // HERE'), 'forbidden-global', /Date\.now/),
  answer('new Date', prepare('state.at = new Date().getTime() // HERE'), 'forbidden-global', /Date/),
  answer('Math.random', prepare('state.at = Math.random() // HERE'), 'forbidden-global', /Math\.random/),
  answer('setTimeout', prepare('setTimeout(() => 1, 1) // HERE'), 'forbidden-global', /setTimeout/),
  answer(
    'forbidden, hidden by catch',
    prepare("try { (0 as any, fetch)('/') // HERE\n } finally { return }"),
    'forbidden-global',
    /fetch/,
  ),
  answer(
    'code out of text',
    prepare("([] as any).constructor.constructor('return this')() // HERE"),
    'forbidden-global',
    /Function/,
  ),
  answer(
    'code out of text by the function’s prototype',
    prepare("Object.getPrototypeOf(function* () {}).constructor('yield 1') // HERE"),
    'forbidden-global',
    /Function/,
  ),
  answer(
    'Array.prototype.push',
    prepare('Array.prototype.push = () => 0 // HERE'),
    'patched-global',
    /Array\.prototype\.push/,
  ),
  answer(
    'Array.prototype.push by another name',
    prepare("const list = Array.prototype as any; list['push'] = () => 0 // HERE"),
    'patched-global',
    /push/,
  ),
  answer(
    'Map.prototype by defineProperty',
    prepare("Object.defineProperty(Map.prototype, 'get', { value: () => 0 }) // HERE"),
    'patched-global',
    /Map\.prototype\.get/,
  ),
  answer('JSON.parse', prepare('JSON.parse = () => 0 // HERE'), 'patched-global', /JSON\.parse/),
  answer(
    'Object.prototype.toString',
    prepare('const root = Object.prototype as any; root.toString = () => 0 // HERE'),
    'patched-global',
    /Object\.prototype\.toString/,
  ),
  answer(
    'a global patched while the file loads',
    prepare('', { before: 'Array.prototype.map = () => [] // HERE' }),
    'patched-global',
    /Array\.prototype\.map/,
  ),
  answer('a foreign import', `import fs from 'fs' // HERE\n${prepare('void fs')}`, 'unknown-import', /`fs`/),
  answer(
    'state in the module',
    prepare('count++ // HERE\n state.count = count', { before: 'let count = 0' }),
    'state-outside',
    /`count`/,
  ),
  answer(
    'a huge text, cut up',
    prepare("'a'.repeat(2 ** 28).split('') // HERE"),
    'too-much-at-once',
    /16,777,216/,
  ),
  answer(
    'a huge text, spread',
    prepare("state.log = [...('a'.repeat(2 ** 26))] // HERE"),
    'too-much-at-once',
    /16,777,216/,
  ),
  answer(
    'a list with a billion entries',
    prepare('state.log = Array(1e9).fill(0) // HERE'),
    'too-much-at-once',
    /16,777,216/,
  ),
  answer(
    'a list that doubles',
    prepare('let list = [1]\n while (list.length > 0) list = [...list, ...list] // HERE'),
    'too-much-at-once',
    /16,777,216/,
  ),
  answer(
    'a list of lists',
    prepare('const lists: number[][] = []\n for (;;) lists.push(new Array(100_000).fill(0)) // HERE'),
    'too-much-at-once',
    /16,777,216/,
  ),
  answer(
    'a catastrophic regular expression',
    prepare("/^(a+)+$/.test('a'.repeat(50) + 'b') // HERE"),
    'unresponsive',
    /5 seconds/,
    { slow: true },
  ),
]

/** Ordinary code of many kinds, which must not trip over any guard. */
export const ORDINARY = SOLUTION.replace(
  'export default',
  `class Failure extends Error {
  name = 'Failure'
  static fetch = 1
  override toString() {
    return 'failure'
  }
}
function ordinary(n: number): number {
  const own: any = { constructor: 'C', valueOf: 1, window: 2 }
  own.toString = () => 'own'
  const error = new Failure('text')
  error.message = 'other'
  const { window: fetch = 1 } = own
  const counts = new Map<number, Set<string>>([[n, new Set(['a'])]])
  const list = [...new Array(3).fill(0), ...counts.keys(), ...'text']
  const sorted = list.slice().concat([1]).map(String).sort((one, other) => one.localeCompare(other))
  let sum = 0
  outer: for (const [index, text] of sorted.entries()) {
    for (let turn = 0; ; turn++) {
      if (turn > index) continue outer
      if (turn > 5) break outer
      sum += text.length
    }
  }
  do sum--
  while (sum > 10)
  switch (sum) {
    case 10:
      sum = own?.missing?.().deeper ?? 10
      break
    default:
      sum += fetch
  }
  try {
    throw error
  } catch ({ message }: any) {
    sum += message.length
  } finally {
    sum += 1
  }
  function* numbers() {
    for (let number = 0; number < 3; number++) yield number
  }
  const add = (one: number) => (two: number) => ({ sum: one + two }).sum
  return add(sum)([...numbers()].length) + Math.max(...list.map(Number).filter(Number.isInteger), 1)
}

export default`,
).replace('if (n <= state.promised) return', 'if (n <= state.promised && ordinary(n) !== Infinity) return')
