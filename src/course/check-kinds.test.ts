/** The kinds of checks: each comes out as it is, and fails the build where the chapter says something else. */
import { describe, expect, test } from 'vitest'
import { grouped } from '../../engine/text/words.ts'
import {
  type Counted,
  type Explored,
  type Measured,
  type Series,
  type Simulated,
  type Tally,
  foundBy,
  run,
} from './check.ts'
import { inWords, numberOf } from './in-words.ts'
import { duel, duelRun } from './paxos/duel.ts'
import { checkOf } from './registry.ts'

let changes = 0

/** A check under an id of its own, so that it is asked anew. */
const changed = <C extends { readonly id: string }>(check: C, change: Partial<C>): C => ({
  ...check,
  ...change,
  id: `${check.id}, changed (${++changes})`,
})

describe('a check after a script', () => {
  const check = checkOf('C31/source-run') as Explored

  test('looks at the continuations of the script, and at nothing else', () => {
    // From the start the note's rule may well lead to 5: B alone is answered.
    expect(() => run(changed(check, { after: [] }))).toThrow(/the engine says: fails/)
    expect(() => run(changed(check, { property: 'reaches-5' }))).toThrow(/the engine says: fails/)
  })

  test('has a run that begins with the script', () => {
    const failing = run(changed(check, { property: 'only-5', expect: 'fails' }))
    expect(failing.actions.length).toBeGreaterThan(check.after!.length)
    expect(failing.actions[0]).toMatchObject({
      kind: 'deliver',
      to: 'X',
      message: { from: 'A', type: 'prepare' },
    })
    expect(failing.violation).toEqual({ other: 8 })
  })

  test('says which line of the script can’t happen', () => {
    expect(() => run(changed(check, { after: [...check.after!, ['A', 'prepare', 'X']] }))).toThrow(/line 11/)
  })
})

describe('a series', () => {
  const check = checkOf('C35/duel') as Series

  test('has a run for each number', () => {
    expect(run(check)).toMatchObject({ points: Array.from({ length: 20 }, (_, index) => ({ x: index + 1 })) })
  })

  test('names the first number whose run shows something else', () => {
    // A duel is a round short from the third number on.
    const short = changed(check, { script: (rounds: number) => duelRun(Math.min(rounds, 2)) })
    expect(() => run(short)).toThrow(/the run for 3 does not show/)
    const decided = changed(check, {
      system: () => duel(1),
      script: () => [
        ...duelRun(1),
        ['A', 'prepare', 'X'],
        ['A', 'prepare', 'Y'],
        ['X', 'promise', 'A'],
        ['Y', 'promise', 'A'],
        ['A', 'accept', 'X'],
        ['A', 'accept', 'Y'],
      ],
    })
    expect(() => run(decided)).toThrow(/the run for 1 does not show/)
  })

  test('has no one run for a figure', () => {
    expect(() => foundBy(check)).toThrow(/series/)
  })
})

describe('a simulated check', () => {
  const check = changed(checkOf('E31/backoff') as Simulated, { runs: 40, over: [0, 100] })

  test('counts the same runs whenever it is asked', () => {
    const { check: _, ...once } = run(check) as Counted
    expect(run(changed(check, {}))).toMatchObject(once)
  })

  test('fails where fewer runs get there than the chapter says, and where more do', () => {
    expect(() => run(changed(check, { at: 0, expect: { least: 0.95 } }))).toThrow(/of 40 runs/)
    expect(() => run(changed(check, { expect: { most: 0.6 }, over: [] }))).toThrow(/of 40 runs/)
  })

  test('counts nothing that comes too late', () => {
    expect(run(changed(check, { millisecondsMax: 10, expect: { most: 0 }, over: [] }))).toMatchObject({
      reached: 0,
      median: null,
    })
  })

  test('knows when half of the runs, and nine of ten, had got there', () => {
    const { median, ninth, points } = run(
      changed(check, { millisecondsMax: 2_000, shows: 'time' }),
    ) as Counted
    expect(median).toBeLessThan(ninth!)
    expect(points).toEqual([
      { x: 0, y: expect.any(Number) as number },
      { x: 100, y: ninth },
    ])
    // At once takes longer.
    expect(points[0]!.y).toBeGreaterThan(ninth!)
    // Too few get there in time to say when nine of ten have.
    expect(() =>
      run(changed(check, { millisecondsMax: 100, shows: 'time', expect: { least: 0.5 } })),
    ).toThrow(/for 0, fewer than nine/)
  })

  test('is about a property that a run can reach', () => {
    expect(() => run(changed(check, { property: 'agreement' }))).toThrow(/no property of kind 'sometimes'/)
  })
})

describe('in words', () => {
  test('every number comes from the result', () => {
    const checks = [
      'C31/source-run',
      'C35/duel',
      'E26/three-ballots',
      'E30/agreement',
      'E31/backoff',
      'E31/distinguished',
    ]
    for (const id of checks) expect(inWords('en', run(checkOf(id)))).not.toMatch(/[{}]|undefined|NaN/)
    const duels = run(checkOf('C35/duel'))
    expect(inWords('en', duels)).toContain(`to ${numberOf(duels, 'steps')} steps`)
    expect(numberOf(duels, 'rounds')).toBe('20')
  })

  test('a number that a result does not have is no number', () => {
    expect(() => numberOf(run(checkOf('C35/duel')), 'states')).toThrow(/has no states; it has/)
    expect(() => numberOf(run(checkOf('C34/agreement')), 'share')).toThrow(/has no share/)
    expect(numberOf(run(checkOf('E31/distinguished')), 'share')).toBe('100')
  })
})

describe('a measured check', () => {
  const check = checkOf('C29/in-turn') as Measured

  test('counts the same again, and something else with other seeds', () => {
    const points = (changes: Partial<Measured>) =>
      (run(changed(check, { runs: 2, milliseconds: 2000, over: [0, 100], ...changes })) as Tally).points
    expect(points({})).toEqual(points({}))
    expect(points({ seed: 100 })).not.toEqual(points({}))
    // Without a lag nothing is stale.
    expect(points({})[0]).toEqual({ x: 0, y: 0 })
  })

  test('fails where the share is another one', () => {
    const small = { runs: 1, milliseconds: 1000, over: [] }
    expect(() => run(changed(check, { ...small, expect: { most: 0 } }))).toThrow(
      /the engine counts \d+ of \d+/,
    )
    expect(() => run(changed(check, { ...small, expect: { least: 1 } }))).toThrow(/the chapter says/)
    expect(() => run(changed(check, { ...small, counted: () => ({ had: 0, of: 0 }) }))).toThrow(
      /nothing to count/,
    )
  })

  test('says what it has counted, of how many', () => {
    const result = run(check) as Tally
    expect(inWords('en', result)).toContain(`${result.had} of ${grouped(result.of)} reads are stale`)
    expect(numberOf(result, 'share')).toBe(String(Math.round((100 * result.had) / result.of)))
  })
})
