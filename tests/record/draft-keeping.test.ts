/** The way of a draft into the record and back: last words, and what another tab has written meanwhile. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Draft } from '../../src/record/entries.ts'

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
})

const OF = { exercise: 'paxos', version: 1 }

/** A tab: the modules loaded once more, over the same storage. */
async function tab() {
  vi.resetModules()
  const [{ DraftKeeping }, { openRecord }] = await Promise.all([
    import('../../src/record/draft-keeping.ts'),
    import('../../src/record/database.ts'),
  ])
  const told: string[] = []
  const keeping = new DraftKeeping(OF, {
    kept: () => told.push('kept'),
    trouble: (why) => why && told.push(why),
    replaced: ({ code }) => told.push(`replaced by ${code}`),
    overtook: () => told.push('overtook'),
  })
  const write = async (code: string) => {
    keeping.change({ code, putAside: null })
    await keeping.flush()
  }
  return { keeping, told, write, record: await openRecord() }
}

const words = (code: string, savedAt: number, more: Partial<Draft> = {}): string =>
  JSON.stringify({ ...OF, code, savedAt, putAside: null, ...more })

test('the last words of two tabs are both kept: the newer stands, the older is in the history', async () => {
  kept.set('lockstep-last-words/paxos/1#a', words('older', 5, { writer: 'a' }))
  kept.set('lockstep-last-words/paxos/1#b', words('newer', 9, { writer: 'b' }))
  kept.set('lockstep-last-words/paxos/10#c', words('of another version', 99))
  const { keeping, record } = await tab()
  const draft = await keeping.load()
  expect(draft?.code).toBe('newer')
  expect((await record.snapshots('paxos', 1)).map(({ code }) => code)).toEqual(['older'])
  expect([...kept.keys()]).toEqual(['lockstep-last-words/paxos/10#c'])
})

test('last words that are older than what another tab has written do not replace it', async () => {
  const before = await tab()
  await before.write('first')
  const other = await tab()
  await other.keeping.load()
  await other.write('from another tab')
  kept.set('lockstep-last-words/paxos/1#gone', words('left behind', 3, { writer: 'gone', revision: 1 }))
  const { keeping, record } = await tab()
  expect((await keeping.load())?.code).toBe('from another tab')
  expect(await record.snapshots('paxos', 1)).toMatchObject([
    { code: 'first', why: 'paused' },
    { code: 'left behind', why: 'other-tab' },
  ])
})

test('last words of the same line replace what was written before them', async () => {
  const before = await tab()
  await before.write('first')
  const revision = (await before.record.draft('paxos', 1))!.revision!
  kept.set('lockstep-last-words/paxos/1#gone', words('first and more', Date.now() + 5, { revision }))
  const { keeping } = await tab()
  expect((await keeping.load())?.code).toBe('first and more')
})

test('a tab that writes over what it has not seen says so, and both texts are there', async () => {
  const one = await tab()
  const two = await tab()
  await one.write('from one')
  await two.write('from two')
  expect(two.told).toEqual(['overtook', 'kept'])
  expect((await one.record.draft('paxos', 1))?.code).toBe('from two')
  expect(await one.record.snapshots('paxos', 1)).toMatchObject([{ code: 'from one', why: 'other-tab' }])
})

test('what came from the record goes into the history when it is first changed', async () => {
  const before = await tab()
  await before.write('yesterday')
  const { keeping, write, record } = await tab()
  await keeping.load()
  await write('today')
  await vi.waitFor(async () =>
    expect(await record.snapshots('paxos', 1)).toMatchObject([{ code: 'yesterday', why: 'paused' }]),
  )
})

test('where there is no room it makes some, and tries once more', async () => {
  const { write, told, record } = await tab()
  await record.keepSnapshot({ ...OF, code: 'a moment', at: 1, why: 'paused' })
  await record.keepSnapshot({ ...OF, code: 'a pass', at: 2, why: 'passed' })
  await record.keepSnapshot({ ...OF, code: 'the last', at: 3, why: 'paused' })
  const { put } = IDBObjectStore.prototype
  let full = true
  IDBObjectStore.prototype.put = function (...asked) {
    if (full && this.name === 'drafts') {
      full = false
      throw new DOMException('full', 'QuotaExceededError')
    }
    return put.apply(this, asked)
  }
  await write('it fits')
  IDBObjectStore.prototype.put = put
  expect(told).toEqual(['kept'])
  expect((await record.snapshots('paxos', 1)).map(({ code }) => code)).toEqual(['the last', 'a pass'])
})
