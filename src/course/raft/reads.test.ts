/** Reads of the last page: what a leader answers, where it leads and where it no longer does. */
import { describe, expect, it } from 'vitest'
import type { Frame } from '../../../engine/trace/record.ts'
import { type Moment, nodeOf, played } from '../services/script.ts'
import { OVERTAKEN, answers, reading } from './beyond.ts'

const early =
  (node: string, timer: string): Moment['then'] =>
  (actions) =>
    actions.find((action) => action.kind === 'fire' && action.node === node && action.timer === timer)

const done = (frame: Frame, client: string): boolean =>
  (nodeOf(frame, client).state as { readonly done: readonly string[] }).done.length > 0

const lasts = (milliseconds: number): ((frame: Frame) => boolean) => {
  let from: number | null = null
  return (frame) => frame.now! - (from ??= frame.now!) >= milliseconds
}

/** What R has been told so long after it asked, where this happened before. */
function readAfter(
  rule: string,
  before: readonly Moment[],
  once: Moment['once'],
  more: readonly Moment[] = [],
) {
  const moments = [...before, { once, then: early('R', 'read') }, ...more]
  return answers(played(reading(rule), moments, lasts(500)).record.frames.at(-1)!)
}

describe('a leader that is read from', () => {
  const written = OVERTAKEN.slice(0, 1)

  it.each(['once', 'first'])('answers while it leads, also one that asks %s', (rule) => {
    expect(readAfter(rule, written, (frame) => done(frame, 'K'))).toEqual(['SET 5'])
  })

  it('answers what was overtaken, where it asks nobody', () => {
    expect(readAfter('once', OVERTAKEN, (frame) => done(frame, 'L'))).toEqual(['SET 5'])
  })

  it('answers nothing of the kind where it asks first, whether or not the network heals', () => {
    const overtaken = (frame: Frame): boolean => done(frame, 'L')
    expect(readAfter('first', OVERTAKEN, overtaken)).toEqual([])
    expect(readAfter('first', OVERTAKEN, overtaken, [{ once: lasts(100), then: { kind: 'heal' } }])).toEqual(
      [],
    )
  })
})
