/**
 * What must hold of orders and their stock. Looked at are the rows of the tables `orders` and `stock` that are committed, and what the shops
 * have been told. What waits in an outbox, what stands on the queue and what a consumer remembers is the answer’s own affair.
 */
import type { SystemProperty, View, Violation } from '../../engine/actors/system.ts'
import { noteOf } from '../../engine/clients/client-system.ts'
import type { ShownProcess } from '../../engine/clients/process-node.ts'
import type { DatabaseView } from '../../engine/services/database/view.ts'

/**
 * An order of the trial. Its quantity is a digit times a power of ten, another power for each quantity of an item, so that what has
 * left the stock says which orders took it.
 */
export interface Placed {
  readonly id: string
  readonly item: string
  readonly quantity: number
  readonly shop: string
}

/** What is in stock at the start, of each item. */
export const STOCKED = 100_000

/** What properties see of a process. */
interface SeenProcess {
  /** The orders that it was told are placed. */
  readonly placed: readonly string[]
  readonly isDown: boolean
  readonly through: boolean
}

/** What they see of a database: the rows of its tables that are committed, each by its first column. */
type SeenDatabase = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

export function observeProcess(process: ShownProcess | null, orders: readonly Placed[]): SeenProcess {
  return {
    placed: orders.map(({ id }) => id).filter((id) => noteOf(process, `placed ${id}`) === true),
    isDown: process === null,
    through: noteOf(process, 'through') === true,
  }
}

export function observeServer(shown: unknown): SeenDatabase | null {
  const view = shown as DatabaseView | { readonly kind: 'partitions' } | null
  if (view?.kind !== 'tables') return null
  const seen = view.tables.filter(({ name }) => name === 'orders' || name === 'stock')
  return Object.fromEntries(
    seen.map(({ name, rows }) => {
      const committed = rows.filter(({ standing }) => standing !== 'new' && standing !== 'past')
      return [name, Object.fromEntries(committed.map(({ values }) => [values[0]!, values.slice(1)]))]
    }),
  )
}

function databaseIn(view: View, id: string): SeenDatabase {
  return view.find((node) => node.id === id)!.seen as SeenDatabase
}

function rowOf(view: View, id: string): readonly string[] | undefined {
  return databaseIn(view, 'orders')['orders']![id]
}

/** How much has left the stock of an item; null where the item itself has gone. */
function takenOf(view: View, item: string): number | null {
  const row = databaseIn(view, 'stock')['stock']![item]
  return row === undefined ? null : STOCKED - Number(row[0])
}

/** How often each order was applied; null where what has left the stock comes of no orders at all. */
function timesApplied(view: View, orders: readonly Placed[]): ReadonlyMap<string, number> | null {
  const times = new Map<string, number>()
  for (const item of new Set(orders.map((order) => order.item))) {
    const taken = takenOf(view, item)
    if (taken === null) return null
    let explained = 0
    const own = orders.filter((order) => order.item === item)
    for (const quantity of new Set(own.map((order) => order.quantity))) {
      const power = 10 ** Math.floor(Math.log10(quantity))
      const digit = Math.floor(taken / power) % 10
      let count = digit / (quantity / power)
      if (!Number.isInteger(count)) return null
      explained += count * quantity
      // Of several that are alike nobody can tell which it was: the first ones, and the last as often as there is more.
      const alike = own.filter((order) => order.quantity === quantity)
      for (const { id } of alike.slice(0, -1)) {
        times.set(id, Math.min(count, 1))
        count = Math.max(count - 1, 0)
      }
      times.set(alike.at(-1)!.id, count)
    }
    if (explained !== taken) return null
  }
  return times
}

const isApplied = (times: ReadonlyMap<string, number> | null, id: string): boolean =>
  (times?.get(id) ?? 0) > 0

/**
 * @param orders all orders of the trial, those of one shop in the order in which it places them
 * @param stays does a shop that has crashed stay down?
 * @param goals are goals looked at?
 */
export function properties(
  orders: readonly Placed[],
  { stays, goals }: { readonly stays: boolean; readonly goals: boolean },
): SystemProperty[] {
  const shops = new Set(orders.map(({ shop }) => shop))
  const always = (id: string, violated: (view: View) => Violation | null): SystemProperty => ({
    id,
    kind: 'always',
    violated,
  })
  const shopsIn = (view: View) =>
    view.filter(({ id }) => shops.has(id)).map(({ id, seen }) => ({ id, ...(seen as SeenProcess) }))
  const isOver = ({ through, isDown }: SeenProcess): boolean => through || (stays && isDown)

  return [
    always('placed', (view) => {
      for (const { id: shop, placed } of shopsIn(view))
        for (const { id, item, quantity } of orders.filter((order) => placed.includes(order.id))) {
          const row = rowOf(view, id)
          if (row?.[0] !== item || row[1] !== String(quantity)) return { shop, order: id }
        }
      return null
    }),
    always('amount', (view) => {
      if (timesApplied(view, orders) !== null) return null
      for (const item of new Set(orders.map((order) => order.item))) {
        const taken = takenOf(view, item)
        const only = orders.filter((order) => order.item === item)
        if (taken === null || timesApplied(view, only) === null) return { item, taken: taken ?? STOCKED }
      }
      return null
    }),
    always('invented', (view) => {
      const times = timesApplied(view, orders)
      const order = orders.find(({ id }) => isApplied(times, id) && rowOf(view, id) === undefined)
      return order ? { order: order.id, item: order.item, quantity: order.quantity } : null
    }),
    always('once', (view) => {
      const times = timesApplied(view, orders)
      const order = orders.find(({ id }) => (times?.get(id) ?? 0) > 1)
      return order ? { order: order.id, item: order.item, times: times!.get(order.id)! } : null
    }),
    always('order', (view) => {
      const times = timesApplied(view, orders)
      for (const [index, later] of orders.entries()) {
        if (!isApplied(times, later.id)) continue
        const earlier = orders
          .slice(0, index)
          .find(({ id, item, shop }) => item === later.item && shop === later.shop && !isApplied(times, id))
        if (earlier) return { earlier: earlier.id, later: later.id, item: later.item }
      }
      return null
    }),
    ...(goals
      ? [
          {
            id: 'through',
            kind: 'eventually',
            reached: (view) => shopsIn(view).every(isOver),
          } satisfies SystemProperty,
          {
            id: 'applied',
            kind: 'eventually',
            reached: (view) => {
              const times = timesApplied(view, orders)
              return (
                shopsIn(view).every(isOver) &&
                orders.every(({ id }) => rowOf(view, id) === undefined || isApplied(times, id))
              )
            },
          } satisfies SystemProperty,
        ]
      : []),
  ]
}
