/** Two that add one to a number, each under RedLock on three instances. The table has a place for the token of a lease. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Pool } from '../../../../engine/services/database/client.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'

interface Tools {
  r1: Redis
  r2: Redis
  r3: Redis
  db: Pool
  notes: Notes
}

interface Plan {
  beginsAt: number
  workMs: number
}

declare function sleep(milliseconds: number): Promise<void>

/** It looks at the clock once more, just before it writes. */
export async function looks(tools: Tools, { beginsAt, workMs }: Plan) {
  const { db, notes } = tools
  await sleep(beginsAt)
  await underLock(tools, async (_token, until) => {
    const { rows } = await db.query('select number from counter')
    await sleep(workMs)
    if (performance.now() >= until) return
    // A process may be held up between any two instructions.
    // Here it is only where it waits, so it waits.
    await sleep(0)
    await db.query('update counter set number = $1', [Number(rows[0]!.number) + 1])
    notes.note('written', true)
  })
}

/** Its token is in the table before it works, and has to be there still when it writes. */
export async function compares(tools: Tools, { beginsAt, workMs }: Plan) {
  const { db, notes } = tools
  await sleep(beginsAt)
  await underLock(tools, async (token) => {
    const { rows } = await db.query('update counter set token = $1 returning number', [token])
    await sleep(workMs)
    const { rowCount } = await db.query('update counter set number = $1 where token = $2', [
      Number(rows[0]!.number) + 1,
      token,
    ])
    notes.note('written', rowCount === 1)
  })
}

const TTL_MS = 1000
const DRIFT_MS = TTL_MS / 100 + 2
const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then
  return redis.call("del", KEYS[1])
else
  return 0
end`

async function underLock(
  { r1, r2, r3, notes }: Tools,
  work: (token: string, until: number) => Promise<void>,
) {
  const token = crypto.randomUUID()
  notes.note('round', true)
  const began = performance.now()
  const ask = (redis: Redis) => answerOf(redis.set('lock', token, { NX: true, PX: TTL_MS }))
  const answers = await Promise.all([r1, r2, r3].map(ask))
  const granted = answers.filter((answer) => answer === 'OK').length
  const until = began + TTL_MS - DRIFT_MS
  notes.note('round', null)
  if (granted >= 2 && performance.now() < until) {
    notes.note('usable', until - performance.now())
    await work(token, until)
    notes.note('usable', null)
  }
  const release = (redis: Redis) => answerOf(redis.eval(RELEASE, { keys: ['lock'], arguments: [token] }))
  await Promise.all([r1, r2, r3].map(release))
}

/** What an instance answers; null where it fails, or takes longer than 50 ms. */
async function answerOf(asked: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await Promise.race([asked, sleep(50)])
  } catch {
    return null
  }
}
