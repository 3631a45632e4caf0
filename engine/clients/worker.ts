/**
 * withWorker: a file of the course around an answer. The answer to an exercise exports functions, such as `acquire` and
 * `release`; what processes run is the course's own file, which calls them.
 */
import { isAnswerModule } from './answer-module.ts'
import { CLIENT_VALUES } from './globals.ts'
import { type Program, clientRequire } from './program.ts'
import { bodyOf } from '../compile/evaluate.ts'
import { type Probe } from '../compile/probe.ts'
import { Fault } from '../fault.ts'
import { WORKER, runtimeWith } from './runtime.ts'

/** A worker's file, as `import worker from './worker.ts?program'` gives it. */
export interface WorkerFile {
  readonly code: string
  /** The functions of the answer that it imports. */
  readonly needs: readonly string[]
}

/**
 * The program of processes that run the worker's file, in which the answer stands for `./solution.ts`. Each process has
 * variables of its own of both files. Lines, and functions that an error came through, are told of the answer alone.
 * @throws Fault `missing-entry`, as a process starts, where the answer lacks a function that the worker needs
 */
export function withWorker({ code, needs }: WorkerFile, answer: Program): Program {
  const body = bodyOf(code, runtimeWith(quiet(answer.probe), WORKER), CLIENT_VALUES)
  return {
    probe: answer.probe,
    instantiate(exports) {
      const functions: Record<string, unknown> = {}
      answer.instantiate(functions)
      const missing = needs.find((name) => typeof functions[name] !== 'function')
      if (missing !== undefined) throw new Fault('missing-entry', { name: missing })
      body(exports, (name) => (isAnswerModule(String(name)) ? functions : clientRequire(name)))
    },
  }
}

/** What the worker reports to: its loops and calls count, its lines are nobody's business. */
function quiet(probe: Probe): ReturnType<Probe['calls']> {
  return Object.freeze({
    ...probe.calls(),
    at: () => undefined,
    tick: () => probe.tick(probe.line),
    enter: () => probe.enter(probe.line),
    back: <T>(value: T) => value,
    exported: () => undefined,
  })
}
