// caught by: available
/** Takes the lock of the database on the row for its own lock: a crash ends it, but time does not. */
import { type Pool, type PoolClient, sleep } from 'lockstep'

interface Held {
  client: PoolClient
  count: number
}

/** By lock and owner. */
const held = new Map<string, Held>()

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  _ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const key = `${name} ${owner}`
  const known = held.get(key)
  if (known) {
    known.count++
    return true
  }
  await db.query(`insert into locks (name, owner) values ($1, '') on conflict (name) do nothing`, [name])
  const deadline = performance.now() + waitMs
  const client = await db.connect()
  for (;;) {
    await client.query('begin')
    const { rowCount } = await client.query('select name from locks where name = $1 for update skip locked', [
      name,
    ])
    if (rowCount === 1) {
      held.set(key, { client, count: 1 })
      return true
    }
    await client.query('rollback')
    if (performance.now() >= deadline) {
      client.release()
      return false
    }
    await sleep(50)
  }
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const key = `${name} ${owner}`
  const known = held.get(key)
  if (known === undefined || --known.count > 0) return
  held.delete(key)
  await known.client.query('commit')
  known.client.release()
}
