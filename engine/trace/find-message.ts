/** Messages of a run, found by what an action says of them. Not in record.ts: the pages that only show runs need none of it. */
import type { NodeId } from '../api.ts'
import type { Action, MessageData } from '../model.ts'
import { canonical } from '../plain.ts'
import { type MessageRecord, type RunRecord, causalPast } from './record.ts'

/** Is this record one of that message to that node? `text` is the canonical text of its fields. */
export function isMessage(candidate: MessageRecord, to: NodeId, message: MessageData, text: string): boolean {
  return (
    candidate.to === to &&
    candidate.from === message.from &&
    candidate.type === message.type &&
    canonical(candidate.fields, 'message') === text
  )
}

/** The steps that led to an action which could not be carried out, and so is not in the record. */
export function pastOfAction(record: RunRecord, action: Action): Set<number> {
  const node = action.kind === 'deliver' ? action.to : 'node' in action ? action.node : null
  const causes = record.steps
    .filter((step) => step.node === node)
    .map(({ number }) => number)
    .slice(-1)
  if (action.kind === 'deliver') {
    const text = canonical(action.message.fields, 'message')
    const sent = record.steps.flatMap((step) => step.sent)
    const message = sent.find((candidate) => isMessage(candidate, action.to, action.message, text))
    if (message) causes.push(message.sentAt)
  }
  return new Set(causes.flatMap((cause) => [...causalPast(record, cause)]))
}
