/** Runs in words, against the golden transcripts in engine/testdata. */
import { expect, test } from 'vitest'
import { golden } from '../testing/golden.ts'
import { paxos } from '../testing/paxos.ts'
import { counter, pingPong, small } from '../testing/small-systems.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'

const systems = {
  'ping-pong': pingPong(),
  'ping-pong-repeating': pingPong({ network: { duplicates: 'unlimited', drops: 0 } }),
  counter: small({ A: counter(2) }, { crashes: { roles: ['node'], limit: 1, restart: 'at once' } }),
  'two-phase-commit': twoPhaseCommit(2),
  'paxos-without-reports': paxos(2, { broken: true }),
  'paxos-crashing': paxos(2, {
    broken: true,
    crashes: { roles: ['acceptor'], limit: 1, restart: 'at once' },
  }),
}

test.each(['by-hand.txt', 'counterexamples.txt'])('%s is what the engine prints', (file) => {
  const { expected, actual } = golden(file, systems)
  expect(actual).toBe(expected)
})
