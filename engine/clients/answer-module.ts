/**
 * The name by which a worker's file imports the functions of an answer (see `withWorker`): that of the solution, which gives
 * their types, in the folder of its exercise or seen from elsewhere. It stands alone so that asking for it loads nothing else.
 */

/** @param module as the file writes it, or as the compiler does, which names what is emitted */
export function isAnswerModule(module: string): boolean {
  return /^\.\.?\/(.*\/)?solution\.[tj]s$/.test(module)
}
