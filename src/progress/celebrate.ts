/** Shows what ChapterEnd.astro has ready, with the figures of the learner's record; it moves once, and stands still after that. */
import { grouped, put } from './say.ts'
import { keepSetting, setting } from '../record/settings.ts'
import type { Words } from '../widgets/figure.ts'
import type { ProgressChapter } from './course.ts'
import { readCourse } from './read.ts'
import { type Achieved, achieved, standingOf } from './standing.ts'

interface Carried {
  readonly chapter: ProgressChapter
  readonly words: Words
}

const carriedBy = (end: HTMLElement): Carried =>
  JSON.parse(end.querySelector('script')!.textContent) as Carried

/** Whether an exercise of the chapter has passed, all parts of it. */
export async function isPassed(end: HTMLElement, exercise: string): Promise<boolean> {
  const progress = await readCourse([carriedBy(end).chapter])
  return progress?.exercises[exercise]?.state === 'passed'
}

/**
 * Shows it if the chapter is done.
 * @returns whether it is, and this is the first time that it is said
 */
export async function celebrate(end: HTMLElement): Promise<boolean> {
  const { chapter, words } = carriedBy(end)
  const progress = await readCourse([chapter])
  if (progress === null || !standingOf(chapter.pages, progress).done) return false
  end
    .querySelector('ul')!
    .replaceChildren(...figures(achieved(chapter, progress), words).map((said) => item(said)))
  end.hidden = false
  const name = `celebrated/${chapter.id}` as const
  if (setting(name) !== undefined) return false
  // It begins once it is seen.
  const seen = new IntersectionObserver((entries) => {
    if (!entries.at(-1)!.isIntersecting) return
    seen.disconnect()
    end.toggleAttribute('data-play', true)
    keepSetting(name, Date.now())
  })
  seen.observe(end.querySelector('svg')!)
  return true
}

/** What was achieved, in sentences; what there is nothing of is left out. */
export function figures({ pages, exercises, states, bests }: Achieved, words: Words): string[] {
  return [
    put(words, 'end.pages', { pages }),
    ...(exercises > 0 ? [put(words, 'end.passed', { exercises })] : []),
    ...(states > 0 ? [put(words, 'end.states', { states: grouped(states) })] : []),
    ...bests.map(({ title, steps }) => put(words, 'end.best', { exercise: title, steps })),
  ]
}

function item(text: string): HTMLElement {
  const line = document.createElement('li')
  line.textContent = text
  return line
}
