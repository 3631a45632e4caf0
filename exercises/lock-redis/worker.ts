/** Workers: they take the lock, work, and give it back, some in time and some too late. What they find out they note. */
import type { Notes, Redis } from '../../engine/client-api.ts'
import { acquire, extend, release } from './solution.ts'

interface Tools {
  redis: Redis
  notes: Notes
  sleep(milliseconds: number): Promise<void>
}

/** What a worker does. */
interface Plan {
  /** How often it takes the lock, and when it does so first. */
  turns: number
  startMs: number
  ttlMs: number
  waitMs: number
  workMs: number
  /** `extend` asks for so much. */
  extendMs: number
}

const KEY = 'lock'

/** `acquire` may come back so much later than `waitMs`; and with nothing so much earlier, as its next try would be too late. */
const TOLERANCE_MS = 250

/** Takes the lock, works and gives it back, well within the lease. */
export async function main(tools: Tools, plan: Plan) {
  const { turns, startMs } = plan
  if (startMs > 0) await tools.sleep(startMs)
  for (let turn = 0; turn < turns; turn++) {
    const token = await taken(tools, plan)
    if (token === null) return
    await work(tools, plan)
    await givenBack(tools, token, true)
  }
}

/** Works twice, and asks for more time in between. */
export async function extending(tools: Tools, plan: Plan) {
  const token = await taken(tools, plan)
  if (token === null) return
  await work(tools, plan)
  if (await extended(tools, plan, token, true)) await work(tools, plan)
  await givenBack(tools, token, true)
}

/** Takes longer than its lease. It is told so by `extend`, and by `release`. */
export async function overdue(tools: Tools, plan: Plan) {
  const { notes, sleep } = tools
  const token = await taken(tools, plan)
  if (token === null) return
  notes.note('overdue', true)
  await sleep(plan.ttlMs + 300)
  notes.note('overdue', null)
  if (await extended(tools, plan, token, false)) await work(tools, plan)
  await givenBack(tools, token, false)
}

/** Two tasks of one process want the lock at once, and the first takes longer than its lease. */
export async function tasks(tools: Tools, plan: Plan) {
  await Promise.all([overdue(tools, plan), main(tools, plan)])
}

async function taken({ redis, notes }: Tools, { ttlMs, waitMs }: Plan): Promise<string | null> {
  const watch = setTimeout(() => notes.note('late', true), waitMs + TOLERANCE_MS)
  const began = performance.now()
  const token = await acquire(redis, KEY, ttlMs, waitMs)
  clearTimeout(watch)
  if (token !== null) return token
  notes.note('gaveUp', true)
  if (performance.now() < began + waitMs - TOLERANCE_MS) notes.note('early', true)
  return null
}

async function work({ notes, sleep }: Tools, { workMs }: Plan): Promise<void> {
  notes.note('inside', true)
  await sleep(workMs)
  notes.note('inside', null)
}

/** @param right what `extend` has to answer, if it does */
async function extended(
  { redis, notes }: Tools,
  plan: Plan,
  token: string,
  right: boolean,
): Promise<boolean> {
  const answer = await extend(redis, KEY, token, plan.extendMs)
  if (answer !== right) notes.note('told', { call: 'extend', answer: String(answer) })
  if (answer) notes.note('extendedMs', plan.extendMs)
  return answer
}

/** @param right what `release` has to answer, if it does */
async function givenBack({ redis, notes }: Tools, token: string, right: boolean): Promise<void> {
  const answer = await release(redis, KEY, token)
  if (answer !== right) notes.note('told', { call: 'release', answer: String(answer) })
}
