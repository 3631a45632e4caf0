/** The store on Raft: what commands say, what a log comes to, and that its clients are told nothing that no order explains. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { AnyNodeDefinition } from '../../../engine/actors/system.ts'
import { goOn } from '../../../engine/drivers/onward.ts'
import { Run } from '../../../engine/drivers/run.ts'
import { keyOfMap } from '../../../engine/linearizability/models.ts'
import { Random } from '../../../engine/random.ts'
import { operationsOf } from '../../widgets/history/operations.ts'
import { historyAt } from '../../widgets/history/verdict.ts'
import { nodeOf } from '../services/script.ts'
import { PATIENCE } from './store-clients.ts'
import { figures, storeRun, storeSystem } from './store-figure.ts'
import { EMPTY, RIGHT, type Request, after, commandOf, requestOf, storeOf } from './store.ts'
import { A_TO_C, raft } from './systems.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,4}$/)
const request: fc.Arbitrary<Request> = fc
  .tuple(fc.constantFrom('K', 'L', 'M'), fc.integer({ min: 1, max: 99 }), word, word)
  .chain(([client, number, key, value]) =>
    fc.constantFrom<Request>(
      { client, number, key, f: 'get' },
      { client, number, key, f: 'put', value },
      { client, number, key, f: 'append', value },
    ),
  )

describe('a command', () => {
  it('says the request, and the request says it', () => {
    fc.assert(fc.property(request, (one) => void expect(requestOf(commandOf(one))).toEqual(one)))
    expect(commandOf({ client: 'K', number: 3, f: 'put', key: 'x', value: 'k3' })).toBe('K3 put x k3')
  })

  it.each(['', 'SET 5', 'K3', 'K3 put x', 'K3 get x y', 'K put x 1', 'K3 cut x 1', '3 get x', 'K3 get'])(
    'that is none of a client’s changes nothing and is answered nothing: %j',
    (command) => {
      expect(requestOf(command)).toBeNull()
      expect(after(EMPTY, command, RIGHT)).toEqual({ store: EMPTY, result: undefined })
    },
  )
})

describe('a log', () => {
  const log = ['K1 put x k1', 'L1 append x l1', 'L2 append y l2', '', 'M1 get x', 'K2 put y k2']

  it('comes to what its commands do, one after the other', () => {
    expect(storeOf(log, RIGHT).values).toEqual({ x: 'k1l1', y: 'k2' })
    expect(after(storeOf(log, RIGHT), 'M2 get x', RIGHT).result).toBe('k1l1')
    expect(after(storeOf(log, RIGHT), 'M2 get z', RIGHT).result).toBeNull()
    expect(after(storeOf(log, RIGHT), 'M2 put z m2', RIGHT).result).toBeNull()
  })

  it('in which a request stands twice comes to the same as if it stood there once, and the answer is the first one', () => {
    const twice = after(storeOf(['K1 append x k1', 'M1 get x'], RIGHT), 'K1 append x k1', RIGHT)
    expect(twice.store.values).toEqual({ x: 'k1' })
    expect(twice.result).toBeNull()
    // What M was told before L wrote, it is told again after.
    const read = storeOf(['K1 put x k1', 'M1 get x', 'L1 put x l1'], RIGHT)
    expect(after(read, 'M1 get x', RIGHT).result).toBe('k1')
    // Whoever has gone on since waits for no answer.
    const older = after(storeOf(['K1 put x k1', 'K2 append x k2'], RIGHT), 'K1 put x k1', RIGHT)
    expect(older).toEqual({ store: storeOf(['K1 put x k1', 'K2 append x k2'], RIGHT), result: undefined })
  })

  it('comes to the same wherever repeats stand after the first, in a client’s order', () => {
    const withRepeats = fc
      .array(request, { maxLength: 12 })
      .map((all) => {
        const next: Record<string, number> = {}
        return all.map((one) => ({ ...one, number: (next[one.client] = (next[one.client] ?? 0) + 1) }))
      })
      .chain((all) =>
        fc
          .array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 })
          .map((places) => ({ once: all.map(commandOf), places })),
      )
    fc.assert(
      fc.property(withRepeats, ({ once, places }): void => {
        const log = [...once]
        for (const [which, distance] of places) {
          if (once.length === 0) continue
          const command = once[which % once.length]!
          log.splice(log.indexOf(command) + 1 + (distance % 4), 0, command)
        }
        expect(storeOf(log, RIGHT)).toEqual(storeOf(once, RIGHT))
      }),
    )
  })

  it('is carried out as it stands where repeats are not known', () => {
    const rule = { repeats: 'unknown' } as const
    expect(storeOf(['K1 append x k1', 'K1 append x k1'], rule).values).toEqual({ x: 'k1k1' })
  })
})

/** Everything that a reader may do, drawn from a seed: clients do something, the network falls apart and heals, servers crash and restart. */
function wander(system: ReturnType<typeof storeSystem>, seed: number, moments: number): Run {
  const random = new Random(seed)
  const run = new Run(system)
  goOn(run, { milliseconds: 200, unreachable: 'lost' }, 5_000)
  for (let moment = 0; moment < moments; moment++) {
    const all = [...run.enabled(), ...run.handActions()]
    const what = random.below(12)
    const pick = <T>(list: readonly T[]): T | undefined => list[random.below(Math.max(1, list.length))]
    const isServer = (id: string): boolean => (A_TO_C as readonly string[]).includes(id)
    const chosen =
      what < 6
        ? pick(
            all.filter(
              ({ kind, ...one }) => kind === 'fire' && 'timer' in one && one.timer.startsWith('ask:'),
            ),
          )
        : what < 7
          ? {
              kind: 'partition' as const,
              groups: sides(
                random,
                run.system.nodes.map(({ id }) => id),
              ),
            }
          : what < 8
            ? all.find(({ kind }) => kind === 'heal')
            : what < 9
              ? pick(
                  all.filter((one) => one.kind === 'crash' && (isServer(one.node) || random.below(3) === 0)),
                )
              : pick(all.filter(({ kind }) => kind === 'restart'))
    if (chosen) run.take(chosen)
    goOn(run, { milliseconds: [0, 40, 120, 400][random.below(4)]!, unreachable: 'lost' }, 5_000)
  }
  return run
}

function sides(random: Random, ids: readonly string[]): string[][] {
  const one = ids.filter(() => random.below(2) === 0)
  return [one, ids.filter((id) => !one.includes(id))].filter((side) => side.length > 0)
}

const verdictOf = (run: Run): string => historyAt(operationsOf(run.record), run.length, keyOfMap()).verdict

const SEEDS = 12

describe('runs in which anything happens', () => {
  const variants = Object.entries(
    import.meta.glob<{ default: AnyNodeDefinition }>('../../../exercises/raft-safety/variants/*.ts', {
      eager: true,
    }),
  ).map(([file, { default: definition }]) => [file.split('/').at(-1)!, definition] as const)
  expect(variants.length).toBeGreaterThan(5)

  it.each([['the course’s server', raft] as const, ...variants])(
    'under the right rule are linearizable: %s',
    (_, runs) => {
      let answered = 0
      let repeated = 0
      for (let seed = 0; seed < (runs === raft ? SEEDS : 2); seed++) {
        const run = wander(storeSystem('right', { runs }), seed, 30)
        expect(verdictOf(run), `seed ${seed}`).toBe('linearizable')
        answered += operationsOf(run.record).filter(({ until }) => until !== null).length
        const shown = run.frame.nodes.find(({ role, up }) => role === 'server' && up)?.state?.['log'] ?? []
        const log = (shown as { command: string }[]).map(({ command }) => command)
        repeated += log.length - new Set(log).size
      }
      expect(answered).toBeGreaterThan(10)
      if (runs === raft) expect(repeated).toBeGreaterThan(0)
    },
  )

  it.each(['repeats', 'reads'])('under the wrong rule %s are sometimes not', (rule) => {
    const isWrong = (seed: number): boolean =>
      verdictOf(wander(storeSystem(rule), seed, 30)) === 'not-linearizable'
    expect(Array.from({ length: 60 }, (_, seed) => seed).some(isWrong)).toBe(true)
  })
})

describe('the figure', () => {
  const [figure] = figures

  test('each of its runs comes to what the page says, and not before its last answer', () => {
    expect(figure!.variants).toEqual(['right', 'repeats', 'reads'])
    const says = (rule: string, step: number) => {
      const { record } = storeRun(rule)
      return historyAt(operationsOf(record), record.steps.length - step, keyOfMap())
    }
    expect(says('right', 0)).toMatchObject({ verdict: 'linearizable', contradiction: null })
    for (const rule of ['repeats', 'reads']) {
      expect(says(rule, 1).verdict).toBe('linearizable')
      expect(says(rule, 0).verdict).toBe('not-linearizable')
    }
    expect(says('repeats', 0).contradiction).toMatchObject({
      claim: { id: 'M1', result: 'l1k1k1' },
      states: ['l1k1'],
      complete: true,
      reasons: [],
    })
    const stale = says('reads', 0).contradiction!
    expect(stale).toMatchObject({ claim: { id: 'L2', result: 'l1' }, states: ['k1'], complete: true })
    expect(stale.reasons.map(({ id }) => id)).toEqual(['L1', 'K1'])
  })

  test('what goes wrong under the wrong rules does not under the right one', () => {
    const repeats = operationsOf(storeRun('right', 'repeats').record)
    expect(repeats.find(({ id }) => id === 'M1')!.result).toBe('l1k1')
    // A asks for a majority, in vain, and L is told nothing.
    const reads = storeRun('right', 'reads')
    expect(operationsOf(reads.record).find(({ id }) => id === 'L2')!.until).toBeNull()
    expect(verdictOf(reads)).toBe('linearizable')
  })

  test('L’s operation is under way as long as the network is cut, and the others’ are done meanwhile', () => {
    const { record } = storeRun('right')
    const step = (kind: string): number => record.steps.find(({ action }) => action.kind === kind)!.number
    const [cut, healed] = [step('partition'), step('heal')]
    const operations = operationsOf(record)
    const append = operations.find(({ id }) => id === 'L2')!
    expect([append.since > cut, append.since < healed, append.until! > healed]).toEqual([true, true, true])
    const others = operations.filter(
      ({ client, since, until }) => client !== 'L' && since > cut && until! < healed,
    )
    expect(others.map(({ id }) => id)).toEqual(['M2', 'K2'])
  })

  test('a client that crashes asks on when it is back, by the same number', () => {
    const run = new Run(storeSystem('right'))
    goOn(run, { milliseconds: 200 }, 5_000)
    run.take({ kind: 'fire', node: 'K', timer: 'ask:append x', early: true })
    run.take({ kind: 'crash', node: 'K' })
    goOn(run, { milliseconds: 300, unreachable: 'lost' }, 5_000)
    run.take({ kind: 'restart', node: 'K' })
    goOn(run, { milliseconds: 3 * PATIENCE, unreachable: 'lost' }, 5_000)
    expect(operationsOf(run.record)).toMatchObject([{ id: 'K1', argument: 'k1' }])
    expect(operationsOf(run.record)[0]!.until).not.toBeNull()
    for (const id of A_TO_C) expect(nodeOf(run.frame, id).state).toMatchObject({ store: { x: 'k1' } })
  })
})
