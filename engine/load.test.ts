/** Answers that are several nodes, each for a role that their exercise names: how they are loaded, and whose fault it is where they can't be. */
import typescript from 'typescript-page'
import { describe, expect, test } from 'vitest'
import { fields, number } from './actors/fields.ts'
import { compile } from './compile/compile.ts'
import type { RolesAnswer, RolesExercise } from './exercise.ts'
import { Fault } from './fault.ts'
import { gradeToEnd } from './grade.ts'
import { load, noAnswer, ownAnswer } from './load.ts'
import { put } from './text/words.ts'
import { en } from './text/en.ts'
import { librariesOf } from './tools/grading/libraries.ts'

const libraries = librariesOf('two-phase-commit')

/** One asks, the other answers. Both are the learner’s. */
const exercise: RolesExercise = {
  id: 'asked-and-answered',
  kind: 'build',
  version: 1,
  file: 'both.ts',
  roles: ['asker', 'answerer'],
  configurations: [
    {
      id: 'one',
      driver: 'explore',
      statesMax: 100,
      system: ({ definitions, probe }) => ({
        nodes: [
          { id: 'A', role: 'asker', definition: definitions['asker']!, probe },
          { id: 'B', role: 'answerer', definition: definitions['answerer']!, probe },
        ],
        roles: {
          asker: {
            sends: { ask: fields({ n: number }) },
            observe: ({ state }) => (state as { told: number } | null)?.told,
          },
          answerer: { sends: { reply: fields({ n: number }) }, observe: () => null },
        },
        network: { duplicates: 0, drops: 0 },
        crashes: null,
        properties: [{ id: 'answered', kind: 'eventually', reached: ([asker]) => asker!.seen === 8 }],
      }),
    },
  ],
}

const ASKER = `const asker = node<any, any>({
  init(ctx) { ctx.broadcast('answerer', 'ask', { n: 7 }); return { told: 0 } },
  on: { reply(state: any, { n }: any) { state.told = n } },
})`
const ANSWERER = `const answerer = node<any, any>({
  init: () => ({}),
  on: { ask(_state: any, { n }: any, ctx: any) { ctx.reply('reply', { n: n + 1 }) } },
})`

function loaded(text: string): RolesAnswer {
  const { code } = compile(typescript, exercise.file, `import { node } from 'lockstep'\n${text}\n`, libraries)
  return load(exercise, code!)
}

/** What is said of a file that can't be loaded. */
function refusal(text: string): string {
  try {
    loaded(text)
  } catch (error) {
    if (error instanceof Fault) return `${error.place?.line}: ${put(en, error.code, error.parameters)}`
  }
  return ''
}

describe('an answer of several nodes', () => {
  test('plays each of its roles, and is graded like any other', () => {
    const answer = loaded(`${ASKER}\n${ANSWERER}\nexport default { asker, answerer }`)
    expect(gradeToEnd(exercise, answer)).toMatchObject({ verdict: 'passed' })
    const silent = ANSWERER.replace("ctx.reply('reply', { n: n + 1 })", '')
    const report = gradeToEnd(exercise, loaded(`${ASKER}\n${silent}\nexport default { asker, answerer }`))
    expect(report.verdict).toBe('failed')
  })

  test('says in which line of the one file a handler threw, whichever node it is of', () => {
    const throwing = ANSWERER.replace("ctx.reply('reply', { n: n + 1 })", 'throw new Error(String(n))')
    const report = gradeToEnd(exercise, loaded(`${ASKER}\n${throwing}\nexport default { asker, answerer }`))
    expect(report.verdict).toBe('error')
    expect(report.diagnostics).toMatchObject([{ line: 8, words: { code: 'handler-threw' } }])
  })

  test.each([
    [
      `${ASKER}\nexport default { asker }`,
      '6: `answerer` is not among what the file exports by default. It has to be a node: `node({ … })`.',
    ],
    [
      `${ASKER}\nexport default asker`,
      '6: `asker` is not among what the file exports by default. It has to be a node: `node({ … })`.',
    ],
    [
      'export default 7',
      '2: The file has to end in `export default { asker, answerer }`, where each of these is a `node({ … })`. It exports number.',
    ],
    [
      'export const asker = 7',
      '2: The file has to end in `export default { asker, answerer }`, where each of these is a `node({ … })`. It exports undefined.',
    ],
    ['export default { asker: 7, answerer: 7 }', '2: `asker` is number; it has to be a node: `node({ … })`.'],
    [
      'export default { asker: { on: {} }, answerer: {} }',
      '2: `asker` has no `init`. Add `init() { return { … } }`: the state that it starts with.',
    ],
    [
      `${ASKER}\nexport default { asker, answerer: { init() { return {} } } }`,
      '6: `answerer` has no `on`. Add `on: { … }` with one function for each type of message that it takes.',
    ],
    [
      `${ASKER}\nexport default { asker, answerer: { init() { return {} }, on: { ask: 7 } } }`,
      '6: `answerer.on.ask` has to be a function, but it is number.',
    ],
  ])('can’t be loaded from %j', (text, words) => {
    expect(refusal(text)).toBe(words)
  })

  test('has a place holder for each role, and may be the course’s own file', () => {
    expect(Object.keys(noAnswer(exercise).definitions)).toEqual(['asker', 'answerer'])
    const own = { asker: { init: () => ({}), on: {} }, answerer: { init: () => ({}), on: {} } }
    expect(ownAnswer(exercise, own)).toEqual({ definitions: own, probe: null })
  })
})
