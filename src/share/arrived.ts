/** What came with the address of an exercise’s page: read once, and forgotten once the reader has decided. */
import { Fault } from '../../engine/fault.ts'
import { isLink, readLink } from './link.ts'
import type { Kind, Shared } from './shared.ts'
import { loadSay, problemInWords, type Say } from './words.ts'

/** What the page calls out when something came in by a file. */
export const ARRIVED = 'lockstep:arrived'

/** What is to be said of what came in, and what of it can be used. */
export interface Arrived {
  readonly say: Say
  /** Null where nothing can be done with it. */
  readonly shared: Shared | null
  readonly remarks: readonly string[]
}

/** What there is here, to be compared with what came in. */
export interface Here {
  readonly kind: Kind
  readonly id: string
  readonly version: number
}

/** Null where the address carries nothing. */
export async function arrivedIn(hash: string, here: Here): Promise<Arrived | null> {
  if (!isLink(hash)) return null
  const say = await loadSay()
  try {
    return judged(await readLink(hash), here, say)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const problem = await problemInWords(say, error)
    return { say, shared: null, remarks: [say('arrived.bad', { problem })] }
  }
}

/** What came in a file is judged alike. */
export function judged(shared: Shared, { kind, id, version }: Here, say: Say): Arrived {
  if (shared.kind !== kind || shared.of !== id)
    return { say, shared: null, remarks: [say('arrived.elsewhere', { of: shared.of })] }
  const given = shared.version
  if (given > version) return { say, shared, remarks: [say('arrived.newer', { given, version })] }
  if (given < version) return { say, shared, remarks: [say('arrived.older', { given, version })] }
  return { say, shared, remarks: [] }
}

/** Takes what came in out of the address, so that opening the page again does not offer it again. */
export function forgetArrived(): void {
  if (isLink(location.hash)) history.replaceState(history.state, '', location.pathname + location.search)
}
