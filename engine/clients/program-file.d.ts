/**
 * What an import of a client's file as a program gives, as in `import lock from './lock.process.ts?program'`. The file is
 * compiled as a learner's is, by `engine/tools/programs/`, wherever it is imported: in a build, in a test and under Node.
 */
declare module '*?program' {
  const program: {
    /** The file's name, such as `lock.process.ts`. */
    readonly file: string
    /** Compiled: what `program` of engine/clients/program.ts takes. */
    readonly code: string
    /** What it imports of the answer to an exercise; see `withWorker` of engine/clients/worker.ts. */
    readonly needs: readonly string[]
  }
  export default program
}
