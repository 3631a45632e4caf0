/**
 * compileAnswer: compiles in the worker that holds TypeScript. It needs no editor; where there is one, both share the
 * worker, so that TypeScript is loaded once.
 */
import { type Remote, wrap } from 'comlink'
import api from '../../engine/api.ts?raw'
import type { Compiled } from '../../engine/compile/compile.ts'
import type { Language } from '../../engine/exercise.ts'
import TypeScriptWorker from '../editor/typescript.worker.ts?worker'
import { COMPILER_PORT, type CompilerWorker } from './compiler-port.ts'

const messages = import.meta.glob<string>('../../exercises/*/messages.ts', {
  query: '?raw',
  import: 'default',
})

interface Shared {
  readonly worker: Worker
  readonly compiler: Remote<CompilerWorker>
  /** Monaco has taken it for its own use too. */
  taken: boolean
  /** Rejects when the worker is ended or fails. */
  readonly lost: Promise<never>
}

let shared: Shared | null = null

/** Starts TypeScript, while nobody waits for it. */
export function prepareCompiler(): void {
  start()
}

/**
 * The worker for Monaco's own use: what `MonacoEnvironment.getWorker` returns for TypeScript. Monaco ends it when its
 * settings change; the next compilation then starts another.
 */
export function typescriptWorker(): Worker {
  if (shared?.taken) shared = null
  const { worker } = start()
  shared!.taken = true
  return worker
}

/**
 * Compiles an answer to an exercise.
 * @param exercise the name of the exercise
 * @throws when TypeScript can't be loaded
 */
export async function compileAnswer(
  exercise: string,
  source: string,
  fileName = 'answer.ts',
  language: Language = 'node',
): Promise<Compiled> {
  const load = messages[`../../exercises/${exercise}/messages.ts`]
  const clients = language === 'client' ? (await import('../editor/client-files.ts')).clientFiles : null
  const texts = {
    api,
    messages: load ? await load() : 'export {}\n',
    ...(clients && { clients }),
  }
  const compileIn = ({ compiler, lost }: Shared) =>
    Promise.race([compiler.compile(fileName, source, texts, language), lost])
  const first = start()
  try {
    return await compileIn(first)
  } catch (error) {
    // Monaco may have ended the worker in between. A worker that nobody ended has failed.
    if (shared === first) shared = null
    if (!(error instanceof Ended)) throw error
    return compileIn(start())
  }
}

class Ended extends Error {}

function start(): Shared {
  if (shared) return shared
  const worker = new TypeScriptWorker()
  const { port1, port2 } = new MessageChannel()
  worker.postMessage(COMPILER_PORT, [port2])
  const lost = new Promise<never>((_, reject) => {
    const terminate = worker.terminate.bind(worker)
    worker.terminate = () => {
      terminate()
      if (shared?.worker === worker) shared = null
      reject(new Ended())
    }
    worker.addEventListener('error', (event) => reject(new Error(event.message)))
  })
  lost.catch(() => undefined)
  shared = { worker, compiler: wrap<CompilerWorker>(port1), taken: false, lost }
  return shared
}
