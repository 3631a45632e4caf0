/**
 * two-phase-commit: the learner writes both roles of the protocol, the coordinator and the participant, so that they agree whatever
 * crashes or is lost. What they are is observed through `observe` and their votes, never through their fields.
 */
import type { Configuration, RolesAnswer, RolesExercise } from '../../engine/exercise.ts'
import { system, trials } from './trials.ts'

const exercise: RolesExercise = {
  id: 'two-phase-commit',
  kind: 'build',
  version: 1,
  file: 'two-phase-commit.ts',
  roles: ['coordinator', 'participant'],
  configurations: Object.entries(trials).map(([id, trial]): Configuration<RolesAnswer> => ({
    id,
    driver: 'explore',
    statesMax: trial.statesMax,
    system: (answer) => system(trial, answer),
  })),
}

export default exercise
