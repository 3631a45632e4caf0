/** A packed record is short, and unpacks to what it was. */
import { expect, it } from 'vitest'
import { paxos } from '../../exercises/paxos-acceptor/exercise.ts'
import solution from '../../exercises/paxos-acceptor/solution.ts'
import { RELIABLE } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import { pack, unpack } from '../../engine/trace/pack.ts'

it('unpacks to the record that was packed, in a third of the text or less', () => {
  const ballots = [
    { proposer: 'A', n: 2, v: 8 },
    { proposer: 'B', n: 4, v: 5 },
  ]
  const run = new Run(paxos(ballots, ['X', 'Y', 'Z'], { definition: solution, probe: null }, RELIABLE, null))
  while (run.length < 14) run.take(run.enabled()[run.length % 3]!)
  run.take({ kind: 'partition', groups: [['A'], ['B', 'X', 'Y', 'Z', 'L']] })
  const text = pack(run.record)
  expect(unpack(text)).toEqual(run.record)
  expect(text.length).toBeLessThan(JSON.stringify(run.record).length / 3)
})
