/**
 * 10,000 mutated links and files: nothing that takes them in throws but what it says to the reader, nothing of them runs, and none takes long.
 * `npm run test:fuzz` feeds more.
 */
import { describe, expect, test } from 'vitest'
import { feed } from './run.ts'
import { SUBJECTS, type Subject, folded } from './subjects.ts'

const CASES = 2_000

describe.each(SUBJECTS)('$name', (subject) => {
  test('what is right is taken', async () => {
    for (const text of subject.right) {
      expect(await subject.feed(subject.name === 'links' ? folded(text) : text)).toBe(true)
    }
  })

  test(`of ${CASES} that were mutated some are taken, others are refused in words, and none does harm`, async () => {
    const { findings, taken } = await feed(subject, 1, CASES)
    expect(findings).toEqual([])
    expect(taken).toBeGreaterThan(CASES / 50)
    expect(taken).toBeLessThan(CASES * 0.9)
  })
})

describe('what would be a finding', () => {
  const subject = (read: (text: string) => void): Subject => ({
    name: 'broken',
    right: ['{"a": {"b": 1}}'],
    mutated: (text) => text,
    feed: (text) => {
      read(text)
      return true
    },
  })

  test('an exception that says nothing to the reader', async () => {
    const { findings } = await feed(
      subject((text) => (JSON.parse(text) as { c: { d: 1 } }).c.d),
      1,
      2,
    )
    expect(findings).toHaveLength(2)
    expect(findings[0]!.what).toContain('TypeError')
  })

  test('something that runs', async () => {
    const { findings } = await feed(
      subject(() => Object.assign(globalThis, { slippedIn: 1 })),
      1,
      1,
    )
    delete (globalThis as { slippedIn?: number }).slippedIn
    expect(findings[0]!.what).toContain('ran')
  })

  test('something that all objects then have', async () => {
    const { findings } = await feed(
      subject(() => Object.assign(Object.prototype, { b: 1 })),
      1,
      1,
    )
    delete (Object.prototype as { b?: number }).b
    expect(findings[0]!.what).toContain('all objects have b')
  })
})
