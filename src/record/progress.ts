/**
 * Progress: what the record says of the course, page by page and exercise by exercise. The summary is pure; the outline of the course is
 * handed to it as data.
 */
import type { Answer, BestRun, Draft, Pass, Position, Setting, Verdict } from './entries.ts'

/** What of the course is looked for in the record. */
export interface CourseOutline {
  readonly pages: readonly { readonly id: string; readonly questions: readonly string[] }[]
  readonly exercises: readonly ExerciseOutline[]
}

export interface ExerciseOutline {
  readonly id: string
  readonly version: number
  readonly kind: 'build' | 'break'
  /** The ids of the parts of an exercise to break, which are done one by one; empty: it is one whole. */
  readonly parts: readonly string[]
}

/** What is read of the record for it. */
export interface Records {
  readonly drafts: readonly Pick<Draft, 'exercise' | 'version' | 'savedAt'>[]
  readonly verdicts: readonly Verdict[]
  readonly passes: readonly Pass[]
  readonly bests: readonly BestRun[]
  readonly answers: readonly Answer[]
  readonly positions: readonly Position[]
  readonly settings: readonly Setting[]
}

export interface ExerciseProgress {
  readonly id: string
  /**
   * How it stands in its present version: `passed` once it has, whatever came after; `failed` and `undecided` by the last run; `draft`
   * where there is one that has not run; `earlier` where only an earlier version has passed.
   */
  readonly state: 'none' | 'draft' | 'failed' | 'undecided' | 'earlier' | 'passed'
  /** When it passed last, in any version; null: not yet. Of parts, when the last of them was done. */
  readonly passedAt: number | null
  /** How many states were looked at when it passed; 0 where that is not known. */
  readonly states: number
  /** When it was last worked at; null: never. */
  readonly at: number | null
  /** The length of the learner's shortest run: of the whole, or of all parts together once all are done. Null: none yet. */
  readonly best: number | null
  /** The parts that are done, with the lengths of the shortest runs. */
  readonly parts: Readonly<Record<string, number>>
}

export interface PageProgress {
  readonly id: string
  /** When its end was first reached; null: not yet. */
  readonly readAt: number | null
  /** When it was last read; null: never. */
  readonly at: number | null
  /** The id of the heading where reading stopped. */
  readonly part: string | null
  /** How much of it was above the lower edge of the window then, from 0 to 1. */
  readonly fraction: number
  /** The page's questions that were answered, and whether rightly. */
  readonly answered: Readonly<Record<string, boolean>>
}

/** Where the learner was last. */
export type Last =
  | { readonly kind: 'page'; readonly id: string; readonly part: string | null; readonly at: number }
  | { readonly kind: 'exercise'; readonly id: string; readonly at: number }

export interface Progress {
  readonly pages: Readonly<Record<string, PageProgress>>
  readonly exercises: Readonly<Record<string, ExerciseProgress>>
  /** The newest of all pages and exercises of the outline; null: nothing was begun. */
  readonly last: Last | null
  /** Where the learner left off reading and working, the newest first. */
  readonly recent: readonly Last[]
  readonly settings: Readonly<Record<string, Setting['value']>>
}

/** Sums up a record. */
export function progressOf(records: Records, outline: CourseOutline): Progress {
  const pages = outline.pages.map((page) => pageProgress(page, records))
  const exercises = outline.exercises.map((exercise) => exerciseProgress(exercise, records))
  const recent = [
    ...pages.flatMap(({ id, part, at }): Last[] => (at === null ? [] : [{ kind: 'page', id, part, at }])),
    ...exercises.flatMap(({ id, at }): Last[] => (at === null ? [] : [{ kind: 'exercise', id, at }])),
  ].sort((a, b) => b.at - a.at)
  return {
    pages: Object.fromEntries(pages.map((page) => [page.id, page])),
    exercises: Object.fromEntries(exercises.map((exercise) => [exercise.id, exercise])),
    last: recent[0] ?? null,
    recent,
    settings: Object.fromEntries(records.settings.map(({ name, value }) => [name, value])),
  }
}

/**
 * Reads the record and sums it up.
 * @throws when the browser keeps no record
 */
export async function readProgress(outline: CourseOutline): Promise<Progress> {
  const { readRecords } = await import('./contents.ts')
  return progressOf(await readRecords(), outline)
}

function pageProgress(
  { id, questions }: CourseOutline['pages'][number],
  { positions, answers }: Records,
): PageProgress {
  const position = positions.find(({ page }) => page === id)
  const answered = answers
    .filter(({ page, question }) => page === id && questions.includes(question))
    .map(({ question, right }) => [question, right] as const)
  return {
    id,
    readAt: position?.readAt ?? null,
    at: position?.at ?? null,
    part: position?.part ?? null,
    fraction: position?.fraction ?? 0,
    answered: Object.fromEntries(answered),
  }
}

function exerciseProgress(exercise: ExerciseOutline, records: Records): ExerciseProgress {
  return exercise.kind === 'build' ? buildProgress(exercise, records) : breakProgress(exercise, records)
}

function buildProgress({ id, version }: ExerciseOutline, records: Records): ExerciseProgress {
  const of = <One extends { readonly exercise: string }>(all: readonly One[]) =>
    all.filter(({ exercise }) => exercise === id)
  const drafts = of(records.drafts)
  const verdicts = of(records.verdicts)
  const passes = [...of(records.passes)].sort((a, b) => a.version - b.version)
  const pass = passes.findLast((one) => one.version === version)
  const verdict = verdicts.find((one) => one.version === version)?.verdict
  const state = pass
    ? 'passed'
    : verdict === 'failed' || verdict === 'error'
      ? 'failed'
      : verdict === 'inconclusive'
        ? 'undecided'
        : passes.length > 0
          ? 'earlier'
          : drafts.length > 0
            ? 'draft'
            : 'none'
  const known = pass ?? passes.at(-1)
  return {
    id,
    state,
    passedAt: known?.passedAt ?? null,
    states: known?.states ?? 0,
    at: latest([
      ...drafts.map(({ savedAt }) => savedAt),
      ...verdicts.map(({ ranAt }) => ranAt),
      ...passes.map(({ passedAt }) => passedAt),
    ]),
    best: null,
    parts: {},
  }
}

function breakProgress({ id, version, parts }: ExerciseOutline, records: Records): ExerciseProgress {
  const names = parts.length > 0 ? parts.map((part) => `${id}/${part}`) : [id]
  const of = <One extends { readonly exercise: string }>(all: readonly One[]) =>
    all.filter(({ exercise }) => names.includes(exercise))
  const bests = of(records.bests)
  const now = bests.filter((one) => one.version === version)
  const isDone = (all: readonly BestRun[]) => names.every((name) => all.some((one) => one.exercise === name))
  const drafts = of(records.drafts)
  const done = isDone(now) ? now : isDone(bests) ? bests : null
  return {
    id,
    state: isDone(now) ? 'passed' : done ? 'earlier' : drafts.length + bests.length > 0 ? 'draft' : 'none',
    passedAt: done && latest(done.map(({ reachedAt }) => reachedAt)),
    states: 0,
    at: latest([...drafts.map(({ savedAt }) => savedAt), ...bests.map(({ reachedAt }) => reachedAt)]),
    best: isDone(now) ? now.reduce((sum, { actions }) => sum + actions.length, 0) : null,
    parts: Object.fromEntries(
      parts.flatMap((part) => {
        const best = now.find(({ exercise }) => exercise === `${id}/${part}`)
        return best ? [[part, best.actions.length]] : []
      }),
    ),
  }
}

function latest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.max(...times)
}
