/** What is pinned of the runs in which Raft is broken by hand: their shortest runs, what counts as a split vote, and which rule is to blame. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import { Attempt, judge } from '../../engine/break/judge.ts'
import { outlook, shortest } from '../../engine/break/outlook.ts'
import { readRun } from '../../engine/break/run-file.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import type { Action } from '../../engine/model.ts'
import { Random } from '../../engine/random.ts'
import { scopeOf } from '../../engine/scope.ts'
import { toEnd } from '../../engine/testing/search.ts'
import { en } from '../../engine/text/en.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { describeAction } from '../../engine/trace/transcript.ts'
import figure8, { STEPS_MIN as FIGURE_8_STEPS, cluster } from '../../exercises/break-figure-8/exercise.ts'
import splitVote, {
  STEPS_MIN as SPLIT_STEPS,
  TERMS,
  splitTerms,
} from '../../exercises/break-split-vote/exercise.ts'
import { appliedDiffer, fewHave, logsIn } from '../../exercises/raft-replication/properties.ts'
import rightServer from '../../exercises/raft-safety/solution.ts'

/** The runs of a folder of an exercise, by name. */
function runsOf(exercise: BreakExercise, kind: 'breaks' | 'misses'): [string, readonly Action[]][] {
  const folder = `exercises/${exercise.id}/${kind}`
  return readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    readRun(exercise, readFileSync(`${folder}/${file}`, 'utf8')).actions,
  ])
}
const run = (exercise: BreakExercise, name: string): readonly Action[] =>
  [...runsOf(exercise, 'breaks'), ...runsOf(exercise, 'misses')].find(([one]) => one === name)![1]

/** Takes a step, as the transcript says what is to be done; the first that begins like this. */
function take(attempt: Attempt, line: string): void {
  const move = attempt.moves().find((one) => describeAction(one, en).startsWith(line))
  if (!move) throw new Error(`${line} is not among what may be done`)
  attempt.take(move)
}

/** The same exercise as one search, without what leads it. */
const whole = ({ milestones: _none, stepsMin: _less, ...exercise }: BreakExercise): BreakExercise => exercise

describe('break-split-vote', () => {
  it('takes as many steps as there are votes to be given: four in each of three terms', () => {
    const best = toEnd(shortest(splitVote))!
    expect(best.proven).toBe(true)
    expect(best.trace.actions).toHaveLength(SPLIT_STEPS)
    expect(SPLIT_STEPS).toBe(12)
    expect(judge(splitVote, best.trace.actions)).toMatchObject({ verdict: 'passed', brokenAt: SPLIT_STEPS })
  })

  it.each([1, 2])('has no shorter run for %i terms: a search without milestones finds none', (terms) => {
    const some = whole({ ...splitVote, target: `split-${terms}` })
    const best = toEnd(shortest(some))!
    expect(best).toMatchObject({ proven: true })
    expect(best.trace.actions).toHaveLength(terms * 4)
  })

  it('counts a term only once everybody has voted in it', () => {
    const attempt = new Attempt(splitVote)
    for (const line of [
      'let the timer election of B',
      'let the timer election of D',
      'deliver requestVote 1 from B to A',
    ]) {
      take(attempt, line)
      expect(splitTerms(attempt.run.view)).toEqual([])
    }
    take(attempt, 'deliver requestVote 1 from D to C')
    expect(splitTerms(attempt.run.view)).toEqual([1])
  })

  it('does not count three firings of each timer, of which nobody hears', () => {
    const attempt = new Attempt(splitVote)
    for (const action of run(splitVote, 'timers-alone')) attempt.take(action)
    expect(Math.max(...logsIn(attempt.run.view).map(({ seen }) => seen.now!.term))).toBe(TERMS)
    expect(splitTerms(attempt.run.view)).toEqual([])
  })

  it('does not count a term in which three votes are given to one, though it has not heard of them', () => {
    const attempt = new Attempt(splitVote)
    for (const action of run(splitVote, 'undecided')) attempt.take(action)
    expect(splitTerms(attempt.run.view)).toEqual([1, 2])
    take(attempt, 'deliver requestVoteReply 3 true from A to B')
    take(attempt, 'deliver requestVoteReply 3 true from C to B')
    expect(attempt.standing).toMatchObject({
      brokenAt: null,
      lostAt: 14,
      violation: { leader: 'B', term: 3 },
    })
  })

  it('lets nobody lead in a split term, whatever else arrives', () => {
    const attempt = new Attempt(splitVote)
    for (const action of run(splitVote, 'two-and-two').slice(0, 4)) attempt.take(action)
    for (;;) {
      const next = attempt.moves().find(({ kind }) => kind === 'deliver')
      if (!next) break
      attempt.take(next)
    }
    expect(attempt.standing.lostAt).toBeNull()
    expect(splitTerms(attempt.run.view)).toEqual([1])
  })

  it('can be done from wherever nobody leads', () => {
    const random = new Random(4)
    const seen = { open: 0, lost: 0 }
    for (let count = 0; count < 12; count++) {
      const attempt = new Attempt(splitVote)
      for (let step = 4 + random.below(14); step > 0; step--) {
        const moves = attempt.moves()
        attempt.take(moves[random.below(moves.length)]!)
      }
      const { reachable, lastHope } = toEnd(outlook(splitVote, attempt.actions))
      const { lostAt } = attempt.standing
      seen[lostAt === null ? 'open' : 'lost']++
      expect({ reachable, lastHope }).toEqual(
        lostAt === null
          ? { reachable: 'yes', lastHope: attempt.actions.length }
          : { reachable: 'no', lastHope: lostAt - 1 },
      )
    }
    expect(seen.open).toBeGreaterThan(2)
    expect(seen.lost).toBeGreaterThan(0)
  })
})

describe('break-figure-8', () => {
  it('takes twenty steps: none fewer are counted, and going from milestone to milestone takes no more', () => {
    const best = toEnd(shortest(figure8))!
    expect(best.proven).toBe(true)
    expect(best.trace.actions).toHaveLength(FIGURE_8_STEPS)
    expect(FIGURE_8_STEPS).toBe(20)
    expect(judge(figure8, best.trace.actions)).toMatchObject({ verdict: 'passed', brokenAt: FIGURE_8_STEPS })
  })

  it('takes as many more steps as are counted, also where a search without milestones begins', () => {
    const rest = run(figure8, 'brought-back').slice(0, 14)
    const bounded = { ...whole(figure8), statesMax: 50_000 }
    expect(toEnd(outlook(bounded, rest))).toMatchObject({ distance: FIGURE_8_STEPS - rest.length })
  })

  it.each(runsOf(figure8, 'breaks'))('comes by every milestone in its order: %s', (_name, actions) => {
    const attempt = new Attempt(figure8)
    const { properties } = attempt.system
    const met: (string | undefined)[] = []
    for (const action of actions) {
      attempt.take(action)
      properties.forEach((property, number) => {
        const reached = (attempt.run.inspection & (1 << number)) !== 0
        if (property.kind === 'sometimes' && reached && !met.includes(property.id)) met.push(property.id)
      })
    }
    expect(met).toEqual(figure8.milestones)
    expect(attempt.standing.brokenAt).toBe(actions.length)
  })

  it.each(runsOf(figure8, 'breaks'))(
    'is the rule’s fault: a leader that counts its own term alone carries nothing out: %s',
    (_name, actions) => {
      const right: BreakExercise = { ...figure8, system: () => cluster(rightServer as AnyNodeDefinition) }
      const attempt = new Attempt(right)
      for (const action of actions) attempt.take(action)
      expect(attempt.standing.brokenAt).toBeNull()
      expect(logsIn(attempt.run.view).flatMap(({ seen }) => seen.past.applied)).toEqual([])
      // C, or A, leads all the same: it may, for nothing was committed.
      expect(
        logsIn(attempt.run.view).some(({ seen }) => seen.now!.role === 'leader' && seen.now!.term === 4),
      ).toBe(true)
    },
  )

  it('loses the entry for good, if what is on its way arrives', () => {
    const attempt = new Attempt(figure8)
    for (const action of run(figure8, 'brought-back')) attempt.take(action)
    for (const line of [
      'deliver appendEntries 4 1 2 [] 0 from C to B',
      'deliver appendEntriesReply 4 false 0 from B to C',
      'deliver appendEntries 4 0 0 [[2, SET 8]] 0 from C to B',
    ])
      take(attempt, line)
    expect(fewHave(attempt.run.view)).toMatchObject({ command: 'SET 5', holders: 1, servers: 3 })
    take(attempt, 'deliver appendEntriesReply 4 true 1 from B to C')
    expect(appliedDiffer(attempt.run.view)).toMatchObject({
      index: 1,
      firstCommand: 'SET 5',
      secondCommand: 'SET 8',
    })
  })

  it.each(runsOf(figure8, 'misses'))('is no easier than it looks: %s does not meet it', (_name, actions) => {
    expect(judge(figure8, actions)).toMatchObject({ verdict: 'failed', brokenAt: null })
  })

  it('leads by its hints from each step of a run to the end', () => {
    const actions = run(figure8, 'late-answer')
    for (const length of [3, 8, 12, 15, 18]) {
      const { reachable, atMost } = toEnd(outlook(figure8, actions.slice(0, length)))
      expect({ length, reachable }).toEqual({ length, reachable: 'yes' })
      expect(atMost).toBe(FIGURE_8_STEPS - length)
    }
  })

  it('says what the network may do', () => {
    expect(
      scopeInWords(scopeOf(figure8.system()), { client: 'client | clients', server: 'server | servers' }, en),
    ).toBe('1 client, 3 servers; messages arrive in any order; any may be lost; nobody crashes')
  })
})
