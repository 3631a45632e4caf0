/** The record as a file: what is written is read, what is wrong is named with its place, and merging loses nothing. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Action } from '../../engine/model.ts'
import { type Contents, KINDS } from '../../src/record/contents.ts'
import { exportText, readExport } from '../../src/record/export.ts'
import { markOf } from '../../src/record/mark.ts'
import { type RecordFile, changedSince, mergeRecords } from '../../src/record/record-file.ts'

const exercise = fc.constantFrom('paxos-acceptor', 'raft-election', 'break-locks/pause')
const version = fc.constantFrom(1, 2)
const time = fc.integer({ min: 0, max: 50 })
const code = fc.constantFrom('a', 'b', 'c', 'd\n', 'é“”')
const listOf = <Entry>(entry: fc.Arbitrary<Entry>, key: (entry: Entry) => string) =>
  fc.uniqueArray(entry, { maxLength: 5, selector: key })
const byExercise = (one: { exercise: string; version: number }) => `${one.exercise}|${one.version}`

const contents: fc.Arbitrary<Contents> = fc.record({
  drafts: listOf(
    fc.record(
      { exercise, version, code, savedAt: time, putAside: fc.option(code), begun: code, starter: code },
      { requiredKeys: ['exercise', 'version', 'code', 'savedAt', 'putAside'] },
    ),
    byExercise,
  ),
  snapshots: listOf(
    fc
      .record({
        exercise,
        version,
        code,
        at: time,
        why: fc.constantFrom('paused' as const, 'reset' as const),
      })
      .map((one) => ({ ...one, mark: markOf(one.code) })),
    (one) => `${byExercise(one)}|${one.at}|${one.mark}`,
  ),
  passes: listOf(fc.record({ exercise, version, code, passedAt: time }), byExercise),
  verdicts: listOf(
    fc.record({ exercise, version, verdict: fc.constant('failed' as const), states: time, ranAt: time }),
    byExercise,
  ),
  bests: listOf(
    fc.record({
      exercise,
      version,
      actions: fc.array(
        fc.record({ kind: fc.constant('deliver' as const), message: time }),
      ) as unknown as fc.Arbitrary<readonly Action[]>,
      reachedAt: time,
    }),
    byExercise,
  ),
  regressions: fc.constant([]),
  answers: listOf(
    fc.record({
      page: fc.constantFrom('paxos', 'raft'),
      question: fc.constantFrom('q', 'r'),
      choice: code,
      right: fc.boolean(),
      at: time,
    }),
    ({ page, question }) => `${page}|${question}`,
  ),
  positions: listOf(
    fc.record({
      page: fc.constantFrom('paxos', 'raft'),
      part: fc.option(fc.constant('part')),
      fraction: fc.constantFrom(0, 0.5, 1),
      at: time,
      readAt: fc.option(time),
    }),
    ({ page }) => page,
  ),
  settings: listOf(
    fc.record({ name: fc.constantFrom('pane/task', 'pane/run'), value: time, at: time }),
    ({ name }) => name,
  ),
})

/** Every text that a record has, by its exercise and version. */
function textsOf({ drafts, snapshots, passes }: Contents): Set<string> {
  const texts = new Set<string>()
  const add = (one: { exercise: string; version: number }, text: string | null) => {
    if (text !== null) texts.add(`${byExercise(one)}|${text}`)
  }
  for (const one of drafts) {
    add(one, one.code)
    add(one, one.putAside)
    // What it began from can be had again, and is known by it.
    add(one, one.starter ?? null)
  }
  for (const one of snapshots) add(one, one.code)
  for (const one of passes) add(one, one.code)
  return texts
}

const sorted = (one: Contents) =>
  KINDS.map((kind) => one[kind].map((entry) => JSON.stringify(entry, Object.keys(entry).sort())).sort())

test('what is exported is read again as it was', () => {
  fc.assert(
    fc.property(contents, (all) => {
      const read = readExport(exportText(all, 7))
      expect(read.ok && read.record.at).toBe(7)
      expect(read.ok && sorted(read.record)).toEqual(sorted(all))
    }),
    { numRuns: 200 },
  )
})

test('merging loses no text, and keeps what passed, what was answered and what was read', () => {
  fc.assert(
    fc.property(contents, contents, (mine, theirs) => {
      const merged = mergeRecords(mine, theirs)
      const texts = textsOf(merged)
      for (const text of [...textsOf(mine), ...textsOf(theirs)]) {
        // A starter is kept with the draft that stands.
        if (!texts.has(text)) {
          const starters = [...mine.drafts, ...theirs.drafts].map(
            (one) => `${byExercise(one)}|${one.starter}`,
          )
          expect(starters, text).toContain(text)
        }
      }
      for (const [one, other] of [
        [mine, merged],
        [theirs, merged],
      ] as const) {
        for (const pass of one.passes) expect(other.passes.map(byExercise)).toContain(byExercise(pass))
        for (const best of one.bests) {
          const kept = other.bests.find((two) => byExercise(two) === byExercise(best))!
          expect(kept.actions.length).toBeLessThanOrEqual(best.actions.length)
        }
        for (const { page, readAt } of one.positions)
          if (readAt !== null)
            expect(other.positions.find((two) => two.page === page)!.readAt).toBeLessThanOrEqual(readAt)
      }
    }),
    { numRuns: 500 },
  )
})

test('merging the same once more changes nothing, and merging with nothing or itself neither', () => {
  fc.assert(
    fc.property(contents, contents, (mine, theirs) => {
      const once = mergeRecords(mine, theirs)
      expect(sorted(mergeRecords(once, theirs))).toEqual(sorted(once))
      expect(sorted(mergeRecords(once, mine))).toEqual(sorted(once))
      expect(sorted(mergeRecords(mine, mine))).toEqual(sorted(mine))
      const nothing = changedSince(mine, mine)
      expect(Object.values(nothing).flat()).toEqual([])
      expect(sorted(mergeRecords(mine, nothing))).toEqual(sorted(mine))
    }),
    { numRuns: 500 },
  )
})

const file = (more: object): string =>
  JSON.stringify({ format: 'lockstep-record', version: 1, at: 1, ...more } satisfies Partial<RecordFile>)
const draft = { exercise: 'paxos', version: 1, code: 'x', savedAt: 1, putAside: null }

test.each([
  ['', { code: 'no-json' }],
  ['{"format":"lockstep-record"', { code: 'no-json' }],
  ['null', { code: 'no-record' }],
  ['[]', { code: 'no-record' }],
  ['{"format":"other","version":1}', { code: 'no-record' }],
  [file({ version: 2 }), { code: 'newer', version: 2 }],
  [file({ version: '1' }), { code: 'wrong', path: 'version' }],
  [file({ at: -1 }), { code: 'wrong', path: 'at' }],
  [file({ drafts: {} }), { code: 'wrong', path: 'drafts' }],
  [file({ drafts: [draft, { ...draft, code: 7 }] }), { code: 'wrong', path: 'drafts[1].code' }],
  [file({ drafts: [{ ...draft, savedAt: 1e99 }] }), { code: 'wrong', path: 'drafts[0].savedAt' }],
  [file({ drafts: [{ ...draft, version: 1.5 }] }), { code: 'wrong', path: 'drafts[0].version' }],
  [
    file({ drafts: [{ ...draft, exercise: 'x'.repeat(301) }] }),
    { code: 'wrong', path: 'drafts[0].exercise' },
  ],
  [
    file({ snapshots: [{ ...draft, at: 1, mark: 'm', why: 'other' }] }),
    { code: 'wrong', path: 'snapshots[0].why' },
  ],
  [
    file({ bests: [{ exercise: 'x', version: 1, actions: [7], reachedAt: 1 }] }),
    { code: 'wrong', path: 'bests[0].actions[0]' },
  ],
  [
    '{"format":"lockstep-record","version":1,"at":1,"__proto__":{"drafts":[]}}',
    { code: 'forbidden', path: '__proto__' },
  ],
  [
    '{"format":"lockstep-record","version":1,"at":1,"bests":[{"constructor":{"prototype":1}}]}',
    { code: 'forbidden', path: 'bests[0].constructor' },
  ],
  [file({ drafts: Array.from({ length: 50_001 }, () => 0) }), { code: 'wrong', path: 'drafts' }],
] as const)('%#: a file that is no record is refused with the place', (text, problem) => {
  expect(readExport(text)).toEqual({ ok: false, problem })
})

test('a file that is deeper than the stack is refused', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  const read = readExport(`{"format":"lockstep-record","version":1,"at":1,"drafts":${deep}}`)
  expect(read).toMatchObject({ ok: false, problem: { code: 'too-deep' } })
})

test('what no setting may be is left out, and names that only this browser gives are not exported', () => {
  const settings = [
    { name: 'pane/task', value: 300, at: 1 },
    { name: 'pane/task', value: 'wide', at: 1 },
    { name: 'unknown', value: true, at: 1 },
  ]
  const read = readExport(file({ settings }))
  expect(read.ok && read.record.settings).toEqual(settings.slice(0, 1))
  const all = { ...mergeRecords(EMPTY, EMPTY), drafts: [{ ...draft, revision: 3, writer: 'tab' }] }
  expect(exportText(all, 1)).not.toMatch(/revision|writer/)
})

const EMPTY: Contents = {
  drafts: [],
  snapshots: [],
  passes: [],
  verdicts: [],
  bests: [],
  regressions: [],
  answers: [],
  positions: [],
  settings: [],
}
