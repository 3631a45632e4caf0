/**
 * raft-replication: the learner's servers replicate a log. Who may become leader is not this exercise's affair: where several lead one
 * after the other, nothing is committed before the last of them, and where there is time, only one server may stand.
 */
import { fields, number } from '../../engine/actors/fields.ts'
import type { AnyNodeDefinition } from '../../engine/actors/system.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { serverRole } from './properties.ts'
import solution from './solution.ts'
import { type Stage, type TimedTrial, type Trial, lasts, system, timedSystem } from './trials.ts'

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
    heartbeats: 1,
    reaches: true,
    statesMax: 500_000,
  },
  // A has x alone, and B and C have gone on without it: what C is told overwrites it.
  overtaken: {
    servers: ANSWERS,
    requests: [
      { command: 'x', to: ['A'] },
      { command: 'y', to: ['C'] },
    ],
    before: [A_LEADS, { command: 'x', at: 'A' }, { leads: 'C', with: ['B'] }],
    terms: 2,
    standing: { A: 1, C: 1 },
    heartbeats: 1,
    statesMax: 500_000,
  },
  crash: {
    servers: ANSWERS,
    requests: [{ command: 'x', to: ['A'] }],
    before: [A_LEADS],
    terms: 2,
    standing: { A: 2 },
    crashes: 1,
    statesMax: 500_000,
  },
}

const timedTrials: { readonly [id: string]: TimedTrial } = {
  steady: { servers: ['A', 'B', 'C'], commands: 5, every: 200, runs: 50 },
  lossy: {
    servers: ['A', 'B', 'C'],
    standing: ['A'],
    commands: 6,
    every: 200,
    runs: 100,
    network: { duplicates: 0, drops: 60 },
    crashes: { roles: ['server'], limit: 2, restart: 'at once' },
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
