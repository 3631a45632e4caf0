/**
 * The command `check:history`: what it is given, what it writes, and its exit code. 0 linearizable, 1 not, 2
 * inconclusive, 3 the history could not be read, 4 bad usage.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Fault, type Parameters } from '../../fault.ts'
import { HistoryWords } from '../../linearizability/answer.ts'
import { CONFIGURATIONS_MAX } from '../../linearizability/check.ts'
import { OBJECTS } from '../../linearizability/objects.ts'
import { type RecordedAnswer, checkRecorded } from '../../linearizability/recorded.ts'
import { en } from '../../text/en.ts'
import { put } from '../../text/words.ts'

const EXIT: Readonly<Record<RecordedAnswer['verdict'], number>> = {
  linearizable: 0,
  'not-linearizable': 1,
  inconclusive: 2,
}
const UNREADABLE = 3
const BAD_USAGE = 4

interface Request {
  readonly model: string
  readonly file: string
  readonly initial: unknown
  readonly configurationsMax: number
  readonly json: boolean
}

class BadUsage extends Error {}

function refuse(code: string, parameters: Parameters = {}): never {
  throw new BadUsage(put(en, code, parameters))
}

function requestOf(parameters: readonly string[]): Request {
  const models = Object.keys(OBJECTS)
  let parsed
  try {
    parsed = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        model: { type: 'string' },
        initial: { type: 'string' },
        budget: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    return refuse('usage.history-option', { message: (error as Error).message })
  }
  const { values, positionals } = parsed
  if (values.help || (values.model === undefined && positionals.length === 0)) {
    return refuse('usage.history', { models: models.join('|'), configurationsMax: CONFIGURATIONS_MAX })
  }
  if (values.model === undefined || !Object.hasOwn(OBJECTS, values.model)) {
    return refuse('usage.history-model', { models })
  }
  const [file, ...rest] = positionals
  if (file === undefined || rest.length > 0) return refuse('usage.history-file')
  return {
    model: values.model,
    file,
    initial: values.initial === undefined ? undefined : initialOf(values.initial),
    configurationsMax: values.budget === undefined ? CONFIGURATIONS_MAX : budgetOf(values.budget),
    json: values.json ?? false,
  }
}

function initialOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse('usage.history-initial', { text })
  }
}

function budgetOf(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) return refuse('usage.number', { option: '--budget', text, least: '1' })
  return Number(text)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return refuse('usage.missing-file', { file })
  }
}

/** What the command writes to standard output and standard error, and its exit code. */
export interface Spoken {
  readonly exit: number
  readonly output: string
  readonly complaint: string
}

/** Runs the command. */
export function historyCommand(parameters: readonly string[]): Spoken {
  let json = false
  try {
    const request = requestOf(parameters)
    json = request.json
    const bounds = { configurationsMax: request.configurationsMax }
    const kind = OBJECTS[request.model]!
    const answer = checkRecorded(textOf(request.file), kind, request.initial, bounds)
    const words = new HistoryWords(answer, request.model, en, bounds)
    const output = json ? JSON.stringify(words.json()) : words.text()
    return { exit: EXIT[answer.verdict], output: `${output}\n`, complaint: '' }
  } catch (error) {
    if (error instanceof BadUsage) return { exit: BAD_USAGE, output: '', complaint: error.message }
    if (!(error instanceof Fault)) throw error
    const { line, since } = error.parameters
    // Lines are names, not amounts: their thousands aren't set apart.
    const places = { line: String(line), ...(since === undefined ? {} : { since: String(since) }) }
    const message = put(en, error.code, { ...error.parameters, ...places })
    const output = json ? `${JSON.stringify({ verdict: 'unreadable', line, message })}\n` : ''
    return { exit: UNREADABLE, output, complaint: message }
  }
}
