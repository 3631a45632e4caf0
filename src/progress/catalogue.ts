/** The course as pages carry it for their progress, made while they are built. */
import { outline } from '../course/outline.ts'
import { href } from '../paths.ts'
import type { ProgressCourse } from './course.ts'

export async function progressCourse(language: string): Promise<ProgressCourse> {
  return (await outline(language)).map(({ id, number, name, pages }) => ({
    id,
    number,
    name,
    pages: pages
      .filter(({ written }) => written)
      .map((page) => ({
        id: page.id,
        name: page.name,
        href: href(page.path),
        questions: page.questions,
        exercises: page.exercises.map(({ id, version, kind, parts, title, path }) => ({
          id,
          version,
          kind,
          parts,
          title,
          href: href(path),
        })),
      })),
  }))
}
