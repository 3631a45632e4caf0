/** The figures of the chapter on Raft, gathered from its pages’ files. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { figures as oneCandidate } from './one-candidate.ts'
import { figures as severalCandidates } from './several-candidates.ts'
import { figures as logReplication } from './log-replication.ts'
import { figures as leftOut } from './left-out.ts'
import { figures as partitions } from './partitions.ts'
import { figures as beyond } from './beyond.ts'
import { figures as store } from './store-figure.ts'

export const figures: readonly FigureDefinition[] = [
  ...oneCandidate,
  ...severalCandidates,
  ...logReplication,
  ...leftOut,
  ...partitions,
  ...beyond,
  ...store,
]
