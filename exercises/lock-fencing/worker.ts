/**
 * The workers: what processes do with the functions of an answer. What they ask and are told stands in their notes,
 * with the times on their own clock.
 */
import type { Notes, Pool, Redis } from '../../engine/client-api.ts'
import { type Lease, acquire, release, write } from './solution.ts'

interface Tools {
  redis: Redis
  db: Pool
  notes: Notes
  self: string
}

/** A lease that a process was given: its number, when `acquire` was called, and when it had returned. */
export interface LeaseNote {
  /** As text: whatever an answer takes for a number can be noted. */
  fence: string
  called: number
  got: number
}

/** A write: with which of the leases of its process, when it was asked for, and what was answered when; null before that. */
export interface WriteNote {
  lease: number
  called: number
  at: number | null
  told: boolean | null
}

/** When a lease was given back: when `release` was called, and when it had returned. */
export interface ReleaseNote {
  called: number
  at: number | null
}

/** When it called `acquire` and was given nothing. */
export interface DenialNote {
  called: number
}

const LOCK = 'lock'
const DOCUMENT = 'page'

/** How long nobody takes the lock before the last round of one that is alone: a day. */
const REST_MS = 86_400_000

/** A lease, and which of its process's it is. */
interface Held {
  lease: Lease
  number: number
}

/** Calls the functions of the answer one by one, and notes what is asked and what comes of it. */
function noting({ redis, db, notes, self }: Tools, ttlMs: number) {
  let leases = 0
  let writes = 0
  let denials = 0
  const note = (name: string, value: LeaseNote | WriteNote | ReleaseNote | DenialNote) =>
    notes.note(name, { ...value })
  return {
    async acquire(): Promise<Held | null> {
      const called = Date.now()
      const lease = await acquire(redis, LOCK, ttlMs)
      if (lease === null) {
        note(`denied ${++denials}`, { called })
        return null
      }
      note(`lease ${++leases}`, { fence: String(lease.fence), called, got: Date.now() })
      notes.note('inside', true)
      return { lease, number: leases }
    },
    async write({ lease, number }: Held): Promise<void> {
      const value = `${self}${++writes}`
      const called = Date.now()
      note(`write ${value}`, { lease: number, called, at: null, told: null })
      const told = await write(db, DOCUMENT, value, lease.fence)
      note(`write ${value}`, { lease: number, called, at: Date.now(), told })
    },
    async release({ lease, number }: Held): Promise<void> {
      const called = Date.now()
      note(`release ${number}`, { called, at: null })
      notes.note('inside', null)
      await release(redis, LOCK, lease)
      note(`release ${number}`, { called, at: Date.now() })
    },
  }
}

/**
 * One process that does everything in turn, so that it knows what has to come of it.
 * @param rounds how often it takes the lock once more at the end
 */
export async function alone(tools: Tools, ttlMs: number, rounds: number): Promise<boolean> {
  const worker = noting(tools, ttlMs)
  const first = await worker.acquire()
  if (first === null) return false
  await worker.acquire() // It is taken.
  await worker.write(first)
  await worker.write(first)
  await sleep(ttlMs + 10)
  const second = await worker.acquire()
  if (second === null) return false
  await worker.write(second)
  await worker.write(first) // Too late.
  await worker.release(first) // The same.
  await worker.acquire() // It is taken.
  await worker.write(second)
  await worker.release(second)
  for (let round = 0; round < rounds; round++) {
    if (round === rounds - 1) await sleep(REST_MS)
    const next = await worker.acquire()
    if (next === null) return false
    await worker.write(next)
    if (round === 0) await worker.write(second) // Too late.
    await worker.release(next)
  }
  return true
}

/** What a process of several does. */
export interface Work {
  /** When it begins. */
  start: number
  ttlMs: number
  /** How long it thinks while it has the lock. */
  thinks: number
  /** How long it waits after an attempt that got nothing, and after how many of them it gives up. */
  waits: number
  attempts: number
  /** How often it has the lock. */
  turns: number
}

/** Takes the lock, thinks, writes, and gives the lock back. @returns false if it was given no lease in all its attempts */
export async function main(tools: Tools, work: Work): Promise<boolean> {
  const { start, ttlMs, thinks, waits, attempts, turns } = work
  const worker = noting(tools, ttlMs)
  await sleep(start)
  for (let turn = 0; turn < turns; turn++) {
    let held: Held | null = null
    for (let attempt = 0; held === null; attempt++) {
      if (attempt === attempts) return false
      if (attempt > 0) await sleep(waits)
      held = await worker.acquire()
    }
    await sleep(thinks)
    await worker.write(held)
    await worker.release(held)
  }
  return true
}
