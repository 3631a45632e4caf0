/** A worker with a lock on several instances: it tries, works for as long as the lease lasts, and gives the lock back. */
import type { Notes } from '../../../../engine/clients/notes.ts'
import type { Redis } from '../../../../engine/services/redis/client.ts'
import { acquire, release } from '../../../../exercises/lock-redlock/solution.ts'

interface Tools {
  notes: Notes
  sleep(milliseconds: number): Promise<void>
  /** The instances go by their names, from `r1` on. */
  [instance: string]: unknown
}

interface Plan {
  instances: number
  beginsAt: number
  workMs: number
  attempts: number
}

const TTL_MS = 1000
const RETRY_MS = 200

export async function main(tools: Tools, { instances, beginsAt, workMs, attempts }: Plan) {
  const { notes, sleep } = tools
  const all = Array.from({ length: instances }, (_, index) => tools[`r${index + 1}`] as Redis)
  if (beginsAt > 0) await sleep(beginsAt)
  for (let attempt = 1; attempt <= attempts; attempt++) {
    notes.note('round', true)
    const lease = await acquire(all, 'lock', TTL_MS)
    notes.note('round', null)
    if (lease !== null && lease.validMs >= workMs) {
      notes.note('usable', lease.validMs)
      await sleep(workMs)
      notes.note('usable', null)
      notes.note('had', true)
    }
    if (lease !== null) await release(all, 'lock', lease.token)
    if (lease !== null && lease.validMs >= workMs) return
    if (attempt < attempts) await sleep(RETRY_MS)
  }
}
