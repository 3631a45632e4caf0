/** The figures of the page on Multi-Paxos: runs of three servers, with their logs. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { type Line, followAll } from '../script.ts'
import { SERVERS } from './multi-paxos.ts'
import { STABLE, TAKEOVER, threeServers } from './multi-paxos-runs.ts'

const figure = (id: string, script: readonly Line[]): FigureDefinition => ({
  id,
  variants: ['paxos'],
  system: () => threeServers(),
  script: () => followAll(threeServers(), script),
  fields: { server: ['promised', 'done'] },
  log: 'multi-paxos',
  lanes: ['K', ...SERVERS],
})

export const logFigures: readonly FigureDefinition[] = [
  figure('paxos/log-stable', STABLE),
  figure('paxos/log-takeover', TAKEOVER),
]
