/**
 * The worked examples of docs/services.md and docs/clients.md run as they stand there, and what the text says came of them is what
 * the engine gives: each sentence is made here from a search, and looked for in the document.
 */
import { expect, test } from 'vitest'
import type { System } from '../../engine/actors/system.ts'
import type { Exploration } from '../../engine/drivers/explore.ts'
import { Run } from '../../engine/drivers/run.ts'
import { exploreSystem } from '../../engine/testing/search.ts'
import { grouped } from '../../engine/text/words.ts'
import {
  bills,
  childrenAt,
  codeOf,
  documentOf,
  firstLocks,
  redisLocks,
  workers,
  zookeeperLocks,
} from './docs-examples.ts'

const TIME = { latencies: [1] }
const PAUSED = { ...TIME, pauses: { roles: ['slow'], milliseconds: [10_010], limit: 1 } }
const TWO = { A: 'client', B: 'client' }
const ONE_SLOW = { A: 'slow', B: 'client', C: 'client' }

/** A search that looked at everything and found no failure; witnesses may be among its findings. */
function searched(system: System): Exploration {
  const exploration = exploreSystem(system)
  const { complete, failure, findings } = exploration
  const failing = findings.filter(({ property }) => system.properties[property]!.kind !== 'sometimes')
  expect({ complete, failure, failing }).toEqual({ complete: true, failure: null, failing: [] })
  return exploration
}

const statesOf = (system: System): string => grouped(searched(system).states)

/** A run that a search found: to a failure of a property, or to a witness. */
function runOf(
  system: System,
  property = 0,
  { findings, failure } = exploreSystem(system),
): { run: Run; found: Exploration['findings'][number] } {
  expect(failure).toBeNull()
  const found = findings.find((finding) => finding.property === property)
  if (!found) return expect.fail(`nothing was found of ${system.properties[property]!.id}`)
  const run = new Run(system)
  for (const action of found.actions) run.take(action)
  return { run, found }
}

const stepsOf = (system: System): string => grouped(runOf(system).run.length)
const nowOf = ({ run }: { readonly run: Run }): string => grouped(run.record.frames.at(-1)!.now!)

/** The document on one line, so that a sentence may run over several. */
function flat(name: 'clients' | 'services'): string {
  return documentOf(name).replace(/\s+/g, ' ')
}

const SENTENCES: readonly [what: string, document: 'clients' | 'services', () => string][] = [
  [
    'the first example',
    'clients',
    () =>
      `Two processes that run this are both inside after ${stepsOf(firstLocks())} steps where there are no clocks, since the key may expire at any moment. With clocks, and messages that take 1 ms, they never are: ${statesOf(firstLocks(TIME))} states.`,
  ],
  [
    'workers',
    'services',
    () =>
      `Two workers and two jobs, in every interleaving (${statesOf(workers(2, ['once', 'nobody-waits', 'done']))} states): every job is done, none twice, and no statement ever waits for a lock.`,
  ],
  [
    'workers that crash',
    'services',
    () => {
      const crashes = { roles: ['worker'], limit: 1, restart: 'never' } as const
      const system = workers(1, ['done', 'twice'], { crashes })
      const exploration = searched(system)
      const { run } = runOf(system, 1, exploration)
      return `With one job, and a worker that may crash at any moment (${grouped(exploration.states)} states), the job is done in every run; in one of ${grouped(run.length)} steps it is handled twice.`
    },
  ],
  [
    'the lock in Redis',
    'services',
    () =>
      `Two clients, with clocks and messages that take 1 ms (${statesOf(redisLocks(TWO, { time: TIME }))} states), are never inside together, and both have their turn. Without clocks they are after ${stepsOf(redisLocks(TWO))} steps.`,
  ],
  [
    'the lock in Redis and a pause',
    'services',
    () => {
      const both = runOf(redisLocks({ A: 'slow', B: 'client' }, { time: PAUSED }))
      const among = ['client']
      const kept = statesOf(redisLocks(ONE_SLOW, { time: PAUSED, among }))
      const taken = runOf(redisLocks(ONE_SLOW, { time: PAUSED, among, blind: true }))
      return `With a pause of 10,010 ms two are inside after ${nowOf(both)} ms. Of three clients, of which only the first may pause, the other two are never inside together (${kept} states); with \`DEL\` in the place of the script they are, after ${nowOf(taken)} ms.`
    },
  ],
  [
    'the lock in ZooKeeper',
    'services',
    () => {
      const [two, three] = [
        ['A', 'B'],
        ['A', 'B', 'C'],
      ].map((ids) => statesOf(zookeeperLocks(ids, { time: TIME })))
      return `With clocks, where no session expires, no two are inside together and all have their turn: ${two} states with two clients, ${three} with three. Without clocks a session may expire under its owner, and two are inside after ${stepsOf(zookeeperLocks(['A', 'B'], {}))} steps.`
    },
  ],
  [
    'the lock in ZooKeeper whose owner never learned of it',
    'services',
    () => {
      const { run } = runOf(zookeeperLocks(['A'], { time: TIME, drops: 1, orphan: true }))
      const steps = grouped(run.length)
      expect(childrenAt(run)).toBe(1)
      while (childrenAt(run) > 0) run.take(run.enabled()[0]!)
      return `That takes ${steps} steps, and the node is gone when the session has expired, ${nowOf({ run })} ms after the start.`
    },
  ],
  [
    'bills and crashes',
    'services',
    () => {
      const crashes = { roles: ['billing'], limit: 1, restart: 'later' } as const
      const { run, found } = runOf(bills({ swapped: true, properties: ['billed'] }, { crashes, time: TIME }))
      expect(found.loopFrom).toBeGreaterThan(0)
      expect(run.record.steps.some(({ action }) => action.kind === 'crash' || 'crashAfter' in action)).toBe(
        true,
      )
      const safe = statesOf(bills({ properties: ['billed'] }, { crashes, time: TIME }))
      return `One order, and one crash of \`billing\` at any moment (${safe} states): it is billed in every run. With the two steps the other way round a run of ${grouped(run.length)} steps loses the bill.`
    },
  ],
  [
    'bills and a pause',
    'services',
    () => {
      const pauses = { roles: ['billing'], milliseconds: [40_000], limit: 1 }
      const system = bills({ consumers: 2, properties: ['billed', 'fenced'] }, { time: { ...TIME, pauses } })
      const exploration = searched(system)
      const late = runOf(system, 1, exploration)
      return `With two that bill and one pause of 40,000 ms (${grouped(exploration.states)} states) the order is billed in every run, and in one the late commit fails ${nowOf(late)} ms after the start.`
    },
  ],
  [
    'what the library sends again, and what the shop does',
    'services',
    () => {
      const once = statesOf(bills({ orders: 2, properties: ['sent-once'] }, { time: TIME, drops: 1 }))
      const crashes = { roles: ['shop'], limit: 1, restart: 'later' } as const
      const twice = stepsOf(bills({ orders: 2, properties: ['sent-twice'] }, { time: TIME, crashes }))
      return `With two orders and one loss at any moment the log has two records at most (${once} states); with one crash of the shop it has three after ${twice} steps.`
    },
  ],
]

test.each(SENTENCES)(
  '%s: what the document says came of it',
  (_, document, sentence) => {
    const expected = sentence()
    expect(flat(document).includes(expected) ? expected : `nowhere in docs/${document}.md`).toBe(expected)
  },
  120_000,
)

test('every piece of code in the two documents is run here, or is known to be a part of something', () => {
  const run = /export async function (main|worker|withLock|billing)\(/
  const others = (['clients', 'services'] as const).flatMap((name) =>
    codeOf(documentOf(name)).filter((code) => !run.test(code)),
  )
  expect(others.map((code) => code.split('\n')[0])).toEqual([
    "notes.note('inside', true)",
    'const exercise: ClientExercise = {',
    "import worker from './worker.ts?program'",
  ])
})
