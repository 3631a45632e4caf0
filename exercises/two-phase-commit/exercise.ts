/**
 * two-phase-commit: the learner writes both roles of the protocol, the coordinator and the participant, so that they agree whatever
 * crashes or is lost. What they are is observed through `observe` and their votes, never through their fields.
 */
import type { Configuration, RolesAnswer, RolesExercise } from '../../engine/exercise.ts'
import { explored, large, system } from './trials.ts'

const exercise: RolesExercise = {
  id: 'two-phase-commit',
  kind: 'build',
  version: 1,
  file: 'two-phase-commit.ts',
  roles: ['coordinator', 'participant'],
  configurations: [
    ...Object.entries(explored).map(([id, trial]): Configuration<RolesAnswer> => ({
      id,
      driver: 'explore',
      statesMax: trial.statesMax,
      system: (answer) => system(trial, answer),
    })),
    {
      id: 'losses',
      driver: 'simulate',
      runs: 400,
      stepsMax: 700,
      settle: { within: 500 },
      system: (answer) => system(large, answer),
    },
  ],
}

export default exercise
