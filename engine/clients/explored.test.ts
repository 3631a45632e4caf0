/** Clients that retry for ever are explored completely, because their states meet again. */
import { describe, expect, test } from 'vitest'
import { compiled } from '../testing/clients/compiled.ts'
import { RETRYING, explore } from '../testing/clients/lock-clients.ts'

describe('three clients that try and sleep until they have the lock', () => {
  const program = compiled(RETRYING)
  const names = ['A', 'B', 'C']

  test('are explored completely', () => {
    const { states, complete, inside, byHistory } = explore(program, names, 10_000)
    expect({ complete, inside, byHistory }).toEqual({ complete: true, inside: 1, byHistory: 0 })
    expect(states).toBe(COUNT)
  })

  test('are not, if a state is told apart by its history', () => {
    expect(explore(program, names, COUNT * 20, { byHistory: true }).complete).toBe(false)
  })

  test('are found to be inside together, if they forget to ask', () => {
    const careless = compiled(
      RETRYING.replace('while (!(await lock.tryLock(self)))', 'if (!(await lock.tryLock(self)))'),
    )
    const found = explore(careless, names, 10_000)
    expect(found).toMatchObject({ complete: true, inside: 3 })
  })
})

/**
 * One client holds the lock, at one of three places, while each of the others tries or sleeps: 3 · 3 · 2². Or nobody holds
 * it and each tries or sleeps: 2³, without the one state in which all sleep, since whoever fails does so while somebody
 * holds it, who tries again next.
 */
const COUNT = 3 * 3 * 4 + 8 - 1
