/** The figures of processes and servers: what their runs come to, and what the lanes, the listing and the views show of them. */
import { describe, expect, test } from 'vitest'
import { replay } from '../../engine/drivers/run.ts'
import { en } from '../../engine/text/en.ts'
import { pack, unpack } from '../../engine/trace/pack.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { TELLING, describeStart, describeStep } from '../../engine/trace/transcript.ts'
import { figures } from '../../src/course/services/figures.ts'
import { scriptOf } from '../../src/course/registry.ts'
import { nodeOf, play, processAt, serverAt } from '../../src/course/services/script.ts'
import { redisLockSystem } from '../../src/course/services/systems.ts'
import enWidgets from '../../src/text/en-widgets.ts'
import { castOf } from '../../src/widgets/cast.ts'
import { actionName } from '../../src/widgets/hand-actions.ts'
import { sentenceOf } from '../../src/widgets/sentence.ts'
import { accessesOf, claimsOf, holdersIn } from '../../src/widgets/services/claims.ts'
import { listingMarks } from '../../src/widgets/services/listing-marks.ts'
import { layoutTime, rowsOf, stepAt } from '../../src/widgets/space-time-layout.ts'
import { shortened } from '../../src/widgets/text-width.ts'
import { ticksOf } from '../../src/widgets/time-ticks.ts'
import { Run } from '../../engine/drivers/run.ts'

const words = { ...en, ...enWidgets }

const serviceFigure = (id: string) => figures.find((figure) => figure.id === id)!

const runs = new Map<string, RunRecord>()
function runOf(name: string): RunRecord {
  const known = runs.get(name)
  if (known) return known
  const figure = serviceFigure(`services/${name}`)
  const record = replay(figure.system('script'), scriptOf(figure, 'script'))
  runs.set(name, record)
  return record
}

const told = (record: RunRecord): string[] => record.steps.map((step) => describeStep(step, en, record))
const stepTelling = (record: RunRecord, text: string): number =>
  told(record).findIndex((one) => one.includes(text)) + 1
const NAMES = ['redis', 'database', 'zookeeper', 'queue']

describe('every figure', () => {
  test.each(NAMES)('%s: its sentences leave no gap and show no number of a request', (name) => {
    const record = runOf(name)
    for (const text of [describeStart(record, en), ...told(record)]) {
      expect(text).not.toMatch(/\{\w+\}|(step|action|told|wire|list)\.[a-z]/)
      expect(text).not.toMatch(/undefined|\[object|(wake|due|link):/)
      expect(text).toMatch(/\.$/)
    }
    for (let step = 0; step <= record.steps.length; step++) {
      const pieces = sentenceOf(record, step, words, TELLING)
      expect(pieces.map(({ text }) => text).join('')).toBe(
        step === 0 ? describeStart(record, words) : describeStep(record.steps[step - 1]!, words, record),
      )
    }
  })

  test.each(NAMES)('%s: is the same once it was packed', (name) => {
    const record = JSON.parse(JSON.stringify(runOf(name))) as RunRecord
    expect(unpack(pack(record))).toEqual(record)
  })

  test.each(NAMES)(
    '%s: what a process asked for goes back to that process, and its answer is a reply',
    (name) => {
      const record = runOf(name)
      const cast = castOf(record, TELLING)
      for (const message of record.steps.flatMap(({ sent }) => sent)) {
        const process = [message.from, message.to].find(
          (id) => nodeOf(record.frames[0]!, id).role === 'client',
        )
        expect(cast.origins.get(message.id)).toBe(process)
        expect(cast.isReply(message)).toBe(message.to === process)
      }
    },
  )

  test.each(NAMES)('%s: at each step every process that goes on stands at a line of the listing', (name) => {
    const figure = serviceFigure(`services/${name}`)
    const record = runOf(name)
    for (let step = 0; step <= record.steps.length; step++) {
      const { waits } = listingMarks(record, step)
      const standing = [...waits.values()].flat()
      expect(new Set(standing).size).toBe(standing.length)
      const alive = record.frames[step]!.nodes.filter(
        ({ role, state }) => role === 'client' && (state as { ended?: unknown } | null)?.ended === null,
      )
      expect(standing.sort()).toEqual(alive.map(({ id }) => id).sort())
      for (const line of waits.keys()) expect(line).toBeGreaterThan(5)
    }
    expect(figure.lanes.every((id) => record.frames[0]!.nodes.some((node) => node.id === id))).toBe(true)
  })
})

describe('the lock in Redis', () => {
  const record = runOf('redis')
  const { spec } = serviceFigure('services/redis').services!
  const last = record.frames.at(-1)!

  test('is deleted by A when it is B’s, and one of two additions is lost', () => {
    const deletion = stepTelling(record, 'redis receives DEL lock from A and answers 1.')
    expect(holdersIn(record.frames[deletion - 1]!, spec.lock!)).toEqual(['B'])
    expect(holdersIn(record.frames[deletion]!, spec.lock!)).toEqual([])
    expect(serverAt(last, 'redis', 'keys').keys).toEqual([
      { key: 'count', value: '1', left: null, watchedBy: [] },
    ])
  })

  test('says who holds it, who believes so, and from when on that is wrong', () => {
    const claims = claimsOf(record, spec)
    const of = (node: string): string[] =>
      claims.filter((one) => one.node === node).map(({ kind, from, to }) => `${kind} ${from}–${to}`)
    const granted = stepTelling(record, 'redis receives SET lock A PX 1000 NX from A and answers OK.')
    const heard = stepTelling(record, 'A receives OK from redis, notes holds')
    const expired = stepTelling(record, 'The key lock of redis expires.')
    const ended = stepTelling(record, 'A receives OK from redis, no longer notes holds')
    expect(of('A').sort()).toEqual(
      // The key is gone for the server as soon as its time is up, one step before it is removed.
      [
        `believes ${heard}–${expired - 1}`,
        `holds ${granted}–${expired - 1}`,
        `mistaken ${expired - 1}–${ended}`,
      ].sort(),
    )
    expect(claims.filter(({ kind }) => kind === 'mistaken').map(({ node }) => node)).toEqual(['A', 'B'])
  })

  test('is used around: each use of the counter is marked, and none was refused', () => {
    const accesses = accessesOf(record, spec)
    expect(accesses.map(({ by }) => by)).toEqual(['A', 'B', 'A', 'B'])
    expect(accesses.every(({ rejected, server }) => !rejected && server === 'redis')).toBe(true)
  })

  test('counts down in virtual time', () => {
    const lefts = record.frames.map(
      (frame) => serverAt(frame, 'redis', 'keys').keys.find(({ key }) => key === 'lock')?.left ?? null,
    )
    record.steps.forEach(({ action }, index) => {
      const [before, after] = [lefts[index]!, lefts[index + 1]!]
      if (action.kind === 'pass' && before !== null && after !== null)
        expect(before - after).toBe(action.milliseconds)
    })
  })

  test('has an axis with the time, and the rows in which only time passes are lower', () => {
    const layout = layoutTime(record, castOf(record, TELLING), {
      width: 500,
      lanes: ['A', 'redis', 'B'],
      labelWidth: () => 60,
      textWidth: () => 30,
    })
    const passes = record.steps.filter(({ action }) => action.kind === 'pass')
    const ticks = ticksOf(record)
    expect(ticks.map(({ step }) => step)).toEqual([0, ...passes.map(({ number }) => number)])
    for (const { step, now } of ticks) expect(now).toBe(record.frames[step]!.now)
    expect(layout.rows).toEqual(rowsOf(record))
    layout.rows.forEach((y, step) => {
      expect(stepAt(y, layout.rows)).toBe(step)
      if (step > 0) expect(y).toBeGreaterThan(layout.rows[step - 1]!)
    })
    for (const x of layout.lanes.values()) expect(x).toBeGreaterThan(60)
  })
})

describe('the row lock in the database', () => {
  const record = runOf('database')
  const { spec } = serviceFigure('services/database').services!

  test('makes B wait inside the server until A commits, and shows it', () => {
    const step = stepTelling(record, 'from B and lets it wait.')
    const view = serverAt(record.frames[step]!, 'db', 'tables')
    const [row] = view.tables[0]!.rows
    expect(row).toMatchObject({
      values: ['1', 'null'],
      standing: 'committed',
      lockedBy: 'A/0',
      waiting: ['B/0'],
    })
    expect(view.transactions).toEqual([
      { connection: 'A/0', isolation: 'read committed', failed: false, waitsFor: null },
      { connection: 'B/0', isolation: 'read committed', failed: false, waitsFor: 'A/0' },
    ])
    const commit = stepTelling(record, 'db receives commit from A, answers COMMIT and answers B SELECT 1: A.')
    expect(commit).toBeGreaterThan(step)
    expect(holdersIn(record.frames[commit]!, spec.lock!)).toEqual(['B'])
  })

  test('shows a change that is not committed beside the row as others see it', () => {
    const step = stepTelling(record, `update seat set owner = 'A' where id = 1 from A and answers UPDATE 1.`)
    const { rows } = serverAt(record.frames[step]!, 'db', 'tables').tables[0]!
    expect(rows.map(({ values, standing, by }) => [...values, standing, by])).toEqual([
      ['1', 'null', 'replaced', 'A/0'],
      ['2', 'null', 'committed', null],
      ['1', 'A', 'new', 'A/0'],
    ])
  })
})

describe('the line in ZooKeeper', () => {
  const record = runOf('zookeeper')
  const { spec } = serviceFigure('services/zookeeper').services!

  test('has each watch the one before it, and only B is told when A is gone', () => {
    const crash = record.steps.find(({ action }) => action.kind === 'crash')!.number
    const { nodes } = serverAt(record.frames[crash]!, 'zk', 'tree')
    expect(nodes.map(({ path, owner, watchedBy }) => [path, owner, watchedBy.join()])).toEqual([
      ['/', null, ''],
      ['/lock', null, ''],
      ['/lock/n-0000000000', 'A', 'B'],
      ['/lock/n-0000000001', 'B', 'C'],
      ['/lock/n-0000000002', 'C', ''],
    ])
    expect(told(record)).toContain('At zk the session A expires; zk tells B NODE_DELETED /lock/n-0000000000.')
  })

  test('goes from A, whose session outlives it, to B and to C', () => {
    const holders = record.frames.map((frame) => holdersIn(frame, spec.lock!).join())
    expect(holders.filter((one, step) => one !== holders[step - 1])).toEqual(['', 'A', 'B', 'C', ''])
    const crash = record.steps.find(({ action }) => action.kind === 'crash')!.number
    expect(holders[crash]).toBe('A')
    expect(processAt(record.frames.at(-1)!, 'C').ended).toMatchObject({ kind: 'returned' })
  })
})

describe('the record that comes again', () => {
  const record = runOf('queue')
  const { spec } = serviceFigure('services/queue').services!

  test('is paid twice and committed once', () => {
    const last = record.frames.at(-1)!
    expect(serverAt(last, 'bank', 'keys').keys).toMatchObject([{ key: 'paid:order-7', value: '2' }])
    expect(serverAt(last, 'queue', 'partitions').partitions[0]).toMatchObject({
      records: [{ key: 'ann', value: 'order-7' }],
      readers: [{ group: 'billing', committed: 1, consumer: 'A#2' }],
    })
    expect(accessesOf(record, spec)).toHaveLength(2)
  })

  test('is kept for the consumer that was lost until its session is over', () => {
    const before = stepTelling(record, 'the session of a consumer that was lost ends') - 1
    const [partition] = serverAt(record.frames[before]!, 'queue', 'partitions').partitions
    expect(partition!.readers).toEqual([
      { group: 'billing', committed: null, consumer: null, position: null, heldForLost: true },
    ])
    expect(record.frames[before]!.now! - record.frames[before - 1]!.now!).toBeGreaterThan(29_000)
  })
})

describe('a use that was refused', () => {
  const withAnswer = (answer: object): RunRecord => {
    const request = { connection: 'A', request: 1, command: { text: 'update t set x = 1', values: null } }
    const message = (from: string, to: string, type: string, fields: object) => ({
      ...{ id: '1', from, to, type, fields },
      ...{ line: 0, sentAt: 0, absorbed: false },
    })
    const received = message('A', 'db', 'request', request)
    return {
      frames: [],
      started: [],
      steps: [
        {
          number: 1,
          action: { kind: 'deliver', to: 'db', message: received },
          node: 'db',
          received,
          sent: [message('db', 'A', 'reply', { connection: 'A', request: 1, answer })],
          persisted: [],
          lost: [],
          ignored: false,
          lines: [],
          changed: [],
          observed: false,
          causes: [0],
        },
      ],
    }
  }
  const isRejected = (answer: object): boolean =>
    accessesOf(withAnswer(answer), { resource: { server: 'db' } })[0]!.rejected

  test('is one that was answered with an error, or an update that found no row', () => {
    expect(isRejected({ error: { name: 'DatabaseError', code: '23505', message: '' } })).toBe(true)
    expect(isRejected({ value: { command: 'UPDATE', rowCount: 0, rows: [] } })).toBe(true)
    expect(isRejected({ value: { command: 'UPDATE', rowCount: 1, rows: [] } })).toBe(false)
    expect(isRejected({ value: { command: 'SELECT', rowCount: 0, rows: [] } })).toBe(false)
  })

  test('is nobody’s where the request does not name the resource', () => {
    const record = withAnswer({ value: null })
    expect(accessesOf(record, { resource: { server: 'db', word: 't' } })).toHaveLength(1)
    expect(accessesOf(record, { resource: { server: 'db', word: 'u' } })).toEqual([])
    expect(accessesOf(record, { resource: { server: 'redis' } })).toEqual([])
  })
})

describe('by hand', () => {
  test('everything that can be done to a timed system has a name', () => {
    const run = new Run(redisLockSystem())
    const names = new Set<string>()
    for (let step = 0; step < 30; step++) {
      for (const action of [...run.enabled(), ...run.handActions()]) names.add(actionName(action, words))
      run.take(run.enabled()[0]!)
    }
    for (const name of [
      'Deliver',
      'Lose it: the connection breaks',
      'Crash',
      'Pause for 1,100 ms',
      'Set the clock forward by 1,000 ms',
      'Let 5 ms pass',
      'Wake it up',
    ])
      expect(names).toContain(name)
    for (const name of names) expect(name).not.toMatch(/widget\.|told\.|step\.|\{|:\d/)
  })

  test('a message that is lost breaks its connection, and both ends are told', () => {
    const record = replay(
      redisLockSystem(),
      play(redisLockSystem(), [
        {
          once: (frame) => frame.inFlight.some(({ from }) => from === 'redis'),
          then: (actions) => actions.find((one) => one.kind === 'drop' && one.message.from === 'redis'),
        },
      ]),
    )
    const said = told(record)
    expect(said).toContain('OK from redis to A is lost: the connection breaks.')
    expect(said.some((one) => one.startsWith('A learns that its connection to redis is closed'))).toBe(true)
    expect(said).toContain('redis learns that its connection to A is closed.')
  })
})

test('a script whose moment does not come says which', () => {
  expect(() => play(redisLockSystem(), [{ once: () => false, then: { kind: 'heal' } }])).toThrow(/moment 1/)
})

test('a label that is cut keeps what tells sequential nodes apart', () => {
  expect(shortened('getData /lock/n-0000000012 watch')).toBe('getData /lock/n-…12 wat…')
  expect(shortened('NODE_DELETED /lock/n-0000000001')).toBe('NODE_DELETED /lock/n-…1')
  expect(shortened('/lock/n-0000000001')).toBe('/lock/n-0000000001')
})
