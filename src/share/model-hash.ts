/**
 * Model’s hash: a short text that changes when a run of a system may no longer replay. It is made of what is data in the system: who is
 * there, what they may send, what may go wrong and what must hold. Code is not: a run is replayed step by step anyway, and says itself
 * where it no longer can.
 */
import type { System } from '../../engine/actors/system.ts'
import { TRACE_VERSION } from '../../engine/trace/trace.ts'

/** @param systems the system, or one for each configuration of an exercise, in their order */
export function modelHash(...systems: readonly System[]): string {
  return hashOf(JSON.stringify([TRACE_VERSION, systems], dataAlone))
}

/** Functions count as being there; handlers and what watches them are code through and through. */
function dataAlone(key: string, value: unknown): unknown {
  if (key === 'definition' || key === 'probe') return undefined
  if (typeof value === 'function') return '()'
  // JSON has no name for these.
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/**
 * 53 bits of a text, in base 36. It tells versions apart; it guards nothing.
 * Reference: cyrb53, public domain, https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js
 */
export function hashOf(text: string): string {
  let one = 0xdeadbeef
  let other = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    one = Math.imul(one ^ code, 2654435761)
    other = Math.imul(other ^ code, 1597334677)
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909)
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909)
  return (4294967296 * (2097151 & other) + (one >>> 0)).toString(36)
}
