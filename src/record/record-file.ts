/** Record file: the shape of an exported record, and how two records become one. Pure: it knows neither files nor a database. */
import type { Contents } from './contents.ts'
import type { Draft, OfExercise, Pass, Position, Snapshot } from './entries.ts'
import { markOf } from './mark.ts'

export const FORMAT = 'lockstep-record'
/** The version of the format. A newer one is refused, never guessed at. */
export const FORMAT_VERSION = 1

export interface RecordFile extends Contents {
  readonly format: typeof FORMAT
  readonly version: typeof FORMAT_VERSION
  /** When it was exported. */
  readonly at: number
}

/** What tells the entries of each kind apart. */
export const KEY_OF: { readonly [Kind in keyof Contents]: (entry: Contents[Kind][number]) => string } = {
  drafts: byExercise,
  passes: byExercise,
  verdicts: byExercise,
  bests: byExercise,
  snapshots: (one) => `${byExercise(one)}|${one.at}|${one.mark}`,
  regressions: (one) => `${byExercise(one)}|${one.check}`,
  answers: ({ page, question }) => `${page}|${question}`,
  positions: ({ page }) => page,
  settings: ({ name }) => name,
}

function byExercise({ exercise, version }: OfExercise): string {
  return `${version}|${exercise}`
}

/**
 * Makes one record of two, and loses no text of either. Of two drafts the newer stands and the other goes into the history; of
 * two answers, positions and settings the newer stands; of two best runs the shorter. Merging the same once more changes nothing.
 */
export function mergeRecords(mine: Contents, theirs: Contents): Contents {
  const replaced: Snapshot[] = []
  const merged = {
    drafts: merge('drafts', mine, theirs, (one, other) => mergeDrafts(one, other, replaced)),
    passes: merge('passes', mine, theirs, (one, other) => mergePasses(one, other, replaced)),
    verdicts: merge('verdicts', mine, theirs, (one, other) => (other.ranAt > one.ranAt ? other : one)),
    bests: merge('bests', mine, theirs, (one, other) =>
      other.actions.length < one.actions.length ? other : one,
    ),
    regressions: merge('regressions', mine, theirs, (one, other) => (other.at > one.at ? other : one)),
    answers: merge('answers', mine, theirs, (one, other) => (other.at > one.at ? other : one)),
    positions: merge('positions', mine, theirs, mergePositions),
    settings: merge('settings', mine, theirs, (one, other) => (other.at > one.at ? other : one)),
  }
  const history = { ...mine, snapshots: [...mine.snapshots, ...theirs.snapshots] }
  const snapshots = merge('snapshots', history, { ...mine, snapshots: replaced }, (one) => one)
  return { ...merged, snapshots }
}

/** The entries of a record that are not, or not like this, in another. */
export function changedSince(now: Contents, before: Contents): Contents {
  const changed = <Kind extends keyof Contents>(kind: Kind) => {
    const known = keyed(kind, before[kind])
    return (now[kind] as readonly Contents[Kind][number][]).filter((entry) => {
      const old = known.get(KEY_OF[kind](entry))
      return old === undefined || !same(entry, old)
    })
  }
  return {
    drafts: changed('drafts') as Contents['drafts'],
    snapshots: changed('snapshots') as Contents['snapshots'],
    passes: changed('passes') as Contents['passes'],
    verdicts: changed('verdicts') as Contents['verdicts'],
    bests: changed('bests') as Contents['bests'],
    regressions: changed('regressions') as Contents['regressions'],
    answers: changed('answers') as Contents['answers'],
    positions: changed('positions') as Contents['positions'],
    settings: changed('settings') as Contents['settings'],
  }
}

function keyed<Kind extends keyof Contents>(
  kind: Kind,
  entries: readonly Contents[Kind][number][],
): Map<string, Contents[Kind][number]> {
  return new Map(entries.map((entry) => [KEY_OF[kind](entry), entry]))
}

/** Unites two lists of one kind. An entry may be there twice even in one of them. */
function merge<Kind extends keyof Contents>(
  kind: Kind,
  mine: Contents,
  theirs: Contents,
  both: (mine: Contents[Kind][number], theirs: Contents[Kind][number]) => Contents[Kind][number],
): Contents[Kind][number][] {
  const all = new Map<string, Contents[Kind][number]>()
  for (const entry of [...mine[kind], ...theirs[kind]]) {
    const key = KEY_OF[kind](entry)
    const before = all.get(key)
    all.set(key, before === undefined ? entry : both(before, entry))
  }
  return [...all.values()]
}

function mergeDrafts(mine: Draft, theirs: Draft, replaced: Snapshot[]): Draft {
  const [newer, older] = theirs.savedAt > mine.savedAt ? [theirs, mine] : [mine, theirs]
  const { exercise, version, savedAt } = older
  for (const code of [older.code, older.putAside]) {
    if (code === null || code === newer.code || code === newer.putAside || code === newer.starter) continue
    replaced.push({ exercise, version, code, at: savedAt, mark: markOf(code), why: 'import' })
  }
  const starter = newer.starter ?? older.starter
  return starter === undefined ? newer : { ...newer, starter }
}

function mergePasses(mine: Pass, theirs: Pass, replaced: Snapshot[]): Pass {
  const [newer, older] = theirs.passedAt > mine.passedAt ? [theirs, mine] : [mine, theirs]
  const { exercise, version, code, passedAt } = older
  if (code !== newer.code)
    replaced.push({ exercise, version, code, at: passedAt, mark: markOf(code), why: 'passed' })
  return newer
}

function mergePositions(mine: Position, theirs: Position): Position {
  const newer = theirs.at > mine.at ? theirs : mine
  const read = [mine.readAt, theirs.readAt].filter((at) => at !== null)
  return { ...newer, readAt: read.length === 0 ? null : Math.min(...read) }
}

/** Are two entries the same but for what only this browser knows of them? */
function same(one: object, other: object): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other))
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, part]) => part !== undefined && key !== 'revision' && key !== 'writer')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, ordered(part)]),
  )
}
