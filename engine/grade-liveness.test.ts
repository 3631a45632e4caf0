/** Grading of goals: which runs fail them, how their loops are shown, and from which step on they were doomed. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition, System, SystemProperty } from './actors/system.ts'
import { ALL_REDUCTIONS, NO_REDUCTIONS } from './drivers/reduce.ts'
import { replay } from './drivers/run.ts'
import type { CheckReport } from './report.ts'
import { type GradeOptions, gradeToEnd } from './grade.ts'
import { duel, waitingCommit } from './testing/liveness-systems.ts'
import { exercise } from './testing/small-exercise.ts'
import { counter, openRole, pinger, seen, small } from './testing/small-systems.ts'
import { en } from './text/en.ts'
import { put } from './text/words.ts'
import { pack, unpack } from './trace/pack.ts'

/** The check of the only property of a system. */
function checked(system: System, options: GradeOptions = {}): CheckReport {
  const answer = { definition: pinger, probe: null }
  const configuration = { id: 'some', driver: 'explore', statesMax: 10_000, system: () => system } as const
  const { checks, diagnostics } = gradeToEnd(exercise(configuration), answer, options)
  expect(diagnostics).toEqual([])
  return checks[0]!
}

describe('a goal that a run goes round for ever without', () => {
  const system = waitingCommit('asks participants', 'never')
  const check = checked(system)

  test('fails, and the steps that repeat are named', () => {
    expect(check).toMatchObject({
      verdict: 'failed',
      message: { code: 'check.failed.loop', parameters: { from: 4, length: 9 } },
      trace: { loopFrom: 4 },
      record: { loopFrom: 4 },
    })
    expect(put(en, check.message.code, check.message.parameters)).toMatch(/steps 4 to 9 repeat for ever/)
  })

  test('has a run that can be taken again from what was written down of it', () => {
    const trace = JSON.parse(JSON.stringify(check.trace)) as NonNullable<CheckReport['trace']>
    const record = replay(system, trace.actions, trace.loopFrom)
    expect(record).toEqual(check.record)
    expect(unpack(pack(record))).toEqual(record)
  })

  test('was doomed by the crash', () => {
    expect(check.trace?.actions[0]).toEqual({ kind: 'crash', node: 'C' })
    expect(check.doomedAt).toBe(1)
  })

  test('was not doomed where each time round it could have been reached', () => {
    expect(checked(duel(false))).toMatchObject({ verdict: 'failed', doomedAt: null })
  })

  test('is undecided where the states without reductions are too many to be looked at', () => {
    const undecided = checked(system, { statesMax: 100 })
    expect(undecided).toMatchObject({ verdict: 'inconclusive', message: { code: 'check.inconclusive.loop' } })
    expect(checked(waitingCommit('asks participants', 'later'), { statesMax: 10_000 }).verdict).toBe('passed')
  })
})

describe('a goal that is missed by standing still', () => {
  test('fails although a timer goes on to send what nobody takes notice of, and stays in the network', () => {
    const asks: AnyNodeDefinition = {
      init(ctx) {
        ctx.setTimer('ask')
        return {}
      },
      on: {},
      timers: {
        ask(_state, ctx) {
          ctx.send('B', 'ping', { number: 1 })
          ctx.setTimer('ask')
        },
      },
    }
    const deaf: AnyNodeDefinition = { init: () => ({}), on: { ping: () => undefined } }
    const reached: SystemProperty = { id: 'reached', kind: 'eventually', reached: () => false }
    const system = small(
      { A: asks, B: deaf },
      { network: { duplicates: 'unlimited', drops: 0 }, properties: [reached] },
    )
    for (const reductions of [ALL_REDUCTIONS, NO_REDUCTIONS]) {
      const { verdict, trace, message } = checked(system, { reductions })
      expect({ verdict, code: message.code }).toEqual({ verdict: 'failed', code: 'check.failed.explore' })
      // All that can still happen has happened once.
      expect(trace?.actions.map(({ kind }) => kind)).toEqual(['fire', 'deliver'])
    }
  })

  test('fails although a node may crash for ever', () => {
    const deaf: AnyNodeDefinition = { init: () => ({}), on: { ping: () => undefined } }
    const answered: SystemProperty = {
      id: 'answered',
      kind: 'eventually',
      reached: (view) => Number(seen(view, 'A')['pongs']) > 0,
    }
    const crashing = small(
      { A: pinger, B: deaf },
      { crashes: { roles: ['deaf'], limit: 'unlimited', restart: 'later' }, properties: [answered] },
    )
    const system = {
      ...crashing,
      nodes: crashing.nodes.map((node) => (node.id === 'B' ? { ...node, role: 'deaf' } : node)),
      roles: { ...crashing.roles, deaf: openRole() },
    }
    const check = checked(system)
    expect(check).toMatchObject({
      verdict: 'failed',
      message: { code: 'check.failed.explore' },
      doomedAt: 0,
    })
    expect(check.trace).not.toHaveProperty('loopFrom')
  })

  test('passes where it was reached before, though it is no longer there at the end', () => {
    const once = (count: number): SystemProperty => ({
      id: 'once',
      kind: 'eventually',
      reached: (view) => seen(view, 'A')['count'] === count,
    })
    expect(checked(small({ A: counter(2) }, { properties: [once(1)] })).verdict).toBe('passed')
    expect(checked(small({ A: counter(2) }, { properties: [once(3)] })).verdict).toBe('failed')
  })
})
