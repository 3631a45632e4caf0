/** What was counted of split votes ahead of the build: a part of it comes out the same now, and a split vote is what is meant by it. */
import { describe, expect, it } from 'vitest'
import type { System, SystemProperty } from '../../../engine/actors/system.ts'
import { simulate } from '../../../engine/drivers/simulate.ts'
import type { Seen } from '../../../exercises/raft-election/messages.ts'
import { BLOCK, BLOCKS, SERVERS, SPREADS, afterTheLeader, block, elect } from './split-votes.ts'
import { kept, pointOf } from './split-votes-kept.ts'

const POINTS = SERVERS.flatMap((servers) => SPREADS.map((spread) => ({ servers, spread })))

describe('what is kept', () => {
  it.each(POINTS)('$servers servers, $spread ms: one block is counted again', ({ servers, spread }) => {
    // Another one at each point.
    const number = (servers * 31 + spread * 7) % BLOCKS
    const { split, milliseconds } = pointOf(servers, spread)
    expect(block(servers, spread, number)).toEqual({
      split: split[number],
      milliseconds: milliseconds?.[number] ?? null,
    })
  })

  it('is as many blocks at each point as the page says elections', () => {
    for (const { servers, spread } of POINTS) {
      const { split, milliseconds } = pointOf(servers, spread)
      expect(split).toHaveLength(BLOCKS)
      if (milliseconds !== null) expect(milliseconds).toHaveLength(BLOCKS)
      expect(milliseconds === null).toBe(spread === 0)
    }
    for (const servers of SERVERS) expect(kept(servers).counted['runs']).toBe(BLOCKS * BLOCK)
  })

  it('says that a wider spread means fewer split votes, and three servers have the most of them at the usual range', () => {
    for (const servers of SERVERS) {
      const shares = kept(servers).points.map(({ y }) => y)
      expect(shares).toEqual([...shares].sort((one, other) => other - one))
      expect(shares[0]).toBeGreaterThan(90)
    }
    const [three, five, seven] = SERVERS.map((servers) => kept(servers).counted['share']!)
    expect(three).toBeGreaterThan(five!)
    expect(three).toBeGreaterThan(seven!)
  })

  it('says that the usual range is not the one in which a leader is found last, nor a wider one the first', () => {
    for (const servers of SERVERS) {
      const { times } = kept(servers)
      const [usual, widest] = [times.at(-2)!.y, times.at(-1)!.y]
      expect(usual).toBeLessThan(times[0]!.y)
      expect(widest).toBeGreaterThan(usual)
    }
  })
})

/** Somebody stands in the second term after that of the leader that has gone. */
const standsAgain: SystemProperty = {
  id: 'stands-again',
  kind: 'always',
  violated: (view) =>
    view.some(({ seen }) => ((seen as Seen | null | undefined)?.term ?? 0) > 2) ? { servers: 1 } : null,
}

/** Whether the first election of a seed is split, as the driver of the exercises finds it. */
function isSplit(system: System, seed: number): boolean {
  const search = simulate(
    { ...system, properties: [standsAgain] },
    { runs: 1, stepsMax: 1_000, seed, millisecondsMax: 1_000 },
  )
  let next = search.next()
  while (!next.done) next = search.next()
  return next.value.findings.length > 0
}

it.each(SERVERS)(
  'of %i servers those elections are split after which somebody has to stand again',
  (servers) => {
    const seeds = Array.from({ length: 40 }, (_, number) => 1 + number)
    const found = seeds.map((seed) => isSplit(afterTheLeader(servers, 50), seed))
    expect(found).toEqual(seeds.map((seed) => elect(servers, 50, seed, 1).split === 1))
    expect(new Set(found).size).toBe(2)
  },
)
