/** Schema: the stores of the record's database, and how a record of an older site becomes one of this. */
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import type { Report } from '../../engine/report.ts'
import type {
  Answer,
  BestRun,
  Draft,
  Pass,
  Position,
  Regression,
  Result,
  Setting,
  Snapshot,
  Verdict,
} from './entries.ts'
import { markOf } from './mark.ts'

type ByExercise = [exercise: string, version: number]

export interface RecordSchema extends DBSchema {
  drafts: { key: ByExercise; value: Draft }
  results: { key: ByExercise; value: Result }
  bests: { key: ByExercise; value: BestRun }
  passes: { key: ByExercise; value: Pass }
  verdicts: { key: ByExercise; value: Verdict }
  snapshots: { key: [...ByExercise, at: number, mark: string]; value: Snapshot }
  regressions: { key: [...ByExercise, check: string]; value: Regression }
  answers: { key: [page: string, question: string]; value: Answer }
  positions: { key: string; value: Position }
  settings: { key: string; value: Setting }
  /** What the last import found, so that it can be undone; see `import.ts`. */
  imports: { key: string; value: { readonly name: string } }
}

export const NAME = 'lockstep'
/** 2: the best runs came along. 3: the code that passed last. 4: history, verdicts, answers, positions, settings, regressions. */
export const VERSION = 4

export const KEYS: { readonly [Store in StoreNames<RecordSchema>]: string | readonly string[] } = {
  drafts: ['exercise', 'version'],
  results: ['exercise', 'version'],
  bests: ['exercise', 'version'],
  passes: ['exercise', 'version'],
  verdicts: ['exercise', 'version'],
  snapshots: ['exercise', 'version', 'at', 'mark'],
  regressions: ['exercise', 'version', 'check'],
  answers: ['page', 'question'],
  positions: 'page',
  settings: 'name',
  imports: 'name',
}

/** Makes the stores that are not there yet, and fills them from what is. */
export async function migrate(
  opened: IDBPDatabase<RecordSchema>,
  before: number,
  upgrading: IDBPTransaction<RecordSchema, StoreNames<RecordSchema>[], 'versionchange'>,
): Promise<void> {
  for (const store of Object.keys(KEYS) as StoreNames<RecordSchema>[])
    if (!opened.objectStoreNames.contains(store)) opened.createObjectStore(store, { keyPath: keyOf(store) })
  if (before === 0) return
  // Of what ran before, the last run of each is known.
  for (const result of await upgrading.objectStore('results').getAll()) {
    const pass = passOf(result)
    if (before < 3 && pass) await upgrading.objectStore('passes').put(pass)
    if (before < 4) await upgrading.objectStore('verdicts').put(verdictOf(result))
  }
  if (before >= 4) return
  for (const { exercise, version, putAside, savedAt } of await upgrading.objectStore('drafts').getAll()) {
    if (putAside === null) continue
    const of = { exercise, version, code: putAside, mark: markOf(putAside) }
    await upgrading.objectStore('snapshots').put({ ...of, at: savedAt, why: 'reset' })
  }
}

function keyOf(store: StoreNames<RecordSchema>): string | string[] {
  const key = KEYS[store]
  return typeof key === 'string' ? key : [...key]
}

/** What a result says of the code that passed; null where it did not. */
export function passOf({ exercise, version, code, report, ranAt }: Result): Pass | null {
  if (report.verdict !== 'passed') return null
  return { exercise, version, code, passedAt: ranAt, states: statesOf(report) }
}

export function verdictOf({ exercise, version, report, ranAt }: Result): Verdict {
  return { exercise, version, verdict: report.verdict, states: statesOf(report), ranAt }
}

/** All states that were looked at. The checks of one configuration were decided by one search. */
function statesOf({ checks }: Report): number {
  const largest = new Map<string, number>()
  for (const { states, bounds } of checks)
    largest.set(bounds.configuration, Math.max(states, largest.get(bounds.configuration) ?? 0))
  return [...largest.values()].reduce((sum, states) => sum + states, 0)
}
