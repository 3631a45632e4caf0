/** A seeded run under one lag, as its figure draws it: what each replica held when, and what each read was told. */
import { simulated } from '../measured.ts'
import { type Counted, REPLICAS, heldIn, lagging } from './lag.ts'
import type { LagRun, Span } from '../../widgets/lag/lag-run.ts'

/** So long a beginning of the run is drawn. */
const SHOWN_MS = 600
const SEED = 7

/** @param lag as `lagging` takes it */
export function lagRun(lag: number): LagRun {
  const lanes: { readonly id: string; readonly spans: Span[] }[] = REPLICAS.map((id) => ({ id, spans: [] }))
  const reads: LagRun['reads'][number][] = []
  let differed = 0
  let before = 0
  let last: Counted | null = null
  const record = (from: number, held: readonly number[]): void => {
    lanes.forEach(({ spans }, index) => {
      const span = spans.at(-1)
      const [value, behind] = [held[index]!, held[index]! < held[0]!]
      if (span?.value === value && span.behind === behind) span.to = from
      else spans.push({ from, to: from, value, behind })
    })
  }
  let held: readonly number[] = []
  simulated(lagging(lag, 'in turn'), SEED, SHOWN_MS, {
    each: ({ view, history }, now) => {
      if (now > SHOWN_MS) return
      const counted = history as Counted
      if (held.length > 0) for (const { spans } of lanes) spans.at(-1)!.to = now
      if (new Set(held).size > 1) differed += now - before
      before = now
      held = heldIn(view)
      record(now, held)
      if (counted.last !== null && counted.reads > (last?.reads ?? 0))
        reads.push({ time: now, ...counted.last, back: counted.back > (last?.back ?? 0) })
      last = counted
    },
  })
  for (const { spans } of lanes) spans.at(-1)!.to = SHOWN_MS
  // What lasted no time can't be drawn.
  return {
    lag,
    until: SHOWN_MS,
    lanes: lanes.map(({ id, spans }) => ({ id, spans: spans.filter(({ from, to }) => to > from) })),
    reads,
    differed,
  }
}
