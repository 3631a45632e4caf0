/** Grades a compiled answer in a child process of its own, and kills the process when it falls silent. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
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
  onProgress?(progress: Progress): void
}

type Ending =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'silent' | 'out-of-memory'; readonly line: number }
  | { readonly kind: 'crashed'; readonly line: number; readonly message: string }

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

function run(grading: AnswerGrading, tellLines: boolean, silenceSeconds: number): Promise<Ending> {
  const { exercise, code, seed, statesMax, compare, onProgress } = grading
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
  const child = spawn(process.execPath, [...options, SCRIPT], {
    cwd: ROOT,
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const request: AnswerRequest = {
    exerciseFile: path.join(folder, 'exercise.ts'),
    code,
    seed,
    tellLines,
    solutionFile: compare ? path.join(folder, 'solution.ts') : null,
    ...(statesMax === undefined ? {} : { statesMax }),
  }

  return new Promise((resolve) => {
    let line = 0
    let rest = ''
    let errors = ''
    let report: Report | null = null
    let silent = false
    // Counts beats of this process instead of reading a clock, so that a machine that was asleep doesn't count as silence.
    let quiet = 0
    let usedWhenHeard = processorSeconds(child.pid)
    const beat = setInterval(() => {
      if (++quiet < silenceSeconds * BEATS) return
      const used = processorSeconds(child.pid)
      const ran = used === null || usedWhenHeard === null ? Infinity : used - usedWhenHeard
      // On a busy machine it may have had next to no time to say something.
      if (ran < silenceSeconds && quiet < silenceSeconds * BEATS * PATIENCE) return
      silent = true
      child.kill('SIGKILL')
    }, 1000 / BEATS)

    child.stdin.on('error', () => undefined)
    child.stdin.end(JSON.stringify(request))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-20_000)))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      quiet = 0
      usedWhenHeard = processorSeconds(child.pid)
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const one of lines) {
        const event = JSON.parse(one) as AnswerEvent
        if ('report' in event) report = event.report
        else if ('line' in event) line = event.line
        else if (event.progress) onProgress?.(event.progress as Progress)
      }
    })
    child.on('error', (error) => (errors += error.message))
    child.on('close', () => {
      clearInterval(beat)
      if (report) resolve({ kind: 'report', report })
      else if (silent) resolve({ kind: 'silent', line })
      else if (/out of memory|allocation failed|invalid (table )?size/i.test(errors))
        resolve({ kind: 'out-of-memory', line })
      else resolve({ kind: 'crashed', line, message: errors.trim().split('\n').slice(-12).join('\n') })
    })
  })
}
