/** What runs in the sandbox's worker for the cells of one chapter: the engine and what each cell is graded by. See `worker-plugin.ts`. */
import * as subject from 'virtual:sandbox-subject'
import { expose } from '../../engine/worker.ts'

const cells = subject.cells ?? []
expose(Object.fromEntries(cells.map(({ exercise }) => [exercise.id, exercise])))
