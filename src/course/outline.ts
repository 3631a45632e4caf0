/** The table of contents as a page shows it: the chapters of chapters.ts with their words, and what is written. */
import { getCollection } from 'astro:content'
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
}

export interface OutlineChapter {
  id: ChapterId
  number: number
  name: string
  about: string
  pages: OutlinePage[]
}

/** The whole course in one language. */
export async function outline(language: string): Promise<OutlineChapter[]> {
  const written = new Set((await getCollection('pages')).map((page) => page.id))
  return chapters.map((chapter, index) => ({
    id: chapter.id,
    number: index + 1,
    name: t(language, `chapter.${chapter.id}`),
    about: t(language, `about.${chapter.id}`),
    pages: chapter.pages.map((id) => ({
      id,
      name: t(language, `page.${id}`),
      path: `${language}/${id}`,
      written: written.has(`${language}/${id}`),
    })),
  }))
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
