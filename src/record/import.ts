/**
 * Importing a record, and deleting of it, each with a way back. An import destroys nothing: what it replaces is in the history, and
 * what was there before is kept until the next one, so that it can be undone.
 */
import type { IDBPTransaction } from 'idb'
import { type Contents, KINDS } from './contents.ts'
import { openDatabase, within } from './database.ts'
import type { Draft, Result } from './entries.ts'
import { forgetAt, isLastWords } from './last-words.ts'
import { notePassed, passedKey } from './passed-key.ts'
import { ANSWER, POSITION, answerKey, note } from './reading.ts'
import { type RecordFile, changedSince, mergeRecords } from './record-file.ts'
import type { RecordSchema } from './schema.ts'
import { mirrorSetting } from './settings.ts'
import { tellTabs } from './tabs.ts'

/** What the last import has found and brought. */
interface KeptImport {
  readonly name: 'last'
  readonly at: number
  readonly before: Contents
  readonly theirs: Contents
}

/** What an import has changed: how many of each kind are new or others now. */
export type Changes = { readonly [Kind in keyof Contents]: number }

const ALL = [...KINDS, 'results', 'imports'] as const

/** Merges a record into the one here. @throws when the browser refuses to keep it */
export async function importRecord(theirs: RecordFile, at = Date.now()): Promise<Changes> {
  const writing = (await openDatabase()).transaction(ALL, 'readwrite')
  const { before, merged } = await within(writing, async () => {
    const found = await contentsIn(writing)
    const both = mergeRecords(found, theirs)
    await putInto(writing, changedSince(both, found), found)
    await writing.objectStore('imports').put({ name: 'last', at, before: found, theirs } as KeptImport)
    return { before: found, merged: both }
  })
  mirror(merged)
  tellTabs({ kind: 'all' })
  return counts(changedSince(merged, before))
}

/** When the last import was, if it can be undone; else null. */
export async function lastImport(): Promise<number | null> {
  const kept = (await (await openDatabase()).get('imports', 'last')) as KeptImport | undefined
  return kept?.at ?? null
}

/** Makes the record what it was before the last import, together with what the learner has done since. */
export async function undoImport(): Promise<void> {
  const writing = (await openDatabase()).transaction(ALL, 'readwrite')
  const contents = await within(writing, async () => {
    const kept = (await writing.objectStore('imports').get('last')) as KeptImport | undefined
    const now = await contentsIn(writing)
    if (!kept) return now
    const since = changedSince(now, mergeRecords(kept.before, kept.theirs))
    const restored = mergeRecords(kept.before, since)
    await clear(writing, KINDS)
    await putInto(writing, restored, now)
    await writing.objectStore('imports').delete('last')
    return restored
  })
  forgetNotes()
  mirror(contents)
  tellTabs({ kind: 'all' })
}

/** What was deleted, for the way back. */
export interface Deleted {
  readonly contents: Contents
  readonly results: readonly Result[]
}

/**
 * Deletes everything, or what belongs to some exercises.
 * @param exercises as drafts name them; null: everything
 */
export async function deleteRecord(exercises: readonly string[] | null): Promise<Deleted> {
  const writing = (await openDatabase()).transaction(ALL, 'readwrite')
  const deleted = await within(writing, async () => {
    const contents = await contentsIn(writing)
    const results = await writing.objectStore('results').getAll()
    if (exercises === null) {
      await clear(writing, ALL)
      return { contents, results }
    }
    const isOf = ({ exercise }: { readonly exercise: string }) => exercises.includes(exercise)
    const gone: Contents = {
      ...NOTHING,
      drafts: contents.drafts.filter(isOf),
      snapshots: contents.snapshots.filter(isOf),
      passes: contents.passes.filter(isOf),
      verdicts: contents.verdicts.filter(isOf),
      bests: contents.bests.filter(isOf),
      regressions: contents.regressions.filter(isOf),
    }
    const mine = { contents: gone, results: results.filter(isOf) }
    for (const exercise of exercises) {
      // A version is a number: every key of the exercise lies between these.
      const all = IDBKeyRange.bound([exercise], [exercise, []])
      for (const store of BY_EXERCISE) await writing.objectStore(store).delete(all)
    }
    return mine
  })
  if (exercises === null) forgetNotes()
  else for (const exercise of exercises) forgetAt(passedKey(exercise))
  tellTabs({ kind: 'all' })
  return deleted
}

/** Brings back what was deleted. What came since stands where it is newer. */
export async function bringBack({ contents, results }: Deleted): Promise<void> {
  const writing = (await openDatabase()).transaction(ALL, 'readwrite')
  const merged = await within(writing, async () => {
    const found = await contentsIn(writing)
    const both = mergeRecords(found, contents)
    await putInto(writing, changedSince(both, found), found)
    const store = writing.objectStore('results')
    for (const result of results) {
      const other = await store.get([result.exercise, result.version])
      if (!other || other.ranAt < result.ranAt) await store.put(result)
    }
    return both
  })
  mirror(merged)
  tellTabs({ kind: 'all' })
}

/** Deletes all histories of drafts; the drafts stay. */
export async function deleteHistory(): Promise<Deleted> {
  const writing = (await openDatabase()).transaction(ALL, 'readwrite')
  const snapshots = await within(writing, async () => {
    const all = await writing.objectStore('snapshots').getAll()
    await clear(writing, ['snapshots', 'imports'])
    return all
  })
  return { contents: { ...NOTHING, snapshots }, results: [] }
}

const BY_EXERCISE = ['drafts', 'snapshots', 'passes', 'verdicts', 'bests', 'regressions', 'results'] as const
const NOTHING: Contents = {
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

type Writing = IDBPTransaction<RecordSchema, typeof ALL, 'readwrite'>

async function contentsIn(writing: Writing): Promise<Contents> {
  const stores = await Promise.all(KINDS.map((kind) => writing.objectStore(kind).getAll()))
  return Object.fromEntries(KINDS.map((kind, at) => [kind, stores[at]])) as unknown as Contents
}

async function clear(writing: Writing, stores: readonly (typeof ALL)[number][]): Promise<void> {
  for (const store of stores) await writing.objectStore(store).clear()
}

/** Puts entries in. Drafts get a revision that no tab has seen. @param found what was there before */
async function putInto(writing: Writing, contents: Contents, found: Contents): Promise<void> {
  for (const kind of KINDS) {
    const store = writing.objectStore(kind)
    for (const entry of contents[kind]) {
      if (kind !== 'drafts') {
        await store.put(entry)
        continue
      }
      const draft = entry as Draft
      const before = found.drafts.find(
        ({ exercise, version }) => exercise === draft.exercise && version === draft.version,
      )
      await store.put({ ...draft, revision: (before?.revision ?? 0) + 1, writer: 'import' })
    }
  }
}

function counts(contents: Contents): Changes {
  return Object.fromEntries(KINDS.map((kind) => [kind, contents[kind].length])) as Changes
}

/** Sets the copies that pages read. */
function mirror({ answers, positions, settings, drafts, passes }: Contents): void {
  for (const answer of answers) note(answerKey(answer.page, answer.question), answer)
  for (const position of positions) note(POSITION + position.page, position)
  for (const { name, value } of settings) mirrorSetting(name, value)
  for (const { exercise } of passes) notePassed(exercise)
  try {
    // A cell comes alive at once where something was written in it; see src/notebook/page.ts.
    for (const { exercise, version } of drafts)
      localStorage.setItem(`lockstep-cell/${exercise}/${version}`, '1')
  } catch {
    // Refused or full: it comes alive when it is touched.
  }
}

/** Forgets the copies of what the record has, and what has not moved into it yet. */
function forgetNotes(): void {
  try {
    const keys = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at)!)
    for (const key of keys)
      if (
        key.startsWith(ANSWER) ||
        key.startsWith(POSITION) ||
        key.startsWith('lockstep-setting/') ||
        key.startsWith('lockstep-cell/') ||
        key.startsWith(passedKey('')) ||
        isLastWords(key)
      )
        localStorage.removeItem(key)
  } catch {
    // Refused: then there is nothing.
  }
}
