/** Cluster: all that the picture of the network needs to show servers in a ring, their parts and their timers. */
import { placeCluster } from './corners.ts'
import StandingMark from './StandingMark.svelte'
import { HALO, lineWidths, linesOf, saidOf, sideOf, standings, timerOf, together } from './standing.ts'

/** Handed down by a figure of a cluster (telling.ts), so that no other page loads it. */
export const CLUSTER = {
  StandingMark,
  standings,
  linesOf,
  lineWidths,
  saidOf,
  timerOf,
  together,
  sideOf,
  place: placeCluster,
  halo: HALO as number,
} as const

export type Cluster = typeof CLUSTER
export type Standings = ReturnType<typeof standings>[number]
