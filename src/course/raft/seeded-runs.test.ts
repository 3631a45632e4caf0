/** The seeded runs that were counted ahead of the build: the first of each system come out as they are kept. */
import { describe, expect, it } from 'vitest'
import kept from './seeded-runs.json' with { type: 'json' }
import { RUNS, SAMPLE, countRuns, seeded, together } from './seeded-runs.ts'

describe('seeded runs', () => {
  it.each(Object.entries(seeded))('the first of %s come out as they are kept', (name, system) => {
    const { first, all } = kept[name as keyof typeof kept]
    expect(countRuns(system, 0, SAMPLE), 'count them again: npm run count:raft').toEqual(first)
    expect(all.runs).toBe(RUNS)
  })

  it('are kept of no other systems', () => {
    expect(Object.keys(kept).sort()).toEqual(Object.keys(seeded).sort())
  })

  it('come out the same in two batches as in one', () => {
    const system = seeded['three']!
    expect(together(countRuns(system, 0, 3), countRuns(system, 3, 2))).toEqual(countRuns(system, 0, 5))
  })

  it('find what is wrong where voters don’t look at the log', () => {
    expect(countRuns(seeded['three-no-check']!, 0, SAMPLE).violations).toBeGreaterThan(0)
  })
})
