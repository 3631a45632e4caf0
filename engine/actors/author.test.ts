/** Faults of an exercise's author: told from the learner's, never hidden, with the place where they are. */
import { describe, expect, test } from 'vitest'
import type { Report } from '../report.ts'
import { EXPLORED, PROPERTIES, SIMULATED, graded, right, system } from '../testing/small-exercise.ts'
import { AuthorFault, authored, placeIn, watched } from './author.ts'
import type { AnyNodeDefinition, Role, System, SystemProperty } from './system.ts'

describe('the place of a fault', () => {
  test.each([
    ['V8', '    at violated (file:///work/main/exercises/raft/exercise.ts:120:13)'],
    ['V8, no name', '    at file:///work/main/exercises/raft/exercise.ts:120:13'],
    ['V8, a method', '    at Object.violated (/home/me/exercises/raft/exercise.ts:120:13)'],
    ['SpiderMonkey and JavaScriptCore', 'violated@file:///work/main/exercises/raft/exercise.ts:120:13'],
  ])('is read from a stack in the format of %s', (_name, frame) => {
    const stack = `TypeError: x\n    at canonical (file:///work/main/engine/plain.ts:20:1)\n${frame}\n    at run (file:///work/main/engine/actors/author.ts:1:1)`
    expect(placeIn(stack)).toEqual({ file: 'exercises/raft/exercise.ts', line: 120 })
  })

  test('is nowhere in the page, whose script has no files of its own', () => {
    expect(placeIn('Error\n    at a (blob:null/1234-5678:1:2345)')).toEqual({ file: null, line: 0 })
    expect(placeIn('')).toEqual({ file: null, line: 0 })
  })
})

const what = { part: 'property', id: 'agreement' } as const
let calls = 0
const faultOf = (run: () => unknown): AuthorFault => {
  try {
    run()
  } catch (error) {
    if (error instanceof AuthorFault) return error
  }
  return expect.fail('nothing was thrown')
}

describe('what an author wrote', () => {
  test('is named with the line where it threw', () => {
    const fault = faultOf(() => authored(what, () => (undefined as unknown as { n: number }).n))
    expect(fault).toMatchObject({ code: 'author.threw', parameters: { part: 'property', id: 'agreement' } })
    expect(fault.parameters['message']).toMatch(/^TypeError: /)
    expect(fault.place.file).toMatch(/author\.test\.ts$/)
    expect(fault.place.line).toBeGreaterThan(30)
  })

  test('is found by what it does with its argument, where it did not throw', () => {
    const impure: SystemProperty = {
      id: 'bad',
      kind: 'always',
      violated: (view) => ({ n: view.length + ++calls }),
    }
    const [property] = watched(
      { ...system(right), properties: [impure] },
      { definition: right, probe: null },
    ).properties
    const { code, place } = faultOf(() => property!.kind === 'always' && property!.violated([]))
    expect(code).toBe('author.impure')
    expect(place.file).toMatch(/author\.test\.ts$/)
    expect(place.line).toBeGreaterThan(0)
  })

  test('may throw whatever it likes', () => {
    const odd = { toString: () => expect.fail('again') }
    expect(
      faultOf(() =>
        authored(what, () => {
          throw odd
        }),
      ).parameters['message'],
    ).toBe('unknown')
  })
})

/** The small exercise with some of it replaced, graded with a right answer. */
function gradedWith(change: (system: System) => System, answer: AnyNodeDefinition = right): Report {
  const changed = {
    ...EXPLORED,
    system: ({ definition }: { definition: AnyNodeDefinition }) => change(system(definition)),
  }
  return graded(answer, [changed, SIMULATED])
}

const withProperty =
  (property: SystemProperty) =>
  (declared: System): System => ({
    ...declared,
    properties: [...PROPERTIES, property],
  })
const withRole =
  (role: Partial<Role>) =>
  (declared: System): System => ({
    ...declared,
    roles: { node: { ...declared.roles['node']!, ...role } },
  })

const cases: readonly [name: string, change: (system: System) => System, code: string, part: string][] = [
  [
    'a property that throws',
    withProperty({
      id: 'bad',
      kind: 'always',
      violated: ([first]) => (first as never as { no: { n: 1 } }).no.n as never,
    }),
    'author.threw',
    'property bad',
  ],
  [
    'a property that throws only in some state',
    withProperty({
      id: 'bad',
      kind: 'sometimes',
      reached: (view) => {
        if ((view[1]!.seen as { sent: number }).sent === 2) throw new Error('late')
        return false
      },
    }),
    'author.threw',
    'property bad',
  ],
  [
    'a property that changes what it is given',
    withProperty({ id: 'bad', kind: 'eventually', reached: (view) => ((view as unknown[]).pop(), true) }),
    'author.changes',
    'property bad',
  ],
  [
    'a property that gives another answer when it is asked again',
    withProperty({ id: 'bad', kind: 'sometimes', reached: () => ++calls % 2 === 0 }),
    'author.impure',
    'property bad',
  ],
  [
    'a violation that is not plain',
    withProperty({ id: 'bad', kind: 'always', violated: (view) => new Set(view) as never }),
    'author.not-plain',
    'property bad',
  ],
  [
    'observe that throws',
    withRole({ observe: ({ state }) => (state as { a: { b: 1 } }).a.b }),
    'author.threw',
    'observe node',
  ],
  ['observe that is not plain', withRole({ observe: () => () => 1 }), 'author.not-plain', 'observe node'],
  [
    'a history that changes what was there',
    withRole({ history: { initial: [], after: (history: number[]) => (history.push(1), history) } }),
    'author.threw',
    'history node',
  ],
  [
    'a check of fields that throws',
    withRole({ sends: { ping: () => null, pong: (fields) => (fields as { a: { b: null } }).a.b } }),
    'author.threw',
    'fields pong',
  ],
  [
    'a history of the system that is not pure',
    (declared) => ({
      ...declared,
      history: { initial: 0, record: () => ++calls, after: (history: number) => history },
    }),
    'author.impure',
    'history record',
  ],
]

describe('in a grading', () => {
  test.each(cases)('%s is an error of the author, not of the answer', (_name, change, code, where) => {
    const { verdict, checks, diagnostics } = gradedWith(change)
    expect(verdict).toBe('error')
    const [diagnostic] = diagnostics
    expect(diagnostics).toHaveLength(1)
    expect(diagnostic).toMatchObject({ line: 0, words: { code } })
    expect(`${diagnostic!.words.parameters['part']} ${diagnostic!.words.parameters['id']}`).toBe(where)
    expect(diagnostic!.author).toBeDefined()
    expect(checks[0]).toMatchObject({ verdict: 'error', message: { code: 'check.author' } })
    expect(checks.at(-1)!.verdict).toBe('not-run')
  })

  test('an answer can’t hide it by catching it', () => {
    const catching: AnyNodeDefinition = {
      init: () => ({}),
      on: {
        ping(_state, _message, ctx) {
          try {
            ctx.reply('pong', {})
          } catch {
            // Nothing happened.
          }
        },
      },
    }
    const sends: Role['sends'] = {
      ping: () => null,
      pong: () => {
        throw new Error('not yet')
      },
    }
    expect(gradedWith(withRole({ sends }), catching).diagnostics).toMatchObject([
      { words: { code: 'author.threw' } },
    ])
  })

  test('a configuration that can’t be built is one too', () => {
    const report = gradedWith(() => {
      throw new RangeError('no such ballot')
    })
    expect(report).toMatchObject({ verdict: 'error', checks: [] })
    expect(report.diagnostics).toMatchObject([
      { words: { code: 'author.threw', parameters: { part: 'system', id: 'every' } } },
    ])
  })

  test('a handler of the course’s own that throws is one too', () => {
    const broken = (declared: System): System => ({
      ...declared,
      nodes: declared.nodes.map((node) =>
        node.id === 'A'
          ? { ...node, definition: { ...node.definition, on: { pong: () => expect.fail('ours') } } }
          : node,
      ),
    })
    const { diagnostics, verdict } = gradedWith(broken)
    expect(verdict).toBe('error')
    expect(diagnostics).toMatchObject([
      { words: { code: 'author.threw', parameters: { part: 'handler', id: 'node on.pong' } } },
    ])
  })

  test('what an answer does wrong is still the answer’s', () => {
    const throwing: AnyNodeDefinition = { init: () => ({}), on: { ping: () => expect.fail('mine') } }
    const { diagnostics } = graded(throwing, [EXPLORED])
    expect(diagnostics).toMatchObject([{ words: { code: 'handler-threw' } }])
    expect(diagnostics[0]!.author).toBeUndefined()
  })
})
