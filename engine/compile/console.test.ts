/** The console of a node's handlers: heard where a run is worked out, not where it is searched for, and never of any consequence. */
import typescript from 'typescript-page'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../exercise.ts'
import { Run } from '../drivers/run.ts'
import { gradeToEnd } from '../grade.ts'
import { EXPLORED, exercise, system } from '../testing/small-exercise.ts'
import { librariesOf } from '../tools/grading/libraries.ts'
import { compile } from './compile.ts'
import { CONSOLE_CHARACTERS_MAX, CONSOLE_LINES_MAX } from './console.ts'
import { evaluate } from './evaluate.ts'

const SAYS = {
  little: `console.log('got', message, 'of', state.answered)`,
  none: ``,
}

const source = (says: string, atStart = ''): string => `import { node } from 'lockstep'
export default node<{ answered: number[] }, any>({
  init(ctx) {
    ${atStart}
    return { answered: [] }
  },
  on: {
    ping(state, message, ctx) {
      ${says}
      state.answered = [...state.answered, message.number]
      ctx.reply('pong', { number: message.number })
    },
  },
})
`

function answerOf(says: string, atStart = ''): Answer {
  const { code } = compile(typescript, 'answer.ts', source(says, atStart), librariesOf('paxos-acceptor'))
  return evaluate(code!)
}

const graded = (says: string) => gradeToEnd(exercise(EXPLORED), answerOf(says))

function heardIn(says: string, atStart = '') {
  const answer = answerOf(says, atStart)
  const declared = system(answer.definition)
  const nodes = declared.nodes.map((node) => (node.id === 'B' ? { ...node, probe: answer.probe } : node))
  const run = new Run({ ...declared, nodes } as typeof declared)
  run.take(run.enabled().find(({ kind }) => kind === 'deliver')!)
  return run.record
}

describe('what a handler writes', () => {
  test('stands at the step in which it ran, with its line', () => {
    const { steps, output } = heardIn(SAYS.little)
    expect(output).toBeUndefined()
    expect(steps[0]!.output).toEqual([{ level: 'log', text: 'got { number: 1 } of []', line: 9 }])
  })

  test('stands at the start where a node starts', () => {
    expect(heardIn('', `console.warn('up')`).output).toEqual([
      { node: 'B', level: 'warn', text: 'up', line: 4 },
    ])
  })

  test('is put into words at once, whatever it is', () => {
    const says = `const a: any = { n: -0, m: new Map([[1, 'x']]), s: new Set([2]), f() {}, u: undefined, b: 3n }
      a.self = a
      console.info(a)
      a.n = 7
      console.error(new Error('no'), [[[[[1]]]]])
      console.debug()`
    expect(heardIn(says).steps[0]!.output!.map(({ level, text }) => `${level} ${text}`)).toEqual([
      `info { n: -0, m: Map(1) { 1 => 'x' }, s: Set(1) { 2 }, f: [Function f], u: undefined, b: 3n, self: [Circular] }`,
      'error Error: no [ [ [ [ [Array] ] ] ] ]',
      'debug ',
    ])
  })

  test('is bounded in lines and in characters, and says that there was more', () => {
    const many = heardIn('for (let i = 0; i < 5000; i++) console.log(i)').steps[0]!.output!
    expect(many).toHaveLength(CONSOLE_LINES_MAX)
    expect(many.at(-1)).toMatchObject({ text: '99', cut: true })
    const long = heardIn(`for (let i = 0; i < 9; i++) console.log('x'.repeat(1500))`).steps[0]!.output!
    expect(long.reduce((sum, { text }) => sum + text.length, 0)).toBe(CONSOLE_CHARACTERS_MAX)
    expect(long.at(-1)!.cut).toBe(true)
    const wide = `const w = (d: number): any => (d === 0 ? 1 : Array.from({ length: 30 }, () => w(d - 1)))
      const v = w(3); console.log([v, v, v])`
    expect(heardIn(wide).steps[0]!.output![0]!.text).toHaveLength(2_001)
  })

  test('changes nothing: the same report but for what was heard', () => {
    const bare = (says: string) =>
      JSON.parse(
        JSON.stringify(graded(says), (key, value: unknown) =>
          key === 'output' || key === 'line' || key === 'lines' ? undefined : value,
        ),
      ) as unknown
    expect(bare(SAYS.little)).toEqual(bare(SAYS.none))
  })
})

test('the compiler knows the console’s five functions, and no other global of the outside', () => {
  const said = (says: string) =>
    compile(typescript, 'answer.ts', source(says), librariesOf('paxos-acceptor')).diagnostics.map(
      ({ words }) => words.code,
    )
  expect(
    said(`console.log(1); console.info(1); console.warn(1); console.error(1); console.debug(1)`),
  ).toEqual([])
  expect(said(`console.table([])`)).toEqual(['type-error'])
  expect(said(`setTimeout(() => 1)`)).toContain('forbidden-global')
})

test('a member that is not there is an error of the handler’s, with its line', () => {
  const report = graded(`(console as any).table([])`)
  expect(report.verdict).toBe('error')
})
