/** Scripts: each kind of line becomes the action that it names, and a line that can't happen is named. */
import { expect, test } from 'vitest'
import { replay } from '../../engine/drivers/run.ts'
import { A, B, HARSH, acceptors, noteRetry, system } from './paxos/systems.ts'
import { type Line, follow, followAll } from './script.ts'

const two = () => system([A, B], acceptors.paxos, { duplicates: 0, drops: Infinity })

/** The kinds of the actions of a script. */
const kinds = (lines: readonly Line[]): string[] => followAll(two(), lines).map(({ kind }) => kind)

test('deliveries, losses, crashes and restarts', () => {
  expect(
    kinds([['A', 'prepare', 'X'], { lose: ['A', 'prepare', 'Y'] }, { crash: 'X' }, { restart: 'X' }]),
  ).toEqual(['deliver', 'drop', 'crash', 'restart'])
})

test('a message that arrives once more', () => {
  const of = system([A, B], acceptors.note, HARSH)
  const { steps } = replay(of, followAll(of, [['B', 'prepare', 'Y'], { again: ['B', 'prepare', 'Y'] }]))
  // The note's acceptor reports B's own proposal to B.
  expect(steps[1]!.sent[0]!.fields).toEqual({ n: 4, accepted: { n: 4, v: 5 } })
})

test('a timer, and of several messages of one kind the latest', () => {
  const lines: Line[] = [
    ['A', 'prepare', 'X'],
    ['A', 'prepare', 'Y'],
    ['X', 'promise', 'A'],
    ['Y', 'promise', 'A'],
    { fire: 'A', timer: 'retry' },
    ['A', 'prepare', 'Z'],
  ]
  const { steps } = replay(noteRetry(), followAll(noteRetry(), lines))
  expect(steps.at(-1)!.received!.fields).toMatchObject({ n: 6 })
})

test('a line that can’t happen ends a script that is followed, and is named where all of it is wanted', () => {
  const lines: Line[] = [['A', 'prepare', 'X'], { restart: 'X' }, ['A', 'prepare', 'Y']]
  expect(follow(two(), lines)).toHaveLength(1)
  expect(() => followAll(two(), lines)).toThrow('line 2 of a script can\'t happen: {"restart":"X"}')
  expect(() => follow(two(), lines.slice(1))).toThrow(/can't happen/)
  const again: Line[] = [...lines.slice(0, 1), ...follow(two(), lines.slice(0, 1))]
  expect(follow(two(), again)).toHaveLength(1)
})
