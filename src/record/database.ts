/**
 * The learner's record: what the browser keeps for the learner. Drafts, last results and best runs by exercise and
 * version, in IndexedDB and nowhere else. Where storage is refused the record says so, and everything else goes on.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Action } from '../../engine/model.ts'
import type { Report } from '../../engine/report.ts'

/** What the learner has written for one version of an exercise, or how far she has driven it. */
export interface Draft {
  readonly exercise: string
  readonly version: number
  /** Her code; for an exercise in which something is broken her run, a trace as JSON. */
  readonly code: string
  /** Milliseconds since 1970. */
  readonly savedAt: number
  /** What the last reset put aside, until it is restored or another reset replaces it. */
  readonly putAside: string | null
  /** The code that it began from, where that was not the starter. */
  readonly begun?: string
}

/** The last run of one version of an exercise: the code that ran and what came of it. */
export interface Result {
  readonly exercise: string
  readonly version: number
  readonly code: string
  readonly report: Report
  /** Milliseconds since 1970. */
  readonly ranAt: number
  readonly durationMs: number
}

/** The code that passed last, for one version of an exercise. */
export interface Pass {
  readonly exercise: string
  readonly version: number
  readonly code: string
  /** Milliseconds since 1970. */
  readonly passedAt: number
}

/** The shortest run with which the learner has met the target of an exercise in which something is broken. */
export interface BestRun {
  readonly exercise: string
  readonly version: number
  /** Up to the step that met it. */
  readonly actions: readonly Action[]
  /** Milliseconds since 1970. */
  readonly reachedAt: number
}

interface RecordSchema extends DBSchema {
  drafts: { key: [exercise: string, version: number]; value: Draft }
  results: { key: [exercise: string, version: number]; value: Result }
  bests: { key: [exercise: string, version: number]; value: BestRun }
  passes: { key: [exercise: string, version: number]; value: Pass }
}

/** Reads and writes of the learner's record. Each rejects when the browser refuses it. */
export interface LearnerRecord {
  draft(exercise: string, version: number): Promise<Draft | undefined>
  /** The newest draft of an older version of the exercise. */
  olderDraft(exercise: string, version: number): Promise<Draft | undefined>
  keepDraft(draft: Draft): Promise<void>
  result(exercise: string, version: number): Promise<Result | undefined>
  /** Keeps a result and, where it says that the code passed, the code as the one that passed last. */
  keepResult(result: Result): Promise<void>
  /** The code that passed last, for the newest version of the exercise for which any did. */
  pass(exercise: string): Promise<Pass | undefined>
  best(exercise: string, version: number): Promise<BestRun | undefined>
  /** Keeps a run, unless one that is as short or shorter is there. */
  keepBest(best: BestRun): Promise<void>
}

const NAME = 'lockstep'
/** 2: the best runs came along. 3: the code that passed last. */
const VERSION = 3

/**
 * Opens the record, making it at the first visit.
 * @throws when the browser refuses to store anything
 */
export async function openRecord(): Promise<LearnerRecord> {
  const database = await openDB<RecordSchema>(NAME, VERSION, {
    async upgrade(opened, before, _version, upgrading) {
      if (before < 1) {
        opened.createObjectStore('drafts', { keyPath: ['exercise', 'version'] })
        opened.createObjectStore('results', { keyPath: ['exercise', 'version'] })
      }
      if (before < 2) opened.createObjectStore('bests', { keyPath: ['exercise', 'version'] })
      if (before < 3) {
        const passes = opened.createObjectStore('passes', { keyPath: ['exercise', 'version'] })
        // Of what passed before, what has run last is known.
        for (const result of await upgrading.objectStore('results').getAll()) {
          const pass = passOf(result)
          if (pass) await passes.put(pass)
        }
      }
    },
    // Another tab with a newer page wants to change the stores: let it, rather than block it.
    blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
  })
  return recordIn(database)
}

/** What a result says of the code that passed; null where it did not. */
function passOf({ exercise, version, code, report, ranAt }: Result): Pass | null {
  return report.verdict === 'passed' ? { exercise, version, code, passedAt: ranAt } : null
}

function recordIn(database: IDBPDatabase<RecordSchema>): LearnerRecord {
  return {
    draft: (exercise, version) => database.get('drafts', [exercise, version]),
    async olderDraft(exercise, version) {
      const older = await database.getAll(
        'drafts',
        IDBKeyRange.bound([exercise, -Infinity], [exercise, version], false, true),
      )
      return older.at(-1)
    },
    async keepDraft(draft) {
      await database.put('drafts', draft)
    },
    result: (exercise, version) => database.get('results', [exercise, version]),
    async keepResult(result) {
      const writing = database.transaction(['results', 'passes'], 'readwrite')
      const pass = passOf(result)
      await writing.objectStore('results').put(result)
      if (pass) await writing.objectStore('passes').put(pass)
      await writing.done
    },
    async pass(exercise) {
      const passes = await database.getAll(
        'passes',
        IDBKeyRange.bound([exercise, -Infinity], [exercise, Infinity]),
      )
      return passes.at(-1)
    },
    best: (exercise, version) => database.get('bests', [exercise, version]),
    async keepBest(best) {
      // In one transaction: another tab may be at the same exercise.
      const writing = database.transaction('bests', 'readwrite')
      const before = await writing.store.get([best.exercise, best.version])
      if (!before || best.actions.length < before.actions.length) await writing.store.put(best)
      await writing.done
    },
  }
}
