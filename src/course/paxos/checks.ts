/** The Paxos chapter's claims (C…) and errata (E…) as checks; `content/` names them by id. */
import { RELIABLE } from '../../../engine/actors/system.ts'
import type { Check, Explored } from '../check.ts'
import { STATES_MAX, noteBreaks, paxosHolds } from './acceptor-checks.ts'
import { answersFirst, blind } from './acceptors.ts'
import { duel, duelRun, isDuel, timed } from './duel.ts'
import { logChecks } from './multi-paxos-checks.ts'
import { FIGURE_11 } from './scripts.ts'
import * as systems from './systems.ts'
import { A, B, C, CRASHING, HARSH, acceptors, choosing, listening, remembering, system } from './systems.ts'

/** Proposers crash as well; they give up then, and what they have sent stays under way. */
const ALL_CRASHING = { ...CRASHING, roles: ['acceptor', 'proposer'] }

const explored = (
  id: string,
  expect: Explored['expect'],
  property: string,
  of: Explored['system'],
  more: Partial<Explored> = {},
): Explored => ({ id, expect, property, system: of, words: null, statesMax: STATES_MAX, ...more })

/** No two values are chosen, in the words of the exercise. */
const agreement = (id: string, expect: Explored['expect'], of: Explored['system']): Explored =>
  explored(id, expect, 'agreement', of, { words: 'paxos-acceptor' })

/** Every continuation of the source's figure 11 chooses one value. */
const example = (id: string, rule: systems.Rule, property: string): Explored =>
  explored(id, 'holds', property, () => system([A, B], acceptors[rule]), { after: FIGURE_11 })

const allCrashing = () => system([A, B, C], acceptors.paxos, HARSH, ALL_CRASHING)
const twoProposals = () => system([A, B], acceptors.paxos)

/** Within how many milliseconds a run should have decided: some ten messages, one after the other. */
const IN_TIME_MS = 200

/** The longest waits that are compared, in milliseconds. */
const WAITS = [0, 10, 20, 30, 40, 60, 80, 100, 150]

const simulated = {
  kind: 'simulated',
  property: 'chosen',
  seed: 1,
  runs: 500,
  millisecondsMax: IN_TIME_MS,
} as const

export const checks: readonly Check[] = [
  explored('first-come/stuck', 'fails', 'decided', systems.firstCome, { words: 'paxos-acceptor' }),

  example('C31/source-run', 'note', 'reaches-8'),
  example('C31/source-only', 'note', 'only-8'),
  example('C31/paxos-run', 'paxos', 'reaches-5'),
  example('C31/paxos-only', 'paxos', 'only-5'),

  explored('C33/two-proposals', 'reached', 'two-proposals', twoProposals),

  agreement('C34/agreement', 'holds', () => system([A, B], acceptors.paxos, HARSH)),
  paxosHolds,

  {
    kind: 'series',
    id: 'C35/duel',
    from: 1,
    to: 20,
    system: duel,
    script: duelRun,
    shows: isDuel,
    words: 'check.series',
    axes: { x: 'rounds', y: 'steps' },
  },

  agreement('E25/number-alone', 'holds', () => system([A, B, C], blind, HARSH, CRASHING)),

  agreement('E26/two-ballots', 'holds', () => system([A, B], acceptors.note)),
  noteBreaks,
  agreement('E26/retry', 'fails', systems.noteRetry),
  agreement('E26/repeated', 'fails', systems.noteRepeated),

  agreement('REV/largest-value', 'fails', systems.largestValue),
  agreement('REV/two-ballots', 'holds', () => choosing('largest value', [A, B], acceptors.paxos)),

  explored('E29/too-early', 'fails', 'learnt-is-chosen', systems.tooEarly),
  explored('E29/across-numbers', 'fails', 'learnt-is-final', systems.acrossNumbers),
  explored('E29/three-ballots', 'holds', 'learnt-is-final', () =>
    remembering(listening(system([A, B, C], acceptors.paxos), 'values')),
  ),
  explored('E29/one-number', 'holds', 'learnt-is-chosen', () =>
    listening(system([A, B], acceptors.paxos, HARSH, CRASHING)),
  ),

  agreement('E30/agreement', 'holds', allCrashing),

  { ...simulated, id: 'E31/no-backoff', at: 0, expect: { most: 0.6 }, system: () => timed([0, 0]) },
  {
    ...simulated,
    id: 'E31/backoff',
    at: 100,
    over: WAITS,
    expect: { least: 0.95 },
    system: (spread: number) => timed([0, spread]),
    axes: { x: 'spread', y: 'decided' },
  },
  {
    ...simulated,
    id: 'E31/time',
    at: 100,
    over: WAITS,
    shows: 'time' as const,
    millisecondsMax: 1_000,
    expect: { least: 1 },
    system: (spread: number) => timed([0, spread]),
    axes: { x: 'spread', y: 'nine-of-ten' },
  },
  // One wait for everybody, longer than a ballot: whoever was refused is away until the other is done.
  {
    ...simulated,
    id: 'E31/fixed-wait',
    at: 40,
    expect: { least: 0.95 },
    system: (wait: number) => timed([wait, wait]),
  },
  { ...simulated, id: 'E31/distinguished', at: 0, expect: { least: 1 }, system: () => timed([0, 0], 1) },

  agreement('E32/no-disk', 'fails', systems.noDisk),
  agreement('E32/proposer-forgets', 'fails', systems.proposerForgets),
  agreement('E32/answer-first', 'fails', () => system([A, B], answersFirst, RELIABLE, CRASHING)),

  ...logChecks,
]
