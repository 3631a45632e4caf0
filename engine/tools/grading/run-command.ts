/** The command `grade` for an exercise in which something is broken: a run in a file is judged step by step and printed. */
import { judge, runDiagnostic, traceOf } from '../../break/judge.ts'
import type { RunReport } from '../../break/judge.ts'
import { type Shortest, shortest } from '../../break/outlook.ts'
import { partOf, readRun } from '../../break/run-file.ts'
import { type AnyBreakExercise, type BreakExercise, partsOf } from '../../exercise.ts'
import { Fault } from '../../fault.ts'
import type { Diagnostic } from '../../report.ts'
import { en } from '../../text/en.ts'
import { type Dictionary, grouped, put } from '../../text/words.ts'
import { describeStart, describeStep } from '../../trace/transcript.ts'
import type { Trace } from '../../trace/trace.ts'
import type { Request, Terminal } from './command.ts'
import { type ExerciseWords, wordsOf } from './exercise-words.ts'
import { paint } from './print.ts'

/** What came of a file. */
type Judged = Pick<RunReport, 'verdict' | 'diagnostics'> & {
  /** What the run is of; the first part of the exercise where the file could not be read as a run. */
  readonly exercise: BreakExercise
  /** Null where the file could not be read as a run. */
  readonly report: RunReport | null
  /** Steps in the file. */
  readonly given: number
  readonly shortest: Shortest | null
}

interface Printing {
  readonly words: ExerciseWords
  readonly dictionary: Dictionary
  readonly file: string
  readonly colours: boolean
}

/** Judges the run in a text and writes what came of it. @returns what the exit code depends on */
export function judgeFile(
  exercise: AnyBreakExercise,
  text: string,
  { file, json, budget }: Pick<Request, 'file' | 'json' | 'budget'>,
  terminal: Terminal,
): Pick<RunReport, 'verdict' | 'diagnostics'> {
  const looking = terminal.looking && !json
  const printing: Printing = {
    words: wordsOf(exercise.id),
    dictionary: en,
    file,
    colours: terminal.colours && !json,
  }
  const judged = judgeText(exercise, text, budget ?? Infinity, (states) => {
    if (looking) terminal.write(`\r\u001b[K${put(en, 'run-report.progress', { states: grouped(states) })}`)
  })
  if (looking) terminal.write('\r\u001b[K')
  terminal.write(`${json ? JSON.stringify(runAsJson(judged, printing)) : runAsText(judged, printing)}\n`)
  return judged
}

function judgeText(
  whole: AnyBreakExercise,
  text: string,
  statesMax: number,
  onProgress: (states: number) => void,
): Judged {
  let run: Trace
  try {
    run = readRun(whole, text)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const [exercise] = partsOf(whole) as [BreakExercise]
    const diagnostics = [runDiagnostic(error)]
    return { exercise, verdict: 'error', diagnostics, report: null, given: 0, shortest: null }
  }
  const part = partOf(whole, run)
  const exercise = { ...part, statesMax: Math.min(part.statesMax, statesMax) }
  try {
    const search = shortest(exercise)
    let next = search.next()
    for (; !next.done; next = search.next()) onProgress(next.value.states)
    const best = next.value
    const report = judge(exercise, run.actions, best?.trace.actions.length ?? null)
    const { verdict, diagnostics } = report
    return { exercise, verdict, diagnostics, report, given: run.actions.length, shortest: best }
  } catch (error) {
    // A system that can't even start, or one of whose handlers throws: nobody's fault who brings a run.
    if (!(error instanceof Fault)) throw error
    const diagnostics = [{ ...runDiagnostic(error), author: { file: null, line: 0 } }]
    return {
      exercise,
      verdict: 'error',
      diagnostics,
      report: null,
      given: run.actions.length,
      shortest: null,
    }
  }
}

/** The report as JSON: `docs/run-report.schema.json`. */
function runAsJson(judged: Judged, printing: Printing): object {
  const { exercise, verdict, diagnostics, report, shortest } = judged
  const { dictionary } = printing
  return {
    exercise: exercise.id,
    verdict,
    property: exercise.target,
    brokenAt: report?.brokenAt ?? null,
    lostAt: report?.lostAt ?? null,
    message: report ? propertyText(report, judged, printing) : '',
    steps: report?.steps ?? 0,
    shortest: shortest ? { steps: shortest.trace.actions.length, proven: shortest.proven } : null,
    trace: report?.trace ?? traceOf(exercise, []),
    diagnostics: diagnostics.map(({ line, column, severity, words, author }) => ({
      line,
      column,
      message: put(dictionary, words.code, words.parameters),
      severity,
      ...(author && { author }),
    })),
  }
}

/** The report as text, without a line break at its end. */
function runAsText(judged: Judged, printing: Printing): string {
  const { exercise, report, diagnostics } = judged
  const { words, dictionary } = printing
  const { title } = words
  const part = exercise.part === undefined ? '' : (words.parts?.[exercise.part]?.title ?? exercise.part)
  const name = report && part !== '' ? put(dictionary, 'run-report.part', { title, part }) : title
  const parts = [`${headline(judged, printing)}\n${paint(name, '2', printing)}`]
  parts.push(...diagnostics.map((one) => diagnosticText(one, judged, printing)))
  if (report) {
    const title = words.properties[report.property]?.title ?? report.property
    parts.push(
      [`${title}: ${propertyText(report, judged, printing)}`, scoreText(judged, printing)].join(' ').trim(),
    )
    if (report.steps > 0) parts.push(stepsText(report, printing))
  }
  return parts.join('\n\n')
}

function headline({ verdict, report, given }: Judged, printing: Printing): string {
  const { dictionary } = printing
  if (!report) return paint(`! ${put(dictionary, 'run-report.unread')}`, '1;31', printing)
  const { steps, brokenAt, lostAt } = report
  if (verdict === 'error')
    return paint(`! ${put(dictionary, 'run-report.error', { steps, given })}`, '1;31', printing)
  if (brokenAt !== null)
    return paint(`✓ ${put(dictionary, 'run-report.passed', { steps: brokenAt })}`, '1;32', printing)
  const sentence =
    lostAt === null
      ? put(dictionary, 'run-report.failed', { steps })
      : put(dictionary, 'run-report.lost', { step: lostAt })
  return paint(`✗ ${sentence}`, '1;31', printing)
}

/** What the words of the exercise say of how it stands. */
function propertyText(
  { brokenAt, lostAt, violation, kind }: RunReport,
  { exercise }: Judged,
  { words }: Printing,
): string {
  const id = brokenAt === null && lostAt !== null ? exercise.keeps! : exercise.target
  const own = words.properties[id]
  if (!own) return ''
  const isViolated = id === exercise.keeps || (kind === 'always') === (brokenAt !== null)
  return put({ text: isViolated ? own.fails : own.holds }, 'text', violation)
}

/** How long a run that is done is, beside the shortest. */
function scoreText({ report, shortest }: Judged, { dictionary }: Printing): string {
  if (!report || report.brokenAt === null || !shortest) return ''
  const steps = shortest.trace.actions.length
  const least = report.brokenAt <= steps
  const code = shortest.proven
    ? least
      ? 'run-report.shortest'
      : 'run-report.longer'
    : least
      ? 'run-report.shortest-known'
      : 'run-report.longer-known'
  return put(dictionary, code, { shortest: steps })
}

function diagnosticText(
  { line, column, words, author }: Diagnostic,
  { exercise }: Judged,
  printing: Printing,
): string {
  const { dictionary, file } = printing
  const sentence = put(dictionary, words.code, words.parameters)
  if (author)
    return `${paint(exercise.id, '36', printing)} ${put(dictionary, 'severity.author')}\n  ${put(dictionary, 'author.fault')}\n  ${sentence}`
  const place = line > 0 ? `${file}:${line}:${column}` : file
  return `${paint(place, '36', printing)} ${paint(put(dictionary, 'severity.error'), '31', printing)}\n  ${sentence}`
}

function stepsText({ record, brokenAt, lostAt }: RunReport, printing: Printing): string {
  const { dictionary } = printing
  const start = describeStart(record, dictionary)
  const digits = String(record.steps.length).length
  const steps = record.steps.map((step) => {
    const number = String(step.number).padStart(digits)
    const decides = step.number === brokenAt || step.number === lostAt
    const line = `${number}  ${describeStep(step, dictionary, record)}`
    return decides ? paint(line, '1', printing) : line
  })
  return [...(start ? [start] : []), ...steps].join('\n')
}
