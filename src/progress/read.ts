/** Reads how far the learner is in the course that a page carries with it. */
import { type Progress, readProgress } from '../record/progress.ts'
import type { ProgressCourse } from './course.ts'
import { notePassed } from './passed.ts'

/** Null where the browser keeps no record. */
export async function readCourse(course: ProgressCourse): Promise<Progress | null> {
  const pages = course.flatMap((chapter) => chapter.pages)
  try {
    const progress = await readProgress({ pages, exercises: pages.flatMap(({ exercises }) => exercises) })
    notePassed(progress)
    return progress
  } catch {
    return null
  }
}
