/** Java's order of hashed names, checked against orders that a real JVM and a real server have shown. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, emptySet, orderOfClone, remove } from './hash-order.ts'

describe('a hashed set', () => {
  it('goes through names by their hash, and through those of one hash by age', () => {
    const set = emptySet(8)
    // "Aa", "BB" and "C#" have one hash code in Java.
    for (const name of ['BB', 'b', 'C#', 'a', 'Aa']) add(set, name)
    const same = set.names.filter((name) => name.length === 2)
    expect(same).toEqual(['BB', 'C#', 'Aa'])
    expect(set.names.indexOf('a')).toBeLessThan(set.names.indexOf('b'))
  })

  it('doubles its table when it is more than three quarters full, and never halves it', () => {
    const set = emptySet(8)
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    for (const name of names.slice(0, 6)) add(set, name)
    expect(set.table).toBe(8)
    add(set, 'g')
    expect(set.table).toBe(16)
    for (const name of names) remove(set, name)
    expect(set).toEqual({ table: 16, names: [] })
  })

  it('does not sort sequential names: the order turns where the table ends', () => {
    const set = emptySet(8)
    for (const digit of [7, 8, 9]) add(set, `lock-000000000${digit}`)
    const sorted = [...set.names].sort()
    expect(set.names).not.toEqual(sorted)
  })

  it('has each name once, whatever is added and removed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.stringMatching(/^[a-d]{1,2}$/))), (steps) => {
        const set = emptySet()
        const expected = new Set<string>()
        for (const [adds, name] of steps) {
          if (adds && !expected.has(name)) {
            add(set, name)
            expected.add(name)
          } else if (!adds) {
            remove(set, name)
            expected.delete(name)
          }
          expect([...set.names].sort()).toEqual([...expected].sort())
          expect([...orderOfClone(set)].sort()).toEqual([...expected].sort())
        }
      }),
    )
  })
})
