/** The questions of the chapter on Raft, gathered from its pages’ files. */
import type { Prediction } from '../prediction.ts'
import { predictions as oneCandidate } from './one-candidate.ts'
import { predictions as severalCandidates } from './several-candidates.ts'
import { predictions as logReplication } from './log-replication.ts'
import { predictions as leftOut } from './left-out.ts'
import { predictions as partitions } from './partitions.ts'
import { predictions as beyond } from './beyond.ts'

export const predictions: readonly Prediction[] = [
  ...oneCandidate,
  ...severalCandidates,
  ...logReplication,
  ...leftOut,
  ...partitions,
  ...beyond,
]
