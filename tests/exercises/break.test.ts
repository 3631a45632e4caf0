/** What is pinned of the exercises in which something is broken: their shortest runs, what hints say, and runs that must not pass. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Attempt, judge } from '../../engine/break/judge.ts'
import { outlook, shortest } from '../../engine/break/outlook.ts'
import { readRun } from '../../engine/break/run-file.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import type { Action } from '../../engine/model.ts'
import { Random } from '../../engine/random.ts'
import { naiveDistance } from '../../engine/testing/naive-way.ts'
import { exploreSystem, toEnd } from '../../engine/testing/search.ts'
import { scopeOf } from '../../engine/scope.ts'
import { en } from '../../engine/text/en.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { describeAction, describeStep } from '../../engine/trace/transcript.ts'
import breakTheNotes from '../../exercises/break-the-notes/exercise.ts'
import { proposer } from '../../exercises/break-the-notes/proposer.ts'
import duelExercise, { ROUNDS, duel, duelRun, roundsPlayed, stepsMin } from '../../exercises/duel/exercise.ts'
import paxosAcceptor from '../../exercises/paxos-acceptor/solution.ts'

/** A run with these steps, each as the transcript says what is to be done. */
function script(exercise: BreakExercise, lines: readonly string[]): Attempt {
  const attempt = new Attempt(exercise)
  for (const line of lines) {
    const move = attempt.moves().find((one) => describeAction(one, en) === line)
    if (!move) throw new Error(`${line} is not among what may be done`)
    attempt.take(move)
  }
  return attempt
}

/** A random run, at most so long; losses are rare. */
function randomRun(exercise: BreakExercise, random: Random, stepsMax: number): Attempt {
  const attempt = new Attempt(exercise)
  for (let step = 0; step < stepsMax; step++) {
    const moves = attempt.moves().filter(({ kind }) => kind !== 'drop' || random.below(20) === 0)
    if (moves.length === 0 || attempt.standing.brokenAt !== null) break
    attempt.take(moves[random.below(moves.length)]!)
  }
  return attempt
}

/** The same exercise without the losses that its search leaves out anyway: few enough states to look at all. */
const lossless = (exercise: BreakExercise): BreakExercise => ({
  ...exercise,
  system: () => ({ ...exercise.system(), network: { duplicates: 0, drops: 0 } }),
})

const heldOf = (exercise: string, file: string): readonly Action[] =>
  readRun({ id: exercise }, readFileSync(`exercises/${exercise}/${file}.json`, 'utf8')).actions

describe('break-the-notes', () => {
  const best = toEnd(shortest(breakTheNotes))!

  it('has a shortest run of three ballots, of which one is a second attempt', () => {
    const { actions } = best.trace
    expect(best.proven).toBe(true)
    expect(actions).toHaveLength(14)
    const { record, violation } = judge(breakTheNotes, actions)
    const asked = record.steps
      .flatMap(({ sent }) => sent)
      .filter(({ type, to }) => type === 'accept' && to === 'X')
      .map(({ from, fields }) => ({ from, ...(fields as object) }))
    // Each asks for the value that the other one wants.
    expect(asked).toEqual([
      { from: 'B', n: 4, v: 8 },
      { from: 'A', n: 6, v: 5 },
    ])
    expect(actions.filter(({ kind }) => kind === 'fire')).toHaveLength(1)
    expect(violation).toMatchObject({ first: 8, firstNumber: 4, second: 5, secondNumber: 6 })
  })

  it('can’t be done with the two ballots that begin by themselves, in whatever order', () => {
    const system = breakTheNotes.system()
    const [a, b, ...others] = system.nodes
    const once = {
      ...system,
      network: { duplicates: 0, drops: 0 },
      nodes: [{ ...a!, definition: proposer([2], 8) }, { ...b!, definition: proposer([4], 5) }, ...others],
    }
    const { complete, findings, states } = exploreSystem(once)
    expect({ complete, findings: findings.length }).toEqual({ complete: true, findings: 0 })
    expect(states).toBeGreaterThan(1_000)
  })

  it('can’t be done to Paxos’s acceptors', () => {
    const system = breakTheNotes.system()
    const nodes = system.nodes.map((node) =>
      node.role === 'acceptor' ? { ...node, definition: paxosAcceptor } : node,
    )
    const repaired: BreakExercise = {
      ...breakTheNotes,
      statesMax: 5_000_000,
      system: () => ({ ...system, nodes }),
    }
    expect(toEnd(outlook(repaired, []))).toMatchObject({ reachable: 'no' })
  }, 60_000)

  it('leads by its hints from a wrong turn to the end, as short as a naive search finds', () => {
    const random = new Random(11)
    let compared = 0
    for (let run = 0; run < 25; run++) {
      const attempt = randomRun(lossless(breakTheNotes), random, 6 + random.below(14))
      const { actions, exercise } = attempt
      const naive = naiveDistance(exercise, attempt.run, actions.length, 4_000)
      if (naive === 'many') continue
      compared++
      expect(toEnd(outlook(exercise, actions)).distance).toBe(naive)
    }
    expect(compared).toBeGreaterThan(5)
    const lost = script(breakTheNotes, ['lose prepare 2 8 from A to X', 'let the timer retry of B fire'])
    for (let left = toEnd(outlook(breakTheNotes, lost.actions)).distance!; left > 0; left--) {
      const { distance, next } = toEnd(outlook(breakTheNotes, lost.actions))
      expect(distance).toBe(left)
      lost.take(next!)
    }
    expect(lost.standing.brokenAt).toBe(lost.actions.length)
  }, 60_000)

  it('says of a run that can’t be saved which step was the mistake', () => {
    const random = new Random(3)
    let hopeless = 0
    for (let run = 0; run < 12; run++) {
      const attempt = randomRun(lossless(breakTheNotes), random, 60)
      const { actions, exercise } = attempt
      const { reachable, lastHope } = toEnd(outlook(exercise, actions))
      if (reachable !== 'no' || lastHope === null) continue
      hopeless++
      expect(toEnd(outlook(exercise, actions.slice(0, lastHope))).reachable).toBe('yes')
      expect(toEnd(outlook(exercise, actions.slice(0, lastHope + 1))).reachable).toBe('no')
    }
    expect(hopeless).toBeGreaterThan(2)
  }, 60_000)

  it('says what the network may do', () => {
    expect(scopeInWords(scopeOf(breakTheNotes.system()), { proposer: 'proposer | proposers' }, en)).toBe(
      '2 proposers; messages arrive in any order; any may be lost; nobody crashes',
    )
  })

  it('is judged at each step: no beginning of a shortest run passes', () => {
    const { actions } = best.trace
    for (let length = 0; length < actions.length; length++)
      expect(judge(breakTheNotes, actions.slice(0, length)).verdict).toBe('failed')
    expect(judge(breakTheNotes, actions).verdict).toBe('passed')
  })

  it('refuses runs that are not the network’s to make', () => {
    const run = heldOf('break-the-notes', 'breaks/a-against-itself')
    const wrong: readonly [readonly Action[], string][] = [
      // A promise that nobody gave.
      [
        [
          {
            kind: 'deliver',
            to: 'A',
            message: { from: 'X', type: 'promise', fields: { n: 2, accepted: { n: 1, v: 5 } } },
          },
        ],
        'break.impossible',
      ],
      // Twice the same message, a copy, a crash, a second attempt too many.
      [[run[0]!, run[0]!], 'break.impossible'],
      [[{ ...run[0]!, kind: 'duplicate' } as Action], 'break.never'],
      [[{ kind: 'crash', node: 'X' }], 'break.never'],
      [
        [
          { kind: 'fire', node: 'A', timer: 'retry' },
          { kind: 'fire', node: 'A', timer: 'retry' },
        ],
        'break.impossible',
      ],
      [[...run.slice(0, 1), ...run.slice(2)], 'break.impossible'],
    ]
    for (const [actions, code] of wrong) {
      const { verdict, diagnostics } = judge(breakTheNotes, actions)
      expect({ verdict, code: diagnostics[0]!.words.code }).toEqual({ verdict: 'error', code })
    }
  })
})

/** The duel of so many rounds, to be searched as a whole. */
const whole = (rounds: number): BreakExercise => {
  const { milestones: _none, stepsMin: _less, ...exercise } = duelExercise
  return { ...exercise, target: `rounds-${rounds}`, statesMax: 1_000_000, system: () => duel(rounds) }
}

describe('duel', () => {
  it.each([1, 2])(
    'has no run of %i rounds with fewer steps than are counted',
    (rounds) => {
      expect(toEnd(shortest(whole(rounds)))).toMatchObject({ proven: true })
      expect(toEnd(shortest(whole(rounds)))!.trace.actions).toHaveLength(stepsMin(rounds))
    },
    60_000,
  )

  it('is solved by exploring from one round to the next, in as few steps as are counted', () => {
    const best = toEnd(shortest(duelExercise))!
    expect(best.proven).toBe(true)
    expect(best.trace.actions).toHaveLength(stepsMin(ROUNDS))
    expect(judge(duelExercise, best.trace.actions)).toMatchObject({
      verdict: 'passed',
      brokenAt: stepsMin(ROUNDS),
      lostAt: null,
    })
  }, 60_000)

  it.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'has a run of %i rounds without a decision, as short as any, in which A and B lose in turns',
    (rounds) => {
      const exercise = whole(rounds)
      const actions = duelRun(exercise.system(), rounds)
      const attempt = new Attempt(exercise)
      const losers: string[] = []
      for (const action of actions) {
        const before = roundsPlayed(attempt.run.view)
        const step = attempt.take(action)
        if (roundsPlayed(attempt.run.view) > before) losers.push(step.node!)
      }
      expect(attempt.standing).toMatchObject({ brokenAt: actions.length, lostAt: null })
      expect(actions).toHaveLength(stepsMin(rounds))
      expect(losers).toEqual(Array.from({ length: rounds }, (_, index) => (index % 2 === 0 ? 'A' : 'B')))
      expect(actions.every(({ kind }) => kind === 'deliver')).toBe(true)
    },
  )

  it('can be won from wherever no value is chosen, and from nowhere else', () => {
    const random = new Random(2)
    const seen = { open: 0, decided: 0 }
    for (let run = 0; run < 8; run++) {
      const attempt = randomRun(duelExercise, random, 5 + random.below(30))
      const { lostAt } = attempt.standing
      const { reachable, lastHope, atMost } = toEnd(outlook(duelExercise, attempt.actions))
      if (lostAt === null) {
        seen.open++
        expect(reachable).toBe('yes')
        expect(atMost).toBeGreaterThan(0)
      } else {
        seen.decided++
        expect(reachable).toBe('no')
        expect(lastHope).toBe(lostAt - 1)
      }
    }
    expect(seen.open).toBeGreaterThan(1)
    expect(seen.decided).toBeGreaterThan(1)
  }, 120_000)

  it('does not count a ballot that was refused before it had its majority', () => {
    const attempt = script(duelExercise, [
      'deliver prepare 4 5 from B to X',
      'deliver prepare 2 8 from A to X',
      'deliver nack 2 4 from X to A',
      'deliver prepare 6 8 from A to X',
    ])
    expect(roundsPlayed(attempt.run.view)).toBe(0)
    expect(describeStep(attempt.record.steps[2]!, en)).toBe(
      'A receives nack 2 4 from X and sends prepare 6 8 to X, Y, Z.',
    )
  })

  it('is over with a decision, whatever comes after it', () => {
    const decided = heldOf('duel', 'misses/decided')
    const report = judge(duelExercise, decided)
    expect(report).toMatchObject({ verdict: 'failed', lostAt: decided.length, violation: { v: 5, n: 4 } })
  })
})
