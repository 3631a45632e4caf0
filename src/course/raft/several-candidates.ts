/** What the page on several candidates claims, shows and asks. */
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import halfIsAMajority from '../../../exercises/raft-election/mutants/half-is-a-majority.ts'
import termNotOnDisk from '../../../exercises/raft-election/mutants/term-not-on-disk.ts'
import voteNotOnDisk from '../../../exercises/raft-election/mutants/vote-not-on-disk.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Kept } from '../check.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play } from '../services/script.ts'
import { elections, elector } from './elections.ts'
import { explored, followed, quiet } from './one-candidate.ts'
import { kept } from './split-votes-kept.ts'
import { type Own, takingAnswers } from './taking-answers.ts'
import { A_TO_D, type Timeouts, cluster } from './systems.ts'

const wrong = { halfIsAMajority, termNotOnDisk, voteNotOnDisk } as Readonly<Record<string, AnyNodeDefinition>>

/** Servers in one term, of which one may crash, and all may stand. */
const forgetful = (definition: AnyNodeDefinition, own?: Own): System =>
  elections(definition, { terms: 1, crashes: 1 }, own)
const four = (definition: AnyNodeDefinition): System => elections(definition, { terms: 1, servers: A_TO_D })

const CLUSTERS = { three: 3, five: 5, seven: 7 } as const

const splitVotes = Object.entries(CLUSTERS).flatMap(([name, servers]): Kept[] => [
  {
    ...kept(servers),
    kind: 'kept',
    id: `C36/${name}`,
    words: 'check.split-votes',
    axes: { x: 'timeout-spread', y: 'split-votes' },
  },
  {
    ...kept(servers),
    kind: 'kept',
    id: `C36/${name}-time`,
    points: kept(servers).times,
    words: 'check.time-to-leader',
    axes: { x: 'timeout-spread', y: 'time-to-leader' },
  },
])

export const checks: readonly Check[] = [
  ...splitVotes,

  explored('majority/half', 'fails', 'one-leader', () => four(wrong['halfIsAMajority']!)),
  explored('majority/more-than-half', 'holds', 'one-leader', () => four(elector)),

  explored('vote/forgotten', 'fails', 'one-leader', () => forgetful(wrong['voteNotOnDisk']!)),
  explored('vote/term-forgotten', 'fails', 'one-leader', () => forgetful(wrong['termNotOnDisk']!)),
  explored('vote/on-disk', 'holds', 'one-leader', () => forgetful(elector)),
]

/** B and D stand at the same moment. Then D’s timer is the first, or B’s and D’s are set alike again. */
const TIMEOUTS: Readonly<Record<'differ' | 'alike', Timeouts>> = {
  differ: { A: [290, 280], B: [170, 260], C: [280, 270], D: [170, 180, 200, 210] },
  alike: {
    A: [290, 280, 270, 280],
    B: [170, 170, 170, 170],
    C: [280, 290, 280, 270],
    D: [170, 170, 170, 170],
  },
}
type Next = keyof typeof TIMEOUTS

const fourServers = (next: Next, own: Own = {}): System =>
  cluster({ ...own, servers: A_TO_D, timeouts: TIMEOUTS[next] })

const stateOf = (frame: Frame, id: string) =>
  nodeOf(frame, id).state as unknown as { readonly term: number; readonly role: string } | null

/** The requests of both for this term have reached the others, and nobody has looked at one yet. */
const requestsThere = (term: number) => (frame: Frame) =>
  ['B', 'D'].every((id) => stateOf(frame, id)?.term === term) &&
  ['B', 'D'].every((id) =>
    frame.inFlight.some(
      ({ from, to, type, arrivesIn }) =>
        from === id && to === 'C' && type === 'requestVote' && arrivesIn === 0,
    ),
  )

/** A hears of B first, by itself, and C of D. */
const dFirstAtC = (term: number): Moment => ({
  once: requestsThere(term),
  then: (actions) =>
    actions.find((one) => one.kind === 'deliver' && one.to === 'C' && one.message.from === 'D'),
})

/** Everybody has answered both, in this term. */
const isSplit = (term: number) => (frame: Frame) =>
  quiet(frame) && A_TO_D.every((id) => stateOf(frame, id)?.term === term)

const split = (next: Next): Action[] => play(fourServers(next), [dFirstAtC(1)], isSplit(1))

const splitAndThen = (next: Next): Action[] =>
  next === 'differ'
    ? play(fourServers(next), [dFirstAtC(1)], (frame) => followed(frame, 'D', 2) && quiet(frame))
    : play(fourServers(next), [dFirstAtC(1), dFirstAtC(2), dFirstAtC(3)], isSplit(3))

const FIELDS = { server: ['term', 'votedFor'] }

export const figures: readonly FigureDefinition[] = [
  {
    id: 'raft/split-vote',
    pictures: ['F18'],
    variants: ['raft'],
    system: () => fourServers('differ'),
    answered: takingAnswers((own) => fourServers('differ', own)),
    script: () => split('differ'),
    fields: FIELDS,
    lanes: A_TO_D,
    timers: true,
  },
  {
    id: 'raft/second-term',
    pictures: ['F19'],
    variants: ['differ', 'alike'],
    system: (next) => fourServers(next as Next),
    answered: takingAnswers((own) => fourServers('differ', own)),
    script: (next) => splitAndThen(next as Next),
    fields: FIELDS,
    lanes: A_TO_D,
    timers: true,
  },
  {
    id: 'raft/forgotten-vote',
    variants: ['raft'],
    system: () => forgetful(wrong['voteNotOnDisk']!),
    answered: takingAnswers((own) => forgetful(elector, own), 'raft-election'),
    script: { check: 'vote/forgotten' },
    fields: { server: ['currentTerm', 'votedFor'] },
    lanes: ['A', 'B', 'C'],
    timers: true,
  },
]

export const predictions: readonly Prediction[] = [
  {
    id: 'raft/votes-of-four',
    system: () => four(elector),
    before: [],
    next: { shortest: 'elects' },
    answer: ({ record }) => {
      const leader = record.frames.at(-1)!.nodes.find(({ state }) => state?.['role'] === 'leader')!
      return String((leader.state as unknown as { votes: string[] }).votes.length)
    },
  },
  {
    id: 'raft/rival-votes',
    system: () => fourServers('differ'),
    before: () => play(fourServers('differ'), [dFirstAtC(1)], (frame) => stateOf(frame, 'D')?.term === 2),
    next: (before) =>
      play(fourServers('differ'), [dFirstAtC(1)], (frame) => stateOf(frame, 'B')?.term === 2).slice(
        before.length,
      ),
    answer: ({ record }) => {
      const reply = record.steps.at(-1)!.sent.find(({ type }) => type === 'requestVoteReply')!
      return (reply.fields as { voteGranted: boolean }).voteGranted ? 'grants' : 'refuses'
    },
  },
  {
    id: 'raft/after-restart',
    system: () => forgetful(elector),
    before: [
      { fire: 'A', timer: 'election' },
      ['A', 'requestVote', 'B'],
      ['B', 'requestVoteReply', 'A'],
      { crash: 'A' },
      { restart: 'A' },
      { fire: 'C', timer: 'election' },
    ],
    next: [['C', 'requestVote', 'A']],
    answer: ({ record }) => {
      const [reply] = record.steps.at(-1)!.sent
      return (reply!.fields as { voteGranted: boolean }).voteGranted ? 'grants' : 'refuses'
    },
  },
]
