/** What runs in the sandbox's worker for one exercise: the engine and that exercise. See `worker-plugin.ts`. */
import * as subject from 'virtual:sandbox-subject'
import { expose } from '../../engine/worker.ts'

const { default: exercise } = subject
if (!exercise) throw new Error('There is no exercise to grade')
expose({ [exercise.id]: exercise })
