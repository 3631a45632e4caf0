/** takingAnswers: lets a reader’s own answer to the last exercise run on the servers of a figure. */
import type { System } from '../../../engine/actors/system.ts'
import type { Answered } from '../../sandbox/answered-run.ts'
import type { Cluster } from './systems.ts'

/** What runs on the servers in the place of the course’s. */
export type Own = Pick<Cluster, 'runs' | 'probe'>

/** @param around makes the figure’s system; without anything it is that of the course’s servers */
export function takingAnswers(around: (own: Own) => System): Answered {
  return {
    exercise: 'raft-safety',
    system: ({ definition, probe }) => around({ runs: definition, probe }),
  }
}
