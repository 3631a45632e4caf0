import type { Notes, Redis } from 'lockstep'

interface Tools {
  redis: Redis
  notes: Notes
  self: string
  sleep(milliseconds: number): Promise<void>
}

// TODO: no two at a time.
export async function main({ notes, sleep }: Tools) {
  notes.note('inside', true)
  await sleep(10)
  notes.note('inside', null)
}
