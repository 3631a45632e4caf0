/** What is pinned of the locks that are broken by hand: their shortest runs, and which faults are in whose power. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Attempt, judge } from '../../engine/break/judge.ts'
import { outlook, shortest } from '../../engine/break/outlook.ts'
import { partOf, readRun } from '../../engine/break/run-file.ts'
import { type AnyBreakExercise, type BreakExercise, partsOf } from '../../engine/exercise.ts'
import type { Action } from '../../engine/model.ts'
import { naiveDistance } from '../../engine/testing/naive-way.ts'
import { toEnd } from '../../engine/testing/search.ts'
import setnxExpire from '../../exercises/break-setnx-expire/exercise.ts'
import redlock from '../../exercises/break-redlock/exercise.ts'

const part = (id: string): BreakExercise => partsOf(redlock).find((one) => one.part === id)!

/** The runs of a folder of an exercise, by name. */
function runsOf(exercise: AnyBreakExercise, kind: 'breaks' | 'misses') {
  const folder = `exercises/${exercise.id}/${kind}`
  return readdirSync(folder).map((file) => {
    const run = readRun(exercise, readFileSync(`${folder}/${file}`, 'utf8'))
    return { name: file.replace('.json', ''), exercise: partOf(exercise, run), actions: run.actions }
  })
}
const run = (name: string): readonly Action[] =>
  [...runsOf(redlock, 'breaks'), ...runsOf(redlock, 'misses')].find((one) => one.name === name)!.actions

/** The same exercise without one of its faults. */
const without = (exercise: BreakExercise, fault: 'drops' | 'crashes'): BreakExercise => ({
  ...exercise,
  system: () => {
    const system = exercise.system()
    return fault === 'drops'
      ? { ...system, network: { ...system.network, drops: 0 } }
      : { ...system, crashes: null }
  },
})

describe('break-setnx-expire', () => {
  it('takes five steps, and looking at every state finds no shorter run', () => {
    expect(toEnd(shortest(setnxExpire))).toMatchObject({ proven: true, trace: { actions: { length: 5 } } })
    expect(naiveDistance(setnxExpire, new Attempt(setnxExpire).run, 0, 100_000)).toBe(5)
  })

  it('can be done with a crash alone, with a broken connection alone, and with neither not', () => {
    const crash = without(setnxExpire, 'drops')
    const broken = without(setnxExpire, 'crashes')
    expect(toEnd(outlook(crash, []))).toMatchObject({ reachable: 'yes', distance: 5 })
    expect(toEnd(outlook(broken, []))).toMatchObject({ reachable: 'yes', distance: 6 })
    expect(toEnd(outlook(without(crash, 'crashes'), []))).toMatchObject({ reachable: 'no' })
  })

  it('is not done while the deadline is on its way, though its owner is gone and the other waits', () => {
    const { actions } = runsOf(setnxExpire, 'misses').find(({ name }) => name === 'deadline-on-its-way')!
    const attempt = new Attempt(setnxExpire)
    for (const action of actions) {
      attempt.take(action)
      expect(attempt.standing.brokenAt).toBeNull()
    }
  })
})

describe('break-redlock', () => {
  it.each([
    ['pause', 23],
    ['jump', 21],
  ])('takes its fewest steps by a %s: %i', (id, steps) => {
    expect(toEnd(shortest(part(id)))).toMatchObject({ proven: true, trace: { actions: { length: steps } } })
  })

  it.each(['pause', 'jump', 'restart'])('has the %s, and no other fault of its kind', (id) => {
    const { crashes, network, time } = part(id).system()
    expect([time?.pauses !== undefined, time?.jumps !== undefined, crashes !== null]).toEqual(
      ['pause', 'jump', 'restart'].map((one) => one === id),
    )
    expect(network.drops).toBe(id === 'pause' ? 0 : 1)
  })

  it('is not done by a lost connection alone', () => {
    for (const id of ['jump', 'restart']) {
      const exercise = part(id)
      const calm: BreakExercise = {
        ...exercise,
        system: () => {
          const { time, ...system } = exercise.system()
          const { jumps: _jumps, ...calmTime } = time!
          return { ...system, crashes: null, time: calmTime }
        },
      }
      expect(toEnd(outlook(calm, []))).toMatchObject({ reachable: 'no' })
    }
  })

  it('is not done by a jump alone: it takes a majority that is no larger than it must be', () => {
    expect(toEnd(outlook(without(part('jump'), 'drops'), []))).toMatchObject({ reachable: 'no' })
  })

  it('is not done by a pause before A looks at its clock, wherever it goes on from there', () => {
    const actions = run('pause-too-soon')
    const pause = actions.findIndex(({ kind }) => kind === 'pause')
    expect(toEnd(outlook(part('pause'), actions.slice(0, pause)))).toMatchObject({ reachable: 'yes' })
    expect(toEnd(outlook(part('pause'), actions.slice(0, pause + 1)))).toMatchObject({
      reachable: 'no',
      lastHope: pause,
    })
  })

  it('is judged as its files say', () => {
    for (const { exercise, actions, name } of runsOf(redlock, 'breaks'))
      expect(judge(exercise, actions), name).toMatchObject({ verdict: 'passed', brokenAt: actions.length })
    for (const { exercise, actions, name } of runsOf(redlock, 'misses'))
      expect(judge(exercise, actions), name).toMatchObject({ verdict: 'failed', brokenAt: null })
  })
})
