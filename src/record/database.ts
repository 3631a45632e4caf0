/**
 * The learner's record: what the browser keeps for the learner, in IndexedDB and nowhere else. Drafts with their history, last results
 * and best runs, answers, positions, settings. Where storage is refused every read and write rejects, the page says so, and
 * everything else goes on; what was refused once is tried again the next time.
 */
import { openDB, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb'
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
import { notePassed } from './passed-key.ts'
import { NAME, type RecordSchema, VERSION, migrate, passOf, verdictOf } from './schema.ts'
import { TAB, tellPage, tellTabs } from './tabs.ts'
import { superfluous } from './thinning.ts'

export type { Answer, BestRun, Draft, Pass, Position, Regression, Result, Setting, Snapshot, Verdict }

/** What came of writing a draft. */
export interface Written {
  /** What stands in the record now: the draft, or one that another tab wrote later. */
  readonly draft: Draft
  /** The draft that had to make way, which is in the history now; null where none did. */
  readonly replaced: Draft | null
}

/** Reads and writes of the learner's record. Each rejects when the browser refuses it. */
export interface LearnerRecord {
  draft(exercise: string, version: number): Promise<Draft | undefined>
  /** The newest draft of an older version of the exercise. */
  olderDraft(exercise: string, version: number): Promise<Draft | undefined>
  /**
   * Keeps a draft. Where another tab has kept one of other code in between, the newer of the two stands and the other goes
   * into the history.
   * @param seen the revision that this tab has seen last; 0: none
   */
  keepDraft(draft: Draft, seen: number): Promise<Written>
  /** The history of a draft, the newest first. */
  snapshots(exercise: string, version: number): Promise<Snapshot[]>
  /** Puts a text into the history, unless it says nothing new, and drops what is too much. */
  keepSnapshot(snapshot: Omit<Snapshot, 'mark'>): Promise<void>
  dropSnapshot(snapshot: Snapshot): Promise<void>
  /** Drops what only marks moments from every history, because there is no room for it. */
  makeRoom(): Promise<void>
  result(exercise: string, version: number): Promise<Result | undefined>
  /** Keeps a result, its verdict and, where it says that the code passed, the code as the one that passed last. */
  keepResult(result: Result): Promise<void>
  /** The code that passed last, for the newest version of the exercise for which any did. */
  pass(exercise: string): Promise<Pass | undefined>
  best(exercise: string, version: number): Promise<BestRun | undefined>
  /** Keeps a run, unless one that is as short or shorter is there. */
  keepBest(best: BestRun): Promise<void>
  regressions(exercise: string, version: number): Promise<Regression[]>
  keepRegression(regression: Regression): Promise<void>
  dropRegression(exercise: string, version: number, check: string): Promise<void>
  /** The answers given on a page. */
  answers(page: string): Promise<Answer[]>
  keepAnswer(answer: Answer): Promise<void>
  position(page: string): Promise<Position | undefined>
  keepPosition(position: Position): Promise<void>
  setting(name: string): Promise<Setting | undefined>
  settings(): Promise<Setting[]>
  keepSetting(setting: Setting): Promise<void>
  dropSetting(name: string): Promise<void>
}

export type Database = IDBPDatabase<RecordSchema>

let connection: Promise<Database> | null = null
const whenLost = new Set<() => void>()

/** The database, opened once for the page and once more when it was closed on us. @throws when the browser refuses it */
export function openDatabase(): Promise<Database> {
  if (connection) return connection
  const forget = () => {
    if (connection === opening) connection = null
  }
  const opening = openAnew(forget)
  connection = opening
  opening.catch(forget)
  return opening
}

async function openAnew(forget: () => void): Promise<Database> {
  return openDB<RecordSchema>(NAME, VERSION, {
    upgrade: (database, before, _version, upgrading) => migrate(database, before, upgrading),
    // Another tab with a newer page wants to change the stores: let it, rather than block it.
    blocking(_current, _next, event) {
      ;(event.target as IDBDatabase).close()
      forget()
    },
    // The browser has closed it, most likely because the learner has cleared what the site keeps.
    terminated() {
      forget()
      for (const listener of whenLost) listener()
    },
  })
}

/** Calls back when what was kept may be gone, although nobody here has deleted it. @returns a function that stops it */
export function onLost(listener: () => void): () => void {
  whenLost.add(listener)
  return () => whenLost.delete(listener)
}

/** Why the browser keeps nothing: there is no room left, or it does not want to. */
export function whyRefused(error: unknown): 'full' | 'refused' {
  return (error as { name?: string } | null)?.name === 'QuotaExceededError' ? 'full' : 'refused'
}

/**
 * Opens the record, making it at the first visit.
 * @throws when the browser refuses to store anything
 */
export async function openRecord(): Promise<LearnerRecord> {
  await openDatabase()
  return record
}

/** Does some work in a transaction. @returns what the work gives, once it is safe */
export async function within<Given>(
  transaction: Pick<IDBPTransaction<RecordSchema, StoreNames<RecordSchema>[], 'readwrite'>, 'done'>,
  work: () => Promise<Given>,
): Promise<Given> {
  const { done } = transaction
  // It is waited for below, whatever the work does.
  done.catch(() => undefined)
  try {
    const given = await work()
    await done
    return given
  } catch (error) {
    // Why the whole was given up says more than what became of one request.
    await done
    throw error
  }
}

const everyVersion = (exercise: string) => IDBKeyRange.bound([exercise, -Infinity], [exercise, Infinity])
/** All keys that begin with these parts. Text sorts after numbers, and an array after both. */
const beginning = (...parts: readonly (string | number)[]) => IDBKeyRange.bound([...parts], [...parts, []])

const put =
  <Store extends 'regressions' | 'answers' | 'positions' | 'settings'>(store: Store) =>
  async (value: RecordSchema[Store]['value']): Promise<void> => {
    await (await openDatabase()).put(store, value)
  }

const record: LearnerRecord = {
  draft: async (exercise, version) => (await openDatabase()).get('drafts', [exercise, version]),
  async olderDraft(exercise, version) {
    const older = await (
      await openDatabase()
    ).getAll('drafts', IDBKeyRange.bound([exercise, -Infinity], [exercise, version], false, true))
    return older.at(-1)
  },
  async keepDraft(draft, seen) {
    const { exercise, version } = draft
    const writing = (await openDatabase()).transaction(['drafts', 'snapshots'], 'readwrite')
    const written = await within(writing, async (): Promise<Written> => {
      const drafts = writing.objectStore('drafts')
      const before = await drafts.get([exercise, version])
      const stranger =
        before && before.code !== draft.code && before.writer !== TAB && (before.revision ?? 0) !== seen
          ? before
          : null
      const loser = stranger && (stranger.savedAt > draft.savedAt ? draft : stranger)
      if (loser) {
        const of = { exercise, version, code: loser.code, mark: markOf(loser.code) }
        await writing.objectStore('snapshots').put({ ...of, at: loser.savedAt, why: 'other-tab' })
      }
      if (stranger && loser === draft) return { draft: stranger, replaced: draft }
      const next = { ...draft, revision: (before?.revision ?? 0) + 1, writer: TAB }
      await drafts.put(next)
      return { draft: next, replaced: stranger }
    })
    if (written.draft.writer === TAB) tellTabs({ kind: 'draft', exercise, version })
    return written
  },
  async snapshots(exercise, version) {
    const all = await (await openDatabase()).getAll('snapshots', beginning(exercise, version))
    return all.reverse()
  },
  async keepSnapshot(snapshot) {
    const { exercise, version, code, why } = snapshot
    const writing = (await openDatabase()).transaction('snapshots', 'readwrite')
    await within(writing, async () => {
      const all = await writing.store.getAll(beginning(exercise, version))
      const last = all.at(-1)
      if (last?.code === code) {
        if (why === 'paused' || why === last.why) return
        // What the moment was says more than that there was one.
        if (last.why === 'paused') await writing.store.delete(keyOf(all.pop()!))
      }
      const added: Snapshot = { ...snapshot, mark: markOf(code) }
      await writing.store.put(added)
      for (const one of superfluous([...all, added])) await writing.store.delete(keyOf(one))
    })
  },
  async dropSnapshot(snapshot) {
    await (await openDatabase()).delete('snapshots', keyOf(snapshot))
  },
  async makeRoom() {
    const writing = (await openDatabase()).transaction('snapshots', 'readwrite')
    await within(writing, async () => {
      for (const one of superfluous(await writing.store.getAll(), 0)) await writing.store.delete(keyOf(one))
    })
  },
  result: async (exercise, version) => (await openDatabase()).get('results', [exercise, version]),
  async keepResult(result) {
    const writing = (await openDatabase()).transaction(['results', 'verdicts', 'passes'], 'readwrite')
    const pass = passOf(result)
    await within(writing, async () => {
      await writing.objectStore('results').put(result)
      await writing.objectStore('verdicts').put(verdictOf(result))
      if (pass) await writing.objectStore('passes').put(pass)
    })
    if (pass) {
      notePassed(pass.exercise)
      tellPage(pass.exercise)
    }
  },
  async pass(exercise) {
    return (await (await openDatabase()).getAll('passes', everyVersion(exercise))).at(-1)
  },
  best: async (exercise, version) => (await openDatabase()).get('bests', [exercise, version]),
  async keepBest(best) {
    // In one transaction: another tab may be at the same exercise.
    const writing = (await openDatabase()).transaction('bests', 'readwrite')
    await within(writing, async () => {
      const before = await writing.store.get([best.exercise, best.version])
      if (!before || best.actions.length < before.actions.length) await writing.store.put(best)
    })
    tellPage(best.exercise)
  },
  regressions: async (exercise, version) =>
    (await openDatabase()).getAll('regressions', beginning(exercise, version)),
  keepRegression: put('regressions'),
  async dropRegression(exercise, version, check) {
    await (await openDatabase()).delete('regressions', [exercise, version, check])
  },
  answers: async (page) => (await openDatabase()).getAll('answers', beginning(page)),
  keepAnswer: put('answers'),
  position: async (page) => (await openDatabase()).get('positions', page),
  keepPosition: put('positions'),
  setting: async (name) => (await openDatabase()).get('settings', name),
  settings: async () => (await openDatabase()).getAll('settings'),
  keepSetting: put('settings'),
  async dropSetting(name) {
    await (await openDatabase()).delete('settings', name)
  },
}

function keyOf({ exercise, version, at, mark }: Snapshot): [string, number, number, string] {
  return [exercise, version, at, mark]
}
