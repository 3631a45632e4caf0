/** What the figure of carts side by side shows of a run at each step: what is in each cart, and what is in none any more. */
import type { RunRecord } from '../../../engine/trace/record.ts'
import type { CartsShown } from '../../widgets/carts/carts-shown.ts'
import { type Merge, itemsOf } from './carts.ts'

export function cartSides(record: RunRecord, merge: Merge): readonly CartsShown[] {
  /** By replica, what its users were told is in their cart. */
  const told = new Map<string, readonly string[]>()
  const removed = new Set<string>()
  return record.frames.map((frame, index) => {
    for (const { from, type, fields } of record.steps[index - 1]?.sent ?? []) {
      if (type === 'cart') {
        const { items } = fields as { items: readonly string[] }
        told.set(from, [...new Set([...(told.get(from) ?? []), ...items])])
      }
      if (type === 'remove') removed.add((fields as { item: string }).item)
    }
    const replicas = frame.nodes
      .filter(({ role }) => role === 'replica')
      .map(({ id, state }) => {
        const items = itemsOf(merge, state)
        const missing = (told.get(id) ?? []).filter((item) => !items.includes(item) && !removed.has(item))
        return { id, items, missing }
      })
    const all = replicas.flatMap(({ items }) => items)
    const everTold = [...new Set([...told.values()].flat())]
    return { replicas, lost: everTold.filter((item) => !all.includes(item) && !removed.has(item)) }
  })
}
