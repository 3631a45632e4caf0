/**
 * Says from the log of a run whether a lock has kept its promise. What counts is exact: two who are inside at once are a fault
 * only where each must still have the lock, whatever the machine’s speed; a late write only where it took effect.
 */
import type { Entry } from './log.ts'

/** Until when a holder has the lock for sure. */
export type Rule =
  /** For as long as it was asked for, from then on: the lease can’t have begun before. */
  | { readonly kind: 'lease' }
  /** For as long as the answer itself has said, counted from the last answer of a server before that. */
  | { readonly kind: 'validity' }
  /** For so long after the last request of its session that was answered. */
  | { readonly kind: 'session'; readonly timeoutMs: number }

export interface Fault {
  readonly kind: 'overlap' | 'stale write' | 'refused write' | 'stranded' | 'missed' | 'stuck'
  readonly text: string
}

/** One stay inside. */
export interface Hold {
  readonly process: string
  readonly key: string
  readonly take: number
  readonly asked: number
  readonly from: number
  /** When it left, or died. */
  readonly to: number
  /** Until when it had the lock for sure. */
  readonly sure: number
}

/** A write that took effect, in the order of the resource. `value` begins with the process and its take. */
export interface Write {
  readonly value: string
  readonly fence: number
}

/** Servers count in milliseconds, and clocks may be slewed: so much is taken off each stay. */
const ALLOWANCE_MS = 10

export function holdsOf(entries: readonly Entry[], rule: Rule): Hold[] {
  const died = new Map<string, number>()
  const alive = new Map<string, number>()
  const left = new Map<string, number>()
  const asked = new Map<string, { readonly at: number; readonly ttlMs: number }>()
  for (const entry of entries) {
    const { process, at } = entry
    const take = `${process} ${entry.take}`
    if (entry.event === 'dies') died.set(process, Math.min(at, died.get(process) ?? at))
    if (entry.event === 'alive') alive.set(entry.session, Math.max(entry.sent, alive.get(entry.session) ?? 0))
    if (entry.event === 'leaves') left.set(take, at)
    if (entry.event === 'asks') asked.set(take, entry)
  }
  const holds: Hold[] = []
  for (const entry of entries) {
    if (entry.event !== 'enters') continue
    const { process, key, take, at } = entry
    const begin = asked.get(`${process} ${take}`)!
    const end = Math.min(left.get(`${process} ${take}`) ?? Infinity, died.get(process) ?? Infinity)
    let sure: number
    if (rule.kind === 'lease') sure = begin.at + begin.ttlMs
    else if (rule.kind === 'validity') sure = entry.answered + (entry.validMs ?? 0)
    else sure = (alive.get(entry.session) ?? 0) + rule.timeoutMs
    holds.push({ process, key, take, asked: begin.at, from: at, to: end, sure: sure - ALLOWANCE_MS })
  }
  return holds
}

/** Two who were inside at once, although both had the lock for sure. */
export function overlapsIn(holds: readonly Hold[]): Fault[] {
  const faults: Fault[] = []
  const sorted = holds.toSorted((one, other) => one.from - other.from)
  sorted.forEach((one, index) => {
    for (const other of sorted.slice(index + 1)) {
      if (other.key !== one.key || other.process === one.process) continue
      const together = Math.min(one.to, one.sure, other.to, other.sure) - other.from
      if (together > 0) faults.push({ kind: 'overlap', text: overlapText(one, other, together) })
    }
  })
  return faults
}

function overlapText(one: Hold, other: Hold, together: number): string {
  const inside = `${one.process} (take ${one.take}) and ${other.process} (take ${other.take}) were inside at once`
  return `${inside} for ${together.toFixed(2)} ms`
}

/**
 * Writes that took effect after those of a later holder. A holder whose writes stand on both sides of another’s is
 * at fault or the other is; and so is one that had surely left the lock before the other asked for it.
 * Fences that fall are a fault as well.
 */
export function staleWrites(writes: readonly Write[], holds: readonly Hold[]): Fault[] {
  const faults: Fault[] = []
  const byName = new Map(holds.map((hold) => [`${hold.process}/${hold.take}`, hold]))
  const holderOf = (write: Write): string => write.value.split('/').slice(0, 2).join('/')
  const seen: string[] = []
  let highest = -Infinity
  for (const write of writes) {
    const holder = holderOf(write)
    const own = byName.get(holder)
    const others = seen.slice(seen.indexOf(holder) + 1)
    const again = seen.includes(holder) && others.length > 0
    const later = seen.find((name) => {
      const hold = byName.get(name)
      return own !== undefined && hold !== undefined && name !== holder && own.from < hold.asked
    })
    if (again || later !== undefined) {
      const after = later ?? others.at(-1)
      faults.push({ kind: 'stale write', text: `“${write.value}” took effect after a write of ${after}` })
    } else if (write.fence < highest) {
      const text = `“${write.value}” took effect with the fence ${write.fence} after ${highest}`
      faults.push({ kind: 'stale write', text })
    }
    highest = Math.max(highest, write.fence)
    if (!seen.includes(holder)) seen.push(holder)
  }
  return faults
}

/** Writes that were refused although their holder had the lock for sure. */
export function refusedWrites(entries: readonly Entry[], holds: readonly Hold[]): Fault[] {
  return entries.flatMap((entry): Fault[] => {
    if (entry.event !== 'wrote' || entry.accepted) return []
    const hold = holds.find(({ process, take }) => process === entry.process && take === entry.take)
    if (hold === undefined || entry.at >= hold.sure) return []
    return [{ kind: 'refused write', text: `“${entry.value}” was refused while its writer had the lock` }]
  })
}
