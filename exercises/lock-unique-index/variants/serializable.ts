/** Reads and writes in a serializable transaction, and looks again where the database refused it. */
import { DatabaseError, type Pool, sleep } from 'lockstep'

export async function acquire(
  db: Pool,
  name: string,
  owner: string,
  ttlMs: number,
  waitMs: number,
): Promise<boolean> {
  const deadline = performance.now() + waitMs
  while (!(await take(db, name, owner, ttlMs))) {
    if (performance.now() >= deadline) return false
    await sleep(50)
  }
  return true
}

async function take(db: Pool, name: string, owner: string, ttlMs: number): Promise<boolean> {
  const client = await db.connect()
  let failed = true
  try {
    await client.query('begin isolation level serializable')
    const { rows } = await client.query<{ owner: string; count: number; expired: boolean }>(
      'select owner, count, expires_at < now() as expired from locks where name = $1',
      [name],
    )
    const [row] = rows
    const free = row === undefined || row.owner === owner || row.expired
    if (row === undefined)
      await client.query(
        `insert into locks (name, owner, expires_at) values ($1, $2, now() + $3 * interval '1 millisecond')`,
        [name, owner, ttlMs],
      )
    else if (free)
      await client.query(
        `update locks set
           owner = $2, count = $3, expires_at = greatest(expires_at, now() + $4 * interval '1 millisecond')
         where name = $1`,
        [name, owner, row.owner === owner && !row.expired ? row.count + 1 : 1, ttlMs],
      )
    await client.query('commit')
    failed = false
    return free
  } catch (error) {
    if (error instanceof DatabaseError && ['40001', '23505'].includes(error.code)) return false
    throw error
  } finally {
    client.release(failed)
  }
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const { rowCount } = await db.query(
    'update locks set count = count - 1 where name = $1 and owner = $2 and count > 1',
    [name, owner],
  )
  if (rowCount === 0) await db.query('delete from locks where name = $1 and owner = $2', [name, owner])
}
