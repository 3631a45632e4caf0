/** What the page on histories of one’s own says: its examples, what can’t be read, what rules an answer out, and histories that are long. */
import { describe, expect, it } from 'vitest'
import { OBJECTS } from '../../engine/linearizability/objects.ts'
import { en } from '../../engine/text/en.ts'
import own from '../text/en-history.ts'
import { EXAMPLES } from './examples.ts'
import { judge } from './judge.ts'
import type { Judged } from './judged.ts'
import { PART, contradictionIn, partOf, partsOf, windowOf } from './window.ts'

const judged = (kind: string, text: string, initial = ''): Judged => judge({ text, kind, initial }, en)

/** What was decided; not that it could not be read. */
function decided(kind: string, text: string): Exclude<Judged, { verdict: 'unreadable' }> {
  const answer = judged(kind, text)
  if (answer.verdict === 'unreadable') throw new Error(answer.message)
  return answer
}

const line = (process: string, type: string, f: string, value?: unknown): string =>
  JSON.stringify({ process, type, f, value })

/** Reads and writes, one after the other; `stale` is the number of a read that gives what was written before the last. */
function long(operations: number, stale: number): string {
  const lines: string[] = []
  for (let number = 0; number < operations; number++) {
    const process = `K${number % 5}`
    const last = number - (number % 3)
    const [f, value] = number % 3 === 0 ? ['write', number] : ['read', number === stale ? last - 3 : last]
    lines.push(line(process, 'invoke', f, f === 'write' ? value : undefined), line(process, 'ok', f, value))
  }
  return lines.join('\n')
}

describe('a history of one’s own', () => {
  it.each(EXAMPLES)('takes the example $id for what it is', ({ id, kind, text, verdict }) => {
    const answer = decided(kind, text)
    expect(answer.verdict).toBe(verdict)
    expect(answer.objects[0]!.claim === null).toBe(verdict === 'linearizable')
    expect(Object.keys(own)).toContain(`history.example.${id}`)
  })

  it('has a name for each kind of object', () => {
    for (const kind of Object.keys(OBJECTS)) expect(Object.keys(own)).toContain(`history.kind.${kind}`)
  })

  it('shows with a stale read the write that was over and the reads that say so', () => {
    const [object] = decided('register', EXAMPLES.find(({ id }) => id === 'stale')!.text).objects
    const { operations, claim, reasons } = object!
    const said = (number: number) => `${operations[number]!.process} ${operations[number]!.f}`
    expect(said(claim!)).toBe('K2 read')
    // The write of what it read, the one after it, and the read that found that.
    expect(reasons.map(said)).toEqual(['K1 write', 'K1 write', 'K3 read'])
    const { order, claim: drawn, processes } = windowOf(object!, contradictionIn(object!))
    expect(processes).toEqual(['K1', 'K3', 'K2'])
    expect(drawn).toBe(3)
    expect(order.slice(0, 3)).toEqual([0, 1, 2])
  })

  it('says in which line something is wrong, and what was expected', () => {
    const bad = `${line('A', 'invoke', 'read')}\n${line('A', 'okay', 'read')}`
    expect(judged('register', bad)).toMatchObject({ verdict: 'unreadable', line: 2 })
    expect(judged('register', '{')).toMatchObject({ verdict: 'unreadable', line: 1 })
    expect(judged('mutex', line('A', 'invoke', 'read'))).toMatchObject({ verdict: 'unreadable', line: 1 })
    expect(judged('register', '', 'nonsense')).toMatchObject({ verdict: 'unreadable', line: null })
  })

  it('takes what the object holds at first from the reader', () => {
    const text = `${line('A', 'invoke', 'read')}\n${line('A', 'ok', 'read', 7)}`
    expect(judged('register', text, '7').verdict).toBe('linearizable')
    const wrong = judged('register', text, '8')
    expect(wrong.verdict).toBe('not-linearizable')
    // Nobody has written it: there is nothing that rules it out.
    expect(wrong).toMatchObject({ objects: [{ claim: 0, reasons: [] }] })
  })

  it('has nothing to say against an empty history', () => {
    expect(decided('register', '')).toMatchObject({ verdict: 'linearizable', objects: [{ operations: [] }] })
  })

  it('says that it is undecided where there are too many orders to try', () => {
    const many = 60
    const numbers = Array.from({ length: many }, (_, number) => number)
    const text = [
      ...numbers.map((number) => line(`W${number}`, 'invoke', 'cas', [number, (number * 7 + 1) % many])),
      line('R', 'invoke', 'read'),
      line('R', 'ok', 'read', 'nobody wrote this'),
    ].join('\n')
    expect(['not-linearizable', 'inconclusive']).toContain(decided('cas-register', text).verdict)
  })

  it('finds one stale read among thousands, and the few operations that rule it out', () => {
    const [object] = decided('register', long(10_000, 8_000)).objects
    expect(object!.claim).toBe(8_000)
    expect(object!.reasons).toContain(7_998)
    expect(object!.reasons.length).toBeLessThanOrEqual(3)
  }, 20_000)

  it('draws a long history in parts, whose points stand in the order that explains it', () => {
    const [object] = decided('register', long(1_000, -1)).objects
    expect(partsOf(object!)).toBe(Math.ceil(1_000 / PART))
    const last = partOf(object!, partsOf(object!) - 1)
    expect(last.at(-1)).toBe(999)
    const { order, operations, length } = windowOf(object!, last)
    expect(order).toHaveLength(last.length)
    expect(Math.max(...operations.map(({ until }) => until!))).toBe(length - 1)
  })
})
