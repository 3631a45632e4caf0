/** Overview: the record as its page lists it, by chapter and exercise, from its contents and the course. Pure. */
import { type ProgressCourse, exercisesOf } from '../progress/course.ts'
import type { Contents } from './contents.ts'
import { type ExerciseProgress, type Progress, progressOf } from './progress.ts'

/** An exercise, or a listing, of which something is kept. */
export interface Row {
  readonly title: string
  /** Where its page is; null where it has none any more. */
  readonly href: string | null
  /** What its entries are called: an exercise with parts has several. */
  readonly names: readonly string[]
  readonly state: ExerciseProgress['state'] | null
  /** When it was last changed; null: never. */
  readonly at: number | null
  readonly best: number | null
  /** How many texts its history has. */
  readonly texts: number
}

export interface Group {
  /** A chapter's number and name; null for what belongs to none. */
  readonly chapter: { readonly number: number; readonly name: string } | null
  readonly kind: 'chapter' | 'cells' | 'other'
  readonly rows: readonly Row[]
  /** The titles of the exercises of which nothing is kept. */
  readonly rest: readonly string[]
}

export interface Overview {
  readonly groups: readonly Group[]
  readonly progress: Progress
  readonly exercises: Sum
  readonly pages: Sum
  readonly answers: Sum
  readonly texts: number
}

/** So many of so many. */
export interface Sum {
  readonly done: number
  readonly of: number
}

export function overviewOf(contents: Contents, course: ProgressCourse): Overview {
  const pages = course.flatMap((chapter) => chapter.pages)
  const exercises = course.flatMap(exercisesOf)
  const progress = progressOf(contents, { pages, exercises })
  const names = new Set(
    [
      ...contents.drafts,
      ...contents.snapshots,
      ...contents.passes,
      ...contents.bests,
      ...contents.verdicts,
    ].map(({ exercise }) => exercise),
  )
  const namesOf = (id: string, parts: readonly string[]) => [id, ...parts.map((part) => `${id}/${part}`)]
  const textsOf = (all: readonly string[]) =>
    contents.snapshots.filter(({ exercise }) => all.includes(exercise)).length
  const changedAt = (all: readonly string[]) => {
    const times = contents.drafts
      .filter(({ exercise }) => all.includes(exercise))
      .map(({ savedAt }) => savedAt)
    return times.length === 0 ? null : Math.max(...times)
  }

  const groups: Group[] = course.map((chapter) => {
    const rows: Row[] = []
    const rest: string[] = []
    for (const { id, parts, title, href } of exercisesOf(chapter)) {
      const own = namesOf(id, parts).filter((name) => names.delete(name))
      const { state: known, at, best } = progress.exercises[id]!
      // Of a part that there is no more, something may be kept all the same.
      const state = known === 'none' ? 'draft' : known
      if (own.length === 0) rest.push(title)
      else rows.push({ title, href, names: own, state, at: at ?? changedAt(own), best, texts: textsOf(own) })
    }
    return { chapter, kind: 'chapter', rows, rest }
  })
  // A cell is called by its chapter and a name; a listing has no state, for it is tried as one types.
  const chapterOf = (name: string) => course.find(({ id }) => name.startsWith(`${id}/`))
  const rowOf = (name: string, href: string | null): Row => ({
    title: name,
    href,
    names: [name],
    state: null,
    at: changedAt([name]),
    best: null,
    texts: textsOf([name]),
  })
  const left = [...names].sort()
  const cells = left.filter(chapterOf).map((name) => rowOf(name, chapterOf(name)?.pages[0]?.href ?? null))
  const other = left.filter((name) => !chapterOf(name)).map((name) => rowOf(name, null))
  groups.push(
    { chapter: null, kind: 'cells', rows: cells, rest: [] },
    { chapter: null, kind: 'other', rows: other, rest: [] },
  )
  const done = Object.values(progress.exercises).filter(({ state }) => state === 'passed').length
  const questions = pages.flatMap((page) => page.questions)
  return {
    groups: groups.filter(({ rows }) => rows.length > 0),
    progress,
    exercises: { done, of: exercises.length },
    pages: {
      done: Object.values(progress.pages).filter(({ readAt }) => readAt !== null).length,
      of: pages.length,
    },
    answers: {
      done: Object.values(progress.pages).reduce(
        (sum, { answered }) => sum + Object.keys(answered).length,
        0,
      ),
      of: questions.length,
    },
    texts: contents.snapshots.length,
  }
}

/** `1.2 MB`, in the writing of a language. */
export function bytesInWords(bytes: number, lang: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return new Intl.NumberFormat(lang, {
    style: 'unit',
    unit: units[step]!,
    maximumFractionDigits: bytes / 1000 ** step < 10 ? 1 : 0,
  }).format(bytes / 1000 ** step)
}
