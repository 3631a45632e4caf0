/** A seat that is sold once: whoever reads it locks its row until the end of the transaction. */
import type { Notes } from '../../../engine/clients/notes.ts'
import type { Pool } from '../../../engine/services/database/client.ts'

interface Tools {
  pool: Pool
  notes: Notes
  self: string
}

export async function main({ pool, notes, self }: Tools) {
  const client = await pool.connect()
  await client.query('begin')
  const { rows } = await client.query('select owner from seat where id = 1 for update')
  notes.note('holds', true)
  if (rows[0]!.owner === null) {
    await client.query('update seat set owner = $1 where id = 1', [self])
  }
  notes.note('holds', null)
  await client.query('commit')
  client.release()
}
