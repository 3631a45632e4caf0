/** Runs in words, against the golden transcripts in engine/testdata. */
import { expect, test } from 'vitest'
import { golden } from '../testing/golden.ts'
import { paxos } from '../testing/paxos.ts'
import { counter, pingPong, small } from '../testing/small-systems.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'
import { en } from '../text/en.ts'
import type { RunRecord, StepRecord } from './record.ts'
import { describeStep } from './transcript.ts'

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

test.each([
  [null, 'X crashes and restarts; its disk is empty.'],
  [{ n: 0 }, 'X crashes and restarts with what was on its disk.'],
])('of a server that restarts at once with %j on its disk it is said what it finds there', (disk, said) => {
  const action = { kind: 'crash', node: 'X', restarts: true } as const
  const step = { number: 1, node: 'X', action, received: null, sent: [], lost: [] } as unknown as StepRecord
  const node = { id: 'X', role: 'node', up: true, paused: false, state: {}, disk, timers: [] }
  const frame = { nodes: [node], inFlight: [], groups: null }
  const record: RunRecord = { frames: [frame, frame], steps: [step], started: [] }
  expect(describeStep(step, en, record)).toBe(said)
})
