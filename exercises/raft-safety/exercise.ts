/**
 * raft-safety: the learner makes the servers safe whoever becomes leader and whatever is forgotten. What the exercises before look
 * at is looked at here too.
 */
import { fields, number } from '../../engine/actors/fields.ts'
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { serverRole } from '../raft-replication/properties.ts'
import {
  NEW,
  type Stage,
  type TimedTrial,
  type Trial,
  lasts,
  otherLeader,
  system,
  timedSystem,
  carriedOut,
  contradicted,
  four,
  leadsAfterOthers,
  rewritten,
} from '../raft-replication/trials.ts'
import solution from './solution.ts'

const request = fields({ term: number, lastLogIndex: number, lastLogTerm: number })
const requests = { requestVote: request, preVote: request }

export const stage: Stage = {
  requests,
  emptyLog: { lastLogIndex: 0, lastLogTerm: 0 },
  role: serverRole(requests),
  solution: solution as AnyNodeDefinition,
}

const ANSWERS = { A: 'answer', B: 'answer', C: 'answer' } as const
const X = { command: 'x', to: ['A'] }
const Y = { command: 'y', to: ['A'] }

const trials: { readonly [id: string]: Trial } = {
  // A and B have x, and it is committed; C has heard of nothing.
  behind: {
    servers: ANSWERS,
    requests: [X],
    before: [{ leads: 'A', with: ['B'] }, { command: 'x', at: 'A' }, { among: ['A', 'B'] }],
    terms: 2,
    standing: { A: 1, B: 1, C: 1 },
    statesMax: 500_000,
  },
  // A and B have x and y, which are committed; C has x alone, of the same term.
  shorter: {
    servers: ANSWERS,
    requests: [X, Y],
    before: [
      { leads: 'A', with: ['B'] },
      { command: 'x', at: 'A' },
      { among: ['A', 'C'] },
      { among: ['A', 'B'] },
      { command: 'y', at: 'A' },
      { among: ['A', 'B'] },
    ],
    terms: 2,
    standing: { A: 1, C: 1 },
    statesMax: 500_000,
  },
  // C has two entries of the first term, which nobody else has; A and B have one of the second, which is committed.
  longer: {
    servers: ANSWERS,
    requests: [
      { command: 'u', to: ['C'] },
      { command: 'v', to: ['C'] },
      { command: 'x', to: ['A'] },
    ],
    before: [
      { leads: 'C', with: ['B'] },
      { command: 'u', at: 'C' },
      { command: 'v', at: 'C' },
      { lost: {} },
      { leads: 'A', with: ['B', 'C'] },
      { from: 'A', to: 'C' },
      { command: 'x', at: 'A' },
      { among: ['A', 'B'] },
      { lost: {} },
    ],
    terms: 4,
    standing: { A: 2, C: 3 },
    statesMax: 500_000,
  },
  // Figure 8 of the paper, with three servers: A has an entry of the first term, C one of the second.
  'figure-8': {
    servers: ANSWERS,
    requests: [X, { command: 'z', to: ['C'] }],
    before: [
      { leads: 'A', with: ['B'] },
      { command: 'x', at: 'A' },
      { lost: {} },
      { leads: 'C', with: ['A', 'B'] },
      { from: 'C', to: 'A' },
      { command: 'z', at: 'C' },
      { lost: {} },
    ],
    terms: 4,
    standing: { A: 2, C: 3 },
    statesMax: 2_000_000,
  },
  // Then A leads again and has taken another entry. B is about to get the first.
  'figure-8-again': {
    servers: ANSWERS,
    requests: [X, Y, { command: 'z', to: ['C'] }],
    before: [
      { leads: 'A', with: ['B'] },
      { command: 'x', at: 'A' },
      { lost: {} },
      { leads: 'C', with: ['A', 'B'] },
      { from: 'C', to: 'A' },
      { command: 'z', at: 'C' },
      { lost: {} },
      { leads: 'A', with: ['B', 'C'] },
      { from: 'A', to: 'B' },
      { from: 'B', to: 'A' },
      { command: 'y', at: 'A' },
      { lost: { from: 'A', to: 'C' } },
    ],
    terms: 4,
    standing: { A: 2, C: 3 },
    statesMax: 500_000,
  },
  // A has two entries of the first term, C has one of the second, which B had when it led. B is gone.
  stalemate: {
    servers: {
      A: 'answer',
      B: { disk: { currentTerm: 0, votedFor: null, log: [] }, hearsUpTo: 2 },
      C: 'answer',
    },
    requests: [X, Y, { command: 'z', to: ['B'] }],
    before: [
      { leads: 'A', with: ['B'] },
      { command: 'x', at: 'A' },
      { command: 'y', at: 'A' },
      { lost: {} },
      { leads: 'B', with: ['A', 'C'] },
      { from: 'B', to: 'A' },
      { command: 'z', at: 'B' },
      { from: 'B', to: 'C' },
      { lost: {} },
    ],
    terms: 4,
    standing: { A: 2, B: 1, C: 2 },
    goal: 'elected',
    statesMax: 500_000,
  },
  'two-terms': {
    servers: ANSWERS,
    requests: [],
    terms: 2,
    standing: { A: 2, C: 2 },
    statesMax: 1_000_000,
  },
  votes: {
    servers: ANSWERS,
    requests: [],
    terms: 1,
    crashes: 1,
    goal: 'elected',
    statesMax: 500_000,
  },
  'other-leader': otherLeader,
  'leads-after-others': leadsAfterOthers,
  // A leader that sends to itself as well has 4,253,774 states here.
  crash: {
    servers: ANSWERS,
    requests: [X],
    before: [{ leads: 'A', with: ['B'] }, { lost: { to: 'C' } }],
    terms: 2,
    standing: { A: 1, B: 1 },
    crashes: 1,
    statesMax: 5_000_000,
  },
  rewritten,
  contradicted,
  'carried-out': carriedOut,
  four,
  // All have x, and A, which led, was told so by none of them and is gone. B leads, and the client asks it for x once more.
  'asked-again': {
    servers: { A: { ...NEW, hearsUpTo: 1 }, B: 'answer', C: NEW },
    requests: [{ command: 'x', to: ['A', 'B'] }],
    before: [
      { leads: 'A', with: ['B'] },
      { command: 'x', at: 'A' },
      { from: 'A', to: 'B' },
      { from: 'A', to: 'C' },
      { lost: {} },
      { leads: 'B', with: ['C'] },
      { among: ['B', 'C'] },
      { lost: { to: 'A' } },
    ],
    terms: 2,
    standing: { A: 1, B: 1 },
    heartbeats: 2,
    goal: 'committed',
    statesMax: 500_000,
  },
  // A leads and has x alone, and is no longer waiting for an election. B is gone. C has begun to stand in the second term, without x: A has to stand once more.
  deposed: {
    servers: {
      A: 'answer',
      B: { ...NEW, hearsUpTo: 0 },
      C: 'answer',
    },
    requests: [X],
    before: [
      { leads: 'A', with: ['C'] },
      { command: 'x', at: 'A' },
      { fires: 'A' },
      { lost: {} },
      { fires: 'C' },
    ],
    terms: 3,
    standing: { A: 3, C: 1 },
    heartbeats: 1,
    goal: 'elected',
    statesMax: 500_000,
  },
  // A vote that arrives twice is one vote. Of five, two that are counted as three are no majority.
  repeats: {
    servers: { ...ANSWERS, D: 'answer', E: 'answer' },
    requests: [],
    terms: 1,
    standing: { A: 1, E: 1 },
    duplicates: 1,
    statesMax: 500_000,
  },
}

const timedTrials: { readonly [id: string]: TimedTrial } = {
  // What C said in the first term arrives again and again, and is to put off no election.
  old: { servers: ['A', 'B', 'C'], old: 'C', commands: 1, every: 200, runs: 20 },
  three: {
    servers: ['A', 'B', 'C'],
    commands: 6,
    every: 200,
    runs: 100,
    network: { duplicates: 0, drops: 60 },
    crashes: { roles: ['server'], limit: 3, restart: 'at once' },
    faultsUntil: 2_000,
  },
  five: {
    servers: ['A', 'B', 'C', 'D', 'E'],
    commands: 6,
    every: 200,
    runs: 60,
    network: { duplicates: 0, drops: 60 },
    crashes: { roles: ['server'], limit: 3, restart: 'at once' },
    faultsUntil: 2_000,
  },
  healed: {
    servers: ['A', 'B', 'C', 'D', 'E'],
    commands: 8,
    every: 200,
    runs: 60,
    network: {
      duplicates: 0,
      drops: 0,
      partitions: { roles: ['server'], limit: 2, milliseconds: [400, 1_000] },
    },
    crashes: { roles: ['server'], limit: 1, restart: 'at once' },
    faultsUntil: 2_500,
  },
}

const exercise: Exercise = {
  id: 'raft-safety',
  kind: 'build',
  version: 1,
  continues: 'raft-replication',
  file: 'server.ts',
  configurations: [
    ...Object.entries(trials).map(([id, trial]) => ({
      id,
      driver: 'explore' as const,
      statesMax: trial.statesMax,
      counts: { terms: trial.terms, commands: trial.requests.length },
      system: (answer: Answer) => system(trial, answer, stage),
    })),
    ...Object.entries(timedTrials).map(([id, trial]) => ({
      id,
      driver: 'simulate' as const,
      runs: trial.runs,
      stepsMax: 100_000,
      milliseconds: lasts(trial) + 1,
      counts: { commands: trial.commands },
      system: (answer: Answer) => timedSystem(trial, answer, stage),
    })),
  ],
}

export default exercise
