/** The three databases of the shop on a real PostgreSQL, and what has come of orders: read from their rows, judged by what they promise. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import type { Order } from '../../exercises/outbox/solution.ts'
import { RealDatabase } from '../fidelity/database-real.ts'
import { freePort, temporaryFolder } from '../fidelity/servers.ts'
import type { Setup } from './process.ts'

const STOCKED = 1_000_000

/** Whatever changes the stock is recorded in its order. */
const RECORDED = `
  create table changes (number bigserial primary key, item text, taken integer);
  create function record() returns trigger language plpgsql as $$ begin
    insert into changes (item, taken) values (new.item, old.quantity - new.quantity);
    return null;
  end $$;
  create trigger recorded after update on stock for each row execute function record()`

export interface Fault {
  readonly kind: 'lost' | 'twice' | 'invented' | 'out of order' | 'untrue' | 'amount' | 'stuck'
  readonly text: string
}

/** What was found of one item. */
export interface Found {
  /** Its orders, as they were given to a shop, in their order. */
  readonly wanted: readonly Order[]
  /** The rows of its orders. */
  readonly rows: readonly Order[]
  /** The ids that a shop was told are placed. */
  readonly placed: readonly string[]
  /** How much was taken of the stock, one after the other. */
  readonly taken: readonly number[]
}

/** What is wrong with what was found of an item, whose orders have different quantities, and its stock is at rest. */
export function judge({ wanted, rows, placed, taken }: Found): Fault[] {
  const faults: Fault[] = []
  const add = (kind: Fault['kind'], id: string): void => void faults.push({ kind, text: `${kind}: ${id}` })
  for (const { id, quantity } of wanted) {
    const isThere = rows.some((row) => row.id === id && row.quantity === quantity)
    const times = taken.filter((amount) => amount === quantity).length
    if (placed.includes(id) && !isThere) add('untrue', id)
    if (isThere && times === 0) add('lost', id)
    if (!isThere && times > 0) add('invented', id)
    if (times > 1) add('twice', id)
  }
  for (const amount of taken)
    if (!wanted.some(({ quantity }) => quantity === amount)) add('amount', String(amount))
  const firsts = [...new Set(taken)].map((amount) => wanted.findIndex(({ quantity }) => quantity === amount))
  for (const [index, place] of firsts.entries())
    if (index > 0 && place >= 0 && place < firsts[index - 1]!) add('out of order', wanted[place]!.id)
  return faults
}

export class Shop {
  readonly #server: RealDatabase
  readonly urls: Setup['urls']
  readonly #orders: pg.Pool
  readonly #stock: pg.Pool

  private constructor(server: RealDatabase, urls: Setup['urls']) {
    this.#server = server
    this.urls = urls
    const pool = (connectionString: string): pg.Pool => {
      const made = new pg.Pool({ connectionString, max: 1 })
      made.on('error', () => undefined)
      return made
    }
    this.#orders = pool(urls.orders)
    this.#stock = pool(urls.stock)
  }

  static async open(): Promise<Shop> {
    const port = await freePort()
    const server = new RealDatabase(temporaryFolder('outbox'), port)
    await server.start()
    const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`
    const make = async (name: string): Promise<void> => {
      const all = new pg.Client({ connectionString: url('postgres') })
      await all.connect()
      await all.query(`create database ${name}`)
      await all.end()
      const own = new pg.Client({ connectionString: url(name) })
      await own.connect()
      await own.query(readFileSync(path.join(import.meta.dirname, 'production', `${name}.sql`), 'utf8'))
      if (name === 'stock') await own.query(RECORDED)
      await own.end()
    }
    for (const name of ['orders', 'stock', 'queue']) await make(name)
    return new Shop(server, { orders: url('orders'), stock: url('stock'), queue: url('queue') })
  }

  async stocks(item: string): Promise<void> {
    await this.#stock.query('insert into stock (item, quantity) values ($1, $2)', [item, STOCKED])
  }

  async found(item: string, wanted: readonly Order[], placed: ReadonlySet<string>): Promise<Found> {
    const rows = await this.#orders.query<Order>('select id, item, quantity from orders where item = $1', [
      item,
    ])
    const changes = await this.#stock.query<{ taken: number }>(
      'select taken from changes where item = $1 order by number',
      [item],
    )
    return {
      wanted,
      rows: rows.rows,
      placed: wanted.map(({ id }) => id).filter((id) => placed.has(id)),
      taken: changes.rows.map(({ taken }) => taken),
    }
  }

  async stop(): Promise<void> {
    await this.#orders.end()
    await this.#stock.end()
    await this.#server.stop()
  }
}
