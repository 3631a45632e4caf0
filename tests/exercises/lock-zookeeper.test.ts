/** The lock in ZooKeeper: what its properties must allow really happens in its trials. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { System, View } from '../../engine/actors/system.ts'
import { compiled } from '../../engine/testing/clients/compiled.ts'
import { exploreSystem } from '../../engine/testing/search.ts'
import exercise from '../../exercises/lock-zookeeper/exercise.ts'

const solution = readFileSync(new URL('../../exercises/lock-zookeeper/solution.ts', import.meta.url), 'utf8')

/** Is there a run of a trial, with the solution in it, that comes to such a state? */
function happens(id: string, reached: (view: View) => boolean): boolean {
  const { system } = exercise.configurations.find((configuration) => configuration.id === id)!
  const trial = system({ program: compiled(solution) })
  const looking: System = { ...trial, properties: [{ id: 'looked-for', kind: 'sometimes', reached }] }
  const { findings, failure } = exploreSystem(looking, { statesMax: 100_000 })
  expect(failure).toBeNull()
  return findings.length > 0
}

interface Seen {
  readonly inside: string | null
  readonly failed: string | null
  readonly refused: string | null
}

const clients = (view: View): Seen[] =>
  view.filter(({ role }) => role === 'client').map(({ seen }) => seen as Seen)

test('one who has lost its session still believes that it has the lock, while another has it', () => {
  expect(happens('pause', (view) => clients(view).filter(({ inside }) => inside !== null).length === 2)).toBe(
    true,
  )
})

test('a call fails because the session is over', () => {
  expect(happens('pause', (view) => clients(view).some(({ failed }) => failed === 'acquire'))).toBe(true)
  expect(happens('pause', (view) => clients(view).some(({ failed }) => failed === 'release'))).toBe(true)
})

test('two give up while one has the lock and another waits', () => {
  const both = (view: View): boolean =>
    clients(view).filter(({ refused }) => refused === 'waited').length === 2 &&
    clients(view).some(({ inside }) => inside !== null)
  expect(happens('gives-up', both)).toBe(true)
})
