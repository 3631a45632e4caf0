/**
 * What the processes of `lock-zookeeper` run: take the lock, work, give it back, as often as their plan says. They note what they
 * believe, and which of the answer's calls failed or took too long.
 */
import type { Notes, ZooKeeper } from '../../engine/client-api.ts'
import { State } from 'lockstep'
import { acquire, release } from './solution.ts'

/** What a process does. Times are in milliseconds. */
export type Plan = {
  /** It begins so long after the start. */
  readonly begins: number
  /** How long it is willing to wait for the lock. */
  readonly waits: number
  /** It has to have the lock, or its refusal, so much later at most. */
  readonly within: number
  /** How long it keeps the lock. */
  readonly works: number
  /** How often it takes the lock, one time after the other. */
  readonly rounds: number
  /** How much longer than it should a call may take. */
  readonly grace: number
  /** While it has the lock, it reads something shortly before it gives the lock back, and does not care for what comes of it. */
  readonly reads?: true
}

interface Tools {
  zookeeper: ZooKeeper
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

const DIRECTORY = '/lock'
/** The time that a call is given beyond its own is in pieces: a pause of the process takes away one of them at most. */
const PIECES = 10

export async function main(
  { zookeeper, notes, sleep }: Tools,
  { begins, waits, within, works, rounds, grace, reads }: Plan,
) {
  /** Runs a call of the answer, and notes whether it takes longer than so many milliseconds and a while. */
  async function watched<Result>(name: string, milliseconds: number, run: () => Promise<Result>) {
    let pieces = 0
    const watch = (): void => {
      if (pieces++ === PIECES) notes.note('late', name)
      else timeout = setTimeout(watch, grace / PIECES)
    }
    let timeout = setTimeout(watch, milliseconds)
    try {
      return await run()
    } catch {
      notes.note('failed', name)
      return null
    } finally {
      clearTimeout(timeout)
    }
  }

  await sleep(begins)
  for (let round = 0; round < rounds; round++) {
    let early = true
    const patience = setTimeout(() => (early = false), waits / 2)
    const path = await watched('acquire', Math.min(waits, within), () => acquire(zookeeper, DIRECTORY, waits))
    clearTimeout(patience)
    if (path === null) {
      notes.note('refused', early ? 'early' : 'waited')
      break
    }
    if (zookeeper.getState() === State.EXPIRED) notes.note('over', true)
    notes.note('inside', path)
    await sleep(works)
    if (reads) {
      zookeeper.exists(DIRECTORY).catch(() => {})
      await sleep(1)
    }
    notes.note('inside', null)
    await watched('release', 0, () => release(zookeeper, path))
    notes.note('served', round + 1)
  }
  // What was not waited for may still be under way.
  await sleep(grace)
  notes.note('done', true)
  zookeeper.close()
}
