/** Claims about goals: a run that goes round for ever without one makes it fail, like one that ends without it. */
import { expect, test } from 'vitest'
import { replay } from '../../engine/drivers/run.ts'
import { waitingCommit } from '../../engine/testing/liveness-systems.ts'
import { type Explored, run } from './check.ts'

const claim = (id: string, restart: 'never' | 'later', expects: Explored['expect']): Explored => ({
  id,
  system: () => waitingCommit('asks participants', restart),
  property: 'decided',
  expect: expects,
  words: 'none',
  statesMax: 10_000,
})

test('a goal that a fair loop never reaches fails, and the loop is told', () => {
  const check = claim('asked/never', 'never', 'fails')
  const { actions, loopFrom, states } = run(check)
  expect({ loopFrom, states }).toEqual({ loopFrom: 4, states: 138 })
  expect(replay(check.system(), actions, loopFrom).loopFrom).toBe(4)
  expect(() => run(claim('asked/never, said to hold', 'never', 'holds'))).toThrow(/the engine says: fails/)
})

test('a goal that every fair loop reaches holds', () => {
  expect(run(claim('asked/later', 'later', 'holds'))).toMatchObject({ actions: [] })
})
