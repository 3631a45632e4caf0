/** Reads the row and decides, then writes on condition that it is still the one that it has read. */
import { DatabaseError, type Pool, sleep } from 'lockstep'

interface Row {
  owner: string
  expired: boolean
}

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
  const { rows } = await db.query<Row>(
    'select owner, expires_at < now() as expired from locks where name = $1',
    [name],
  )
  const [row] = rows
  if (row === undefined) return insert(db, name, owner, ttlMs)
  if (row.owner !== owner && !row.expired) return false
  const { rowCount } = await db.query(
    row.owner === owner && !row.expired
      ? `update locks set count = count + 1, expires_at = greatest(expires_at, now() + $3 * interval '1 millisecond')
         where name = $1 and owner = $2 and owner = $4 and expires_at >= now()`
      : `update locks set owner = $2, count = 1, expires_at = now() + $3 * interval '1 millisecond'
         where name = $1 and owner = $4 and expires_at < now()`,
    [name, owner, ttlMs, row.owner],
  )
  return rowCount === 1
}

async function insert(db: Pool, name: string, owner: string, ttlMs: number): Promise<boolean> {
  try {
    await db.query(
      `insert into locks (name, owner, expires_at) values ($1, $2, now() + $3 * interval '1 millisecond')`,
      [name, owner, ttlMs],
    )
    return true
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '23505') return false
    throw error
  }
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const { rowCount } = await db.query(
    'update locks set count = count - 1 where name = $1 and owner = $2 and count > 1',
    [name, owner],
  )
  if (rowCount === 0) await db.query('delete from locks where name = $1 and owner = $2', [name, owner])
}
