/** What the processes do that share a lock: they call `acquire` and `release`, and note what came of it. */
import type { Notes, Pool } from '../../engine/client-api.ts'
import { acquire, release } from './solution.ts'

interface Tools {
  db: Pool
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

/** What a process asks for and how long it works, in milliseconds. */
interface Plan {
  begins: number
  ttl: number
  wait: number
  works: number
}

declare const crypto: { randomUUID(): string }
declare function setTimeout(callback: () => void, milliseconds: number): unknown
declare function clearTimeout(timeout: unknown): void

const LOCK = 'lock'

/** So long after its deadline `acquire` has to be back, in milliseconds. */
const GRACE = 500

/** Takes the lock once, works and gives it back; so many times. */
export async function once(tools: Tools, plan: Plan, turns = 1) {
  const owner = crypto.randomUUID()
  await tools.sleep(plan.begins)
  for (let turn = 0; turn < turns; turn++) {
    if (!(await enters(tools, owner, plan))) return
    await tools.sleep(plan.works)
    leaves(tools)
    await gives(tools, owner)
  }
}

/** Takes the lock, works, gives it back, and then once more, when it has it no longer. */
export async function tooOften(tools: Tools, plan: Plan) {
  const owner = crypto.randomUUID()
  await tools.sleep(plan.begins)
  if (!(await enters(tools, owner, plan))) return
  await tools.sleep(plan.works)
  leaves(tools)
  await gives(tools, owner)
  await gives(tools, owner)
}

/** Takes the lock twice, works, gives it back once, works on, and gives it back for good. */
export async function nested(tools: Tools, plan: Plan) {
  const owner = crypto.randomUUID()
  await tools.sleep(plan.begins)
  if (!(await enters(tools, owner, plan)) || !(await entersAgain(tools, owner, plan))) return
  await tools.sleep(plan.works)
  await gives(tools, owner)
  await tools.sleep(plan.works)
  leaves(tools)
  await gives(tools, owner)
}

/** Takes the lock so many times and never gives it back, as if it had died. */
export async function dies(tools: Tools, plan: Plan, times = 1) {
  const owner = crypto.randomUUID()
  await tools.sleep(plan.begins)
  if (!(await enters(tools, owner, plan))) return
  for (let time = 1; time < times; time++) if (!(await entersAgain(tools, owner, plan))) return
  await tools.sleep(plan.works)
  leaves(tools)
}

/**
 * Takes the lock, works, and gives it back only after it was held up, when its lease may be over.
 * @param again it wants in once more before it gives back what it took
 */
export async function overdue(tools: Tools, plan: Plan, held: number, again: boolean) {
  const owner = crypto.randomUUID()
  await tools.sleep(plan.begins)
  if (!(await enters(tools, owner, plan))) return
  await tools.sleep(plan.works)
  leaves(tools)
  await tools.sleep(held)
  if (again && (await asks(tools, owner, { ...plan, wait: 0 }))) {
    tools.notes.note('inside', owner)
    await tools.sleep(plan.works)
    leaves(tools)
    await gives(tools, owner)
  }
  await gives(tools, owner)
}

/** Takes the lock, and once more long after its lease has run out. Of the two, only the second is given back. */
export async function returns(tools: Tools, plan: Plan, later: number, ttl: number) {
  const owner = crypto.randomUUID()
  await tools.sleep(plan.begins)
  if (!(await enters(tools, owner, plan))) return
  await tools.sleep(plan.works)
  leaves(tools)
  await tools.sleep(later)
  if (!(await enters(tools, owner, { ...plan, ttl }))) return
  await tools.sleep(plan.works)
  leaves(tools)
  await gives(tools, owner)
}

/** While it is inside, another owner in the same process asks for the lock, and gives back what it has not. */
export async function stranger(tools: Tools, plan: Plan) {
  const owner = crypto.randomUUID()
  const other = crypto.randomUUID()
  await tools.sleep(plan.begins)
  if (!(await enters(tools, owner, plan))) return
  if (await asks(tools, other, { ...plan, wait: 0 })) tools.notes.note('also', other)
  await gives(tools, other)
  await tools.sleep(plan.works)
  leaves(tools)
  await gives(tools, owner)
}

/** Takes the lock, some time later once more and for another time, and works as long as the longer of the two allows. */
export async function renews(tools: Tools, plan: Plan, later: number, ttl: number) {
  const owner = crypto.randomUUID()
  await tools.sleep(plan.begins)
  if (!(await enters(tools, owner, plan))) return
  await tools.sleep(later)
  if (!(await entersAgain(tools, owner, { ...plan, ttl }))) return
  await tools.sleep(plan.works)
  leaves(tools)
  await gives(tools, owner)
  await gives(tools, owner)
}

/** Asks for the lock, and notes where the answer is late. */
async function asks({ db, notes }: Tools, owner: string, { ttl, wait }: Plan): Promise<boolean> {
  const late = setTimeout(() => notes.note('late', wait), wait + GRACE)
  const got = await acquire(db, LOCK, owner, ttl, wait)
  clearTimeout(late)
  return got
}

/** Notes that it is inside, or that it was refused. */
async function enters(tools: Tools, owner: string, plan: Plan): Promise<boolean> {
  const got = await asks(tools, owner, plan)
  if (got) tools.notes.note('inside', owner)
  else tools.notes.note('refused', plan.wait)
  return got
}

/** It has the lock already, and asks for it once more. */
async function entersAgain(tools: Tools, owner: string, plan: Plan): Promise<boolean> {
  const got = await asks(tools, owner, plan)
  if (!got) {
    leaves(tools)
    tools.notes.note('shut out', owner)
  }
  return got
}

function leaves({ notes }: Tools): void {
  notes.note('inside', null)
}

async function gives({ db }: Tools, owner: string): Promise<void> {
  await release(db, LOCK, owner)
}
