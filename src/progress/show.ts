/** Fills in a page of lists what the learner's record says: marks, sums, states, seals, and where to go on. */
import { grouped, put } from './say.ts'
import type { ExerciseProgress, PageProgress, Progress } from '../record/progress.ts'
import { shelfAt } from '../offline/shelf.ts'
import { href } from '../paths.ts'
import type { Words } from '../widgets/figure.ts'
import { type ProgressCourse, exercisesOf } from './course.ts'
import { readCourse } from './read.ts'
import { showOnward } from './onward.ts'
import { standingOf } from './standing.ts'

/** What a page carries for it. */
export interface Carried {
  readonly lang: string
  readonly course: ProgressCourse
  readonly words: Words
}

/** Marks the chapters that are here without a network. */
async function showOffline(lang: string): Promise<void> {
  if (!('caches' in globalThis)) return
  const { chapters } = await shelfAt(new URL(href(''), location.href).href).kept()
  for (const place of document.querySelectorAll<HTMLElement>('[data-chapter]'))
    place.toggleAttribute('data-offline', Boolean(chapters[`${lang}/${place.dataset.chapter}/`]))
}

export async function showProgress({ lang, course, words }: Carried): Promise<void> {
  void showOffline(lang).catch(() => undefined)
  const progress = await readCourse(course)
  if (progress === null) return
  for (const mark of document.querySelectorAll<HTMLElement>('[data-marks-page]'))
    fill(mark, pageState(progress.pages[mark.dataset.marksPage!], words))
  const exercises = new Map(course.flatMap(exercisesOf).map((exercise) => [exercise.id, exercise]))
  for (const mark of document.querySelectorAll<HTMLElement>('[data-marks-exercise]'))
    fill(mark, exerciseState(progress.exercises[mark.dataset.marksExercise!], words))
  for (const place of document.querySelectorAll<HTMLElement>('[data-state-of]')) {
    const id = place.dataset.stateOf!
    place.textContent = stateInWords(progress.exercises[id], exercises.get(id)?.parts.length ?? 0, words)
  }
  showSums(course, progress, words)
  showOnward({ lang, course, words }, progress)
}

type State = readonly [state: 'some' | 'done', words: string] | null

function pageState(page: PageProgress | undefined, words: Words): State {
  if (!page || page.at === null) return null
  return page.readAt === null ? ['some', put(words, 'progress.begun')] : ['done', put(words, 'progress.read')]
}

function exerciseState(exercise: ExerciseProgress | undefined, words: Words): State {
  if (!exercise || exercise.state === 'none') return null
  return [exercise.state === 'passed' ? 'done' : 'some', put(words, `progress.${exercise.state}`)]
}

/** How an exercise stands, in full. */
function stateInWords(exercise: ExerciseProgress | undefined, parts: number, words: Words): string {
  if (!exercise) return ''
  const done = Object.keys(exercise.parts).length
  if (exercise.best !== null) return put(words, 'progress.best', { steps: exercise.best })
  if (exercise.state === 'draft' && done > 0) return put(words, 'progress.parts', { done, total: parts })
  return put(words, `progress.${exercise.state}`)
}

function fill(mark: HTMLElement, state: State): void {
  mark.replaceChildren()
  if (state === null) {
    delete mark.dataset.state
    return
  }
  mark.dataset.state = state[0]
  const said = document.createElement('span')
  said.textContent = `${state[1]}: `
  mark.append(said)
  mark.title = state[1]
}

function showSums(course: ProgressCourse, progress: Progress, words: Words): void {
  if (progress.last === null) return
  const all = standingOf(
    course.flatMap(({ pages }) => pages),
    progress,
  )
  const counts = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      typeof value === 'number' ? [[name, grouped(value)]] : [],
    ),
  )
  for (const place of document.querySelectorAll<HTMLElement>('[data-sum]'))
    place.textContent = put(
      words,
      place.dataset.sum === 'exercises' ? 'progress.sum.exercises' : 'progress.sum',
      counts,
    )
  for (const chapter of course) {
    const standing = standingOf(chapter.pages, progress)
    const place = document.querySelector<HTMLElement>(`[data-chapter="${chapter.id}"]`)
    if (place) place.toggleAttribute('data-done', standing.done)
  }
}
