/**
 * `npm run check:exercises`: the gate that every exercise passes. Starters fail, solutions and variants pass, each
 * mutant is caught by the property that it names with a run that replays, and the text is whole in every language. What
 * is to be broken can be, and the runs that lie there come out as they should. Given folders, of one exercise or of
 * several, it looks at those. Exit code 0 where all is well, 1 where not.
 */
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { AnyExercise } from '../exercise.ts'
import { grouped } from '../text/words.ts'
import { type AnswerOutcome, type AnswerTask } from './check-exercises/answers.ts'
import {
  type Problem,
  checkContinues,
  checkExercise,
  checkFolder,
  tasksOf,
} from './check-exercises/folder.ts'
import { type BreakOutcome, checkBreak } from './check-exercises/breaks.ts'
import { checkText } from './check-exercises/text.ts'
import { unfinished } from './check-exercises/unfinished.ts'
import { exerciseIn } from './grading/exercise-file.ts'
import { ROOT } from './grading/libraries.ts'

const THREADS_MAX = 4

/** The languages of the site: those that have a dictionary. */
function languagesOfSite(): string[] {
  return readdirSync(path.join(ROOT, 'src/text'))
    .map((name) => /^(\w\w)\.ts$/.exec(name)?.[1])
    .filter((language) => language !== undefined)
    .sort()
}

/** Looks at answers on several threads; gives the outcomes in the order of the tasks. */
async function checkAll(tasks: readonly AnswerTask[]): Promise<AnswerOutcome[]> {
  const outcomes: AnswerOutcome[] = []
  let next = 0
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./check-exercises/worker.ts', import.meta.url))
      let current = -1
      const more = (): void => {
        current = next++
        if (current < tasks.length) worker.postMessage(tasks[current])
        else worker.terminate().then(() => resolve(), reject)
      }
      worker.on('message', (outcome: AnswerOutcome) => {
        outcomes[current] = outcome
        more()
      })
      worker.on('error', (error) =>
        reject(new Error(`${tasks[current]?.file}: ${error.message}`, { cause: error })),
      )
      more()
    })
  const threads = Math.min(availableParallelism(), THREADS_MAX, tasks.length)
  await Promise.all(Array.from({ length: threads }, thread))
  return outcomes
}

/** An exercise before its answers were looked at. One that is to be broken has none, and has been looked at. */
interface Begun {
  readonly folder: string
  readonly exercise: AnyExercise | null
  readonly tasks: readonly AnswerTask[]
  readonly problems: readonly Problem[]
  readonly broken?: BreakOutcome
}

async function begin(folder: string, languages: readonly string[]): Promise<Begun> {
  const nothing = { folder, exercise: null, tasks: [] }
  if (!existsSync(path.join(folder, 'exercise.ts')))
    return { ...nothing, problems: checkFolder(folder, languages) }
  const exercise = await exerciseIn(folder)
  if (exercise.kind === 'break') {
    const broken = checkBreak(folder, languages, exercise)
    return { ...nothing, problems: broken.problems, broken }
  }
  const problems = checkFolder(folder, languages)
  const { tasks, problems: openings } = tasksOf(folder, exercise)
  problems.push(...checkExercise(folder, exercise), ...(await checkContinues(folder, exercise)))
  return { folder, exercise, tasks, problems: [...problems, ...openings] }
}

/** Prints what came of an exercise. @returns how many things are wrong */
function end(begun: Begun, outcomes: readonly AnswerOutcome[], languages: readonly string[]): number {
  const { folder, exercise } = begun
  const problems = [
    ...begun.problems,
    ...unfinished(folder),
    ...outcomes.flatMap(({ file, problems: texts }) => texts.map((text) => ({ file, text }))),
    // Every answer meets it, and it is said once.
    ...[...new Set(outcomes.flatMap(({ faults }) => faults))].map((text) => ({ file: 'exercise.ts', text })),
    ...(exercise ? languages.flatMap((language) => checkText(folder, language, exercise, outcomes)) : []),
  ]
  console.log(path.basename(folder))
  if (outcomes.length > 0) printTable(outcomes.map(rowOf))
  if (begun.broken) printTable(begun.broken.rows)
  for (const { file, text } of problems) console.log(`  ✗ ${file}: ${text}`)
  return problems.length
}

function rowOf(outcome: AnswerOutcome): string[] {
  return [
    outcome.problems.length + outcome.faults.length === 0 ? '✓' : '✗',
    outcome.file.replace(/\.ts$/, ''),
    inWords(outcome),
    `${grouped(outcome.states)} of ${grouped(outcome.unreduced)} states`,
    `${outcome.seconds.toFixed(1)} s`,
  ]
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    )
    console.log(`  ${cells.join('  ')}`.trimEnd())
  }
}

function inWords({ verdict, failed }: AnswerOutcome): string {
  if (!failed) return verdict
  return failed.length === null ? `fails ${failed.id}, no run` : `fails ${failed.id}, ${failed.length} steps`
}

/** The exercises that an argument names: its own folder, or every folder in it. */
function exercisesAt(argument: string): string[] {
  const folder = path.resolve(argument)
  if (existsSync(path.join(folder, 'exercise.ts'))) return [folder]
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name))
    .sort()
}

const given = process.argv.length > 2 ? process.argv.slice(2) : [path.join(ROOT, 'exercises')]
const languages = languagesOfSite()
const folders = given.flatMap(exercisesAt)
const begun: Begun[] = []
for (const folder of folders) begun.push(await begin(folder, languages))
const outcomes = await checkAll(begun.flatMap(({ tasks }) => tasks))
let wrong = 0
for (const one of begun) wrong += end(one, outcomes.splice(0, one.tasks.length), languages)
if (folders.length === 0) {
  console.log(`There is no exercise in ${given.join(', ')}.`)
  wrong++
}
const found = wrong === 0 ? 'nothing wrong' : wrong === 1 ? '1 thing wrong' : `${wrong} things wrong`
console.log(`\n${folders.length === 1 ? '1 exercise' : `${folders.length} exercises`}, ${found}`)
process.exitCode = wrong === 0 ? 0 : 1
