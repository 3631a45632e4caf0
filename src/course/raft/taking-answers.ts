/** takingAnswers: lets a reader’s own answer to an exercise of the chapter run on the servers of a figure. */
import type { System } from '../../../engine/actors/system.ts'
import type { Answered } from '../../sandbox/answered-run.ts'
import type { Cluster } from './systems.ts'

/** What runs on the servers in the place of the course’s. */
export type Own = Pick<Cluster, 'runs' | 'probe'>

/**
 * @param around makes the figure’s system; without anything it is that of the course’s servers
 * @param exercise whose messages the figure’s are: the last one, where they are those of all of Raft
 */
export function takingAnswers(
  around: (own: Own) => System,
  exercise: 'raft-election' | 'raft-safety' = 'raft-safety',
): Answered {
  return {
    exercise,
    system: ({ definition, probe }) => around({ runs: definition, probe }),
  }
}
