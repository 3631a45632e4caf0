/** What the page on what the note leaves out claims, shows and asks. */
import type { AnyNodeDefinition, System, SystemProperty } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import { electionSafety } from '../../../exercises/raft-election/properties.ts'
import { logSafety } from '../../../exercises/raft-replication/properties.ts'
import {
  type Before,
  type Trial,
  begun,
  system as tried,
} from '../../../exercises/raft-replication/trials.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import countsOlderTerms from '../../../exercises/raft-safety/mutants/commits-older-terms-by-counting.ts'
import termAlone from '../../../exercises/raft-safety/mutants/later-term-is-enough.ts'
import logNotOnDisk from '../../../exercises/raft-safety/mutants/log-not-on-disk.ts'
import lengthAlone from '../../../exercises/raft-safety/mutants/longer-is-newer.ts'
import checksNoLog from '../../../exercises/raft-safety/mutants/no-check-of-the-log.ts'
import termNotOnDisk from '../../../exercises/raft-safety/mutants/term-not-on-disk.ts'
import voteNotOnDisk from '../../../exercises/raft-safety/mutants/vote-not-on-disk.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Explored, Kept } from '../check.ts'
import type { Prediction } from '../prediction.ts'
import { type Delivery, type Line, followAll } from '../script.ts'
import counted from './seeded-runs.json' with { type: 'json' }
import { MILLISECONDS } from './seeded-runs.ts'
import { A_TO_C, A_TO_E, K, raft, shown } from './systems.ts'
import { type Own, takingAnswers } from './taking-answers.ts'

/** The rules that the page looks at: the paper’s, and wrong ones that the exercise knows as mutants. */
const rules = {
  paper: raft,
  none: checksNoLog,
  length: lengthAlone,
  term: termAlone,
  counts: countsOlderTerms,
  'vote-lost': voteNotOnDisk,
  'term-lost': termNotOnDisk,
  'log-lost': logNotOnDisk,
} as Readonly<Record<string, AnyNodeDefinition>>

/** Everything that Figure 3 of the paper names, looked at together. */
export const figure3: SystemProperty = {
  id: 'figure-3',
  kind: 'always',
  violated: (view, history) => {
    for (const property of [...electionSafety, ...logSafety]) {
      const violation = property.kind === 'always' ? property.violated(view, history) : null
      if (violation) return violation
    }
    return null
  },
}

/** A trial under one of `rules`, or with a reader’s own servers, so that views can read them. */
function trial(what: Omit<Trial, 'servers' | 'statesMax'>, rule: string, own: Own = {}): System {
  const servers = { A: 'answer', B: 'answer', C: 'answer' } as const
  const { runs: definition = rules[rule]!, probe = null } = own
  const answer = { definition: definition as AnyNodeDefinition, probe }
  const whole = tried({ ...what, servers, statesMax: 0 }, answer, stage)
  return {
    ...whole,
    nodes: whole.nodes.map((node) =>
      node.role === 'server' ? { ...node, definition: { ...node.definition, show: shown } } : node,
    ),
    properties: [...whole.properties, figure3],
  }
}

const to = (server: string, command: string) => ({ command, to: [server] })

/** A leads, and A and B have a command, which is committed. C has heard of nothing. */
const BEHIND: readonly Before[] = [
  { leads: 'A', with: ['B'] },
  { command: 'SET 5', at: 'A' },
  { among: ['A', 'B'] },
]
const behind = (rule: string, own?: Own): System =>
  trial(
    {
      requests: [to('A', 'SET 5'), to('C', 'SET 8')],
      before: BEHIND,
      terms: 2,
      standing: { A: 1, B: 1, C: 1 },
    },
    rule,
    own,
  )

/** A and B have two commands, which are committed; C has the first of them, of the same term. */
const shorter = (rule: string, own?: Own): System =>
  trial(
    {
      requests: [to('A', 'SET 5'), to('A', 'SET 6'), to('C', 'SET 8')],
      before: [
        { leads: 'A', with: ['B'] },
        { command: 'SET 5', at: 'A' },
        { among: ['A', 'C'] },
        { among: ['A', 'B'] },
        { command: 'SET 6', at: 'A' },
        { among: ['A', 'B'] },
      ],
      terms: 2,
      standing: { A: 1, C: 1 },
    },
    rule,
    own,
  )

/** C has two entries of the first term, which nobody else has; A and B have one of the second, which is committed. */
const LONGER: readonly Before[] = [
  { leads: 'C', with: ['B'] },
  { command: 'SET 1', at: 'C' },
  { command: 'SET 2', at: 'C' },
  { lost: {} },
  { leads: 'A', with: ['B', 'C'] },
  { command: 'SET 5', at: 'A' },
  { among: ['A', 'B'] },
  { lost: {} },
]
const longer = (rule: string): System =>
  trial(
    {
      requests: [to('C', 'SET 1'), to('C', 'SET 2'), to('A', 'SET 5'), to('C', 'SET 8')],
      before: LONGER,
      terms: 4,
      standing: { A: 2, B: 1, C: 3 },
    },
    rule,
  )

/** Figure 8 of the paper, with three servers: A has an entry of the first term, C one of the second, and neither is anywhere else. */
const FIGURE_8: readonly Before[] = [
  { leads: 'A', with: ['B'] },
  { command: 'SET 5', at: 'A' },
  { lost: {} },
  { leads: 'C', with: ['A', 'B'] },
  { command: 'SET 8', at: 'C' },
  { lost: {} },
]
const figure8 = (rule: string, own?: Own): System =>
  trial(
    {
      requests: [to('A', 'SET 5'), to('C', 'SET 8'), to('A', 'SET 6')],
      before: FIGURE_8,
      terms: 4,
      standing: { A: 2, C: 3 },
    },
    rule,
    own,
  )

/** A server may crash once, in one term. */
const voting = (rule: string, own?: Own): System => trial({ requests: [], terms: 1, crashes: 1 }, rule, own)

/** A leads, and a server may crash once. */
const writing = (rule: string): System =>
  trial(
    {
      requests: [to('A', 'SET 5')],
      before: [{ leads: 'A', with: ['B'] }],
      terms: 2,
      standing: { A: 1, B: 1 },
      crashes: 1,
    },
    rule,
  )

/** From the start on: two may stand, in two terms. */
const begins = (): System =>
  trial({ requests: [to('A', 'SET 5')], terms: 2, standing: { A: 1, B: 1 } }, 'paper')

/** A leads, and A and B may stand again; both have a command to take if they lead. */
const goesOn = (): System =>
  trial(
    {
      requests: [to('A', 'SET 5'), to('B', 'SET 8')],
      before: [{ leads: 'A', with: ['B'] }],
      terms: 2,
      standing: { A: 1, B: 1 },
    },
    'paper',
  )

const explored = (
  id: string,
  system: () => System,
  property: string,
  expect: Explored['expect'],
): Explored => ({ id, system, property, expect, words: 'raft-safety', statesMax: 500_000 })

/** @param broken whether there are runs in which something is broken */
const seededRuns = (name: keyof typeof counted, servers: readonly string[], broken = false): Kept => ({
  kind: 'kept',
  id: `C38/seeded-${name}`,
  counted: { ...counted[name].all, servers: servers.length, milliseconds: MILLISECONDS },
  none: broken ? [] : ['violations'],
  words: broken ? 'check.seeded-some' : 'check.seeded-none',
})

export const checks: readonly Check[] = [
  explored('E36/behind', () => behind('none'), 'state-machine', 'fails'),
  explored('E36/mended', () => behind('paper'), 'figure-3', 'holds'),
  explored('E36/term-alone', () => shorter('term'), 'state-machine', 'fails'),
  explored('E36/term-alone-mended', () => shorter('paper'), 'figure-3', 'holds'),
  explored('E36/length-alone', () => longer('length'), 'state-machine', 'fails'),
  explored('E36/length-alone-mended', () => longer('paper'), 'figure-3', 'holds'),
  explored('E38/figure-8', () => figure8('counts'), 'state-machine', 'fails'),
  explored('E38/mended', () => figure8('paper'), 'figure-3', 'holds'),
  explored('E39/vote', () => voting('vote-lost'), 'one-leader', 'fails'),
  explored('E39/term', () => voting('term-lost'), 'one-leader', 'fails'),
  explored('E39/log', () => writing('log-lost'), 'leader-completeness', 'fails'),
  explored('E39/voting', () => voting('paper'), 'figure-3', 'holds'),
  explored('C38/begins', begins, 'figure-3', 'holds'),
  explored('C38/goes-on', goesOn, 'figure-3', 'holds'),
  explored('C38/crash', () => writing('paper'), 'figure-3', 'holds'),
  seededRuns('three', A_TO_C),
  seededRuns('five', A_TO_E),
  seededRuns('three-no-check', A_TO_C, true),
  seededRuns('three-figure-8', A_TO_C),
]

const figure = (
  id: string,
  system: (rule: string) => System,
  runs: Readonly<Record<string, { readonly check: string } | (() => readonly Action[])>>,
): FigureDefinition => ({
  id,
  variants: Object.keys(runs),
  system,
  script: { runs },
  fields: { server: ['term', 'role'] },
  log: 'raft',
  lanes: [K, ...A_TO_C],
})

/** How a system gets to where these things have happened. */
const after = (system: System, all: readonly Before[]): readonly Action[] => begun(system, all).actions

/** One that has heard of A’s term stands, and asks these. */
const stands = (id: string, asked: readonly string[]): readonly Line[] => [
  ['A', 'requestVote', id],
  { fire: id, timer: 'election' },
  ...asked.map((voter): Line => [id, 'requestVote', voter]),
]

export const figures: readonly FigureDefinition[] = [
  {
    ...figure('raft/behind', (rule) => behind(rule), {
      none: { check: 'E36/behind' },
      paper: () =>
        followAll(behind('paper'), [...after(behind('paper'), BEHIND), ...stands('C', ['A', 'B'])]),
    }),
    answered: takingAnswers((own) => behind('paper', own)),
  },
  {
    ...figure('raft/one-of-two', (rule) => (rule === 'length' ? longer(rule) : shorter(rule)), {
      term: { check: 'E36/term-alone' },
      length: { check: 'E36/length-alone' },
    }),
    answered: takingAnswers((own) => shorter('paper', own)),
  },
  {
    ...figure('raft/figure-8', (rule) => figure8(rule), {
      counts: { check: 'E38/figure-8' },
      paper: () =>
        followAll(figure8('paper'), [
          ...after(figure8('paper'), [
            ...FIGURE_8,
            { leads: 'A', with: ['B'] },
            { among: ['A', 'B'] },
            { command: 'SET 6', at: 'A' },
            { among: ['A', 'B'] },
          ]),
          ...stands('C', ['A', 'B']),
        ]),
    }),
    answered: takingAnswers((own) => figure8('paper', own)),
  },
  {
    ...figure('raft/forgetful', (rule) => (rule === 'log-lost' ? writing(rule) : voting(rule)), {
      'vote-lost': { check: 'E39/vote' },
      'term-lost': { check: 'E39/term' },
      'log-lost': { check: 'E39/log' },
    }),
    answered: takingAnswers((own) => voting('paper', own)),
  },
]

/** Whether the last step grants a vote. */
const granted = ({ record }: Run): string => {
  const reply = record.steps.at(-1)!.sent.find(({ type }) => type === 'requestVoteReply')
  return (reply?.fields as { voteGranted: boolean }).voteGranted ? 'granted' : 'refused'
}

/** Whether the last step carries something out. */
const commits = ({ record }: Run): string =>
  record.steps.at(-1)!.sent.some(({ type }) => type === 'applied') ? 'commits' : 'waits'

/** A question about what comes after these things, by the paper’s rules. */
const asked = (
  id: string,
  system: () => System,
  before: readonly Before[],
  events: readonly Line[],
  next: Delivery,
  answer: Prediction['answer'],
): Prediction => ({
  id,
  system,
  before: () => followAll(system(), [...after(system(), before), ...events]),
  next: [next],
  answer,
})

export const predictions: readonly Prediction[] = [
  asked('raft/behind', () => behind('paper'), BEHIND, stands('C', []), ['C', 'requestVote', 'B'], granted),
  asked(
    'raft/whose-log',
    () => longer('paper'),
    LONGER,
    [{ fire: 'B', timer: 'election' }],
    ['B', 'requestVote', 'C'],
    granted,
  ),
  asked(
    'raft/older-term',
    () => figure8('paper'),
    [
      ...FIGURE_8,
      { leads: 'A', with: ['B'] },
      { from: 'A', to: 'B' },
      { from: 'B', to: 'A' },
      { from: 'A', to: 'B' },
    ],
    [],
    ['B', 'appendEntriesReply', 'A'],
    commits,
  ),
  asked(
    'raft/restarted',
    () => voting('paper'),
    [{ leads: 'A', with: ['B'] }],
    [{ crash: 'A' }, { restart: 'A' }, { fire: 'C', timer: 'election' }],
    ['C', 'requestVote', 'A'],
    granted,
  ),
]
