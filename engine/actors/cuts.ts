/**
 * Cuts: in which places of a handler a crash has to be looked at. One rule for every driver, so that a search, a simulation
 * and a move by hand can't differ in it.
 */
import { canonical } from '../plain.ts'
import type { Effect } from './execute.ts'

/**
 * The crashes in the middle of a handler that have to be looked at, as the numbers of effects that come before them. For
 * each value that the disk goes through before its last it is the crash just before the write that ends it. Any other crash
 * leaves the same disk with fewer messages sent, and to the other nodes a message that was never sent is one that never
 * arrives. Properties that look at what was sent can tell the two apart: for them `beforeSends` adds the crash just before
 * each message. Left out in any case is a crash before anything was sent and with the disk as it was: it equals one before the
 * handler ran, and the loss of the message that it handled.
 * @param disk what was on the disk before the handler ran
 * @param beforeSends see `Crashes.beforeSends`
 */
export function cutsOf(effects: readonly Effect[], disk: unknown, beforeSends = false): number[] {
  const result: number[] = []
  // Most handlers write once, and then send: there is no place for a crash, and no need of texts.
  let possible = false
  let some = false
  for (const { kind } of effects) {
    if (kind !== 'persist' && kind !== 'send') continue
    if (some && (kind === 'persist' || beforeSends)) possible = true
    some = true
  }
  if (!possible) return result
  let first: string | null = null
  let before = ''
  let sends = false
  for (let index = 0; index < effects.length; index++) {
    const effect = effects[index]!
    if (effect.kind === 'send') {
      if (beforeSends && (sends || before !== (first ?? ''))) result.push(index)
      sends = true
    }
    if (effect.kind !== 'persist') continue
    if (first === null) before = first = canonical(disk, 'disk')
    const next = canonical(effect.disk, 'disk')
    if (next !== before && (sends || before !== first)) result.push(index)
    before = next
  }
  return result
}
