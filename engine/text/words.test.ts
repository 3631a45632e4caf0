/** Everything that the engine can say has words, and the words get their parameters. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { en } from './en.ts'
import { grouped, put } from './words.ts'

const root = new URL('..', import.meta.url)

/** The engine's own sources, tests and their fixtures left out. */
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter(
    (file) =>
      file.endsWith('.ts') && !file.endsWith('.test.ts') && !/^(text\/en|testing\/|testdata\/)/.test(file),
  )
  .map((file) => ({ file, text: readFileSync(new URL(file, root), 'utf8') }))

/** Where a code is raised: `fail('code'`, `#exceeded('code'`, `new Fault('code'`, `words('code'`, `code: 'code'`. */
const RAISED =
  /(?:\bfail\(|#exceeded\(|\bnew Fault\(|\bwords\(|\bcode: )\s*'([a-z][a-z0-9.-]*)'(?!\s*\|)(?:,\s*(\{[^}]*\}|\w+))?/g

interface Site {
  readonly file: string
  readonly code: string
  /** Names of the parameters in the call; null where they can't be read off the source. */
  readonly supplied: readonly string[] | null
}

const sites: Site[] = sources.flatMap(({ file, text }) =>
  [...text.replaceAll(/`[^`]*`/g, '0').matchAll(RAISED)].map(([, code, parameters]) => ({
    file,
    code: code!,
    supplied: namesIn(parameters),
  })),
)

function namesIn(parameters: string | undefined): readonly string[] | null {
  if (parameters === undefined) return []
  if (!parameters.startsWith('{') || parameters.includes('...')) return null
  return [...parameters.matchAll(/(?:[{,]\s*)(\w+)\s*(?=[:,}])/g)].map(([, name]) => name!)
}

/** What `execute` adds to every fault of a handler. */
const ADDED = ['node', 'handler']

/** Keys that are put together from parts, as `step.${kind}`, and what the site says in the engine's words. */
const COMPOSED =
  /^(action|step|told|verdict|severity|report|usage|check\.inconclusive|expected|scope|growth|compare|doomed)[.-]|-somewhere$|^sandbox-failed$/

const placesOf = (template: string): string[] => [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

describe('the words of the engine', () => {
  test('are there for every code that is raised', () => {
    expect(sites.length).toBeGreaterThan(30)
    expect(sites.filter(({ code }) => !Object.hasOwn(en, code))).toEqual([])
  })

  test('have each of their places filled where the code is raised', () => {
    const gaps = sites.flatMap(({ file, code, supplied }) => {
      const missing = placesOf(en[code] ?? '').filter(
        (place) => supplied && ![...ADDED, ...supplied].includes(place),
      )
      return missing.map((place) => `${file}: ${code} wants {${place}}`)
    })
    expect(gaps).toEqual([])
  })

  test('are all used', () => {
    const everything = sources.map(({ text }) => text).join('\n')
    const unused = Object.keys(en).filter((code) => !COMPOSED.test(code) && !everything.includes(`'${code}'`))
    expect(unused).toEqual([])
  })
})

describe('put', () => {
  const dictionary = { lost: '{message} from {from} is lost, {count} so far.', plain: 'Nothing.' }

  test('says in words what was expected, and which choices there are', () => {
    const parameters = { field: 'phase', expected: 'expected-choice', choices: ["'working'", 'null'] }
    expect(put(en, 'wrong-observe', parameters)).toBe(
      "`observe` gives a wrong field `phase`: it has to be one of 'working', null.",
    )
  })

  test('fills the places in; lists are joined, thousands set apart', () => {
    expect(put(dictionary, 'lost', { message: ['a', 'b'], from: 'A', count: 1234567 })).toBe(
      'a, b from A is lost, 1,234,567 so far.',
    )
    expect([grouped(0), grouped(999), grouped(1_000), grouped(-1_000_000)]).toEqual([
      '0',
      '999',
      '1,000',
      '-1,000,000',
    ])
  })

  test('leaves a gap to be seen, and gives a code without words as it is', () => {
    expect(put(dictionary, 'lost', { from: 'A', count: 0.5 })).toBe('{message} from A is lost, 0.5 so far.')
    expect(put(dictionary, 'toString')).toBe('toString')
    expect(put({ odd: '{toString}' }, 'odd')).toBe('{toString}')
  })
})
