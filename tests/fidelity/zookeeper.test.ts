/** What is left out for exploring makes no difference but in the numbers left out. */
import { describe, expect, it } from 'vitest'
import { Random } from '../../engine/random.ts'
import { randomScript } from './zookeeper-scripts.ts'
import { simulatedRun } from './zookeeper.ts'

/** Without the numbers that count transactions. */
function uncounted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(uncounted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !['czxid', 'mzxid', 'pzxid'].includes(key))
      .map(([key, part]) => [key, uncounted(part)]),
  )
}

describe('a simulated ZooKeeper server that counts no zxids', () => {
  for (const zxid of [false, 'creations'] as const)
    it(`says what one says that does, over lost connections as well (zxid: ${zxid})`, () => {
      for (let seed = 0; seed < 3_000; seed++) {
        const random = new Random(seed)
        const steps = randomScript(random, 1 + random.below(40))
        expect(uncounted(simulatedRun(steps, { zxid })), `seed ${seed}`).toEqual(
          uncounted(simulatedRun(steps)),
        )
      }
    })
})
