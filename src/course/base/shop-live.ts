/**
 * The shop under load as a run that goes on, moment by moment, while somebody changes how many customers there are and whether there is a
 * degraded page. A page loads it when its reader lets the shop run; the build runs the script that is shown before that.
 */
import { chooserOf } from '../../../engine/drivers/simulate.ts'
import { LiveSystem } from '../../../engine/drivers/simulate-live.ts'
import {
  type Change,
  KINDS,
  type Outcome,
  type Outcomes,
  type Phase,
  type ShopDriver,
  type ShopRecord,
} from '../../widgets/load/shop-record.ts'
import { shop, shopIn } from './shop.ts'

/** So often it is looked at, over so long a time back, and for so long what was seen is kept, in milliseconds. */
export const MOMENT = 250
const WINDOW = 1000
export const KEPT = 20_000
const SEED = 1

const difference = (one: Outcome, other: Outcome): Outcome => ({
  full: one.full - other.full,
  degraded: one.degraded - other.degraded,
  refused: one.refused - other.refused,
  late: one.late - other.late,
  waited: one.waited - other.waited,
})
const since = (now: Outcomes, before: Outcomes): Outcomes =>
  Object.fromEntries(KINDS.map((kind) => [kind, difference(now[kind], before[kind])])) as Outcomes

export class ShopRun implements ShopDriver {
  readonly #live: LiveSystem
  readonly #chooser: ReturnType<typeof chooserOf>
  /** The end of the last moment. */
  #now = 0
  /** What had become of all requests at the end of each moment that is within the window. */
  #totals: Outcomes[] = []
  #samples: ShopRecord['samples'] = []
  #phases: (Phase & { readonly before: Outcomes })[] = []

  constructor(customers: number, page: boolean) {
    this.#live = new LiveSystem(shop(customers, page), null)
    this.#chooser = chooserOf(this.#live, SEED)
    this.#totals.push(this.#outcomes)
    this.#begin({ at: 0, customers, page })
  }

  /** A copy: the system goes on counting in place. */
  get #outcomes(): Outcomes {
    return structuredClone(shopIn(this.#live.view).tallies)
  }

  #begin(change: Change): void {
    const last = this.#phases.at(-1)
    // What lasted no time was not so.
    if (last?.at === change.at) this.#phases.pop()
    const before = this.#outcomes
    this.#phases.push({ ...change, until: change.at, before, outcomes: since(before, before) })
  }

  advance(milliseconds: number): ShopRecord {
    const { time } = this.#live
    for (const until = this.#now + milliseconds; this.#now < until;) {
      this.#now += MOMENT
      while (time!.now < this.#now && this.#chooser.step());
      const outcomes = this.#outcomes
      const before = this.#totals.at(-WINDOW / MOMENT) ?? this.#totals[0]!
      this.#samples = [...this.#samples, { at: this.#now, outcomes: since(outcomes, before) }].filter(
        ({ at }) => at > this.#now - KEPT,
      )
      this.#totals = [...this.#totals, outcomes].slice(-WINDOW / MOMENT)
      const phase = this.#phases.pop()!
      this.#phases.push({ ...phase, until: this.#now, outcomes: since(outcomes, phase.before) })
    }
    return this.record
  }

  change({ customers, page }: { readonly customers?: number; readonly page?: boolean }): ShopRecord {
    const timers = [
      ...(customers === undefined ? [] : [{ node: 'users', timer: `load:${customers}` }]),
      ...(page === undefined ? [] : [{ node: 'shop', timer: `degraded-page:${page ? 'on' : 'off'}` }]),
    ]
    for (const timer of timers) {
      if (!this.#live.take({ kind: 'fire', ...timer, early: true }))
        throw new Error(`the shop does not offer ${timer.timer}`)
    }
    const seen = shopIn(this.#live.view)
    this.#begin({ at: this.#now, customers: seen.customers, page: seen.on })
    return this.record
  }

  get record(): ShopRecord {
    const { customers, on, queues } = shopIn(this.#live.view)
    return {
      now: this.#now,
      customers,
      page: on,
      samples: this.#samples,
      phases: this.#phases.map(({ at, customers: count, page, until, outcomes }) => ({
        at,
        customers: count,
        page,
        until,
        outcomes,
      })),
      queues: structuredClone(queues),
    }
  }
}

/** What is shown before anybody does anything: a sale begins, the shop sinks, and then it gets a degraded page. */
export function scriptedShop(): ShopRun {
  const run = newShop()
  run.advance(4000)
  run.change({ customers: 40 })
  run.advance(4000)
  run.change({ page: true })
  run.advance(12_000)
  return run
}

/** Few customers, and no degraded page. */
export const newShop = (): ShopRun => new ShopRun(12, false)
