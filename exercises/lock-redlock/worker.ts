/** Workers: they take the lock, work for as long as the lease is valid or as the work takes, and give the lock back. */
import type { Notes, Redis } from '../../engine/client-api.ts'
import { acquire, release } from './solution.ts'

/** The instances go by their names, `R1` to `R5`. */
interface Tools {
  notes: Notes
  sleep(milliseconds: number): Promise<void>
  [instance: string]: unknown
}

/** What a worker does. Times are in milliseconds. */
export interface Plan {
  /** How many instances there are. */
  readonly instances: number
  readonly ttlMs: number
  /** When it begins. */
  readonly beginsAt: number
  /** How often it asks for the lock at most. */
  readonly attempts: number
  /** How long it waits before it asks again. */
  readonly waits: number
  /** How long the work takes. If the lease is over before, so is the work. */
  readonly works: number
  /** How often the work has to be done. */
  readonly rounds: number
}

/** So long after a call nothing of it is on its way any more: neither messages nor timeouts of the answer. */
const SETTLED_AFTER_MS = 400

export async function main(tools: Tools, plan: Plan) {
  await work(tools, plan, '')
}

/** Two tasks of one process, which know nothing of each other. */
export async function twoTasks(tools: Tools, plan: Plan) {
  await Promise.all([work(tools, plan, '1'), work(tools, { ...plan, beginsAt: plan.beginsAt + 10 }, '2')])
}

async function work(tools: Tools, plan: Plan, task: string): Promise<void> {
  const { notes, sleep } = tools
  const instances = Array.from({ length: plan.instances }, (_, index) => tools[`R${index + 1}`] as Redis)
  let rounds = 0
  if (plan.beginsAt > 0) await sleep(plan.beginsAt)
  for (let attempt = 1; attempt <= plan.attempts && rounds < plan.rounds; attempt++) {
    notes.note(`busy${task}`, true)
    notes.note(`calls${task}`, performance.now())
    const lease = await acquire(instances, 'lock', plan.ttlMs)
    notes.note(`calls${task}`, null)
    if (lease !== null) {
      const { token, validMs } = lease
      const valid = typeof validMs === 'number' && validMs > 0 && validMs <= plan.ttlMs
      // What is no time at all ends at 0.
      notes.note(`inside${task}`, `${validMs} ms`)
      notes.note(`until${task}`, valid ? performance.now() + validMs : 0)
      rounds++
      if (valid && validMs * 2 >= plan.ttlMs) notes.note(`had${task}`, rounds)
      await sleep(valid ? Math.min(plan.works, Math.floor(validMs)) : 0)
      notes.note(`inside${task}`, null)
      notes.note(`until${task}`, null)
      notes.note(`calls${task}`, performance.now())
      await release(instances, 'lock', token)
      notes.note(`calls${task}`, null)
    }
    await sleep(SETTLED_AFTER_MS)
    notes.note(`busy${task}`, null)
    await sleep(plan.waits)
  }
}
