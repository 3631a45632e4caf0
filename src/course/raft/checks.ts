/** The claims (C…) and errata (E…) of the chapter on Raft as checks, gathered from its pages’ files. */
import type { Check } from '../check.ts'
import { checks as oneCandidate } from './one-candidate.ts'
import { checks as severalCandidates } from './several-candidates.ts'
import { checks as logReplication } from './log-replication.ts'
import { checks as leftOut } from './left-out.ts'
import { checks as partitions } from './partitions.ts'
import { checks as beyond } from './beyond.ts'

export const checks: readonly Check[] = [
  ...oneCandidate,
  ...severalCandidates,
  ...logReplication,
  ...leftOut,
  ...partitions,
  ...beyond,
]
