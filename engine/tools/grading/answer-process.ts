/**
 * A child process in which an answer runs on the command line: Node's permission model, a limit on memory, no
 * environment, and the same lockdown as in the page. Reads a request and then tasks from standard input, one JSON object a line,
 * and writes what it has to tell to standard output in the same way: see `AnswerEvent`.
 */
import { readSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { lockdown } from '../../compile/lockdown.ts'
import { type AnyAnswer, type AnyExercise, languageOf } from '../../exercise.ts'
import { type Begun, Hand, type HandNews } from '../../grading/hand.ts'
import type { Outcome, Task } from '../../grading/plan.ts'
import { load, ownAnswer } from '../../load.ts'
// Before any exercise is imported: its spec may hold programs.
import '../programs/node-hook.ts'
import { QUERY } from '../programs/query.ts'

/** What the parent asks for. */
export interface AnswerRequest {
  /** The path of the exercise's `exercise.ts`. */
  readonly exerciseFile: string
  /** The compiled answer. */
  readonly code: string
  readonly seed: number
  readonly statesMax?: number
  /** The path of the solution, where a failure is to be compared with it. */
  readonly solutionFile: string | null
  /** Tell each line before it runs: slow, to find out where an answer hangs. */
  readonly tellLines: boolean
  /** Does the grading begin here? Else this process waits for tasks. */
  readonly begins: boolean
  /** See `Hand.begin`. */
  readonly aloneMs: number | null
}

/** What it is told: any number of pieces of news, and for what was asked how it began or what it came to. */
export type AnswerEvent =
  HandNews | { readonly line: number } | { readonly started: true } | Begun | { readonly outcome: Outcome }

const read = readSync.bind(null)
const concat = Buffer.concat.bind(Buffer)
const NEWLINE = 10
let rest = Buffer.alloc(0)
const block = Buffer.alloc(65_536)

/** The next line of standard input, once it is there; null at its end. */
function nextLine(): string | null {
  for (;;) {
    const end = rest.indexOf(NEWLINE)
    if (end >= 0) {
      const line = rest.toString('utf8', 0, end)
      rest = rest.subarray(end + 1)
      return line
    }
    const count = read(0, block, 0, block.length, null)
    if (count === 0) return null
    rest = concat([rest, block.subarray(0, count)])
  }
}

const request = JSON.parse(nextLine()!) as AnswerRequest
const exercise = await exported<AnyExercise>(request.exerciseFile)
const solution = request.solutionFile ? await solutionIn(request.solutionFile) : null

/** The course's own file is not guarded, unless it has to be compiled in any case. */
async function solutionIn(file: string): Promise<AnyAnswer> {
  if (languageOf(exercise) === 'node') return ownAnswer(exercise, await exported<unknown>(file))
  const url = `${pathToFileURL(file).href}${QUERY}`
  const { code } = ((await import(url)) as { default: { code: string } }).default
  return load(exercise, code)
}

async function exported<T>(file: string): Promise<T> {
  return ((await import(pathToFileURL(file).href)) as { default: T }).default
}

const toText = JSON.stringify
const toBytes = Buffer.from.bind(Buffer)

function tell(event: AnswerEvent): void {
  // Bytes, because a pipe may take only a part at once.
  const bytes = toBytes(`${toText(event)}\n`)
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
    }
  }
}

const clock = performance.now.bind(performance)
const exit = process.exit.bind(process)
// A promise that an answer leaves behind is not an end of the process.
process.on('unhandledRejection', () => undefined)

const fromText = JSON.parse
lockdown(globalThis)
tell({ started: true })
const { seed, statesMax } = request
const hand = new Hand<AnyAnswer>(
  {
    exercise,
    answer: () => load(exercise, request.code, request.tellLines ? (line) => tell({ line }) : null),
    options: { seed, ...(statesMax === undefined ? {} : { statesMax }), ...(solution && { solution }) },
  },
  { tell, clock },
)
if (request.begins) tell(hand.begin(request.aloneMs))
for (let line = nextLine(); line !== null; line = nextLine())
  tell({ outcome: hand.perform(fromText(line) as Task) })
// At once: what an answer has put off to later is not run.
exit(0)
