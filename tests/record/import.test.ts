/** Importing over a database: nothing is destroyed, all can be undone, and what was done since stays. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test, vi } from 'vitest'
import type { RecordFile } from '../../src/record/record-file.ts'

const kept = new Map<string, string>()
vi.stubGlobal('localStorage', {
  get length() {
    return kept.size
  },
  key: (at: number) => [...kept.keys()][at] ?? null,
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
})

beforeEach(() => {
  indexedDB = new IDBFactory()
  kept.clear()
  vi.resetModules()
})

async function record() {
  const [database, imports, contents] = await Promise.all([
    import('../../src/record/database.ts'),
    import('../../src/record/import.ts'),
    import('../../src/record/contents.ts'),
  ])
  return { ...imports, ...contents, open: await database.openRecord() }
}

const draft = (code: string, savedAt: number) => ({
  exercise: 'paxos',
  version: 1,
  code,
  savedAt,
  putAside: null,
})
const file = (more: Partial<RecordFile>): RecordFile => ({
  format: 'lockstep-record',
  version: 1,
  at: 1,
  drafts: [],
  snapshots: [],
  passes: [],
  verdicts: [],
  bests: [],
  regressions: [],
  answers: [],
  positions: [],
  settings: [],
  ...more,
})

test('a newer draft stands, the older one is in the history, and undoing gives back what was there', async () => {
  const { open, importRecord, undoImport, lastImport, readContents } = await record()
  await open.keepDraft(draft('mine', 5), 0)
  const before = await readContents()
  const answer = { page: 'paxos', question: 'q', choice: 'a', right: true, at: 3 }
  const changes = await importRecord(file({ drafts: [draft('theirs', 9)], answers: [answer] }), 20)
  expect(changes).toMatchObject({ drafts: 1, snapshots: 1, answers: 1, passes: 0 })
  expect((await open.draft('paxos', 1))?.code).toBe('theirs')
  expect((await open.draft('paxos', 1))?.revision).toBe(2)
  expect(await open.snapshots('paxos', 1)).toMatchObject([{ code: 'mine', why: 'import' }])
  expect(kept.get('lockstep-answer/paxos#q')).toContain('"choice":"a"')
  expect(await lastImport()).toBe(20)

  await undoImport()
  const after = await readContents()
  expect(after).toEqual({ ...before, drafts: [{ ...before.drafts[0], revision: 3, writer: 'import' }] })
  expect(kept.has('lockstep-answer/paxos#q')).toBe(false)
  expect(await lastImport()).toBeNull()
})

test('what was done after an import stays when it is undone', async () => {
  const { open, importRecord, undoImport } = await record()
  await open.keepDraft(draft('mine', 5), 0)
  await importRecord(file({ drafts: [draft('theirs', 9)] }))
  await open.keepDraft(draft('later', 30), 2)
  await open.keepAnswer({ page: 'raft', question: 'q', choice: 'b', right: false, at: 31 })
  await undoImport()
  expect((await open.draft('paxos', 1))?.code).toBe('later')
  expect((await open.snapshots('paxos', 1)).map(({ code }) => code)).toEqual(['mine'])
  expect(await open.answers('raft')).toHaveLength(1)
})

test('one exercise is deleted and brought back, and so is everything', async () => {
  const { open, deleteRecord, bringBack, readContents } = await record()
  await open.keepDraft(draft('mine', 5), 0)
  await open.keepDraft({ ...draft('other', 6), exercise: 'raft' }, 0)
  await open.keepSnapshot({ exercise: 'paxos', version: 1, code: 'old', at: 1, why: 'paused' })
  await open.keepResult({
    exercise: 'paxos',
    version: 1,
    code: 'mine',
    report: { exercise: 'paxos', verdict: 'passed', checks: [], diagnostics: [] },
    ranAt: 7,
    durationMs: 1,
  })
  const before = await readContents()
  const one = await deleteRecord(['paxos'])
  expect(one.contents.drafts).toHaveLength(1)
  expect((await readContents()).drafts.map(({ exercise }) => exercise)).toEqual(['raft'])
  expect(await open.result('paxos', 1)).toBeUndefined()
  const all = await deleteRecord(null)
  expect(Object.values(await readContents()).flat()).toEqual([])
  await bringBack(all)
  await bringBack(one)
  const codes = ({ drafts, snapshots, passes }: typeof before) =>
    [...drafts, ...snapshots, ...passes].map(({ exercise, code }) => `${exercise} ${code}`).sort()
  expect(codes(await readContents())).toEqual(codes(before))
  expect((await open.result('paxos', 1))?.ranAt).toBe(7)
})

test('what pages have noted moves into the record, and what only the record has goes back', async () => {
  const { open, readContents } = await record()
  const position = { page: 'raft', part: null, fraction: 0.5, at: 9, readAt: null }
  kept.set('lockstep-position/raft', JSON.stringify(position))
  kept.set('lockstep-answer/raft#q', 'not even JSON')
  kept.set('lockstep-width-task', '300')
  kept.set('lockstep-theme', 'dark')
  await open.keepPosition({ ...position, at: 4, readAt: 3 })
  await open.keepAnswer({ page: 'paxos', question: 'q', choice: 'a', right: true, at: 3 })
  const all = await readContents()
  expect(all.positions).toEqual([{ ...position, readAt: 3 }])
  expect(all.settings.map(({ name, value }) => [name, value]).sort()).toEqual([
    ['pane/task', 300],
    ['theme', 'dark'],
  ])
  expect(kept.get('lockstep-answer/paxos#q')).toContain('"choice":"a"')
  kept.delete('lockstep-theme')
  expect((await readContents()).settings.map(({ name }) => name)).toEqual(['pane/task'])
})
