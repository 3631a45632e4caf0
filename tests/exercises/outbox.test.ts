/**
 * What is pinned of the exercise outbox: the sizes of its searches, the run in which the starter fails, and, as patches on the solution’s
 * text, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import type { ClientAnswer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise, { explored } from '../../exercises/outbox/exercise.ts'
import { type Trial, system } from '../../exercises/outbox/trials.ts'

const FOLDER = 'exercises/outbox'

type Patch = readonly [old: string, new_: string]

/** An answer from the exercise's folder with some of its text replaced, compiled and loaded as a learner's is. */
function answer(file: string, patches: readonly Patch[] = []): ClientAnswer {
  let source = readFileSync(`${FOLDER}/${file}`, 'utf8')
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${file}: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(
    typescript,
    exercise.file,
    source,
    librariesOf(exercise.id),
    exercise.language,
  )
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

/** The exercise with some of its trials. */
function only(...ids: readonly string[]): typeof exercise {
  return { ...exercise, configurations: exercise.configurations.filter(({ id }) => ids.includes(id)) }
}

/** The verdict and the first property that failed. */
function judged(patches: readonly Patch[], ...trials: readonly string[]): string {
  const { verdict, checks } = gradeToEnd(only(...trials), answer('solution.ts', patches))
  const failed = checks.find((check) => check.verdict === 'failed')
  return failed ? `${verdict} ${failed.property}` : verdict
}

const ROWS = "'select id, item, quantity from outbox order by number'"
const SEND =
  "await producer.send({ topic: 'orders', messages: [{ key: order.item, value: JSON.stringify(order) }] })"
const CONFLICT = "'insert into orders (id, item, quantity) values ($1, $2, $3) on conflict (id) do nothing'"
const MESSAGE =
  "await client.query('insert into outbox (id, item, quantity) values ($1, $2, $3)', [id, item, quantity])"
const REMEMBER = `      const { rowCount } = await client.query(
        'insert into applied (id) values ($1) on conflict (id) do nothing',
        [id],
      )
      if (rowCount === 1)
        await client.query('update stock set quantity = quantity - $2 where item = $1', [item, quantity])
`
const KNOWN = "'insert into applied (id) values ($1) on conflict (id) do nothing',\n        [id],"
const TAKE =
  "await client.query('update stock set quantity = quantity - $2 where item = $1', [item, quantity])"
const OFFSET = 'offset: String(Number(message.offset) + 1)'
const ACKNOWLEDGE = `await consumer.commitOffsets([{ topic, partition, ${OFFSET} }])`
const POLL = 'await consumer.poll(1_000)'
const COMMIT = "    await client.query('commit')\n"
const BEGIN = "await client.query('begin')"

describe('the search', () => {
  it('looks at this many states of the solution', () => {
    const report = gradeToEnd(only(...Object.keys(explored)), answer('solution.ts'))
    expect(report.verdict).toBe('passed')
    const counts = new Map(report.checks.map(({ bounds, states }) => [bounds.configuration, states]))
    expect(Object.fromEntries(counts)).toEqual({
      calm: 3_552,
      three: 2_034,
      alike: 784,
      'shop-dies': 2_040,
      'relay-crashes': 51_529,
      'keeper-crashes': 24_765,
      'shop-crashes': 6_615,
      'two-shops': 1_387,
      lost: 3_696,
      'lost-of-two': 15_941,
      'two-relays': 30_042,
      'two-keepers': 50_189,
    })
  }, 180_000)

  it('finds nothing wrong in the solution with two orders and one crash of any process', () => {
    const trial: Trial = {
      processes: {
        shop: explored.calm!.processes.shop!,
        relay: { duties: ['relay'] },
        'stock-keeper': { duties: ['consume'] },
      },
      crashes: { roles: ['shop', 'relay', 'keeper'], limit: 1, restart: 'at once' },
    }
    const report = gradeToEnd(
      {
        ...exercise,
        configurations: [
          {
            id: 'any-crashes',
            driver: 'explore',
            statesMax: 2_000_000,
            system: (solution) => system(trial, solution),
          },
        ],
      },
      answer('solution.ts'),
    )
    expect(report.verdict).toBe('passed')
    expect(report.checks.map(({ states }) => states)).toContain(1_555_020)
  }, 180_000)

  it('shows in the starter an order that takes its stock twice', () => {
    const failed = gradeToEnd(only('relay-crashes'), answer('starter.ts')).checks.find(
      ({ verdict }) => verdict === 'failed',
    )!
    expect(failed.property).toBe('once')
    expect(failed.message.parameters).toMatchObject({ order: 'r7', item: 'book', times: 2 })
  }, 60_000)
})

describe('more wrong answers', () => {
  it.each<[string, string, string, readonly Patch[]]>([
    ['the transaction is never committed', 'calm', 'placed', [[COMMIT, '']]],
    ['there is no message', 'calm', 'applied', [[MESSAGE, "await client.query('select id from outbox')"]]],
    [
      'the order is changed',
      'calm',
      'placed',
      [[`${CONFLICT},\n      [id, item, quantity]`, `${CONFLICT},\n      [id, item, 1]`]],
    ],
    [
      'the message is for one piece',
      'calm',
      'amount',
      [[MESSAGE, MESSAGE.replace('[id, item, quantity]', '[id, item, 1]')]],
    ],
    ['the item is what is remembered', 'calm', 'applied', [[KNOWN, KNOWN.replace('[id]', '[item]')]]],
    [
      'each order takes all items',
      'three',
      'amount',
      [[TAKE, "await client.query('update stock set quantity = quantity - $1', [quantity])"]],
    ],
    [
      'whether it was known is not looked at',
      'relay-crashes',
      'once',
      [
        [
          "      const { rowCount } = await client.query(\n        'insert into applied",
          "      await client.query(\n        'insert into applied",
        ],
        [`      if (rowCount === 1)\n        ${TAKE}`, `      ${TAKE}`],
      ],
    ],
    [
      'the stock is taken over the pool',
      'keeper-crashes',
      'once',
      [[TAKE, TAKE.replace('client.query', 'stock.query')]],
    ],
    [
      'the offset is committed within the transaction',
      'keeper-crashes',
      'applied',
      [[`\n        ${TAKE}`, ` {\n        ${TAKE}\n        ${ACKNOWLEDGE}\n      }`]],
    ],
    [
      'the offset is that of the record after the next',
      'calm',
      'applied',
      [
        [OFFSET, OFFSET.replace('+ 1', '+ 2')],
        [POLL, `(${POLL}).slice(0, 1)`],
      ],
    ],
    ['the last record comes first', 'calm', 'order', [[POLL, `(${POLL}).reverse()`]]],
    ['only the newest of what was polled is applied', 'calm', 'order', [[POLL, `(${POLL}).slice(-1)`]]],
    [
      'an order that is there makes the shop try for ever',
      'shop-crashes',
      'through',
      [
        [
          "    if (rowCount === 1)\n      await client.query('insert into outbox",
          "    if (rowCount === 0) throw new Error('it is there')\n    else await client.query('insert into outbox",
        ],
      ],
    ],
    [
      'a row is marked before it is sent',
      'relay-crashes',
      'applied',
      [
        [ROWS, ROWS.replace('outbox order', 'outbox where not sent order')],
        [SEND, `await orders.query('update outbox set sent = true where id = $1', [order.id])\n    ${SEND}`],
      ],
    ],
    [
      'the relay deletes a row that it could not send',
      'lost',
      'applied',
      [
        [
          SEND,
          `await producer.send({ topic: 'orders', messages: [{ key: order.item, value: JSON.stringify(order) }] }).catch(() => undefined)`,
        ],
      ],
    ],
    [
      'the messages have one name for all',
      'calm',
      'applied',
      [[`value: JSON.stringify(order)`, `value: JSON.stringify({ ...order, id: 'order' })`]],
    ],
    [
      'the message is sent to a topic of another name',
      'calm',
      'applied',
      [["topic: 'orders', messages", "topic: 'order', messages"]],
    ],
    [
      'a conflict ends the consumer',
      'two-relays',
      'applied',
      [
        [
          "'insert into applied (id) values ($1) on conflict (id) do nothing'",
          "'insert into applied (id) values ($1)'",
        ],
      ],
    ],
  ])(
    '%s',
    (_, trial, property, patches) => {
      expect(judged(patches, trial)).toBe(`failed ${property}`)
    },
    60_000,
  )
})

describe('more right answers', () => {
  /** Those in which it matters. */
  const FEW = ['calm', 'alike', 'two-shops', 'lost']
  it.each<[string, readonly string[], readonly Patch[]]>([
    [
      'who places an order relays what waits as well, and if that fails the relay does it',
      ['shop-dies', 'shop-crashes', ...FEW],
      [
        ['{ orders }: { orders: Pool', '{ orders, producer }: { orders: Pool'],
        [
          `${MESSAGE}\n  })\n`,
          `${MESSAGE}\n  })\n  await relay({ orders, producer }).catch(() => undefined)\n`,
        ],
      ],
    ],
    [
      'the last record is read again after a crash',
      ['keeper-crashes', ...FEW],
      [[OFFSET, 'offset: message.offset']],
    ],
    [
      'a sign of life before each record',
      FEW,
      [['    await transaction(stock', '    await consumer.heartbeat()\n    await transaction(stock']],
    ],
    ['all orders have one key', FEW, [['key: order.item', "key: 'orders'"]]],
    ['all orders go to one partition', FEW, [['key: order.item', 'partition: 1']]],
    ['one message at a time', FEW, [[ROWS, ROWS.replace('number', 'number limit 1')]]],
    [
      'one record at a time',
      FEW,
      [
        [POLL, `(${POLL}).slice(0, 1)`],
        [`${ACKNOWLEDGE}\n  }`, `${ACKNOWLEDGE}\n    await consumer.disconnect()\n  }`],
      ],
    ],
    ['a poll that does not wait', FEW, [[POLL, 'await consumer.poll(0)']]],
    [
      'serializable transactions',
      ['two-keepers', ...FEW],
      [[BEGIN, "await client.query('begin isolation level serializable')"]],
    ],
    [
      'remembered in the other table',
      ['relay-crashes', 'keeper-crashes', ...FEW],
      [
        [
          "'insert into applied (id) values ($1) on conflict (id) do nothing',\n        [id],",
          "'insert into progress (name, number) values ($1, 1) on conflict (name) do nothing',\n        [id],",
        ],
      ],
    ],
    [
      'the stock first, and taken back where the order is known',
      ['relay-crashes', ...FEW],
      [
        [
          REMEMBER,
          `      ${TAKE}\n      const { rowCount } = await client.query(\n        'insert into applied (id) values ($1) on conflict (id) do nothing',\n        [id],\n      )\n      if (rowCount === 0)\n        await client.query('update stock set quantity = quantity + $2 where item = $1', [item, quantity])\n`,
        ],
      ],
    ],
  ])(
    '%s',
    (_, trials, patches) => {
      expect(judged(patches, ...trials)).toBe('passed')
    },
    120_000,
  )
})
