/**
 * Grades a compiled answer in child processes, as many as there are cores for, and kills one that falls silent. They are
 * processes and not threads of one, because Node’s permission model does not reach into a process’s worker threads: the
 * answer would have to be allowed threads that may do anything.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Lost } from '../../grading/coordination.ts'
import type { Begun, HandNews } from '../../grading/hand.ts'
import type { Outcome, Task } from '../../grading/plan.ts'
import { Pool, type PoolWorker } from '../../grading/pool.ts'
import type { Progress, Report } from '../../report.ts'
import type { AnswerEvent, AnswerRequest } from './answer-process.ts'
import { ROOT } from './libraries.ts'
import { processorSeconds } from './processor-time.ts'

/** After so much silence an answer is stopped. The only clock that decides anything; it never decides on right or wrong. */
const SILENCE_S = 5
/** On a machine that gives it no time to run, it is stopped after so many times as much. */
const PATIENCE = 12
/** Beats in a second. */
const BEATS = 4
/** Looking for the line where it hangs takes at most so much silence more. */
const SEARCH_S = 3
/** Processes, at most: each has an engine and a search of its own in memory. */
const SIZE_MAX = 4
/** A grading that is over by then is over sooner alone: another process takes about as long to start. */
const ALONE_MS = 1_000
/** Room for the learner's data; the tables of the search are outside of it. */
const MEMORY_MB = 1024

const SCRIPT = fileURLToPath(new URL('./answer-process.ts', import.meta.url))

export interface AnswerGrading {
  readonly exercise: string
  readonly code: string
  readonly seed: number
  readonly statesMax?: number
  /** Compare a failure with the solution. */
  readonly compare: boolean
  /** At most so many processes. Left out: as many as there are cores, up to four. */
  readonly size?: number
  /** How long the first is to be alone. Left out: `ALONE_MS`. */
  readonly aloneMs?: number
  onProgress?(progress: Progress): void
}

/** Why a process is gone, and the last line that it told. */
interface Loss {
  readonly kind: 'silent' | 'out-of-memory' | 'crashed'
  readonly line: number
  readonly message: string
}

type Ending = { readonly kind: 'report'; readonly report: Report } | Loss

/** Grades an answer. Resolves to a report in any case; an answer that had to be stopped has the verdict `error`. */
export async function runAnswer(grading: AnswerGrading): Promise<Report> {
  const ending = await run(grading, false, SILENCE_S)
  if (ending.kind === 'report') return ending.report
  if (ending.kind === 'crashed')
    return stopped(grading.exercise, 'engine-failed', 0, { message: ending.message })
  // Once more, and told each line this time: the last one is where it hangs.
  const again = await run(grading, true, SEARCH_S)
  // The machine was only slow: a report is a report.
  if (again.kind === 'report') return again.report
  const { line } = again
  const code = ending.kind === 'silent' ? 'unresponsive' : 'out-of-memory'
  return stopped(grading.exercise, line > 0 ? code : `${code}-somewhere`, line, { seconds: SILENCE_S })
}

function stopped(
  exercise: string,
  code: string,
  line: number,
  parameters: Record<string, string | number>,
): Report {
  const diagnostic = {
    line,
    column: line > 0 ? 1 : 0,
    severity: 'error',
    words: { code, parameters },
  } as const
  return { exercise, verdict: 'error', checks: [], diagnostics: [diagnostic] }
}

async function run(grading: AnswerGrading, tellLines: boolean, silenceSeconds: number): Promise<Ending> {
  // The line where an answer hangs is looked for by one process alone, in order.
  const size = tellLines ? 1 : Math.min(SIZE_MAX, grading.size ?? availableParallelism())
  const pool = new Pool({
    size,
    onProgress: (progress) => grading.onProgress?.(progress),
    start: (tell) =>
      child({
        grading,
        tellLines,
        silenceSeconds,
        aloneMs: size > 1 ? (grading.aloneMs ?? ALONE_MS) : null,
        tell,
      }),
  })
  try {
    return { kind: 'report', report: await pool.run() }
  } catch (error) {
    if (!(error instanceof Lost)) throw error
    return error.reason as Loss
  }
}

interface Child {
  readonly grading: AnswerGrading
  readonly tellLines: boolean
  readonly silenceSeconds: number
  readonly aloneMs: number | null
  tell(news: HandNews): void
}

/** Starts a process that takes part in a grading. */
function child({ grading, tellLines, silenceSeconds, aloneMs, tell }: Child): PoolWorker {
  const { exercise, code, seed, statesMax, compare } = grading
  const folder = path.join(ROOT, 'exercises', exercise)
  // An exercise may take nodes from another one. TypeScript is there for what it has to compile; an answer comes compiled.
  // One that is named by its path may lie elsewhere.
  const names = [
    'engine',
    'exercises',
    path.relative(ROOT, folder),
    'package.json',
    'node_modules/typescript-page',
  ]
  const readable = names.map((name) => `--allow-fs-read=${path.join(ROOT, name)}`)
  const options = [
    '--permission',
    ...readable,
    `--max-old-space-size=${MEMORY_MB}`,
    '--disable-warning=ExperimentalWarning',
  ]
  const spawned = spawn(process.execPath, [...options, SCRIPT], {
    cwd: ROOT,
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  })

  let line = 0
  let rest = ''
  let errors = ''
  let silent = false
  /** Who waits for what was asked. */
  let asked: { resolve(answer: Begun | { outcome: Outcome }): void; reject(loss: Loss): void } | null = null
  let loss: Loss | null = null
  // Counts beats of this process instead of reading a clock, so that a machine that was asleep doesn't count as silence.
  let quiet = 0
  let usedWhenHeard: number | null = null
  const heard = (): void => {
    quiet = 0
    usedWhenHeard = processorSeconds(spawned.pid)
  }
  const beat = setInterval(() => {
    if (asked === null || ++quiet < silenceSeconds * BEATS) return
    const used = processorSeconds(spawned.pid)
    const ran = used === null || usedWhenHeard === null ? Infinity : used - usedWhenHeard
    // On a busy machine it may have had next to no time to say something.
    if (ran < silenceSeconds && quiet < silenceSeconds * BEATS * PATIENCE) return
    silent = true
    spawned.kill('SIGKILL')
  }, 1000 / BEATS)

  spawned.stdin.on('error', () => undefined)
  spawned.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-20_000)))
  spawned.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard()
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const one of lines) {
      const event = JSON.parse(one) as AnswerEvent
      if ('line' in event) line = event.line
      else if ('report' in event || 'outcome' in event) {
        const waiting = asked
        asked = null
        waiting?.resolve(event)
      } else if (!('started' in event)) tell(event)
    }
  })
  spawned.on('error', (error) => (errors += error.message))
  spawned.on('close', () => {
    clearInterval(beat)
    const kind = silent
      ? 'silent'
      : /out of memory|allocation failed|invalid (table )?size/i.test(errors)
        ? 'out-of-memory'
        : 'crashed'
    loss = { kind, line, message: errors.trim().split('\n').slice(-12).join('\n') }
    asked?.reject(loss)
    asked = null
  })

  const write = (data: AnswerRequest | Task): void => void spawned.stdin.write(`${JSON.stringify(data)}\n`)
  const request = (begins: boolean): AnswerRequest => ({
    exerciseFile: path.join(folder, 'exercise.ts'),
    code,
    seed,
    tellLines,
    begins,
    aloneMs,
    solutionFile: compare ? path.join(folder, 'solution.ts') : null,
    ...(statesMax === undefined ? {} : { statesMax }),
  })
  const ask = <T extends Begun | { outcome: Outcome }>(): Promise<T> =>
    new Promise((resolve, reject) => {
      if (loss !== null) return reject(loss as unknown as Error)
      asked = { resolve: resolve as (answer: Begun | { outcome: Outcome }) => void, reject }
      heard()
    })
  let joined = false
  return {
    begin() {
      joined = true
      write(request(true))
      return ask<Begun>()
    },
    async perform(task) {
      if (!joined) write(request(false))
      joined = true
      write(task)
      return (await ask<{ outcome: Outcome }>()).outcome
    },
    stop() {
      clearInterval(beat)
      asked = null
      spawned.kill('SIGKILL')
    },
  }
}
