/** The tree of the source's first picture, and a node of each kind. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { play, processAt } from '../services/script.ts'
import { figure } from './declared.ts'
import nodeTypes from './processes/node-types.process.ts?program'
import tree from './processes/tree.process.ts?program'
import type { ProgramFile } from './systems.ts'
import { withZooKeeper } from './zookeepers.ts'

/** One process, and a ZooKeeper in which nothing is. */
function figureOf(
  id: string,
  file: ProgramFile & { readonly file: string },
  more: Partial<FigureDefinition> = {},
): FigureDefinition {
  const system = () => withZooKeeper(['A'], file, { paths: [] })
  return figure({
    id,
    system,
    script: () =>
      play(system(), [], (frame) => processAt(frame, 'A').ended !== null && frame.inFlight.length === 0),
    lanes: ['A', 'zk'],
    services: {
      listing: `src/course/locks/processes/${file.file}`,
      drawn: { kind: 'tree', server: 'zk' },
      servers: ['zk'],
      spec: {},
    },
    ...more,
  })
}

export const figures: readonly FigureDefinition[] = [
  figureOf('locks/tree', tree, { pictures: ['F1'] }),
  figureOf('locks/node-types', nodeTypes),
]
