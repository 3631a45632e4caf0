/** What the page on a single candidate claims, shows and asks. */
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { ELECTION_TIMEOUT, HEARTBEAT_INTERVAL } from '../../../exercises/raft-election/exercise.ts'
import countsOldVotes from '../../../exercises/raft-election/mutants/counts-old-votes.ts'
import countsReplies from '../../../exercises/raft-election/mutants/counts-replies.ts'
import ownVoteDoesNotCount from '../../../exercises/raft-election/mutants/own-vote-does-not-count.ts'
import { type Trial, system } from '../../../exercises/raft-replication/trials.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import checksNoLog from '../../../exercises/raft-safety/mutants/no-check-of-the-log.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Explored } from '../check.ts'
import type { Prediction } from '../prediction.ts'
import { nodeOf, play } from '../services/script.ts'
import { elections, elector, without } from './elections.ts'
import { A_TO_C, type Timeouts, cluster } from './systems.ts'
import { type Own, takingAnswers } from './taking-answers.ts'
import { withoutTerms } from './without-terms.ts'

const STATES_MAX = 1_000_000

export const explored = (
  id: string,
  expect: Explored['expect'],
  property: string,
  of: Explored['system'],
  more: Partial<Explored> = {},
): Explored => ({ id, expect, property, system: of, words: 'raft-election', statesMax: STATES_MAX, ...more })

/** What the course’s server does otherwise in these. */
const wrong = { countsOldVotes, countsReplies, ownVoteDoesNotCount, checksNoLog } as Readonly<
  Record<string, AnyNodeDefinition>
>

/** A and B have x, and the leader has carried it out. Then C leads, which has heard of nothing, and is asked for y. */
const LEFT_BEHIND: Trial = {
  servers: { A: 'answer', B: 'answer', C: 'answer' },
  requests: [
    { command: 'x', to: ['A'] },
    { command: 'y', to: ['C'] },
  ],
  before: [{ leads: 'A', with: ['B'] }, { command: 'x', at: 'A' }, { among: ['A', 'B'] }],
  terms: 2,
  standing: { A: 1, C: 2 },
  statesMax: STATES_MAX,
}
/** Votes are given to whoever asks first: all is well with the elections, and nothing is with the log. */
const electionsAlone = (): System =>
  system(LEFT_BEHIND, { definition: wrong['checksNoLog']!, probe: null }, stage)

export const checks: readonly Check[] = [
  // What the exercises and the figures have for times, so that no page has to type it.
  {
    kind: 'kept',
    id: 'raft/times',
    counted: { least: ELECTION_TIMEOUT[0], most: ELECTION_TIMEOUT[1], heartbeat: HEARTBEAT_INTERVAL },
    words: 'check.raft-times',
  },

  explored('C37/three', 'holds', 'one-leader', () => elections(elector)),
  explored('C37/crash', 'holds', 'one-leader', () => elections(elector, { crashes: 1 })),

  explored('E33/one-leader', 'holds', 'one-leader', electionsAlone),
  explored('E33/two-commands', 'fails', 'state-machine', electionsAlone, { words: null }),

  explored('E34/two-obeyed', 'fails', 'two-obeyed', () => elections(withoutTerms), { words: null }),
  explored('E34/terms', 'holds', 'two-obeyed', () => elections(elector), { words: null }),

  explored('E35/refusals', 'fails', 'one-leader', () => elections(wrong['countsReplies']!, { terms: 1 })),
  explored('E35/old-votes', 'fails', 'one-leader', () => elections(wrong['countsOldVotes']!)),
  explored(
    'E35/own-vote-left-out',
    'holds',
    'nobody-leads',
    () => without('C', elections(wrong['ownVoteDoesNotCount']!)),
    { words: null },
  ),
  explored('E35/own-vote', 'reached', 'elects', () => without('C', elections(elector))),
]

/** In the first election A’s timer is the first to fire, and in the second C’s. */
const TIMEOUTS: Timeouts = { A: [180], B: [290, 280, 270, 290, 260, 280], C: [240, 220, 250, 230, 240] }
const three = (own: Own = {}): System => cluster({ servers: A_TO_C, timeouts: TIMEOUTS, ...own })

interface Shown {
  readonly term: number
  readonly role: string
}
const at = (frame: Frame, id: string): Shown | null => nodeOf(frame, id).state as unknown as Shown | null

/** Does this server lead, in this term, and has everybody who is up heard of it? */
export const followed = (frame: Frame, id: string, term: number): boolean =>
  at(frame, id)?.role === 'leader' &&
  frame.nodes
    .filter(({ role, up }) => role === 'server' && up)
    .every(
      (one) => one.id === id || (at(frame, one.id)!.role === 'follower' && at(frame, one.id)!.term === term),
    )

/** Nothing is on its way to anybody who is up. */
export const quiet = ({ inFlight, nodes }: Frame): boolean =>
  inFlight.every(({ to }) => !nodes.find(({ id }) => id === to)!.up)

/** The end of a script: once this many steps hold what is asked. */
export const nth = (number: number, holds: (frame: Frame) => boolean): ((frame: Frame) => boolean) => {
  let left = number
  let before = false
  return (frame) => {
    const now = holds(frame)
    if (now && !before) left--
    before = now
    return left <= 0
  }
}

const elected = (): Action[] => play(three(), [], (frame) => followed(frame, 'A', 1) && quiet(frame))

const heartbeats = (): Action[] =>
  play(
    three(),
    [
      {
        // The first heartbeat and one more have been answered.
        once: nth(2, (frame) => followed(frame, 'A', 1) && quiet(frame)),
        then: { kind: 'crash', node: 'A' },
      },
    ],
    (frame) => followed(frame, 'C', 2) && quiet(frame),
  )

const cluster3 = {
  variants: ['raft'],
  system: () => three(),
  answered: takingAnswers(three),
  lanes: A_TO_C,
  timers: true,
} as const
const FIELDS = { server: ['term', 'votedFor'] }

export const figures: readonly FigureDefinition[] = [
  { ...cluster3, id: 'raft/one-candidate', pictures: ['F14', 'F15', 'F16'], script: elected, fields: FIELDS },
  { ...cluster3, id: 'raft/heartbeats', pictures: ['F17'], script: heartbeats, fields: FIELDS },
  {
    id: 'raft/without-terms',
    variants: ['note'],
    system: () => elections(withoutTerms),
    script: { check: 'E34/two-obeyed' },
    fields: { server: ['votedFor'] },
    lanes: A_TO_C,
    timers: true,
  },
  {
    id: 'raft/refusals',
    variants: ['note'],
    system: () => elections(wrong['countsReplies']!, { terms: 1 }),
    answered: takingAnswers((own) => elections(elector, { terms: 1 }, own), 'raft-election'),
    script: { check: 'E35/refusals' },
    fields: { server: ['currentTerm', 'votedFor'] },
    lanes: A_TO_C,
    timers: true,
  },
]

/** A leads in the first term, with B’s vote. C stood in it too late, and leads in the second, also with B’s. */
const OVERTAKEN = [
  { fire: 'A', timer: 'election' },
  ['A', 'requestVote', 'B'],
  ['B', 'requestVoteReply', 'A'],
  { fire: 'C', timer: 'election' },
  { fire: 'C', timer: 'election' },
  ['C', 'requestVote', 'B'],
  ['B', 'requestVoteReply', 'C'],
] as const

export const predictions: readonly Prediction[] = [
  {
    id: 'raft/put-off',
    system: three,
    before: () => play(three(), [], (frame) => at(frame, 'C')?.term === 1),
    // C’s timer was to fire 240 ms after the start: 40 ms after A’s request has arrived.
    next: (before) => play(three(), [], ({ now }) => now! > 240).slice(before.length),
    answer: ({ record }) =>
      record.steps.some(({ sent }) => sent.some(({ from, type }) => from === 'C' && type === 'requestVote'))
        ? 'stands'
        : 'waits',
  },
  {
    id: 'raft/one-down',
    system: () => without('C', elections(elector)),
    before: [],
    next: { shortest: 'elects' },
    answer: ({ record }) => {
      const leader = record.frames.at(-1)!.nodes.find(({ state }) => state?.['role'] === 'leader')!
      return String((leader.state as unknown as { votes: string[] }).votes.length)
    },
  },
  {
    id: 'raft/late-vote',
    system: () => elections(elector),
    before: [{ fire: 'A', timer: 'election' }, ['A', 'requestVote', 'B'], { fire: 'A', timer: 'election' }],
    next: [['B', 'requestVoteReply', 'A']],
    answer: ({ record }) => at(record.frames.at(-1)!, 'A')!.role,
  },
  {
    id: 'raft/two-masters',
    system: () => elections(elector),
    before: OVERTAKEN,
    next: [['A', 'appendEntries', 'B']],
    answer: ({ record }) =>
      (record.steps.at(-1)!.sent[0]!.fields as { success: boolean }).success ? 'obeys' : 'refuses',
  },
]
