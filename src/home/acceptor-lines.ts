/**
 * Which lines of the acceptor a step ran. The page has no compiled code to ask: the course's own nodes run as they are.
 * Both handlers are a guard and what follows it, so that what a step sent says which lines ran; a test compares this
 * with what the compiled file reports.
 */
import type { RunRecord, StepRecord } from '../../engine/trace/record.ts'

/** A handler in its file; lines count from 1. */
export interface HandlerLines {
  /** The first line, which names the handler. */
  readonly first: number
  /** The line that closes it. */
  readonly last: number
  /** The line that returns early. */
  readonly guard: number
  /** The line that sends. */
  readonly sends: number
}

/** The handlers by the message that they are for. */
export type Handlers = Readonly<Record<string, HandlerLines>>

/** Finds the handlers in a file's lines. @throws Error when one of them is not a guard and a body that sends */
export function handlersOf(source: string, types: readonly string[]): Handlers {
  const lines = source.split('\n')
  const after = (from: number, matches: (line: string) => boolean, what: string): number => {
    const found = lines.findIndex((line, index) => index >= from && matches(line))
    if (found < 0) throw new Error(`the acceptor's file has no ${what}`)
    return found
  }
  return Object.fromEntries(
    types.map((type) => {
      const first = after(0, (line) => line.trim().startsWith(`${type}(`), `handler for ${type}`)
      const guard = after(first, (line) => /^\s*if \(.*\) return$/.test(line), `guard in ${type}`)
      const sends = after(guard, (line) => /ctx\.(reply|broadcast)\(/.test(line), `answer in ${type}`)
      const last = after(sends, (line) => line === '    },', `end of ${type}`)
      return [type, { first: first + 1, last: last + 1, guard: guard + 1, sends: sends + 1 }]
    }),
  )
}

/** The lines that a step ran; none where it was not at an acceptor. */
export function linesOf(step: StepRecord, handlers: Handlers): readonly number[] {
  const handler = step.received && handlers[step.received.type]
  if (!handler) return []
  if (step.sent.length === 0) return [handler.guard]
  return Array.from({ length: handler.last - handler.guard }, (_, index) => handler.guard + index)
}

/** A proposal as messages carry it. */
interface Proposal {
  readonly n: number
  readonly v: number
}

/**
 * What a step reports although the node has never accepted it: the mistake itself. Null where it reports nothing, or
 * what it has accepted.
 */
export function falseReport(record: RunRecord, number: number): Proposal | null {
  const step = record.steps[number - 1]
  const promise = step?.sent.find(({ type }) => type === 'promise')
  const reported = (promise?.fields as { accepted?: Proposal | null } | undefined)?.accepted
  if (!step || !reported) return null
  const accepted = record.steps
    .slice(0, number)
    .filter(({ node }) => node === step.node)
    .flatMap(({ sent }) => sent.filter(({ type }) => type === 'accepted'))
    .map(({ fields }) => fields as Proposal)
  return accepted.some(({ n, v }) => n === reported.n && v === reported.v) ? null : reported
}
