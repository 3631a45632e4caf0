/**
 * What a step of a process or a server was made of, in words: what it asks next, how long it sleeps, what it notes, how it ends;
 * what is answered, and to whom.
 */
import type { ShownProcess } from '../clients/process-node.ts'
import { canonical } from '../plain.ts'
import { type Dictionary, put } from '../text/words.ts'
import { messageLabel } from './label.ts'
import type { Frame, MessageRecord, NodeRecord, StepRecord } from './record.ts'
import { valueLabel } from './value-label.ts'
import { type WireKind, wireKind } from './wire-kind.ts'

type Say = (code: string, parameters?: Record<string, string | number>) => string

/** The state of a node that is a process; null for any other. */
export function processOf(node: NodeRecord | undefined): ShownProcess | null {
  const state = node?.state
  const isProcess =
    state != null && ['asks', 'sleeps', 'ended', 'links', 'log'].every((field) => Object.hasOwn(state, field))
  return isProcess ? (state as unknown as ShownProcess) : null
}

/** What a process did in a step, or as it started. @param before null: the process begins */
export function processParts(
  before: NodeRecord | undefined,
  after: NodeRecord,
  sent: readonly MessageRecord[],
  step: StepRecord | null,
  dictionary: Dictionary,
): string[] {
  const say: Say = (code, parameters = {}) => put(dictionary, `told.part.${code}`, parameters)
  const was = processOf(before)
  const is = processOf(after)!
  const sends = sentParts(sent, ['open', 'request', 'close'], say, dictionary)
  const slept = newSleeps(was, is, before, step)
  // One that asks nothing and waits for nothing else sleeps; else the time is a limit to something.
  const sleeping = is.asks.length === 0 ? 'sleeps' : 'times'
  const ran = step === null || step.lines.length > 0 || step.changed.length > 0
  return [
    ...(ran ? is.log.map((text) => say('prints', { text })) : []),
    ...noteParts(notesOf(was), notesOf(is), say),
    ...sends,
    ...slept.map((milliseconds) => say(sleeping, { milliseconds })),
    ...(is.ended !== null && was?.ended == null ? [endPart(is.ended, say)] : []),
    ...(is.never && was?.never !== true ? [neverPart(is, say)] : []),
  ]
}

/** What a server did in a step. @param received the request that came, if one did */
export function serverParts(
  sent: readonly MessageRecord[],
  received: MessageRecord | null,
  dictionary: Dictionary,
): string[] {
  const say: Say = (code, parameters = {}) => put(dictionary, `told.part.${code}`, parameters)
  const parts = sentParts(sent, ['notice', 'reply', 'relay', 'close'], say, dictionary, received?.from)
  const isAsked = received !== null && ['request', 'open'].includes(wireKind(received) ?? '')
  const isAnswered = sent.some(
    (message) =>
      received !== null &&
      connectionOf(message) === connectionOf(received) &&
      ['reply', 'close'].includes(wireKind(message) ?? ''),
  )
  return isAsked && !isAnswered ? [say('lets-wait'), ...parts] : parts
}

/** The notes of a process: what the link of that name shows. */
export function notesOf(process: ShownProcess | null): Readonly<Record<string, unknown>> {
  return (process?.links.notes as Record<string, unknown> | undefined) ?? {}
}

/** By node, whether a step of it is told as that of a process or of a server. */
export function tellsWire(step: StepRecord): boolean {
  return [step.received, ...step.sent].some((message) => message !== null && wireKind(message) !== null)
}

/** The node of a frame. */
export function nodeIn(frame: Frame | undefined, id: string | null): NodeRecord | undefined {
  return frame?.nodes.find((node) => node.id === id)
}

/** Messages of these kinds, each kind to each receiver as one part, in the order of the messages. */
function sentParts(
  sent: readonly MessageRecord[],
  kinds: readonly WireKind[],
  say: Say,
  dictionary: Dictionary,
  asker?: string,
): string[] {
  const groups = new Map<string, { kind: WireKind; to: string; labels: string[] }>()
  for (const message of sent) {
    const kind = wireKind(message)
    if (kind === null || !kinds.includes(kind)) continue
    const key = `${kind} ${message.to}`
    const group = groups.get(key) ?? { kind, to: message.to, labels: [] }
    groups.set(key, group)
    group.labels.push(messageLabel(message, dictionary))
  }
  const codes = {
    open: 'connects',
    close: 'closes',
    request: 'asks',
    notice: 'tells',
    relay: 'relays',
  } as const
  return [...groups.values()].map(({ kind, to, labels }) => {
    const code = kind === 'reply' ? (to === asker ? 'answers' : 'answers-to') : codes[kind]
    return say(code, { to, messages: labels.join(', ') })
  })
}

/** The timers that were set in a step. Both lists are in the order of the timers' numbers. */
function newSleeps(
  was: ShownProcess | null,
  is: ShownProcess,
  before: NodeRecord | undefined,
  step: StepRecord | null,
): number[] {
  const left = [...(was?.sleeps ?? [])]
  if (step?.action.kind === 'fire' && before) {
    const numbers = before.timers
      .flatMap((timer) => /^wake:(\d+)$/.exec(timer)?.[1] ?? [])
      .sort((one, other) => Number(one) - Number(other))
    const fired = numbers.indexOf(step.action.timer.slice('wake:'.length))
    if (fired >= 0) left.splice(fired, 1)
  }
  return is.sleeps.filter((milliseconds) => {
    const known = left.indexOf(milliseconds)
    if (known >= 0) left.splice(known, 1)
    return known < 0
  })
}

function noteParts(
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
  say: Say,
): string[] {
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => canonical(was[name] ?? null, 'state') !== canonical(is[name] ?? null, 'state'),
  )
  return changed.map((name) => {
    const value = is[name]
    if (value === undefined) return say('unnotes', { name })
    return value === true ? say('notes', { name }) : say('notes-value', { name, value: valueLabel(value) })
  })
}

function endPart(ended: NonNullable<ShownProcess['ended']>, say: Say): string {
  if (ended.kind === 'thrown') {
    const { name, message } = ended.error
    return say('throws', { error: message === '' ? name : `${name}: ${message}` })
  }
  return ended.value === null || ended.value === undefined
    ? say('returns')
    : say('returns-value', { value: valueLabel(ended.value) })
}

function neverPart({ stands: [innermost] }: ShownProcess, say: Say): string {
  return innermost === undefined ? say('never') : say('never-at', { line: innermost.line })
}

function connectionOf({ fields }: MessageRecord): unknown {
  return (fields as { readonly connection?: unknown }).connection
}
