/**
 * What is pinned of break-ap-register: its shortest runs, that no order of the operations explains what clients see in them, that what is gone
 * never comes back, and that a register that keeps siblings loses nothing.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AnyNodeDefinition, System, SystemProperty, View } from '../../engine/actors/system.ts'
import { observed } from '../../engine/actors/observed.ts'
import { judge } from '../../engine/break/judge.ts'
import { outlook, shortest } from '../../engine/break/outlook.ts'
import { readRun } from '../../engine/break/run-file.ts'
import { exploreReduced } from '../../engine/drivers/reduce.ts'
import { type BreakExercise, partsOf } from '../../engine/exercise.ts'
import { linearizable, operationHistory } from '../../engine/linearizability/explored.ts'
import { register } from '../../engine/linearizability/models.ts'
import type { Action } from '../../engine/model.ts'
import { toEnd } from '../../engine/testing/search.ts'
import type { Messages, Seen } from '../../exercises/ap-register/messages.ts'
import siblings from '../../exercises/ap-register/variants/siblings.ts'
import exercise from '../../exercises/break-ap-register/exercise.ts'

const part = (id: string): BreakExercise => partsOf(exercise).find((one) => one.part === id)!

/** The runs that lie with the exercise, by name, each with its part. */
const runs = ['breaks', 'misses'].flatMap((kind) =>
  readdirSync(`exercises/break-ap-register/${kind}`).map(
    (file): readonly [name: string, part: string, actions: readonly Action[]] => {
      const text = readFileSync(`exercises/break-ap-register/${kind}/${file}`, 'utf8')
      const { configuration, actions } = readRun(exercise, text)
      return [file.replace('.json', ''), configuration, actions]
    },
  ),
)

const runOf = (name: string): readonly Action[] => runs.find(([one]) => one === name)![2]

/** What clients ask and are answered, as operations on one register. */
const history = operationHistory({
  clients: 'client',
  invocation(type, message) {
    if (type === 'read') return { f: 'read' }
    return type === 'write' ? { f: 'write', value: (message as Messages['write']).value } : null
  },
  result(type, message) {
    const { id, values } = message as Messages['values']
    const number = Number(id.split('-')[1]) - 1
    return type === 'values' ? { number, value: values[0] } : { number }
  },
})

function explored(system: System, properties: readonly SystemProperty[]): readonly string[] {
  const { complete, findings } = toEnd(
    exploreReduced({ ...system, properties }, { statesMax: 300_000, stepsMax: Infinity }),
  )
  expect(complete || findings.length > 0).toBe(true)
  return findings.map(({ property }) => properties[property]!.id)
}

const holds = (view: View, value: string): boolean =>
  view.some(({ role, seen }) => role === 'replica' && (seen as readonly string[]).includes(value))

describe('break-ap-register', () => {
  it.each([
    ['past', 6],
    ['back', 8],
    ['gone', 8],
  ])('has no shorter run for %s than one of %i steps', (id, steps) => {
    const best = toEnd(shortest(part(id)))!
    expect(best.proven).toBe(true)
    expect(best.trace.actions).toHaveLength(steps)
    expect(judge(part(id), best.trace.actions)).toMatchObject({ verdict: 'passed', brokenAt: steps })
  })

  it.each(runs.filter(([, id]) => id !== 'gone'))(
    'judges %s (%s) as one does who looks for an order of the operations',
    (_name, id, actions) => {
      const asOne: BreakExercise = {
        ...part(id),
        target: 'linearizable',
        system: () => ({
          ...part(id).system(),
          history,
          properties: [linearizable('linearizable', register('old'))],
        }),
      }
      expect(judge(asOne, actions).verdict).toBe(judge(part(id), actions).verdict)
    },
  )

  it.each(runs.filter(([name, id]) => id === 'gone' && judge(part(id), runOf(name)).verdict === 'passed'))(
    'takes x for gone after %s, and it never comes back',
    (_name, id, actions) => {
      const back: SystemProperty = { id: 'back', kind: 'sometimes', reached: (view) => holds(view, 'x') }
      expect(explored({ ...part(id).system(), before: actions }, [back])).toEqual([])
    },
  )

  it('tells when it is too late: once B has heard of x, whoever writes there replaces it', () => {
    const known = runOf('overwritten-knowingly')
    expect(toEnd(outlook(part('gone'), known.slice(0, 4)))).toMatchObject({ reachable: 'yes' })
    expect(toEnd(outlook(part('gone'), known))).toMatchObject({ reachable: 'no', lastHope: 4 })
  })

  it('loses neither of two concurrent writes where replicas keep siblings', () => {
    const { nodes, ...system } = part('gone').system()
    const old = { siblings: [{ value: 'old', writer: 'A', number: 1 }], known: { A: 1 } }
    const definition = observed<Seen>(
      {
        ...(siblings as AnyNodeDefinition),
        init: (ctx) => (siblings as AnyNodeDefinition).restart!(old, ctx),
      },
      { shows: () => null, mayFire: (_timer, fired) => fired < 1 },
    )
    // Both have written, and nobody has gossiped.
    const written = runOf('two-at-once').slice(0, 5)
    const keeping = nodes.map((node) => (node.role === 'replica' ? { ...node, definition } : node))
    const lost: SystemProperty = {
      id: 'lost',
      kind: 'sometimes',
      reached: (view) => !holds(view, 'x') || !holds(view, 'y'),
    }
    const both: SystemProperty = {
      id: 'both',
      kind: 'sometimes',
      reached: (view) =>
        view.every(({ role, seen }) => role !== 'replica' || (seen as readonly string[]).join() === 'x,y'),
    }
    expect(explored({ ...system, nodes: keeping, before: written }, [lost, both])).toEqual(['both'])
  })
})
