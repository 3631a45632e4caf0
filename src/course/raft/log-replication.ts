/** What the page on log replication claims, shows and asks. */
import { fields, number } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, System, SystemProperty } from '../../../engine/actors/system.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import majorityOfTheFollowers from '../../../exercises/raft-replication/mutants/majority-of-the-followers.ts'
import neverChecksWhatComesBefore from '../../../exercises/raft-replication/mutants/never-checks-what-comes-before.ts'
import { logsIn, serverRole } from '../../../exercises/raft-replication/properties.ts'
import solution from '../../../exercises/raft-replication/solution.ts'
import { type Other, type Stage, type Trial, system } from '../../../exercises/raft-replication/trials.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play, played } from '../services/script.ts'
import { explored, quiet } from './one-candidate.ts'
import { A_TO_C, A_TO_E, K, type Timeouts, cluster, raft } from './systems.ts'
import { type Own, takingAnswers } from './taking-answers.ts'

const wrong = { majorityOfTheFollowers, neverChecksWhatComesBefore } as Readonly<
  Record<string, AnyNodeDefinition>
>

/** The course’s server, as far as replication goes: whoever asks first gets a vote, whatever is in its log. */
const replicator = solution as AnyNodeDefinition

/** As in exercises/raft-replication: requests for votes carry a term, and nothing of the log. */
const requests = { requestVote: fields({ term: number }), preVote: fields({ term: number }) }
const stage: Stage = { requests, role: serverRole(requests), solution: replicator }

/** Nobody has carried anything out. */
const nothingApplied: SystemProperty = {
  id: 'nothing-applied',
  kind: 'always',
  violated(view) {
    for (const { id, seen } of logsIn(view)) {
      const [first] = seen.past.applied
      if (first) return { server: id, command: first.command }
    }
    return null
  },
}

function replication(definition: AnyNodeDefinition, trial: Omit<Trial, 'statesMax'>): System {
  const whole = system({ ...trial, statesMax: 0 }, { definition, probe: null }, stage)
  return { ...whole, properties: [...whole.properties, nothingApplied] }
}

const SERVERS = { A: 'answer', B: 'answer', C: 'answer' } as const
const SET_5 = 'SET 5'
const SET_7 = 'SET 7'

/** A leads and has written SET 5. Then C may lead, and is asked for SET 7. */
const TWO_LEADERS: Omit<Trial, 'statesMax'> = {
  servers: SERVERS,
  requests: [
    { command: SET_5, to: ['A'] },
    { command: SET_7, to: ['C'] },
  ],
  before: [
    { leads: 'A', with: ['B'] },
    { command: SET_5, at: 'A' },
  ],
  terms: 2,
  standing: { A: 1, C: 2 },
}

/** C has led in the second term, and has SET 6 of it alone. In the third it leads with B; A has SET 5 of the first alone. */
const LED_BEFORE: Other = { disk: { currentTerm: 2, votedFor: 'C', log: [{ term: 2, command: 'SET 6' }] } }
const CONFLICT: Omit<Trial, 'statesMax'> = {
  servers: { ...SERVERS, C: LED_BEFORE },
  requests: [
    { command: SET_5, to: ['A'] },
    { command: SET_7, to: ['C'] },
  ],
  before: [
    { leads: 'A', with: ['B'] },
    { command: SET_5, at: 'A' },
    { lost: {} },
    { leads: 'C', with: ['B'] },
    { command: SET_7, at: 'C' },
  ],
  terms: 3,
  standing: { A: 1, C: 1 },
}

/** C has stopped. */
const ONE_DOWN: Omit<Trial, 'statesMax'> = {
  servers: { ...SERVERS, C: { disk: { currentTerm: 0, votedFor: null, log: [] }, hearsUpTo: -1 } },
  requests: [{ command: SET_5, to: ['A'] }],
  before: [{ leads: 'A', with: ['B'] }],
  terms: 1,
  standing: { A: 1 },
  heartbeats: 2,
  goal: 'committed',
}

const followersMajority = wrong['majorityOfTheFollowers']!

export const checks: readonly Check[] = [
  explored('C38/log-matching', 'holds', 'log-matching', () => replication(replicator, TWO_LEADERS)),
  explored('C38/conflict', 'holds', 'log-matching', () => replication(replicator, CONFLICT)),
  explored(
    'C38/no-check',
    'fails',
    'log-matching',
    () => replication(wrong['neverChecksWhatComesBefore']!, CONFLICT),
    { words: 'raft-replication' },
  ),

  explored('E37/cluster', 'reached', 'committed', () => replication(replicator, ONE_DOWN)),
  explored('E37/followers', 'holds', 'nothing-applied', () => replication(followersMajority, ONE_DOWN)),
]

interface Shown {
  readonly term: number
  readonly role: string
  readonly log: readonly unknown[]
  readonly commitIndex: number
  readonly applied: number
}
const at = (frame: Frame, id: string) => nodeOf(frame, id).state as unknown as Shown | null

/** The client asks once this server leads and everybody has heard of it. */
const asks = (leader: string, command: string, holds: (frame: Frame) => boolean = quiet): Moment => ({
  once: (frame) => at(frame, leader)?.role === 'leader' && holds(frame),
  then: (actions) => actions.find((one) => one.kind === 'fire' && one.timer === `ask:${command}`),
})

const appliedAt =
  (servers: readonly string[], places: number) =>
  (frame: Frame): boolean =>
    servers.every((id) => at(frame, id)?.applied === places)

const TIMEOUTS: Timeouts = { A: [180], B: [290, 270, 280], C: [240, 290, 290] }
const three = (own: Own = {}): System =>
  cluster({ servers: A_TO_C, commands: [SET_5], timeouts: TIMEOUTS, ...own })

const set5 = (): Action[] =>
  play(three(), [asks('A', SET_5)], (frame) => appliedAt(A_TO_C, 1)(frame) && quiet(frame))

/**
 * The same with two commands. C is down until they are carried out, and what was sent to it is lost. Then A crashes, C is back, and B
 * leads.
 */
const twoCommands = (own: Own = {}): System =>
  cluster({
    servers: A_TO_C,
    commands: [SET_5, SET_7],
    timeouts: TIMEOUTS,
    network: { duplicates: 0, drops: 100 },
    ...own,
  })
const UNTIL_A_IS_GONE: readonly Moment[] = [
  { once: (frame) => at(frame, 'A')?.role === 'leader' && quiet(frame), then: { kind: 'crash', node: 'C' } },
  asks('A', SET_5),
  asks('A', SET_7, (frame) => appliedAt(['A', 'B'], 1)(frame) && quiet(frame)),
  { once: (frame) => appliedAt(['A', 'B'], 2)(frame) && quiet(frame), then: { kind: 'crash', node: 'A' } },
]
const caughtUp = (): Action[] => {
  const before = played(twoCommands(), UNTIL_A_IS_GONE, () => true).record.frames.at(-1)!
  const lost = before.inFlight
    .filter(({ to }) => to === 'C')
    .map((): Moment => ({
      once: () => true,
      then: (actions) => actions.find((one) => one.kind === 'drop' && one.to === 'C'),
    }))
  const back: Moment = { once: () => true, then: { kind: 'restart', node: 'C' } }
  return play(
    twoCommands(),
    [...UNTIL_A_IS_GONE, ...lost, back],
    (frame) => appliedAt(['B', 'C'], 2)(frame) && quiet(frame),
  )
}

/** What servers count: copies at all of them, the leader’s own included, or at followers alone. */
const counting = (rule: string, own: Own = {}): System =>
  cluster({
    servers: A_TO_C,
    commands: [SET_5],
    timeouts: TIMEOUTS,
    role: stage.role,
    runs: rule === 'cluster' ? raft : followersMajority,
    ...own,
  })
const cThenStops = (rule: string): Action[] =>
  play(
    counting(rule),
    [
      {
        once: (frame) => at(frame, 'A')?.role === 'leader' && quiet(frame),
        then: { kind: 'crash', node: 'C' },
      },
      asks('A', SET_5),
    ],
    (frame) => frame.now! >= 500 && quiet(frame),
  )

const FIELDS = { server: ['term', 'commitIndex'], client: ['done'] }

export const figures: readonly FigureDefinition[] = [
  {
    id: 'raft/log-replication',
    pictures: ['F20', 'F21', 'F22', 'F23'],
    variants: ['raft'],
    system: () => three(),
    answered: takingAnswers(three),
    script: set5,
    fields: FIELDS,
    log: 'raft',
    lanes: [K, ...A_TO_C],
    timers: true,
  },
  {
    id: 'raft/cluster-majority',
    variants: ['cluster', 'followers'],
    system: (rule) => counting(rule),
    answered: takingAnswers((own) => counting('cluster', own)),
    script: cThenStops,
    fields: FIELDS,
    log: 'raft',
    lanes: [K, ...A_TO_C],
    timers: true,
  },
  {
    id: 'raft/catching-up',
    variants: ['raft'],
    system: () => twoCommands(),
    answered: takingAnswers(twoCommands),
    script: caughtUp,
    fields: FIELDS,
    log: 'raft',
    lanes: [K, ...A_TO_C],
    timers: true,
  },
]

const five = (): System =>
  cluster({ servers: A_TO_E, commands: [SET_5], timeouts: { ...TIMEOUTS, D: [290], E: [280] } })

export const predictions: readonly Prediction[] = [
  {
    id: 'raft/copies',
    system: five,
    before: () => play(five(), [asks('A', SET_5)], (frame) => at(frame, 'A')?.log.length === 1),
    next: (before) =>
      play(five(), [asks('A', SET_5)], (frame) => at(frame, 'A')?.commitIndex === 1).slice(before.length),
    answer: ({ record }, from) =>
      String(
        record.steps.filter(
          ({ number: step, received }) =>
            step >= from &&
            received?.type === 'appendEntriesReply' &&
            (received.fields as { index: number }).index === 1,
        ).length,
      ),
  },
  {
    id: 'raft/who-knows',
    system: three,
    before: () => play(three(), [asks('A', SET_5)], (frame) => at(frame, 'A')?.log.length === 1),
    next: (before) =>
      play(three(), [asks('A', SET_5)], (frame) => at(frame, 'A')?.commitIndex === 1).slice(before.length),
    answer: ({ record }) =>
      A_TO_C.filter((id) => at(record.frames.at(-1)!, id)!.applied === 1).join('') || 'nobody',
  },
  {
    id: 'raft/does-not-fit',
    system: () => replication(replicator, CONFLICT),
    before: () => replication(replicator, CONFLICT).before!,
    next: [['C', 'appendEntries', 'A']],
    answer: ({ record }) => {
      const [reply] = record.steps.at(-1)!.sent
      return (reply!.fields as { success: boolean }).success ? 'takes' : 'refuses'
    },
  },
]
