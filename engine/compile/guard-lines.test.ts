/** The lines that a step points at: those of the calls that sent, set and wrote, wherever what is handed over was worked out. */
import typescript from 'typescript-page'
import { describe, expect, test } from 'vitest'
import { execute } from '../actors/execute.ts'
import { fields, number } from '../actors/fields.ts'
import type { System } from '../actors/system.ts'
import type { Answer, Exercise } from '../exercise.ts'
import { load } from '../load.ts'
import { librariesOf } from '../tools/grading/libraries.ts'
import { compile } from './compile.ts'

const exercise: Exercise = { id: 'lines', kind: 'build', version: 1, file: 'node.ts', configurations: [] }

/** What a node does when it begins, each with its line: `9 send`. The first line of its body is line 8. */
function effects(...body: string[]): string[] {
  const source = `import { node } from 'lockstep'
const nine = (): number => {
  return 9
}
const told = (n: number) => ({ n })
export default node<any, any>({
  init(ctx) {
${body.join('\n')}
    return {}
  },
  on: {},
})
`
  const { code } = compile(typescript, exercise.file, source, librariesOf('paxos-acceptor'))
  const { definition, probe } = load(exercise, code!) as Answer
  const node = { id: 'A', role: 'one', definition, probe }
  const system: System = {
    nodes: [node, { ...node, id: 'B' }],
    roles: { one: { sends: { told: fields({ n: number }) }, observe: () => null } },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [],
  }
  const local = { state: null, disk: null, clock: null }
  const done = execute(system, node, local as never, { kind: 'init' } as never)
  return done.effects.map(({ line, kind }) => `${line} ${kind}`)
}

describe('a call whose argument calls', () => {
  test('on a further line is one of its own line', () => {
    expect(effects("ctx.send('B', 'told', {", '  n: nine(),', '})')).toEqual(['8 send'])
  })

  test('and whose last argument calls nothing is one of its own line too', () => {
    expect(effects('ctx.send(', "  ['B'].slice(0).join(''),", "  'told',", '  { n: 1 },', ')')).toEqual([
      '8 send',
    ])
  })

  test('with more of the same behind it leaves the next line alone', () => {
    expect(effects("ctx.send('B', 'told', told(", '  nine(),', '))', 'ctx.persist(1)')).toEqual([
      '8 send',
      '11 persist',
    ])
  })
})
