/** Failing runs of Raft as text, for the comparison of a browser with Node: byte for byte the same. */
import { shorten } from '../drivers/simulate-shorten.ts'
import { type RaftBug, raft } from './raft.ts'
import { simulateSystem } from './search.ts'

const BUGS: readonly RaftBug[] = ['forgets-vote', 'votes-before-persisting', 'ignores-log', 'never-backs-up']

/** For each bug the counts, the seed, the run that was found and what was left of it, as JSON. */
export function simulatedRaft(): string {
  const within = 200
  return JSON.stringify(
    BUGS.map((broken) => {
      const system = raft(3, { commands: 4, broken })
      const settle = { within }
      const result = simulateSystem(system, { runs: 1_000, stepsMax: 300 + within, seed: 1, settle })
      return { ...result, shorter: shorten(system, result.findings[0]!, within) }
    }),
  )
}
