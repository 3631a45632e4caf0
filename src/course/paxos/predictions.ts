/** The Paxos chapter's questions, page by page. */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import { causalPast } from '../../../engine/trace/record.ts'
import { chosen } from '../../../exercises/paxos-acceptor/exercise.ts'
import type { Line } from '../script.ts'
import { type Prediction, reachableFrom } from '../prediction.ts'
import { duel, duelRun } from './duel.ts'
import { logPredictions } from './multi-paxos-predictions.ts'
import { learnt } from './properties.ts'
import { promised, told, votes } from './scripts.ts'
import { A, B, C, HARSH, acceptors, choosing, listening, noteThreeBallots, system } from './systems.ts'

const alone = (): System => listening(system([A], acceptors.paxos))
const two = (): System => system([A, B], acceptors.paxos)
const three = (): System => system([A, B, C], acceptors.paxos)
const heard = (): System => listening(two())

/** A is promised by X and Y, and X accepts its proposal. */
const ACCEPTED_AT_X: readonly Line[] = [...promised('A', 'X', 'Y'), ...votes('A', 'X')]
/** The same, and Y accepts it as well: 8 is chosen. */
const CHOSEN: readonly Line[] = [...ACCEPTED_AT_X, ...votes('A', 'Y')]

/** X votes for [2, 8], Y for [4, 5]: B's majority is Y and Z, who know of no vote. */
const TWO_VOTES: readonly Line[] = [
  ...promised('A', 'X', 'Z'),
  ...promised('B', 'Y', 'Z'),
  ...votes('A', 'X'),
  ...votes('B', 'Y'),
]

/** What the last step sent: the type of its first message, or `nothing`. */
const lastSent = ({ record }: Run): string => record.steps.at(-1)!.sent[0]?.type ?? 'nothing'

/** The value that the last step asked for, or `nothing`. */
const lastAsked = ({ record }: Run): string => {
  const sent = record.steps.at(-1)!.sent.find(({ type }) => type === 'accept')
  return sent ? String((sent.fields as { v: number }).v) : 'nothing'
}

/** The proposal that the last step's promise reports, or `nothing`. */
const lastReported = ({ record }: Run): string => {
  const { accepted } = record.steps.at(-1)!.sent[0]!.fields as { accepted: { n: number; v: number } | null }
  return accepted === null ? 'nothing' : `${accepted.n} ${accepted.v}`
}

/** What the learner has learnt by the last step. */
const lastLearnt = ({ view }: Run): string => (learnt(view) === null ? 'nothing' : 'chosen')

/** Who can know that a value is chosen: nodes whose past holds the votes of a majority. */
function whoKnows({ record, view }: Run): string {
  const acceptors = view.filter(({ role }) => role === 'acceptor').map(({ id }) => id)
  const isVote = (number: number): boolean =>
    record.steps[number - 1]!.sent.some(({ type }) => type === 'accepted')
  const knowing = view.filter(({ id }) => {
    const last = record.steps.findLast(({ node }) => node === id)
    if (!last) return false
    const voters = [...causalPast(record, last.number)]
      .filter(isVote)
      .map((number) => record.steps[number - 1]!.node)
    return new Set(voters).size * 2 > acceptors.length
  })
  if (chosen(view).length === 0) throw new Error('nothing is chosen that anybody could know')
  return knowing.map(({ id }) => id).join(', ') || 'nobody'
}

/** Properties that a proposer has asked for a value; for questions about every order of events. */
const asking = (base: System, proposer: string, wanted: readonly number[]): System => ({
  ...base,
  properties: wanted.map((v) => ({
    id: `asks-${v}`,
    kind: 'sometimes',
    reached: (view) => (view.find(({ id }) => id === proposer)?.seen as { v: number } | null)?.v === v,
  })),
})

export const predictions: readonly Prediction[] = [
  // Roles
  {
    id: 'paxos/roles-majority',
    system: () => system([A], acceptors.paxos, undefined, null, ['V', 'W', 'X', 'Y', 'Z']),
    before: [],
    next: { shortest: 'chosen' },
    answer: ({ view }) => String(chosen(view)[0]!.by.length),
  },
  {
    id: 'paxos/roles-crash',
    system: alone,
    before: [{ crash: 'Z' }],
    next: [...promised('A', 'X', 'Y'), ...votes('A', 'X', 'Y')],
    answer: ({ view }) => (chosen(view).length > 0 ? 'chosen' : 'stuck'),
  },
  { id: 'paxos/roles-known', system: alone, before: ACCEPTED_AT_X, next: votes('A', 'Y'), answer: whoKnows },

  // Prepare
  {
    id: 'paxos/stale-prepare',
    system: two,
    before: [['B', 'prepare', 'Z']],
    next: [['A', 'prepare', 'Z']],
    answer: lastSent,
  },
  {
    id: 'paxos/equal-number',
    system: () => system([A, B], acceptors.paxos, HARSH),
    before: [['B', 'prepare', 'Z']],
    next: [{ again: ['B', 'prepare', 'Z'] }],
    answer: lastSent,
  },
  {
    id: 'paxos/report',
    system: two,
    before: ACCEPTED_AT_X,
    next: [['B', 'prepare', 'X']],
    answer: lastReported,
  },
  {
    id: 'paxos/value',
    system: two,
    before: [...ACCEPTED_AT_X, ['B', 'prepare', 'X'], ['B', 'prepare', 'Z'], ['Z', 'promise', 'B']],
    next: [['X', 'promise', 'B']],
    answer: lastAsked,
  },

  // Accept
  {
    id: 'paxos/dropped',
    system: two,
    before: [...promised('A', 'X', 'Y'), ['B', 'prepare', 'X']],
    next: votes('A', 'X'),
    answer: lastSent,
  },
  {
    id: 'paxos/unprepared',
    system: two,
    before: promised('B', 'Y', 'Z'),
    next: votes('B', 'X'),
    answer: lastSent,
  },
  {
    id: 'paxos/which-value',
    system: three,
    before: [...TWO_VOTES, ['C', 'prepare', 'X'], ['C', 'prepare', 'Y'], ['X', 'promise', 'C']],
    next: [['Y', 'promise', 'C']],
    answer: lastAsked,
  },
  {
    id: 'paxos/late-promise',
    system: two,
    before: [...ACCEPTED_AT_X, ['B', 'prepare', 'X'], ...promised('B', 'Y', 'Z')],
    next: [['X', 'promise', 'B']],
    answer: lastSent,
  },

  // Learn
  {
    id: 'paxos/learn-duplicate',
    system: () => listening(system([A, B], acceptors.paxos, HARSH)),
    before: [...ACCEPTED_AT_X, ...told('X')],
    next: [{ again: ['X', 'accepted', 'L'] }],
    answer: lastLearnt,
  },
  {
    id: 'paxos/learn-two',
    system: heard,
    before: [...ACCEPTED_AT_X, ...promised('B', 'X', 'Z'), ...votes('B', 'Z'), ...told('X')],
    next: told('Z'),
    answer: lastLearnt,
  },
  {
    id: 'paxos/learn-late',
    system: heard,
    before: [...CHOSEN, ...promised('B', 'X', 'Z'), ...votes('B', 'Z'), ...told('Y', 'Z')],
    next: told('X'),
    answer: ({ view }) => String(learnt(view) ?? 'nothing'),
  },

  // The two constraints
  {
    id: 'paxos/second-proposal',
    system: () => asking(two(), 'B', [8, 5]),
    before: CHOSEN,
    next: promised('B', 'X', 'Z'),
    // Not this run alone: each value is looked for in every continuation of the choice.
    answer: ({ system, record }, from) => {
      const before = record.steps.slice(0, from - 1).map(({ action }) => action)
      const can = [8, 5].filter((v) => reachableFrom(system, before, `asks-${v}`) !== null)
      return can.length === 1 ? String(can[0]) : 'either'
    },
  },
  {
    id: 'paxos/stuck',
    system: () => duel(3),
    before: duelRun(3),
    next: [{ crash: 'B' }, ...promised('A', 'X', 'Y'), ...votes('A', 'X', 'Y')],
    answer: ({ view }) => (chosen(view).length > 0 ? 'yes' : 'no'),
  },
  {
    id: 'paxos/after-chosen',
    system: two,
    before: [...CHOSEN, ['B', 'prepare', 'Y'], ['B', 'prepare', 'Z'], ['Z', 'promise', 'B']],
    next: [['Y', 'promise', 'B']],
    answer: lastAsked,
  },

  // What the note gets wrong
  {
    id: 'paxos/note-report',
    system: () => system([A, B], acceptors.note),
    before: [['A', 'prepare', 'X']],
    next: [['B', 'prepare', 'X']],
    answer: lastReported,
  },
  {
    id: 'paxos/note-third',
    system: noteThreeBallots,
    before: [
      ...promised('A', 'X', 'Y'),
      ['B', 'prepare', 'X'],
      ...votes('A', 'Y'),
      ['C', 'prepare', 'Y'],
      ['C', 'prepare', 'X'],
      ['Y', 'promise', 'C'],
    ],
    next: [['X', 'promise', 'C']],
    answer: lastAsked,
  },
  {
    id: 'paxos/largest',
    system: () => choosing('largest value', [A, B, C], acceptors.paxos),
    before: [...TWO_VOTES, ['C', 'prepare', 'X'], ['C', 'prepare', 'Y'], ['X', 'promise', 'C']],
    next: [['Y', 'promise', 'C']],
    answer: lastAsked,
  },

  ...logPredictions,
]
