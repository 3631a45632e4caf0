/** raft-election: the learner writes a server that takes part in elections, as section 5.2 of the Raft paper has it. */
import type { Answer, Configuration, Exercise } from '../../engine/exercise.ts'
import {
  STAYS,
  type Directed,
  type Trial,
  directed,
  directedSystem,
  system,
  timedSystem,
  timedTrials,
  trials,
} from './trials.ts'

export { ELECTION_TIMEOUT, HEARTBEAT_INTERVAL } from './trials.ts'

const { two, ...larger } = trials
const { 'comes-back': comesBack, ...others } = directed

const explored = (some: { readonly [id: string]: Trial }): Configuration[] =>
  Object.entries(some).map(([id, trial]) => ({
    id,
    driver: 'explore',
    statesMax: trial.statesMax,
    counts: { terms: trial.terms },
    system: (answer) => system(trial, answer),
  }))

const exploredAlone = (some: { readonly [id: string]: Directed }): Configuration[] =>
  Object.entries(some).map(([id, trial]) => ({
    id,
    driver: 'explore',
    statesMax: trial.statesMax,
    counts: { terms: trial.terms },
    system: (answer) => directedSystem(trial, answer),
  }))

const exercise: Exercise = {
  id: 'raft-election',
  kind: 'build',
  version: 1,
  file: 'server.ts',
  configurations: [
    ...explored({ two: two! }),
    ...exploredAlone(others),
    ...explored(larger),
    // Last: who breaks a rule fails here too, and the run that breaks it says more.
    ...exploredAlone({ 'comes-back': comesBack! }),
    ...Object.entries(timedTrials).map(([id, trial]) => ({
      id,
      driver: 'simulate' as const,
      runs: trial.runs,
      stepsMax: 100_000,
      milliseconds: (trial.faultsUntil ?? 0) + trial.within + STAYS + 1,
      system: (answer: Answer) => timedSystem(trial, answer),
    })),
  ],
}

export default exercise
