import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, copy } from '../../plain.ts'
import type { Delivered } from './group.ts'
import { partitionOf } from './murmur2.ts'
import { type QueueState, queueServer } from './server.ts'
import { TestBroker } from './testing/broker.ts'

const PARTITIONS = 3
const CONSUMERS = ['a', 'b', 'c'] as const

/** One event of a random run. Numbers choose among what there is at that moment. */
type Event =
  | { readonly kind: 'send'; readonly key: string; readonly again: boolean }
  | { readonly kind: 'poll'; readonly consumer: string; readonly timeout: number; readonly records: number }
  | { readonly kind: 'commit' | 'heartbeat' | 'leave' | 'crash'; readonly consumer: string }
  | { readonly kind: 'due'; readonly which: number }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'restart' }

const consumer = fc.constantFrom(...CONSUMERS)
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      key: fc.constantFrom('k', 'l', 'm', 'n'),
      again: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('poll' as const),
      consumer,
      timeout: fc.constantFrom(0, 0, 700),
      records: fc.constantFrom(1, 2, 9),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('commit' as const), consumer }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('crash', 'leave', 'heartbeat'), consumer }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('due' as const), which: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), milliseconds: fc.nat(12_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
)

/** What must be true of any queue, kept beside the broker: a list for each partition, what was handed out, what is committed. */
class Reference {
  readonly broker: TestBroker
  readonly logs: string[][] = Array.from({ length: PARTITIONS }, () => [])
  readonly handedOut: Set<number>[] = Array.from({ length: PARTITIONS }, () => new Set())
  readonly committed: number[] = Array.from({ length: PARTITIONS }, () => 0)
  /** What each consumer was given by its last poll, and how far it is in each partition. */
  readonly given = new Map<string, readonly Delivered[]>()
  #sent = 0

  constructor(broker: TestBroker) {
    this.broker = broker
  }

  happen(event: Event): void {
    const { broker } = this
    switch (event.kind) {
      case 'send':
        return this.#send(event.key, event.again)
      case 'poll':
        return this.#poll(event.consumer, event.timeout, event.records)
      case 'commit':
        return this.#commit(event.consumer)
      case 'crash':
        this.given.delete(event.consumer)
        return broker.disconnect(event.consumer)
      case 'leave':
      case 'heartbeat':
        if (event.kind === 'leave') this.given.delete(event.consumer)
        broker.call(event.consumer, { kind: event.kind, group: 'g' })
        return
      case 'due': {
        const names = broker.deadlines()
        if (names.length > 0) broker.due(names[event.which % names.length]!)
        return
      }
      case 'advance':
        return broker.advance(event.milliseconds)
      case 'restart':
        this.given.clear()
        return broker.restart()
    }
  }

  /** An idempotent producer sends, now and then twice. */
  #send(key: string, again: boolean): void {
    const value = `${this.#sent++}`
    const call = {
      topicMessages: [{ topic: 't', messages: [{ key, value }] }],
      acks: -1,
      tried: 0,
      retries: 1,
    }
    const batch = this.broker.value('p', { kind: 'sequence', ...call }) as never
    const log = this.logs[partitionOf(key, PARTITIONS)]!
    log.push(value)
    const answer = this.broker.value('p', { kind: 'produce', ...call, batch })
    expect(answer).toMatchObject([{ baseOffset: String(log.length - 1) }])
    if (again) expect(this.broker.value('p', { kind: 'produce', ...call, batch })).toEqual(answer)
  }

  #poll(name: string, timeout: number, maxPollRecords: number): void {
    if (!this.#subscribed(name)) this.broker.subscribe(name, { maxPollRecords })
    if (this.broker.state.groups[0]!.consumers.some((one) => one.connection === name && one.waiting)) return
    this.broker.call(name, { kind: 'poll', group: 'g', timeout }, (answer) => {
      if ('error' in answer) throw new Error(answer.error.message)
      const records = answer.value as readonly Delivered[]
      this.given.set(name, records)
      for (const { partition, message } of records) {
        const offset = Number(message.offset)
        expect(message.value).toBe(this.logs[partition]![offset])
        for (let before = 0; before < offset; before++)
          expect(this.handedOut[partition]!.has(before), 'no record is skipped').toBe(true)
        this.handedOut[partition]!.add(offset)
      }
    })
  }

  /** Commits all of the last poll, as a program does whose work is done. */
  #commit(name: string): void {
    for (const { partition, message } of this.given.get(name) ?? []) {
      const answer = this.broker.commit(name, partition, Number(message.offset) + 1)
      if (answer !== 'done') continue
      expect(Number(message.offset) + 1, 'the committed offset does not go back').toBeGreaterThan(
        this.committed[partition]!,
      )
      this.committed[partition] = Number(message.offset) + 1
    }
    this.given.delete(name)
  }

  #subscribed(name: string): boolean {
    return this.broker.state.groups.some(({ consumers }) =>
      consumers.some(({ connection }) => connection === name),
    )
  }

  /** All consumers are gone for good, and one comes that reads to the end. */
  end(): void {
    for (const name of CONSUMERS) this.broker.disconnect(name)
    this.broker.advance(100_000)
    const { broker } = this
    for (const [partition, { length }] of this.logs.entries()) {
      const known = broker.state.groups[0]?.committed.find((one) => one.partition === partition)
      expect(known?.offset ?? 0).toBe(this.committed[partition])
      for (let offset = 0; offset < this.committed[partition]!; offset++)
        expect(this.handedOut[partition]!.has(offset)).toBe(true)
      expect(this.committed[partition]).toBeLessThanOrEqual(length)
    }
    this.given.clear()
    this.happen({ kind: 'poll', consumer: 'd', timeout: 0, records: 1000 })
    for (const [partition, log] of this.logs.entries()) {
      const rest = this.given.get('d')!.filter((record) => record.partition === partition)
      expect(rest.map(({ message }) => message.value)).toEqual(log.slice(this.committed[partition]))
      expect(this.handedOut[partition]!.size, 'each record is handed out at least once').toBe(log.length)
    }
  }
}

const run = fc.array(event, { maxLength: 60 })

describe('in random runs with crashes, silence, restarts and messages that are sent again', () => {
  test('each record is in its partition once, in order, and is handed out at least once, none before the ones before it', () => {
    fc.assert(
      fc.property(run, (events) => {
        const reference = new Reference(new TestBroker({ topics: { t: PARTITIONS } }))
        for (const event of events) reference.happen(event)
        reference.end()
        expect(
          reference.broker.state.topics[0]!.partitions.map((log) => log.map(({ value }) => value)),
        ).toEqual(reference.logs)
      }),
      { numRuns: 500 },
    )
  })

  test('a broker whose state was written down and read again at every event does the same as one whose state wasn’t', () => {
    fc.assert(
      fc.property(run, (events) => {
        const [written, kept] = [true, false].map((write) => {
          const broker = new TestBroker({ topics: { t: PARTITIONS } }, write)
          const reference = new Reference(broker)
          for (const event of events) reference.happen(event)
          return { state: broker.state, given: reference.given }
        })
        expect(written).toEqual(kept)
      }),
      { numRuns: 100 },
    )
  })

  test('it makes no difference in how many parts time passes', () => {
    fc.assert(
      fc.property(run, fc.nat(20_000), fc.nat(20_000), (events, first, second) => {
        const broker = new TestBroker({ topics: { t: PARTITIONS } })
        const reference = new Reference(broker)
        for (const event of events) reference.happen(event)
        const next = queueServer.deadlines(broker.state)[0]?.left ?? 40_000
        const [early, late] = [
          Math.min(first, next),
          Math.max(0, Math.min(second, next - Math.min(first, next))),
        ]
        const whole = copy(broker.state)
        queueServer.elapse(whole, early + late)
        queueServer.elapse(broker.state, early)
        queueServer.elapse(broker.state, late)
        expect(broker.state).toEqual(whole)
      }),
      { numRuns: 100 },
    )
  })
})

test('situations that differ in nothing but who came first are equal states', () => {
  const states = [
    ['a', 'b'],
    ['b', 'a'],
  ].map((names) => {
    const broker = new TestBroker({ topics: { t: 2 } })
    for (const name of names)
      broker.value(name, { kind: 'sequence', topicMessages: [], acks: -1, tried: 0, retries: 0 })
    for (const name of names) broker.subscribe(name, {}, ['t'], `group of ${name}`)
    for (const name of names) broker.subscribe(name)
    for (const name of [...names, ...names, ...names]) broker.poll(name)
    for (const name of names) broker.commit('a', name === 'a' ? 0 : 1, 0)
    for (const name of names) broker.disconnect(name)
    return broker.state
  })
  expect(states[0]).toEqual(states[1])
  expect(states[0]!.groups[0]!.lost).toHaveLength(2)
})

test('consumers that poll, commit, crash and come back for ever have finitely many states', () => {
  const names = ['a', 'b']
  const start = new TestBroker({ topics: { t: 2 } })
  start.send('t', { value: 'x', partition: 0 }, { value: 'y', partition: 1 })

  /** A state of the broker, and what each consumer was given last. */
  interface Moment {
    readonly state: QueueState
    readonly given: { readonly [name: string]: readonly string[] }
  }
  const seen = new Set<string>()
  const queue: Moment[] = []
  const reach = (moment: Moment): void => {
    const text = canonical(moment, 'moment')
    if (seen.has(text)) return
    seen.add(text)
    queue.push(copy(moment))
  }
  reach({ state: start.state, given: {} })
  for (let moment; (moment = queue.shift());) {
    if (seen.size > 20_000) break
    const { state, given } = moment
    const step = (act: (broker: TestBroker, given: Record<string, readonly string[]>) => void): void => {
      const broker = new TestBroker({ topics: { t: 2 } })
      broker.state = copy(state)
      const next = { ...given }
      act(broker, next)
      reach({ state: broker.state, given: next })
    }
    for (const name of names) {
      if (state.groups[0]?.consumers.some(({ connection }) => connection === name)) {
        step((broker, next) => (next[name] = broker.poll(name)))
        step((broker, next) => {
          broker.disconnect(name)
          delete next[name]
        })
        for (const record of given[name] ?? [])
          step((broker) => broker.commit(name, Number(record[2]), Number(record[4]) + 1))
      } else {
        step((broker) => broker.subscribe(name))
      }
    }
    for (const { name } of queueServer.deadlines(state)) step((broker) => broker.due(name))
  }
  expect(queue).toHaveLength(0)
  expect(seen.size).toBe(1050)
})
