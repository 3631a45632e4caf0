/** What was counted of split votes, as the chapter’s checks show it. */
import { ELECTION_TIMEOUT } from '../../../exercises/raft-election/exercise.ts'
import type { Point } from '../check.ts'
import type { Counts } from '../kept.ts'
import { BLOCK, BLOCKS, LATENCY, SPREADS } from './split-votes.ts'
import counted from './split-votes.json' with { type: 'json' }

const ELECTIONS = BLOCKS * BLOCK

/** The narrowest spread with which there is a leader in the end, and the first whose times are plotted. */
const NARROWEST = SPREADS[1]
const WIDE = 25

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const rounded = (number: number, digits: number): number => Number(number.toFixed(digits))

/** One point: the counts of its blocks. Times are null where all timeouts are equal. */
export interface PointCounted {
  readonly servers: number
  readonly spread: number
  readonly split: readonly number[]
  readonly milliseconds: readonly number[] | null
}

/** @throws Error where nothing was counted for it */
export function pointOf(servers: number, spread: number): PointCounted {
  const point = (counted as readonly PointCounted[]).find(
    (one) => one.servers === servers && one.spread === spread,
  )
  if (!point) throw new Error(`no elections were counted for ${servers} servers and ${spread} ms`)
  return point
}

/** Elections in a hundred whose first term ended without a leader. */
const share = (point: PointCounted): number => (100 * sum(point.split)) / ELECTIONS

/** Milliseconds without a leader, on average. */
const mean = ({ milliseconds }: PointCounted): number => sum(milliseconds!) / ELECTIONS

export interface SplitVotes {
  /** Of the paper’s range of timeouts. */
  readonly counted: Counts
  /** By spread, the share of split votes in percent. */
  readonly points: readonly Point[]
  /** By spread, the mean time to a leader. Of narrow spreads it is so long that the differences between wider ones would not be seen. */
  readonly times: readonly Point[]
}

export function kept(servers: number): SplitVotes {
  const [least, most] = ELECTION_TIMEOUT
  const [from, to] = LATENCY
  const usual = pointOf(servers, most - least)
  const all = SPREADS.map((spread) => pointOf(servers, spread))
  return {
    counted: {
      runs: ELECTIONS,
      servers,
      split: sum(usual.split),
      share: rounded(share(usual), 1),
      mean: Math.round(mean(usual)),
      narrowest: NARROWEST,
      narrow: Math.round(mean(pointOf(servers, NARROWEST))),
      least,
      most,
      from,
      to,
    },
    points: all.map((point) => ({ x: point.spread, y: rounded(share(point), 1) })),
    times: all
      .filter(({ spread }) => spread >= WIDE)
      .map((point) => ({ x: point.spread, y: Math.round(mean(point)) })),
  }
}
