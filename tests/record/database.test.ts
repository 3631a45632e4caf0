/** The record's database: what an older one becomes, who wins when two tabs write, and what its history keeps. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Report } from '../../engine/report.ts'
import type { Draft, LearnerRecord } from '../../src/record/database.ts'

/** A tab: the modules loaded once more, over the same database. */
async function tab(): Promise<LearnerRecord> {
  vi.resetModules()
  const { openRecord } = await import('../../src/record/database.ts')
  return openRecord()
}

beforeEach(() => {
  indexedDB = new IDBFactory()
})

const draft = (code: string, savedAt: number, more: Partial<Draft> = {}): Draft => ({
  exercise: 'paxos',
  version: 1,
  code,
  savedAt,
  putAside: null,
  ...more,
})
const report = (verdict: Report['verdict']): Report => ({
  exercise: 'paxos',
  verdict,
  checks: [],
  diagnostics: [],
})

/** Makes the database of an older site. */
async function older(version: number, stores: Record<string, readonly object[]>): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('lockstep', version)
    opening.onupgradeneeded = () => {
      for (const store of Object.keys(stores))
        opening.result.createObjectStore(store, { keyPath: ['exercise', 'version'] })
    }
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  const writing = database.transaction(Object.keys(stores), 'readwrite')
  for (const [store, values] of Object.entries(stores))
    for (const value of values) writing.objectStore(store).put(value)
  await new Promise((resolve) => (writing.oncomplete = resolve))
  database.close()
}

test('a record of version 3 keeps all that it has, and what was put aside is in the history', async () => {
  const kept = draft('now', 5, { putAside: 'before' })
  const result = {
    exercise: 'paxos',
    version: 1,
    code: 'x',
    report: report('failed'),
    ranAt: 4,
    durationMs: 1,
  }
  const pass = { exercise: 'paxos', version: 1, code: 'y', passedAt: 3 }
  await older(3, { drafts: [kept], results: [result], bests: [], passes: [pass] })
  const record = await tab()
  expect(await record.draft('paxos', 1)).toEqual(kept)
  expect(await record.result('paxos', 1)).toEqual(result)
  expect(await record.pass('paxos')).toEqual(pass)
  expect(await record.snapshots('paxos', 1)).toMatchObject([{ code: 'before', at: 5, why: 'reset' }])
})

test('a record of version 1 learns what passed', async () => {
  const result = {
    exercise: 'paxos',
    version: 1,
    code: 'x',
    report: report('passed'),
    ranAt: 4,
    durationMs: 1,
  }
  await older(1, { drafts: [], results: [result] })
  expect(await (await tab()).pass('paxos')).toMatchObject({ code: 'x', passedAt: 4 })
})

test('a tab that goes on from what it has seen replaces it, without a trace in the history', async () => {
  const record = await tab()
  const { draft: first } = await record.keepDraft(draft('a', 1), 0)
  expect(first.revision).toBe(1)
  const other = await tab()
  const seen = (await other.draft('paxos', 1))!
  await other.keepDraft(draft('ab', 2), seen.revision!)
  expect((await record.draft('paxos', 1))?.code).toBe('ab')
  expect(await record.snapshots('paxos', 1)).toEqual([])
})

test('of two tabs that wrote from the same beginning the newer stands and the other is in the history', async () => {
  const one = await tab()
  await one.keepDraft(draft('start', 1), 0)
  const two = await tab()
  await one.keepDraft(draft('from one', 2), 1)
  const { replaced } = await two.keepDraft(draft('from two', 3), 1)
  expect(replaced?.code).toBe('from one')
  expect((await one.draft('paxos', 1))?.code).toBe('from two')
  expect(await one.snapshots('paxos', 1)).toMatchObject([{ code: 'from one', why: 'other-tab' }])
})

test('what was changed earlier does not replace what was changed later, whoever writes first', async () => {
  const one = await tab()
  const two = await tab()
  await two.keepDraft(draft('later', 9), 0)
  const { draft: stands, replaced } = await one.keepDraft(draft('earlier', 2), 0)
  expect(stands.code).toBe('later')
  expect(replaced?.code).toBe('earlier')
  expect((await one.draft('paxos', 1))?.code).toBe('later')
  expect(await one.snapshots('paxos', 1)).toMatchObject([{ code: 'earlier', why: 'other-tab' }])
})

test('a moment that says more replaces one of the same text that says less', async () => {
  const record = await tab()
  const of = { exercise: 'paxos', version: 1, code: 'x' }
  await record.keepSnapshot({ ...of, at: 1, why: 'paused' })
  await record.keepSnapshot({ ...of, at: 2, why: 'failed' })
  await record.keepSnapshot({ ...of, at: 3, why: 'paused' })
  await record.keepSnapshot({ ...of, at: 4, why: 'failed' })
  await record.keepSnapshot({ ...of, version: 2, at: 5, why: 'paused' })
  expect((await record.snapshots('paxos', 1)).map(({ at, why }) => [at, why])).toEqual([[2, 'failed']])
})

test('the history is thinned while it is written', async () => {
  const record = await tab()
  for (let at = 0; at < 100; at++)
    await record.keepSnapshot({ exercise: 'paxos', version: 1, code: `${at}`, at, why: 'paused' })
  const kept = await record.snapshots('paxos', 1)
  expect(kept).toHaveLength(60)
  expect(kept[0]?.at).toBe(99)
})

test('a best run is replaced by a shorter one only', async () => {
  const record = await tab()
  const best = (length: number) => ({
    exercise: 'break',
    version: 1,
    actions: Array.from({ length }, () => ({ kind: 'deliver' as const, message: 1 })) as never,
    reachedAt: length,
  })
  await record.keepBest(best(5))
  await record.keepBest(best(7))
  expect((await record.best('break', 1))?.reachedAt).toBe(5)
  await record.keepBest(best(4))
  expect((await record.best('break', 1))?.reachedAt).toBe(4)
})

test('a database that was closed is opened again, and one that is refused is asked again the next time', async () => {
  vi.resetModules()
  const { openDatabase, openRecord, whyRefused } = await import('../../src/record/database.ts')
  const record = await openRecord()
  await record.keepDraft(draft('a', 1), 0)
  // As another tab does it that deletes or renews the database.
  await new Promise((resolve) => (indexedDB.deleteDatabase('lockstep').onsuccess = resolve))
  expect(await record.draft('paxos', 1)).toBeUndefined()
  await record.keepDraft(draft('b', 2), 1)
  expect((await record.draft('paxos', 1))?.code).toBe('b')

  vi.resetModules()
  const fresh = await import('../../src/record/database.ts')
  const open = indexedDB.open.bind(indexedDB)
  indexedDB.open = () => {
    throw new DOMException('no', 'SecurityError')
  }
  const refusal: unknown = await fresh.openRecord().catch((error: unknown) => error)
  expect(fresh.whyRefused(refusal)).toBe('refused')
  expect(whyRefused(new DOMException('full', 'QuotaExceededError'))).toBe('full')
  indexedDB.open = open
  await expect(fresh.openRecord()).resolves.toBeDefined()
  ;(await openDatabase()).close()
})
