/** The report as a terminal shows it, and as JSON. */
import type { AuthorPlace, CheckReport, Diagnostic, Report, Verdict } from '../../report.ts'
import {
  comparisonInWords,
  doomedCode,
  doomedInWords,
  growthInWords,
  idleInWords,
  messageInWords,
} from '../../text/explain.ts'
import { configurationInWords, reductionInWords } from '../../text/scope.ts'
import { type Dictionary, grouped, put } from '../../text/words.ts'
import { idleSteps } from '../../trace/explain.ts'
import type { ConsoleLine } from '../../compile/console.ts'
import { describeLoop, describeStart, describeStep } from '../../trace/transcript.ts'
import { type ExerciseWords, messageOf } from './exercise-words.ts'

/** What a report is printed with. */
export interface Printing {
  /** The name of the exercise's folder. */
  readonly exercise: string
  readonly words: ExerciseWords
  readonly dictionary: Dictionary
  /** The learner's file: its path as it was given, and its text. */
  readonly file: string
  readonly source: string
  /** Colours; only where somebody looks. */
  readonly colours: boolean
  /** Whether a failure is shown beside what the solution would have done. */
  readonly compares: boolean
}

const COLOUR: Readonly<Record<Verdict, string>> = {
  passed: '32',
  failed: '31',
  inconclusive: '33',
  error: '31',
  'not-run': '2',
}
const SIGN: Readonly<Record<Verdict, string>> = {
  passed: '✓',
  failed: '✗',
  inconclusive: '?',
  error: '!',
  'not-run': '·',
}

/** The report as JSON: `docs/report.schema.json`. */
export function asJson(report: Report, { words, dictionary, compares }: Printing): object {
  return {
    exercise: report.exercise,
    verdict: report.verdict,
    checks: report.checks.map((check) => {
      const { id, kind, property, verdict, states, steps, depth, bounds, trace, doomedAt } = check
      const { reduction, growth, comparison } = check
      return {
        id,
        kind,
        property,
        verdict,
        states,
        steps,
        depth,
        bounds: {
          ...bounds,
          words: configurationInWords(siblingsOf(check, report), words.scope, dictionary),
        },
        ...(reduction && { reduction }),
        message: messageOf(check, words, dictionary),
        ...(growth && { growth }),
        trace,
        doomedAt,
        ...(compares && { comparison }),
      }
    }),
    diagnostics: report.diagnostics.map((diagnostic) => {
      const { line, column, severity, author } = diagnostic
      return { line, column, message: inWords(diagnostic, dictionary), severity, ...(author && { author }) }
    }),
  }
}

/** The checks of the same configuration. */
function siblingsOf({ bounds }: CheckReport, { checks }: Report): CheckReport[] {
  return checks.filter((check) => check.bounds.configuration === bounds.configuration)
}

/** The report as text, without a line break at its end. */
export function asText(report: Report, printing: Printing): string {
  const parts = [
    verdictLine(report, printing),
    ...(report.diagnostics.length > 0
      ? [report.diagnostics.map((one) => diagnosticText(one, printing)).join('\n\n')]
      : []),
    ...(report.checks.length > 0 ? [checkTable(report, printing)] : []),
  ]
  const shown = report.checks.find(
    ({ verdict, record }) => (verdict === 'failed' || verdict === 'error') && record,
  )
  if (shown) {
    parts.push(runText(shown, printing))
    if (printing.compares) parts.push(comparisonText(shown, printing))
  }
  return parts.join('\n\n')
}

function verdictLine(report: Report, printing: Printing): string {
  const { dictionary, words } = printing
  const states = largest(report.checks)
  const sentence = put(dictionary, `report.${report.verdict}`, { states })
  return `${paint(`${SIGN[report.verdict]} ${sentence}`, `1;${COLOUR[report.verdict]}`, printing)}\n${paint(words.title, '2', printing)}`
}

/** States of all configurations together; every property of one configuration reports the same number. */
function largest(checks: readonly CheckReport[]): number {
  const states = new Map<string, number>()
  for (const check of checks)
    if (check.bounds.driver === 'explore') states.set(check.bounds.configuration, check.states)
  return [...states.values()].reduce((sum, count) => sum + count, 0)
}

function inWords({ words }: Diagnostic, dictionary: Dictionary): string {
  return put(dictionary, words.code, words.parameters)
}

function diagnosticText(diagnostic: Diagnostic, printing: Printing): string {
  const { line, column, severity, author } = diagnostic
  if (author) return authorText(diagnostic, author, printing)
  const place = line > 0 ? `${printing.file}:${line}:${column}` : printing.file
  const label = put(printing.dictionary, `severity.${severity}`)
  const colour = severity === 'error' ? '31' : '33'
  const head = `${paint(place, '36', printing)} ${paint(label, colour, printing)}\n${indent(inWords(diagnostic, printing.dictionary), 2)}`
  return line > 0 ? `${head}\n${sourceLine(line, printing)}` : head
}

/** A fault of the exercise: that it is nobody else's comes first. */
function authorText(diagnostic: Diagnostic, { file, line }: AuthorPlace, printing: Printing): string {
  const { dictionary } = printing
  const place = file === null ? printing.exercise : line > 0 ? `${file}:${line}` : file
  const head = `${paint(place, '36', printing)} ${paint(put(dictionary, 'severity.author'), '31', printing)}`
  const sentences = [put(dictionary, 'author.fault'), inWords(diagnostic, dictionary)]
  return [head, ...sentences.map((sentence) => indent(sentence, 2))].join('\n')
}

function checkTable(report: Report, printing: Printing): string {
  const { words, dictionary } = printing
  const rows: string[] = []
  const width = Math.max(...report.checks.map(({ property }) => titleOf(property, words).length))
  let configuration = ''
  for (const check of report.checks) {
    if (check.bounds.configuration !== configuration) {
      configuration = check.bounds.configuration
      const name = words.configurations[configuration] ?? configuration
      rows.push(
        isIdle(report, configuration)
          ? paint(`${SIGN['not-run']} ${name}`, '2', printing)
          : [paint(name, '1', printing), ...boundsText(report, configuration, printing)].join('\n'),
      )
    }
    // A configuration that nothing was decided in takes one line.
    if (isIdle(report, configuration)) continue
    const sign = paint(SIGN[check.verdict], COLOUR[check.verdict], printing)
    const message = messageInWords(check, dictionary)
    rows.push(`  ${sign} ${titleOf(check.property, words).padEnd(width)}  ${paint(message, '2', printing)}`)
  }
  return rows.join('\n')
}

/** The bounds of a configuration, and how its search was made smaller. */
function boundsText(report: Report, configuration: string, printing: Printing): string[] {
  const { words, dictionary } = printing
  const checks = report.checks.filter(({ bounds }) => bounds.configuration === configuration)
  const bounds = configurationInWords(checks, words.scope, dictionary)
  const stopped = checks.find((check) => check.verdict === 'inconclusive' && check.bounds.hit)
  const growth = stopped ? growthInWords(stopped.growth, dictionary) : ''
  return [bounds, reductionInWords(checks[0]?.reduction, dictionary), growth]
    .filter((sentence) => sentence !== '')
    .map((sentence) => paint(indent(sentence, 2), '2', printing))
}

function isIdle(report: Report, configuration: string): boolean {
  return report.checks.every(
    ({ bounds, verdict }) => bounds.configuration !== configuration || verdict === 'not-run',
  )
}

function titleOf(property: string, words: ExerciseWords): string {
  return words.properties[property]?.title ?? property
}

function runText(check: CheckReport, printing: Printing): string {
  const { words, dictionary } = printing
  const record = check.record!
  const heading = `${titleOf(check.property, words)}: ${messageOf(check, words, dictionary)}`
  const start = describeStart(record, dictionary)
  const digits = String(record.steps.length).length
  const idle = idleSteps(check)
  const remarks = [
    idleInWords(idle, dictionary),
    doomedInWords(check.doomedAt, check.bounds.scope, dictionary),
  ].filter((sentence) => sentence !== '')
  const steps = record.steps.flatMap((step) => {
    const number = String(step.number).padStart(digits)
    const playsNoPart = idle.includes(step.number)
    const lines = [...new Set([...step.sent.map(({ line }) => line), ...step.persisted])].filter(
      (line) => line > 0,
    )
    const shown = lines.length > 0 ? lines : step.lines.slice(-1)
    const sentence = describeStep(step, dictionary, record)
    // The remarks say in words what is fainter here.
    if (playsNoPart) return [paint(`${number}  ${sentence}`, '2', printing)]
    return [
      ...(step.number === check.doomedAt
        ? [paint(put(dictionary, `${doomedCode(check.bounds.scope)}.here`), '31', printing)]
        : []),
      `${paint(number, '1', printing)}  ${sentence}`,
      ...shown.sort((a, b) => a - b).map((line) => sourceLine(line, printing)),
      ...consoleLines(step.output, printing),
    ]
  })
  const loop = describeLoop(record, dictionary)
  return [
    paint(heading, '1', printing),
    ...remarks,
    ...(start ? [start] : []),
    ...consoleLines(record.output, printing),
    ...steps,
    ...(loop ? [loop] : []),
  ].join('\n')
}

/** What the solution would have done where the answer first did something else; and that this gives something away. */
function comparisonText({ comparison }: CheckReport, printing: Printing): string {
  const { dictionary } = printing
  const heading = paint(put(dictionary, 'compare.warning'), '1', printing)
  if (comparison === null) return `${heading}\n${put(dictionary, 'compare.none')}`
  const { where, answer, solution } = comparisonInWords(comparison, dictionary)
  return [
    heading,
    `${where} ${answer}`,
    ...(comparison.line > 0 ? [sourceLine(comparison.line, printing)] : []),
    ...(solution === '' ? [] : [solution]),
    paint(put(dictionary, 'compare.one-of-several'), '2', printing),
  ].join('\n')
}

/** What handlers wrote to the console in a step. That of processes is told in the step's sentence. */
function consoleLines(output: readonly ConsoleLine[] = [], printing: Printing): string[] {
  return output.flatMap(({ text, line, cut }) => [
    ...text.split('\n').map((part) => paint(`     > ${part}`, '36', printing)),
    ...(cut ? [paint(`     > ${put(printing.dictionary, 'console.cut', { line })}`, '36', printing)] : []),
  ])
}

function sourceLine(line: number, printing: Printing): string {
  const text = printing.source.split('\n')[line - 1]?.trim() ?? ''
  return paint(`     ${printing.file}:${line}  ${text}`, '2', printing)
}

function indent(text: string, by: number): string {
  return text.replace(/^/gm, ' '.repeat(by))
}

/** Text in a colour, where there are colours. */
export function paint(text: string, colour: string, { colours }: Pick<Printing, 'colours'>): string {
  return colours ? `\u001b[${colour}m${text}\u001b[0m` : text
}

/** Progress on one line, for a terminal. */
export function progressText(states: number, configuration: string, { words, dictionary }: Printing): string {
  return put(dictionary, 'report.progress', {
    configuration: words.configurations[configuration] ?? configuration,
    states: grouped(states),
  })
}
