/** The Paxos chapter's questions. */
import type { Run } from '../../../engine/drivers/run.ts'
import type { Delivery } from '../script.ts'
import type { Prediction } from '../prediction.ts'
import { A, B, acceptors, system } from './systems.ts'

const paxos = () => system([A, B], acceptors.paxos)

/** A is promised by X and Y, and X accepts its proposal. */
const ACCEPTED_AT_X: readonly Delivery[] = [
  ['A', 'prepare', 'X'],
  ['A', 'prepare', 'Y'],
  ['X', 'promise', 'A'],
  ['Y', 'promise', 'A'],
  ['A', 'accept', 'X'],
]

/** What the last step sent: the type of its first message, or `nothing`. */
const lastSent = (run: Run): string => run.record.steps.at(-1)!.sent[0]?.type ?? 'nothing'

export const predictions: readonly Prediction[] = [
  {
    id: 'paxos/stale-prepare',
    system: paxos,
    before: [['B', 'prepare', 'Z']],
    next: [['A', 'prepare', 'Z']],
    answer: lastSent,
  },
  {
    id: 'paxos/report',
    system: paxos,
    before: ACCEPTED_AT_X,
    next: [['B', 'prepare', 'X']],
    answer: (run) => {
      const { accepted } = run.record.steps.at(-1)!.sent[0]!.fields as {
        accepted: { n: number; v: number } | null
      }
      return accepted === null ? 'nothing' : `${accepted.n} ${accepted.v}`
    },
  },
  {
    id: 'paxos/value',
    system: paxos,
    before: [...ACCEPTED_AT_X, ['B', 'prepare', 'X'], ['B', 'prepare', 'Z'], ['Z', 'promise', 'B']],
    next: [['X', 'promise', 'B']],
    answer: (run) => {
      const sent = run.record.steps.at(-1)!.sent[0]
      return sent ? String((sent.fields as { v: number }).v) : 'nothing'
    },
  },
]
