/** How a moment of a run is said in a history: in milliseconds, by the clock where the run goes on for longer, or by its step where there is no clock. */
import type { RunRecord } from '../../../engine/trace/record.ts'
import { put } from '../../../engine/text/words.ts'
import type { Words } from '../figure.ts'

/** From so many milliseconds on a run is told in hours, minutes and seconds. */
const LONG = 600_000

export function timeOf({ frames }: RunRecord, step: number, words: Words): string {
  const now = frames[step]?.now
  if (now === undefined) return put(words, 'bars.step', { step })
  if ((frames.at(-1)?.now ?? 0) < LONG) return put(words, 'widget.milliseconds', { milliseconds: now })
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0')
  const seconds = Math.floor(now / 1_000)
  return put(words, 'bars.clock', {
    hours: String(Math.floor(seconds / 3_600)),
    minutes: two((seconds / 60) % 60),
    seconds: two(seconds % 60),
  })
}
