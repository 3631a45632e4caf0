/** Processes with a database, over every interleaving: row locks, transactions, lost connections, crashes. */
import { describe, expect, test } from 'vitest'
import type { Crashes, System } from '../../actors/system.ts'
import { notes } from '../../clients/notes.ts'
import { type ShownProcess, processNode } from '../../clients/process-node.ts'
import { compiled } from '../../testing/clients/compiled.ts'
import { exploreSystem } from '../../testing/search.ts'
import { serverNode } from '../server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../wire.ts'
import { databaseLink } from './link.ts'
import { database } from './server.ts'

const SETUP = `
create table stock (item text primary key, amount integer not null);
insert into stock values ('book', 5);
`
/** Reads, then writes one less. @param lock what the `select` ends with */
const takeOne = (lock: string, isolation: string): string => `
export async function main({ db }) {
  for (;;) {
    const client = await db.connect()
    try {
      await client.query('begin ${isolation}')
      const { rows } = await client.query("select amount from stock where item = 'book' ${lock}")
      await client.query("update stock set amount = $1 where item = 'book'", [rows[0].amount - 1])
      await client.query('commit')
      return
    } catch (error) {
      await client.query('rollback')
      if (error.code !== '40001') throw error
    } finally {
      client.release()
    }
  }
}
`

function shop(source: string, buyers: number, drops = 0, crashes: Crashes | null = null): System {
  const program = compiled(source)
  const ids = Array.from({ length: buyers }, (_, index) => String.fromCharCode(65 + index))
  return {
    nodes: [
      ...ids.map((id) =>
        processNode(id, 'buyer', {
          program,
          entry: 'main',
          links: { db: databaseLink('db'), notes: notes() },
        }),
      ),
      {
        id: 'db',
        role: 'server',
        definition: serverNode(
          database,
          { setup: SETUP },
          { crashes: crashes?.roles.includes('server') ?? false },
        ),
      },
    ],
    roles: {
      buyer: { sends: PROCESS_SENDS, observe: ({ state }) => (state as ShownProcess | null)?.ended ?? null },
      server: { sends: SERVER_SENDS, observe: ({ state }) => state },
    },
    network: { duplicates: 0, drops, streams: CONNECTIONS },
    crashes,
    properties: [
      {
        id: 'none-lost',
        kind: 'always',
        violated(view) {
          const buyersDone = view.filter(
            ({ role, seen }) => role === 'buyer' && (seen as ShownProcess['ended'])?.kind === 'returned',
          )
          if (buyersDone.length < buyers) return null
          const text = JSON.stringify(view.find(({ role }) => role === 'server')!.seen)
          return text.includes(`"book",${5 - buyers}`) ? null : { state: text }
        },
      },
      {
        id: 'sold',
        kind: 'eventually',
        reached: (view) =>
          view.every(
            ({ role, seen }) => role !== 'buyer' || (seen as ShownProcess['ended'])?.kind === 'returned',
          ),
      },
    ],
  }
}

describe('two buyers who read the stock and write one less', () => {
  test('lose an update without a lock', () => {
    const { findings, failure } = exploreSystem(shop(takeOne('', ''), 2))
    expect(failure).toBeNull()
    expect(findings.map(({ property }) => property)).toEqual([0])
  })

  test.each([
    ['with a row lock', takeOne('for update', '')],
    ['as serializable transactions that are tried again', takeOne('', 'isolation level serializable')],
  ])('lose none %s', (_, source) => {
    expect(exploreSystem(shop(source, 2))).toMatchObject({ complete: true, findings: [], failure: null })
  })

  test('a lost connection rolls back what was not committed', () => {
    const source = takeOne('for update', '').replace("await client.query('rollback')", 'return')
    const { complete, failure, findings } = exploreSystem(shop(source, 1, 1))
    // The commit may have been carried out, and the buyer can't know; nothing else can go wrong.
    expect({ complete, failure, lost: findings.map(({ property }) => property) }).toEqual({
      complete: false,
      failure: null,
      lost: [0],
    })
  })

  test('a buyer who crashes lets go of the row', () => {
    const crashes = { roles: ['buyer'], limit: 1, restart: 'later' } as const
    const { complete, findings, failure } = exploreSystem(shop(takeOne('for update', ''), 2, 0, crashes))
    expect(failure).toBeNull()
    // A crash between the commit and its answer: it buys twice, which only an identifier of its order would prevent.
    expect({ complete, properties: findings.map(({ property }) => property) }).toEqual({
      complete: false,
      properties: [0],
    })
  })
})

test('a connection that is lost before it is open fails with an error of the client’s, and another can be opened', () => {
  const source = `
    export async function main({ db, notes }) {
      for (const ask of [() => db.query('select item from stock'), () => db.connect()]) {
        try {
          await ask()
        } catch (error) {
          notes.note('failed', error instanceof Error && error.message)
          await db.query('select item from stock')
          return
        }
      }
    }`
  const system = shop(source, 1, 1)
  const failed: unknown[] = []
  const seen: System = {
    ...system,
    roles: { ...system.roles, buyer: { ...system.roles['buyer']!, observe: ({ state }) => state } },
    properties: [
      {
        id: 'collected',
        kind: 'always',
        violated(view) {
          const { links, ended } = view[0]!.seen as ShownProcess
          failed.push((links['notes'] as { failed?: unknown }).failed, ended?.kind)
          return null
        },
      },
    ],
  }
  expect(exploreSystem(seen)).toMatchObject({ complete: true, failure: null })
  expect(new Set(failed)).toEqual(new Set([undefined, 'returned', 'Connection terminated unexpectedly']))
})

describe('a statement that the simulation does not model can’t be judged, and its line is named', () => {
  const statement = 'with one as (select amount from stock) select amount from one'

  test.each([
    ['over the pool', `await db.query('select item from stock')\nawait db.query('${statement}')`],
    ['over a connection', `const client = await db.connect()\nawait client.query('${statement}')`],
    [
      'where the file would go on',
      `await db.query('select item from stock')\ntry { await db.query('${statement}') } catch {}`,
    ],
  ])('%s', (_, body) => {
    const { failure } = exploreSystem(shop(`export async function main({ db }) {\n${body}\n}`, 1))
    expect(failure?.fault).toMatchObject({
      code: 'sql-not-modelled',
      parameters: { message: 'Lockstep’s database does not model with' },
      place: { line: 3 },
    })
  })

  test('and one that PostgreSQL refuses as well is answered with its error', () => {
    const body = "try { await db.query('select nothing from nowhere') } catch (error) { return error.code }"
    const { failure, findings } = exploreSystem(shop(`export async function main({ db }) {\n${body}\n}`, 1))
    expect({ failure, findings: findings.length }).toEqual({ failure: null, findings: 1 })
  })
})
