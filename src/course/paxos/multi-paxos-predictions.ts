/** The questions of the page on Multi-Paxos. */
import type { Run } from '../../../engine/drivers/run.ts'
import type { Prediction } from '../prediction.ts'
import { NO_OP, type Vote } from './multi-paxos.ts'
import * as runs from './multi-paxos-runs.ts'

/** What the last step asked for in a place: whose command it is. */
function lastAsked({ record }: Run, place: number): string {
  const step = record.steps.at(-1)!
  const asked = step.sent.find(({ type, fields }) => type === 'accept' && (fields as Vote).place === place)
  if (!asked) return 'nothing'
  const { command } = asked.fields as Vote
  if (command === NO_OP) return 'noop'
  const reported = (step.received!.fields as { votes: readonly Vote[] }).votes
  return reported.some((vote) => vote.place === place && vote.command === command) ? 'reported' : 'own'
}

export const logPredictions: readonly Prediction[] = [
  {
    id: 'paxos/log-phase-one',
    system: () => runs.threeServers(),
    before: runs.LEADING,
    next: [['K', 'command', 'S1']],
    answer: ({ record }) => record.steps.at(-1)!.sent[0]?.type ?? 'nothing',
  },
  {
    id: 'paxos/log-gap',
    system: () => runs.threeServers(),
    before: runs.ONE_VOTE,
    next: [['S3', 'promise', 'S2']],
    answer: (run) => lastAsked(run, 2),
  },
  {
    id: 'paxos/log-order',
    system: () => runs.threeServers(),
    before: runs.LATER_PLACE_FIRST,
    next: [runs.TOLD_OF_PLACE_3],
    answer: ({ record }) => {
      const { done } = record.frames.at(-1)!.nodes.find(({ id }) => id === 'S3')!.state as { done: number }
      return done >= 3 ? 'execute' : 'wait'
    },
  },
]
