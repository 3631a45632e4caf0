/** The two clocks of a process: the time of day, which can be set, and the one that cannot, under every driver. */
import { describe, expect, test } from 'vitest'
import type { System, Time, View } from '../actors/system.ts'
import { Run } from '../drivers/run.ts'
import { compiled } from '../testing/clients/compiled.ts'
import { exploreSystem, simulateSystem } from '../testing/search.ts'
import { clientSystem, noteOf } from './client-system.ts'
import { notes } from './notes.ts'
import { processNode } from './process-node.ts'

const SLEEP_MS = 100
const JUMPS = [-40, 40]

const program = compiled(`
export async function main({ notes, sleep }) {
  const day = Date.now()
  const began = performance.now()
  await sleep(${SLEEP_MS})
  notes.note('passed', [Date.now() - day, performance.now() - began])
}
`)

type Passed = readonly [day: number, monotonic: number] | undefined

const passedIn = (view: View): Passed => view[0]!.seen as Passed

/** What is to be found, or never to be: that so much has passed by one clock and so much by the other. */
const sometimes = (id: string, reached: (passed: Passed) => boolean): System['properties'][number] => ({
  id,
  kind: 'sometimes',
  reached: (view) => reached(passedIn(view)),
})

function sleeper(time: Partial<Time> = {}): System {
  return clientSystem({
    processes: [
      processNode('A', 'client', { program, entry: 'main', readsClock: true, links: { notes: notes() } }),
    ],
    servers: {},
    observeProcess: (process) => noteOf(process, 'passed') as Passed,
    time: {
      latencies: [1],
      readers: ['client'],
      jumps: { roles: ['client'], milliseconds: JUMPS, limit: 2 },
      ...time,
    },
    properties: [
      sometimes('set back', (passed) => passed?.[0] === SLEEP_MS - 40),
      sometimes('set forward', (passed) => passed?.[0] === SLEEP_MS + 40),
      sometimes('set twice', (passed) => passed?.[0] === SLEEP_MS - 80),
      {
        id: 'monotonic',
        kind: 'always',
        violated: (view) => {
          const passed = passedIn(view)
          return passed && passed[1] !== SLEEP_MS ? { passed: passed[1] } : null
        },
      },
    ],
  })
}

test('the explorer sets the time of day, and the other clock goes on as it went', () => {
  const { complete, findings } = exploreSystem(sleeper())
  expect(complete).toBe(true)
  expect(findings.map(({ property }) => property).sort()).toEqual([0, 1, 2])
})

test('so does a simulated run, whose report says the same when it is replayed', () => {
  const system = sleeper()
  for (const property of [0, 1]) {
    const { id } = system.properties[property]!
    const alone = { ...system, properties: [system.properties[property]!] }
    const { findings } = simulateSystem(alone, { runs: 400, stepsMax: 100, seed: 1 })
    expect(findings, id).toHaveLength(1)
    const run = new Run(alone)
    for (const action of findings[0]!.actions) run.take(action)
    expect(passedIn(run.view)![1]).toBe(SLEEP_MS)
    expect(passedIn(run.view)![0]).not.toBe(SLEEP_MS)
  }
  const monotonic = { ...system, properties: [system.properties[3]!] }
  expect(simulateSystem(monotonic, { runs: 400, stepsMax: 100, seed: 1 }).findings).toEqual([])
})

describe('by hand', () => {
  /** A has begun; then its clock is set, and all goes on. */
  const passed = (...jumps: readonly number[]): Passed => {
    const run = new Run(sleeper())
    for (const milliseconds of jumps) run.take({ kind: 'jump', node: 'A', milliseconds })
    for (let [next] = run.enabled(); next; [next] = run.enabled()) run.take(next)
    return passedIn(run.view)
  }

  test.each([
    [[], SLEEP_MS],
    [[40], SLEEP_MS + 40],
    [[-40], SLEEP_MS - 40],
    [[40, 40], SLEEP_MS + 80],
    [[40, -40], SLEEP_MS],
  ])('set by %j ms, the time of day says that %i ms have passed, and the other clock 100', (jumps, day) => {
    expect(passed(...jumps)).toEqual([day, SLEEP_MS])
  })

  test('a clock that was set forward and back is as it was, and so is the state', () => {
    const run = new Run(sleeper())
    run.take({ kind: 'jump', node: 'A', milliseconds: 40 })
    expect(run.record.frames.at(-1)!.nodes[0]!.clock).toMatchObject({ reading: 40, set: 40 })
    run.take({ kind: 'jump', node: 'A', milliseconds: -40 })
    expect(run.record.frames.at(-1)!.nodes[0]!.clock).toEqual(run.record.frames[0]!.nodes[0]!.clock)
  })

  test('both drift with the clock that they are read from', () => {
    const run = new Run(sleeper({ drift: { A: 50 } }))
    run.take({ kind: 'jump', node: 'A', milliseconds: 40 })
    for (let [next] = run.enabled(); next; [next] = run.enabled()) run.take(next)
    expect(run.record.frames.at(-1)!.now).toBeLessThan(SLEEP_MS)
    expect(passedIn(run.view)).toEqual([SLEEP_MS + 40, SLEEP_MS])
  })
})
