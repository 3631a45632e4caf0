/** The explanation of a failure in words: what played no part, when it was lost, what the solution would have done. */
import type { Growth } from '../actors/growth.ts'
import type { CheckReport } from '../report.ts'
import { type Scope, isFaultless } from '../scope.ts'
import type { ComparedMessage, Comparison } from '../trace/compare.ts'
import type { RunRecord } from '../trace/record.ts'
import { describeAction } from '../trace/transcript.ts'
import { counted } from './counted.ts'
import { messageLabel } from '../trace/label.ts'
import { wireKind } from '../trace/wire-kind.ts'
import { type Dictionary, grouped, listed, put } from './words.ts'

/** So many steps, or rows of steps, are named one by one; of more, nobody reads the list. */
const NAMED_MAX = 8

/** `Steps 2, 5 and 6 played no part.` Where there are many, how many. Empty where each played one. */
export function idleInWords(steps: readonly number[], dictionary: Dictionary): string {
  if (steps.length === 0) return ''
  const runs = runsOf(steps)
  return runs.length > NAMED_MAX
    ? put(dictionary, 'past.without.many', { count: grouped(steps.length) })
    : counted(dictionary, 'past.without', steps.length, { steps: listed(runs, dictionary) })
}

/** From where on a run could not be saved: a step, or the start, which is 0. Empty where it is not known. */
export function doomedInWords(doomedAt: number | null, scope: Scope, dictionary: Dictionary): string {
  if (doomedAt === null) return ''
  const code = doomedCode(scope)
  return doomedAt === 0 ? put(dictionary, `${code}.start`) : put(dictionary, code, { step: String(doomedAt) })
}

/** Which words say that a run can’t be saved: where no fault is allowed, none could. */
export function doomedCode(scope: Scope): 'doomed' | 'doomed.faultless' {
  return isFaultless(scope) ? 'doomed.faultless' : 'doomed'
}

/** Which steps repeat for ever; empty where the run ends. */
export function loopInWords(
  { loopFrom, steps }: Pick<RunRecord, 'loopFrom' | 'steps'>,
  dictionary: Dictionary,
): string {
  if (loopFrom === undefined) return ''
  const to = steps.length
  return counted(dictionary, 'loop.repeats', to - loopFrom + 1, { from: String(loopFrom), to: String(to) })
}

/** What a check found. */
export function messageInWords(
  { kind, message: { code, parameters } }: Pick<CheckReport, 'kind' | 'message'>,
  dictionary: Dictionary,
): string {
  // The run to a broken `always` is a shortest one. A goal is missed by a run that ends, and others may end otherwise.
  const ends = code === 'check.failed.explore' && kind === 'eventually'
  return put(dictionary, ends ? 'check.failed.ends' : code, parameters)
}

/** Numbers as they are read: three or more in a row as `5–7`. */
function runsOf(steps: readonly number[]): string[] {
  const parts: string[] = []
  for (let index = 0; index < steps.length;) {
    let end = index
    while (steps[end + 1] === steps[end]! + 1) end++
    if (end - index >= 2) {
      parts.push(`${steps[index]}–${steps[end]}`)
      index = end + 1
    } else parts.push(String(steps[index++]))
  }
  return parts
}

/** What grew, in a sentence. */
export function growthInWords(growth: Growth | undefined, dictionary: Dictionary): string {
  if (!growth) return put(dictionary, 'growth.none')
  const { component, kind, node, field, size, values } = growth
  if (component === 'process') return put(dictionary, `growth.process.${field}`, { node, size, values })
  const known = kind === 'number' || kind === 'list' || kind === 'record' ? kind : 'other'
  const code = component === 'inbox' ? 'growth.inbox' : `growth.${component}.${known}`
  // A state or disk that is a list has no field to be called by.
  const name = field === '' ? (component === 'field' ? 'state' : component) : field
  return put(dictionary, code, { node, field: name, size, values })
}

/** A comparison, a sentence each: where it was, what the answer did, what the solution would have done. */
export interface ComparisonWords {
  readonly where: string
  readonly answer: string
  readonly solution: string
  /** The messages that are named in these sentences, for who sets them as code. */
  readonly messages: readonly string[]
}

export function comparisonInWords(comparison: Comparison, dictionary: Dictionary): ComparisonWords {
  const { action, answer, solution } = comparison
  const named = [...answer, ...solution, ...(action && 'message' in action ? [action.message] : [])]
  const texts = named.map((message) => messageText(message, dictionary))
  return { ...sentencesOf(comparison, dictionary), messages: [...new Set(texts)] }
}

function sentencesOf(comparison: Comparison, dictionary: Dictionary): Omit<ComparisonWords, 'messages'> {
  const { kind, step, action, node, answer, solution, timers, ended, process = false } = comparison
  const say = (code: string, parameters = {}): string => put(dictionary, `compare.${code}`, parameters)
  const event = action === null ? '' : eventInWords(action, dictionary)
  const sent = (
    code: 'answer.sent' | 'answer.start' | 'solution.sent',
    messages: readonly ComparedMessage[],
  ): string => {
    const [some, none] = (process ? SENT_BY_PROCESS : SENT)[code]
    return messages.length === 0 ? say(none) : say(some, { messages: messagesInWords(messages, dictionary) })
  }
  const solved = sent('solution.sent', solution)
  if (action === null) {
    return { where: say('start'), answer: sent('answer.start', answer), solution: solved }
  }
  const where = say('step', { step, event })
  const mine = sent('answer.sent', answer)
  switch (kind) {
    case 'sent':
      return { where, answer: mine, solution: solved }
    case 'threw':
      return { where, answer: say(process ? 'answer.process-threw' : 'answer.threw'), solution: solved }
    case 'impossible':
      return { where, answer: mine, solution: say('solution.impossible') }
    case 'seen':
      return {
        where,
        answer: say(process ? 'answer.process-seen' : 'answer.seen', { node: node ?? '' }),
        solution: '',
      }
    case 'timers': {
      const pending = (of: 'answer' | 'solution'): string => {
        const names = timers?.[of] ?? []
        return say(`${of}.${names.length > 0 ? 'timers' : 'no-timers'}`, { timers: names })
      }
      return { where, answer: pending('answer'), solution: pending('solution') }
    }
    case 'ended': {
      const end = (of: 'answer' | 'solution'): string => {
        const how = ended?.[of] ?? null
        const code = how === null ? 'goes-on' : how.kind === 'thrown' ? 'ended-thrown' : 'ended'
        return say(`${of}.${code}`, { node: node ?? '', error: how?.error ?? '' })
      }
      return { where, answer: end('answer'), solution: end('solution') }
    }
    case 'stuck':
      return {
        where: step === 0 ? say('start') : say('after', { step }),
        answer: say('answer.stuck'),
        solution: say('solution.stuck', { event }),
      }
  }
}

/** What is said of messages, and of none. */
const SENT = {
  'answer.sent': ['answer.sent', 'answer.nothing'],
  'answer.start': ['answer.start', 'answer.start-nothing'],
  'solution.sent': ['solution.sent', 'solution.nothing'],
} as const
const SENT_BY_PROCESS = {
  'answer.sent': ['answer.asked', 'answer.asked-nothing'],
  'answer.start': ['answer.begun', 'answer.begun-nothing'],
  'solution.sent': ['solution.asked', 'solution.asked-nothing'],
} as const

function eventInWords(action: NonNullable<Comparison['action']>, dictionary: Dictionary): string {
  const say = (code: string, parameters = {}): string => put(dictionary, `compare.event.${code}`, parameters)
  const cut = 'crashAfter' in action && action.crashAfter !== undefined
  switch (action.kind) {
    case 'deliver': {
      const parameters = {
        node: action.to,
        message: messageText(action.message, dictionary),
        from: action.message.from,
      }
      return say(cut ? 'deliver-cut' : 'deliver', parameters)
    }
    case 'fire':
      if (/^wake:\d+$/.test(action.timer)) return say('wakes', { node: action.node })
      return say(cut ? 'fire-cut' : 'fire', { node: action.node, timer: action.timer })
    case 'crash':
      return say(action.restarts ? 'crash-restart' : 'crash', { node: action.node })
    case 'restart':
      return say('restart', { node: action.node })
    default:
      return describeAction(action, dictionary)
  }
}

/** `promise {n: 4, accepted: null} to B`; what goes to several stands once. */
function messagesInWords(messages: readonly ComparedMessage[], dictionary: Dictionary): string {
  const receivers = new Map<string, string[]>()
  for (const message of messages) {
    const text = messageText(message, dictionary)
    receivers.set(text, [...(receivers.get(text) ?? []), message.to])
  }
  return [...receivers]
    .map(([message, to]) => put(dictionary, 'compare.message', { message, to: [...new Set(to)] }))
    .join(put(dictionary, 'scope.and'))
}

/** A message with the names of its fields, for where two are compared: `promise {n: 4, accepted: null}`, or `GET lock`. */
function messageText(
  message: { readonly type: string; readonly fields: unknown },
  dictionary: Dictionary,
): string {
  const { type, fields } = message
  if (wireKind(message) !== null) return messageLabel(message, dictionary)
  return `${type} ${valueText(fields)}`
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, part]) => `${name}: ${valueText(part)}`)
    return `{${fields.join(', ')}}`
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
