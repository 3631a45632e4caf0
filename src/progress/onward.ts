/** Where to go on, on the home page: its one big link leads to where the learner left, or to what is next. */
import { put } from './say.ts'
import type { Progress } from '../record/progress.ts'
import type { Carried } from './show.ts'
import { type Step, onward } from './standing.ts'

/** Does nothing on a page without such a link, and where nothing was begun. */
export function showOnward({ lang, course, words }: Carried, progress: Progress): void {
  const link = document.querySelector<HTMLAnchorElement>('[data-onward]')
  const goes = onward(course, progress)
  if (!link || goes.kind === 'new') return
  const [title, place] = [link.querySelector('strong')!, link.querySelector('span')!]
  if (goes.kind === 'finished') {
    link.href = link.dataset.onward!
    title.textContent = put(words, 'resume.done')
    place.textContent = put(words, 'resume.done.place')
    return
  }
  const { step } = goes
  link.href = addressOf(step)
  title.textContent = put(words, `resume.${goes.kind}`)
  place.textContent = [
    nameOf(step, words),
    ...(goes.kind === 'continue' ? [ago(goes.at, Date.now(), lang)] : []),
  ].join(' · ')
}

function addressOf(step: Step): string {
  if (step.kind === 'exercise') return step.exercise.href
  return step.part === null ? step.page.href : `${step.page.href}#${step.part}`
}

function nameOf(step: Step, words: Carried['words']): string {
  const name =
    step.kind === 'page' ? step.page.name : put(words, 'resume.exercise', { name: step.exercise.title })
  return put(words, 'resume.place', { chapter: step.chapter.name, name })
}

const MINUTE = 60_000
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 24 * 60 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
]

/** How long ago something was, as one says it: “yesterday”, “5 minutes ago”. */
export function ago(at: number, now: number, lang: string): string {
  const said = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' })
  const passed = Math.max(0, now - at)
  const [unit, length] = UNITS.find(([, length]) => passed >= length) ?? ['second', Infinity]
  return said.format(-Math.round(passed / length) || 0, unit)
}
