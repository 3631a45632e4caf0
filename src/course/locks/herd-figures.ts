/** The figures of the herd: five clients that want one lock, and an arrow from each to what it watches. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { play, processAt } from '../services/script.ts'
import { figure } from './declared.ts'
import { type Watching, crowd } from './herd.ts'

const CLIENTS = ['A', 'B', 'C', 'D', 'E']

function figureOf(id: string, watching: Watching): FigureDefinition {
  const system = () => crowd(watching, CLIENTS)
  return figure({
    id,
    system,
    // The first two have had their turn.
    script: () =>
      play(system(), [], (frame) => ['A', 'B'].every((client) => processAt(frame, client).ended !== null)),
    fields: { client: ['links.notes.inside'] },
    lanes: [...CLIENTS, 'zk'],
    services: {
      listing: `src/course/locks/processes/${watching}.process.ts`,
      begins: 'export async function main',
      drawn: { kind: 'queue', server: 'zk', path: '/lock' },
      servers: [],
      spec: { lock: { kind: 'first', server: 'zk', path: '/lock' }, note: 'inside' },
    },
  })
}

export const figures: readonly FigureDefinition[] = [
  figureOf('locks/herd', 'herd'),
  figureOf('locks/no-herd', 'line'),
]
