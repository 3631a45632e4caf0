/** The note's first lock: a row that only one can insert. Each function is what a worker does around it. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'

interface Tools {
  db: Pool
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

async function acquire({ db, self }: Tools) {
  try {
    await db.query('insert into locks (name, holder) values ($1, $2)', ['report', self])
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '23505') return false // the row is there already
    throw error
  }
}

async function release({ db }: Tools) {
  await db.query('delete from locks where name = $1', ['report'])
}

/** Inserts, and that is all. */
export async function inserting(tools: Tools) {
  tools.notes.note('acquired', await acquire(tools))
}

/** Tries once. */
export async function main(tools: Tools) {
  const acquired = await acquire(tools)
  tools.notes.note('acquired', acquired)
  if (!acquired) return
  await work(tools)
  await release(tools)
}

/** Tries until it succeeds. */
export async function retrying(tools: Tools) {
  while (!(await acquire(tools))) await tools.sleep(50)
  await work(tools)
  await release(tools)
}

/** Has the lock, and calls something that wants it too. */
export async function nested(tools: Tools) {
  if (!(await acquire(tools))) return
  tools.notes.note('inside', true)
  tools.notes.note('again', await acquire(tools))
  tools.notes.note('inside', null)
  await release(tools)
}

/** Inserts in a transaction that stays open until the work is done. */
export async function inTransaction({ db, notes, self, sleep }: Tools) {
  const client = await db.connect()
  await client.query('begin')
  try {
    await client.query('insert into locks (name, holder) values ($1, $2)', ['report', self])
    notes.note('inside', true)
    await sleep(100)
    notes.note('inside', null)
  } catch {
    notes.note('acquired', false)
  }
  await client.query('rollback') // the row goes with the transaction
  client.release()
}

async function work({ notes, sleep }: Tools) {
  notes.note('inside', true)
  await sleep(100)
  notes.note('inside', null)
}
