/** Logs of Raft at the cursor: who leads in which term, how far each entry has come, and which entries a leader overwrites. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Frame, RunRecord } from '../../engine/trace/record.ts'
import { A_TO_E, cluster } from '../../src/course/raft/systems.ts'
import { nodeOf, played } from '../../src/course/services/script.ts'
import { differs, type LogRow, logRows, overwritten, placesOf } from '../../src/widgets/log/log-rows.ts'

let record: RunRecord

/** A takes a command while it is cut off with B, which then crashes; the others elect a leader, and the network heals. */
beforeAll(() => {
  const role = (frame: Frame, id: string) => nodeOf(frame, id).state?.['role']
  const logOf = (frame: Frame, id: string) => (nodeOf(frame, id).state?.['log'] ?? []) as readonly unknown[]
  record = played(
    cluster({
      servers: A_TO_E,
      commands: ['SET 5'],
      timeouts: { A: [180], B: [290], C: [240, 200], D: [220, 290], E: [300] },
    }),
    [
      {
        once: (frame) => role(frame, 'A') === 'leader',
        then: {
          kind: 'partition',
          groups: [
            ['K', 'A', 'B'],
            ['C', 'D', 'E'],
          ],
        },
      },
      {
        once: () => true,
        then: (all) => all.find((one) => one.kind === 'fire' && one.timer === 'ask:SET 5'),
      },
      { once: (frame) => logOf(frame, 'B').length === 1, then: { kind: 'crash', node: 'B' } },
      { once: (frame) => ['C', 'D', 'E'].some((id) => role(frame, id) === 'leader'), then: { kind: 'heal' } },
    ],
    (frame) => A_TO_E.filter((id) => id !== 'B').every((id) => nodeOf(frame, id).state?.['applied'] === 1),
  ).record
})

const at = (step: number): LogRow[] => logRows(record, step, 'raft', placesOf(record, 'raft'))
const rowOf = (step: number, server: string): LogRow => at(step).find((row) => row.server === server)!

describe('the rows of Raft', () => {
  test('a server has the part and the term that it shows, and one leads in a term', () => {
    const leaders = new Map<number, string>()
    const parts = new Set<string>()
    for (const step of record.frames.keys()) {
      for (const { server, up, part, leads, promised } of at(step)) {
        expect(part === null).toBe(!up)
        if (part !== null) parts.add(part)
        expect(leads).toBe(part === 'leader' ? promised : null)
        if (leads !== null) expect(leaders.get(leads) ?? server).toBe(server)
        if (leads !== null) leaders.set(leads, server)
      }
    }
    expect([...parts].sort()).toEqual(['candidate', 'follower', 'leader'])
    expect(leaders.size).toBe(2)
    expect(leaders.get(1)).toBe('A')
  })

  test('a server that is down shows its disk: the entry, and that it knows of no commitment', () => {
    const row = rowOf(record.steps.length, 'B')
    expect(row).toMatchObject({ up: false, part: null, promised: 1 })
    expect(row.cells).toEqual([{ place: 1, command: 'SET 5', n: 1, progress: 'accepted' }])
  })

  test('an entry goes from the log to committed and applied, and each step further is a change', () => {
    const way = ['empty', 'accepted', 'chosen', 'done']
    for (const server of ['C', 'D', 'E']) {
      let last = 0
      for (const step of record.frames.keys()) {
        const cell = rowOf(step, server).cells[0]!
        const now = way.indexOf(cell.progress)
        expect(now).toBeGreaterThanOrEqual(last)
        if (step > 0) expect(differs(cell, rowOf(step - 1, server).cells[0])).toBe(now !== last)
        last = now
      }
      expect(last).toBe(3)
    }
  })

  test('what the new leader overwrites is said once, with the term that it had', () => {
    const gone = [...record.frames.keys()].slice(1).flatMap((step) =>
      at(step).flatMap((row, index) =>
        row.cells.flatMap((cell, place) => {
          const was = overwritten(cell, at(step - 1)[index]!.cells[place])
          return was ? [{ server: row.server, was, now: cell }] : []
        }),
      ),
    )
    expect(gone).toHaveLength(1)
    expect(gone[0]!.server).toBe('A')
    expect(gone[0]!.was).toMatchObject({ command: 'SET 5', n: 1 })
    expect(gone[0]!.now.command).toBe('SET 5')
    expect(gone[0]!.now.n).toBeGreaterThan(1)
  })

  test('reads a server in a system of an exercise as well', () => {
    const shown = { term: 2, role: 'leader', log: [{ term: 2, command: 'x' }], commitIndex: 1 }
    const frames = record.frames.slice(0, 1).map((frame) => ({
      ...frame,
      nodes: [
        { ...nodeOf(frame, 'A'), state: { answer: {}, seen: shown, fired: {}, memory: { applied: 1 } } },
      ],
    }))
    expect(logRows({ ...record, frames }, 0, 'raft', 1)).toEqual([
      {
        server: 'A',
        up: true,
        part: 'leader',
        leads: 2,
        promised: 2,
        cells: [{ place: 1, command: 'x', n: 2, progress: 'done' }],
      },
    ])
  })
})
