/**
 * The name by which a worker's file imports the functions of an answer (see `withWorker`): in the folder of its exercise the
 * solution gives their types. It stands alone so that asking for it loads nothing else.
 */
export const ANSWER_MODULE = './solution.ts'
