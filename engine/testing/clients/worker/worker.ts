/** A worker: it takes turns, and says so. */
import type { Notes } from '../../../client-api.ts'
import { acquire, release as giveBack } from './solution.ts'

declare function sleep(milliseconds: number): Promise<void>

interface Tools {
  notes: Notes
  self: string
}

export async function main({ notes, self }: Tools, turns: number) {
  for (let turn = 1; turn <= turns; turn++) {
    const token = await acquire(turn)
    notes.note('inside', `${self} ${token}`)
    await giveBack(token)
    notes.note('inside', null)
  }
  return turns
}

/** Hands the answer a function of its own. */
export async function within() {
  let called = 0
  const work = async () => {
    called++
    await sleep(7)
    return called
  }
  return await (acquire as unknown as (work: () => Promise<number>) => Promise<number>)(work)
}
