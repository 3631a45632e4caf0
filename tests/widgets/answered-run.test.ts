/** A reader's own answer in a figure: the script as far as it can happen, and what may be done at every step of it. */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, test } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import { evaluate } from '../../engine/compile/evaluate.ts'
import { Fault } from '../../engine/fault.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import { answered } from '../../src/course/raft/answers.ts'
import { figureOf, foundIn, recordOf, scriptOf } from '../../src/course/registry.ts'
import { playedWith } from '../../engine/drivers/played.ts'

const solutionTo = (exercise: string): string => readFileSync(`exercises/${exercise}/solution.ts`, 'utf8')
const solution = solutionTo('raft-safety')

/** Where a message is from in a file is the answer's own affair. */
const withoutLines = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'line' ? 0 : part)))

/** What the sandbox does with an answer that the page has compiled. */
function played(figure: string, source = solutionTo(answered[figure]!.exercise)) {
  const { system, exercise } = answered[figure]!
  const { code } = compile(typescript, 'answer.ts', source, librariesOf(exercise))
  return playedWith(system(evaluate(code!)), scriptOf(figureOf(figure), figureOf(figure).variants[0]!))
}

/** Does a figure first show what a wrong rule leads to? */
const isWrong = (id: string): boolean =>
  foundIn(figureOf(id), figureOf(id).variants[0]!)?.check.expect === 'fails'

describe.each(Object.keys(answered).filter(isWrong))('%s', (id) => {
  test('an answer that is the solution does not do what a wrong rule did', () => {
    const figure = figureOf(id)
    const { record, stop } = played(id)
    if (stop) expect(stop.code).toBe('diverged')
    const shown = recordOf(figure, figure.variants[0]!)
    expect(withoutLines(record.frames)).not.toEqual(withoutLines(shown.frames))
    // Up to the mistake it goes along.
    expect(record.steps.length).toBeGreaterThan(shown.steps.length / 2)
  })
})

describe.each(Object.keys(answered).filter((id) => !isWrong(id)))('%s', (id) => {
  test('an answer that is the solution does what the course’s servers do, to the end', () => {
    const figure = figureOf(id)
    const { record, offers, stop } = played(id)
    expect(stop).toBeNull()
    expect(offers).toHaveLength(record.frames.length)
    const shown = recordOf(figure, figure.variants[0]!)
    expect(withoutLines(record.frames)).toEqual(withoutLines(shown.frames))
    // What happens next in the script is on offer, unless it is the network's affair.
    record.steps.forEach(({ action }, step) => {
      const { enabled, others } = offers[step]!
      if (action.kind !== 'partition') expect([...enabled, ...others]).toContainEqual(action)
    })
  })
})

describe('an answer that goes another way', () => {
  test('is run up to where the script can’t go on', () => {
    // It refuses everybody its vote, so the replies that the script delivers are never sent.
    const grants = 'const voteGranted = term === state.currentTerm'
    expect(solution).toContain(grants)
    const { record, offers, stop } = played(
      'raft/one-candidate',
      solution.replace(grants, `${grants} && ctx.self === 'nobody'`),
    )
    expect(stop?.code).toBe('diverged')
    expect(record.steps.length).toBeGreaterThan(0)
    expect(offers).toHaveLength(record.frames.length)
  })

  test('that throws stops there, and one that can’t start gives no run', () => {
    const throwing = `import { node } from 'lockstep'
export default node({
  init(ctx) { ctx.setTimer('election'); return {} },
  on: {},
  timers: { election() { throw new Error('no') } },
  restart() { return {} },
  observe: () => ({ term: 0, role: 'follower', log: [], commitIndex: 0 }),
})`
    const { record, stop } = played('raft/one-candidate', throwing)
    expect(stop).not.toBeNull()
    expect(stop!.code).not.toBe('diverged')
    expect(record.frames).toHaveLength(record.steps.length + 1)
    expect(() => played('raft/one-candidate', throwing.replace('observe', 'look'))).toThrow(Fault)
  })
})
