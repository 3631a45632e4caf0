/**
 * raft-replication: the learner's servers replicate a log. Who may become leader is not this exercise's affair: where several lead one
 * after the other, nothing is committed before the last of them, and where there is time, only one server may stand.
 */
import { fields, number } from '../../engine/actors/fields.ts'
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { serverRole } from './properties.ts'
import solution from './solution.ts'
import {
  carriedOut,
  contradicted,
  four,
  lasts,
  leadsAfterOthers,
  oldAnswers,
  otherLeader,
  rewritten,
  system,
  timedSystem,
  type Stage,
  type TimedTrial,
  type Trial,
} from './trials.ts'

const requests = { requestVote: fields({ term: number }), preVote: fields({ term: number }) }

const stage: Stage = { requests, role: serverRole(requests), solution: solution as AnyNodeDefinition }

const ANSWERS = { A: 'answer', B: 'answer', C: 'answer' } as const
const A_LEADS = { leads: 'A', with: ['B'] } as const

const trials: { readonly [id: string]: Trial } = {
  // B has voted, and what A sends as leader is on its way. C hears of everything later.
  'two-commands': {
    servers: ANSWERS,
    requests: [
      { command: 'x', to: ['A'] },
      { command: 'y', to: ['A'] },
    ],
    before: [A_LEADS],
    terms: 1,
    statesMax: 500_000,
  },
  // Nothing of what A sent has arrived. Its heartbeats have to bring it. The client asks B as well, which does not lead.
  lost: {
    servers: ANSWERS,
    requests: [
      { command: 'x', to: ['A'] },
      { command: 'y', to: ['A', 'B'] },
    ],
    before: [A_LEADS, { command: 'x', at: 'A' }, { command: 'y', at: 'A' }, { lost: {} }],
    terms: 1,
    standing: { A: 1 },
    heartbeats: 2,
    goal: 'applied',
    statesMax: 500_000,
  },
  // A has told B of x and w, and nobody knows that B has them. Then C leads, without either.
  overwritten: {
    servers: ANSWERS,
    requests: [
      { command: 'x', to: ['A'] },
      { command: 'w', to: ['A'] },
      { command: 'y', to: ['C'] },
    ],
    before: [
      A_LEADS,
      { command: 'x', at: 'A' },
      { command: 'w', at: 'A' },
      { from: 'A', to: 'B' },
      { lost: {} },
      { leads: 'C', with: ['A', 'B'] },
    ],
    terms: 2,
    standing: { A: 1, C: 2 },
    statesMax: 500_000,
  },
  // A has x alone from the first term. It hears of the second, and leads again in the third, with B and C; D and E are gone.
  'leads-again': {
    servers: {
      ...ANSWERS,
      D: { disk: { currentTerm: 2, votedFor: 'E', log: [] }, hearsUpTo: 0 },
      E: {
        disk: { currentTerm: 2, votedFor: 'E', log: [] },
        says: [{ to: 'A', type: 'requestVote', fields: { term: 2 } }],
        hearsUpTo: 0,
      },
    },
    requests: [
      { command: 'x', to: ['A'] },
      { command: 'y', to: ['A'] },
    ],
    before: [
      { leads: 'A', with: ['B', 'C'] },
      { command: 'x', at: 'A' },
      { from: 'E', to: 'A' },
      { lost: {} },
      { leads: 'A', with: ['B', 'C'] },
      { command: 'y', at: 'A' },
    ],
    terms: 3,
    standing: { A: 2 },
    goal: 'committed',
    statesMax: 500_000,
  },
  'other-leader': otherLeader,
  // A has x alone, and B and C have gone on without it. C, which leads, is told the same, and more.
  overtaken: {
    servers: ANSWERS,
    requests: [
      { command: 'x', to: ['A', 'C'] },
      { command: 'y', to: ['C'] },
    ],
    before: [
      A_LEADS,
      { command: 'x', at: 'A' },
      { lost: { from: 'A', to: 'C' } },
      { leads: 'C', with: ['B'] },
      { command: 'x', at: 'C' },
    ],
    terms: 2,
    standing: { A: 1, C: 2 },
    statesMax: 1_000_000,
  },
  'old-answers': oldAnswers,
  'leads-after-others': leadsAfterOthers,
  crash: {
    servers: ANSWERS,
    requests: [{ command: 'x', to: ['A'] }],
    before: [A_LEADS, { lost: { to: 'C' } }],
    terms: 2,
    standing: { A: 2 },
    crashes: 1,
    statesMax: 500_000,
  },
  rewritten,
  contradicted,
  'carried-out': carriedOut,
  four,
  // The client has asked for x twice, and both are in A's log.
  twice: {
    servers: ANSWERS,
    requests: [
      { command: 'x', to: ['A', 'A'] },
      { command: 'y', to: ['A'] },
    ],
    before: [
      A_LEADS,
      { lost: { to: 'C' } },
      { command: 'x', at: 'A' },
      { command: 'x', at: 'A' },
      { command: 'y', at: 'A' },
      { lost: { to: 'C' } },
    ],
    terms: 1,
    standing: { A: 1 },
    statesMax: 500_000,
  },
}

const timedTrials: { readonly [id: string]: TimedTrial } = {
  // What C said in the first term arrives again and again, and is to put off no election.
  old: { servers: ['A', 'B', 'C'], old: 'C', commands: 1, every: 200, runs: 20 },
  steady: { servers: ['A', 'B', 'C'], commands: 5, every: 200, runs: 50 },
  lossy: {
    servers: ['A', 'B', 'C', 'D', 'E'],
    standing: ['A'],
    commands: 6,
    every: 200,
    runs: 50,
    network: { duplicates: 0, drops: 60 },
    faultsUntil: 2_000,
  },
}

const exercise: Exercise = {
  id: 'raft-replication',
  kind: 'build',
  version: 1,
  continues: 'raft-election',
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
