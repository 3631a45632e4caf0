/**
 * A RunRecord as short text. In a record the same node and the same message stand in one frame after another; packed,
 * each stands once, and a frame is a list of their numbers. For pages, which carry their runs with them.
 */
import type { Frame, MessageRecord, NodeRecord, RunRecord, StepRecord } from './record.ts'

/** The packed form: tables, and everything else by its number in them. */
interface Packed {
  readonly nodes: readonly NodeRecord[]
  readonly messages: readonly MessageRecord[]
  readonly frames: readonly {
    readonly nodes: readonly number[]
    readonly inFlight: readonly number[]
    readonly groups: Frame['groups']
    readonly now?: number
  }[]
  readonly steps: readonly PackedStep[]
  readonly started: readonly number[]
  readonly loopFrom?: number
}

type PackedStep = Omit<StepRecord, 'received' | 'sent'> & {
  readonly received: number | null
  readonly sent: readonly number[]
}

/** A record as text. Its states must be plain data without infinite numbers, as those of the course's own protocols are. */
export function pack(record: RunRecord): string {
  const nodes = new Table<NodeRecord>()
  const messages = new Table<MessageRecord>()
  const packed: Packed = {
    frames: record.frames.map((frame) => ({
      nodes: frame.nodes.map((node) => nodes.number(node)),
      inFlight: frame.inFlight.map((message) => messages.number(message)),
      groups: frame.groups,
      ...(frame.now !== undefined && { now: frame.now }),
    })),
    steps: record.steps.map((step) => ({
      ...step,
      received: step.received === null ? null : messages.number(step.received),
      sent: step.sent.map((message) => messages.number(message)),
    })),
    started: record.started.map((message) => messages.number(message)),
    nodes: nodes.values,
    messages: messages.values,
    ...(record.loopFrom !== undefined && { loopFrom: record.loopFrom }),
  }
  return swapQuotes(JSON.stringify(packed))
}

/** The record of a text that `pack` made. */
export function unpack(text: string): RunRecord {
  const { nodes, messages, frames, steps, started, loopFrom } = JSON.parse(swapQuotes(text)) as Packed
  return {
    frames: frames.map((frame) => ({
      nodes: frame.nodes.map((number) => nodes[number]!),
      inFlight: frame.inFlight.map((number) => messages[number]!),
      groups: frame.groups,
      ...(frame.now !== undefined && { now: frame.now }),
    })),
    steps: steps.map((step) => ({
      ...step,
      received: step.received === null ? null : messages[step.received]!,
      sent: step.sent.map((number) => messages[number]!),
    })),
    started: started.map((number) => messages[number]!),
    ...(loopFrom !== undefined && { loopFrom }),
  }
}

/** Each quotation mark takes six characters in an attribute of a page, a backtick one; so they change places. */
function swapQuotes(text: string): string {
  return text.replace(/["`]/g, (mark) => (mark === '"' ? '`' : '"'))
}

/** Numbers equal values. */
class Table<T> {
  readonly values: T[] = []
  readonly #numbers = new Map<string, number>()

  number(value: T): number {
    const text = JSON.stringify(value)
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.values.length)
    return this.values.push(value) - 1
  }
}
