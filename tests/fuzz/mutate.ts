/** Mutations of texts and values by a seed: what somebody might do to a file or a link, by accident or not. */
import type { Random } from '../../engine/random.ts'

/** Values that have broken readers before. */
const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  -0,
  1e308,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  '',
  '__proto__',
  'constructor',
  'toString',
  '../../../etc/passwd',
  '<img src=x onerror="globalThis.slippedIn=1">',
  '</script><script>globalThis.slippedIn=2</script>',
  '${globalThis.slippedIn=3}',
  'javascript:globalThis.slippedIn=4',
  '\u0000\uD800\u202E',
  'x'.repeat(70_000),
  [],
  {},
  [[[[[[]]]]]],
  { length: 4_294_967_295 },
  { then: 'x' },
  Array.from({ length: 3_000 }, () => ({ kind: 'heal' })),
]

/** Names that mean something to the language. As a text, because as a literal they would mean it here. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toJSON',
  'then',
  'length',
  'kind',
  'version',
  'hasOwnProperty',
]

function one<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)]!
}

/** A place in a value. */
interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

function placesIn(value: unknown): Place[] {
  const places: Place[] = []
  const open = [value]
  while (open.length > 0 && places.length < 5_000) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    for (const key of Object.keys(next)) {
      places.push({ holder: next as Record<string, unknown>, key })
      open.push((next as Record<string, unknown>)[key])
    }
  }
  return places
}

/** Changes a value in a few places: another value, a name more or less, a part twice, somewhere else, or far too deep. */
function mutatedValue(value: unknown, random: Random): unknown {
  let whole = structuredClone(value)
  for (let times = 1 + random.below(3); times > 0; times--) {
    const places = placesIn(whole)
    if (places.length === 0) return one(random, NASTY)
    const { holder, key } = one(random, places)
    switch (random.below(9)) {
      case 0:
      case 1:
        put(holder, key, structuredClone(one(random, NASTY)))
        break
      case 2:
        delete holder[key]
        break
      case 3:
        put(holder, one(random, NAMES), structuredClone(one(random, NASTY)))
        break
      case 4:
        put(holder, key, structuredClone(one(random, places).holder))
        break
      case 5: {
        let deep: unknown = holder[key]
        for (let levels = one(random, [20, 200, 3_000]); levels > 0; levels--)
          deep = random.below(2) === 0 ? [deep] : { a: deep }
        put(holder, key, deep)
        break
      }
      case 6:
        if (Array.isArray(holder))
          holder.splice(Number(key), random.below(3), structuredClone(holder[Number(key)]))
        else put(holder, key, [holder[key], holder[key]])
        break
      case 7:
        if (typeof holder[key] === 'number') put(holder, key, holder[key] + one(random, [-1, 1, 1e9, 0.1]))
        else put(holder, key, String(JSON.stringify(holder[key])).slice(0, 200))
        break
      default:
        whole = random.below(4) === 0 ? [whole] : whole
    }
  }
  return whole
}

/** Even `__proto__` is then a name like any other, as it is in a file. */
function put(holder: Record<string, unknown>, key: string, value: unknown): void {
  // A list has no names; in a file it can't have any.
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

const BYTES = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\\',
  '\u0000',
  '9',
  '-',
  'e',
  '\n',
  '\uD83D',
  '\u2028',
  '#',
  '.',
  '%',
]

/** Changes a text in a few places: characters gone, twice, others, or a part of it cut off or repeated. */
export function mutatedText(text: string, random: Random): string {
  let now = text
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(now.length + 1)
    const length = random.below(2) === 0 ? 1 : random.below(40)
    switch (random.below(6)) {
      case 0:
        now = now.slice(0, at) + now.slice(at + length)
        break
      case 1:
        now = now.slice(0, at) + one(random, BYTES) + now.slice(at)
        break
      case 2:
        now = now.slice(0, at) + one(random, BYTES) + now.slice(at + 1)
        break
      case 3:
        now =
          now.slice(0, at) + now.slice(at, at + length).repeat(2 + random.below(20)) + now.slice(at + length)
        break
      case 4:
        now = now.slice(0, at)
        break
      default: {
        const code = now.charCodeAt(at)
        if (!Number.isNaN(code))
          now = now.slice(0, at) + String.fromCharCode(code ^ (1 << random.below(8))) + now.slice(at + 1)
      }
    }
  }
  return now
}

/** The text of a value, mutated as a value or as a text. @param text of which the value is made where it is JSON */
export function mutatedJson(text: string, random: Random): string {
  if (random.below(3) === 0) return mutatedText(text, random)
  try {
    return JSON.stringify(mutatedValue(JSON.parse(text), random)) ?? ''
  } catch {
    // Nested deeper than values go: a text can be.
    return '['.repeat(100_000)
  }
}
