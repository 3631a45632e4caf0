/** The table of contents as a page shows it: the chapters of chapters.ts with their words, and what is written. */
import { getCollection } from 'astro:content'
import { partsOf } from '../../engine/exercise.ts'
import { specOf } from '../exercise/specs.ts'
import { t } from '../text/index.ts'
import { chapters, type ChapterId, type PageId } from './chapters.ts'

export interface OutlinePage {
  id: PageId
  /** The short name that stands in the map. */
  name: string
  /** From the site's root, for `href`. */
  path: string
  /** Whether content/ has the page in this language. */
  written: boolean
  /** The ids of the questions that it asks. */
  questions: string[]
  /** The exercises that it leads to, in its order. One that several pages lead to is the first one's. */
  exercises: OutlineExercise[]
}

export interface OutlineExercise {
  id: string
  version: number
  kind: 'build' | 'break'
  title: string
  /** The question that it answers. */
  question: string
  /** From the site's root, for `href`. */
  path: string
  /** The parts that it has, by name; none where it is one. */
  parts: string[]
}

export interface OutlineChapter {
  id: ChapterId
  number: number
  name: string
  about: string
  pages: OutlinePage[]
}

const known = new Map<string, Promise<OutlineChapter[]>>()

/** The whole course in one language. While the site is built it stays what it is. */
export function outline(language: string): Promise<OutlineChapter[]> {
  const made = (import.meta.env.PROD && known.get(language)) || make(language)
  known.set(language, made)
  return made
}

async function make(language: string): Promise<OutlineChapter[]> {
  const texts = new Map((await getCollection('pages')).map(({ id, body = '' }) => [id, body]))
  const exercises = new Map((await exercisesOf(language)).map((exercise) => [exercise.id, exercise]))
  /** Takes an exercise, so that no later page has it too. */
  const take = (id: string): OutlineExercise[] => {
    const exercise = exercises.get(id)
    exercises.delete(id)
    return exercise ? [exercise] : []
  }
  return chapters.map((chapter, index) => ({
    id: chapter.id,
    number: index + 1,
    name: t(language, `chapter.${chapter.id}`),
    about: t(language, `about.${chapter.id}`),
    pages: chapter.pages.map((id) => {
      const text = texts.get(`${language}/${id}`)
      return {
        id,
        name: t(language, `page.${id}`),
        path: `${language}/${id}`,
        written: text !== undefined,
        questions: [...(text ?? '').matchAll(/<Predict\s+id="([^"]+)"/g)].map(([, question]) => question!),
        exercises: [...(text ?? '').matchAll(/<Exercise id="([\w-]+)"/g)].flatMap(([, id]) => take(id!)),
      }
    }),
  }))
}

/** The exercises that there are in a language, in no order. */
async function exercisesOf(language: string): Promise<OutlineExercise[]> {
  const entries = (await getCollection('exercises')).filter(({ id }) => id.endsWith(`/${language}`))
  return Promise.all(
    entries.map(async ({ id: file, data }) => {
      const id = file.slice(0, -`/${language}`.length)
      const spec = await specOf(id)
      const { title, question } = data as { title: string; question?: string }
      return {
        id,
        version: spec.version,
        kind: spec.kind,
        title,
        question: question ?? '',
        path: `${language}/exercises/${id}`,
        parts: spec.kind === 'break' ? partsOf(spec).flatMap(({ part }) => part ?? []) : [],
      }
    }),
  )
}

/** Where a page stands: its chapter, its number there (from 1), and the written pages before and after it. */
export function placeOf(course: readonly OutlineChapter[], id: string) {
  const chapter = course.find((candidate) => candidate.pages.some((page) => page.id === id))
  const page = chapter?.pages.find((candidate) => candidate.id === id)
  if (!chapter || !page) {
    throw new Error(`content/ has '${id}', which src/course/chapters.ts does not list`)
  }
  const readable = course.flatMap(({ pages }) => pages).filter((other) => other.written || other.id === id)
  const at = readable.indexOf(page)
  return {
    chapter,
    page,
    number: chapter.pages.indexOf(page) + 1,
    previous: readable[at - 1],
    next: readable[at + 1],
  }
}

/** Where an exercise stands: its chapter, the page that leads to it, and the exercises in the order of the course. */
export function placeOfExercise(course: readonly OutlineChapter[], id: string) {
  for (const chapter of course)
    for (const page of chapter.pages) {
      const exercise = page.exercises.find((candidate) => candidate.id === id)
      if (exercise) return { chapter, page, exercise }
    }
  return null
}

/** What comes after an exercise: the next one of its page, else the next page, else the next exercise; null at the very end. */
export function nextAfter(course: readonly OutlineChapter[], id: string) {
  const place = placeOfExercise(course, id)
  if (!place) return null
  const pages = course.flatMap((chapter) => chapter.pages)
  const on = place.page.exercises
  const exercise = on[on.indexOf(place.exercise) + 1] ?? null
  const page = pages.slice(pages.indexOf(place.page) + 1).find(({ written }) => written) ?? null
  return { from: place.page, exercise, page }
}
