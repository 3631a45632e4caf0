/** When the connection is lost it looks at the count of its own row, and so finds out what became of the statement. */
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
  const before = await countOf(db, name, owner)
  try {
    const { rowCount } =
      before > 0
        ? await db.query(
            `update locks set count = $3, expires_at = greatest(expires_at, now() + $4 * interval '1 millisecond')
             where name = $1 and owner = $2 and count = $3 - 1 and expires_at >= now()`,
            [name, owner, before + 1, ttlMs],
          )
        : await db.query(
            `insert into locks (name, owner, count, expires_at)
             values ($1, $2, 1, now() + $3 * interval '1 millisecond')
             on conflict (name) do update set owner = excluded.owner, count = 1, expires_at = excluded.expires_at
             where locks.expires_at < now()`,
            [name, owner, ttlMs],
          )
    return rowCount === 1
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    return (await countOf(db, name, owner)) === before + 1
  }
}

export async function release(db: Pool, name: string, owner: string): Promise<void> {
  const before = await countOf(db, name, owner)
  while (before > 0 && (await countOf(db, name, owner)) === before) {
    try {
      if (before > 1)
        await db.query('update locks set count = $3 - 1 where name = $1 and owner = $2 and count = $3', [
          name,
          owner,
          before,
        ])
      else await db.query('delete from locks where name = $1 and owner = $2 and count = 1', [name, owner])
    } catch (error) {
      if (error instanceof DatabaseError) throw error
    }
  }
}

/** How often the owner has taken it, as the database knows it. */
async function countOf(db: Pool, name: string, owner: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count from locks where name = $1 and owner = $2 and expires_at >= now()',
    [name, owner],
  )
  return rows[0]?.count ?? 0
}
