/** What runs in the sandbox's worker of these tests: the exercises that the harness knows. */
import type { AnyExercise } from '../../../engine/exercise.ts'
import { exercise } from '../../../engine/testing/small-client-exercise.ts'
import { EXPLORED, exercise as small } from '../../../engine/testing/small-exercise.ts'
import { expose } from '../../../engine/worker.ts'
import paxosAcceptor from '../../../exercises/paxos-acceptor/exercise.ts'

const exercises: readonly AnyExercise[] = [paxosAcceptor, exercise, small(EXPLORED)]

expose(Object.fromEntries(exercises.map((one) => [one.id, one])))
