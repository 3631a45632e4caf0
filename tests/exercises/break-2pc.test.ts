/** What is pinned of break-2pc: its shortest runs, that what counts as blocked is, and that only one that gives up splits anything. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { System, SystemProperty, View } from '../../engine/actors/system.ts'
import { Attempt, judge } from '../../engine/break/judge.ts'
import { outlook, shortest } from '../../engine/break/outlook.ts'
import { readRun } from '../../engine/break/run-file.ts'
import { exploreReduced } from '../../engine/drivers/reduce.ts'
import { type BreakExercise, partsOf } from '../../engine/exercise.ts'
import type { Action } from '../../engine/model.ts'
import { toEnd } from '../../engine/testing/search.ts'
import exercise, { isBlocked } from '../../exercises/break-2pc/exercise.ts'
import { participantsIn } from '../../exercises/two-phase-commit/properties.ts'

const parts = partsOf(exercise)
const part = (id: string): BreakExercise => parts.find((one) => one.part === id)!

/** The runs that lie with the exercise, by name, each with its part. */
const runs = ['breaks', 'misses'].flatMap((kind) =>
  readdirSync(`exercises/break-2pc/${kind}`).map((file): [string, string, readonly Action[]] => {
    const { configuration, actions } = readRun(
      exercise,
      readFileSync(`exercises/break-2pc/${kind}/${file}`, 'utf8'),
    )
    return [file.replace('.json', ''), configuration, actions]
  }),
)
const runOf = (name: string): readonly Action[] => runs.find(([one]) => one === name)![2]

function explored(system: System) {
  return toEnd(exploreReduced(system, { statesMax: 500_000, stepsMax: Infinity }))
}

describe('break-2pc', () => {
  it.each([
    ['block', 3],
    ['votes', 4],
    ['split', 6],
  ])('has no shorter run for %s than one of %i steps', (id, steps) => {
    const best = toEnd(shortest(part(id)))!
    expect(best.proven).toBe(true)
    expect(best.trace.actions).toHaveLength(steps)
    expect(judge(part(id), best.trace.actions)).toMatchObject({ verdict: 'passed', brokenAt: steps })
  })

  it.each(runs.filter(([, id]) => id !== 'split').map(([name, id]) => [name, id] as const))(
    'takes the participants for blocked after %s exactly if nothing that may still happen brings one of them out of doubt',
    (name, id) => {
      const actions = runOf(name)
      const outOfDoubt: SystemProperty = {
        id: 'out-of-doubt',
        kind: 'sometimes',
        reached: (view: View) => participantsIn(view).some(({ seen }) => seen.now !== 'prepared'),
      }
      const { complete, findings } = explored({
        ...part(id).system(),
        before: actions,
        properties: [outOfDoubt],
      })
      expect(complete || findings.length > 0).toBe(true)
      const attempt = new Attempt(part(id))
      for (const action of actions) attempt.take(action)
      expect(isBlocked(attempt.run.view)).toBe(findings.length === 0)
    },
  )

  it('tells when it is too late: once C has told them, nothing blocks them', () => {
    const told = runOf('already-told').slice(0, 4)
    expect(toEnd(outlook(part('votes'), told.slice(0, 3)))).toMatchObject({ reachable: 'yes', distance: 1 })
    expect(toEnd(outlook(part('votes'), told))).toMatchObject({ reachable: 'no', lastHope: 3 })
  })

  it('splits nothing with participants that wait', () => {
    const { nodes, ...system } = part('split').system()
    const right = part('block')
      .system()
      .nodes.find(({ id }) => id === 'orders')!.definition
    const waiting = nodes.map((node) => (node.id === 'stock' ? { ...node, definition: right } : node))
    const { complete, findings } = explored({ ...system, nodes: waiting })
    expect({ complete, findings }).toEqual({ complete: true, findings: [] })
  })
})
