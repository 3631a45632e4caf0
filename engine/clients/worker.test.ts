/** A worker's file runs around an answer: it calls the answer's functions, and what is told is told of the answer alone. */
import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { compiled } from '../testing/clients/compiled.ts'
import worker from '../testing/clients/worker/worker.ts?program'
import type { Environment } from './environment.ts'
import { notes } from './notes.ts'
import { resume, start } from './process.ts'
import type { ProcessStep } from './process-state.ts'
import { withWorker } from './worker.ts'

const ENVIRONMENT: Environment = { process: 'A', services: { notes: notes().library } }

const ANSWER = `let turns = 0
export async function acquire(waitMs: number) {
  await sleep(waitMs)
  return \`token \${++turns}\`
}
export async function release(token: string) {
  await sleep(token.length)
}
`

/** Brings a process on by its one timer; requests are those of notes, which nobody has to answer. */
function awake({ state }: ProcessStep, of: ReturnType<typeof withWorker>): ProcessStep {
  return resume(of, state, { kind: 'timer', timer: state.timers[0]!.number }, ENVIRONMENT)
}

test('the functions that it needs are those that it imports, by the names that the answer gives them', () => {
  expect(worker.needs).toEqual(['acquire', 'release'])
})

test('it calls the answer, each process has the variables of both files, and lines are the answer’s', () => {
  const loaded = withWorker(worker, compiled(ANSWER))
  let step = start(loaded, 'main', [2], ENVIRONMENT)
  const other = start(loaded, 'main', [2], ENVIRONMENT)
  expect(other.state.identity).toBe(step.state.identity)
  expect(step.state.byHistory).toBe(false)
  expect(step.lines).toEqual([1, 3])
  expect(step.state.stands).toEqual([{ function: 'acquire', line: 3 }])
  step = awake(step, loaded)
  expect(step.lines).toEqual([3, 4, 7])
  const asked = step.effects.filter(({ kind }) => kind === 'request')
  expect(asked).toMatchObject([{ command: { name: 'inside', value: 'A token 1' }, line: 4 }])
  step = awake(awake(awake(step, loaded), loaded), loaded)
  expect(step.state.ended).toEqual({ kind: 'returned', value: 2 })
})

test('places of the two files are told apart', () => {
  const loaded = withWorker(
    worker,
    compiled(
      'export const acquire = (work) => work()\nexport const release = 0 as never\nexport { acquire as other }\n'.replace(
        '0 as never',
        'async () => undefined',
      ),
    ),
  )
  const step = start(loaded, 'within', [], ENVIRONMENT)
  expect(step.state.byHistory).toBe(false)
  expect(step.state.identity).toContain('at 1000')
  expect(awake(step, loaded).state.ended).toEqual({ kind: 'returned', value: 1 })
})

test('a function that is missing is named as the process starts', () => {
  const loaded = withWorker(
    worker,
    compiled('export async function acquire() {}\nexport const release = 1\n'),
  )
  const { fault } = start(loaded, 'main', [1], ENVIRONMENT)
  expect(fault).toBeInstanceOf(Fault)
  expect(fault).toMatchObject({ code: 'missing-entry', parameters: { name: 'release' } })
})

test('an error comes through the functions of the answer, and the worker’s are not among them', () => {
  const loaded = withWorker(
    worker,
    compiled(`export async function acquire() {
  await sleep(1)
  throw new Error('no')
}
export async function release() {}
`),
  )
  const { ended } = awake(start(loaded, 'main', [1], ENVIRONMENT), loaded).state
  expect(ended).toMatchObject({ kind: 'thrown', error: { stack: [{ function: 'acquire', line: 3 }] } })
  expect((ended as Extract<typeof ended, { kind: 'thrown' }>).error.stack).toHaveLength(1)
})

test('an endless loop of the answer is a fault with its line', () => {
  const loaded = withWorker(
    worker,
    compiled('export async function acquire() {\n  for (;;);\n}\nexport async function release() {}\n'),
  )
  expect(start(loaded, 'main', [1], ENVIRONMENT).fault).toMatchObject({
    code: 'endless-loop',
    place: { line: 2 },
  })
})
