/**
 * Progress beside the text: the rings of the chapter map, and what the page at hand has left. All of it comes from the local
 * storage, so that a reading page loads nothing for it.
 */
import type { Answer, Position } from '../record/entries.ts'
import { POSITION, answerKey, noted } from '../record/reading.ts'
import { passedExercises } from './passed.ts'

const list = (ids: string | undefined): string[] => (ids ? ids.split(' ') : [])

export function showBeside(): void {
  const isRead = (page: string): boolean => Boolean(noted<Position>(POSITION + page)?.readAt)
  const passed = passedExercises()
  const map = document.querySelector<HTMLElement>('.map')
  for (const ring of map?.querySelectorAll<HTMLElement>('.ring') ?? []) {
    const pages = list(ring.dataset.pages)
    const exercises = list(ring.dataset.exercises)
    const counts = [
      [pages.filter(isRead).length, pages.length],
      [exercises.filter((id) => passed.includes(id)).length, exercises.length],
    ] as const
    const part = (counts[0][0] + counts[1][0]) / (pages.length + exercises.length)
    if (part === 0) continue
    ring.dataset.state = part < 1 ? 'some' : 'done'
    ring.style.setProperty('--part', String(part))
    const said = [map!.dataset.said!, map!.dataset.saidExercises!]
    ring.firstElementChild!.textContent = said
      .flatMap((words, at) => (counts[at]![1] > 0 ? fill(words, counts[at]!) : []))
      .join(', ')
    // The end of the chapter has come.
    const end = document.querySelector<HTMLElement>(`[data-end="${ring.dataset.pages}"][hidden]`)
    if (end && part === 1) void import('./celebrate.ts').then(({ celebrate }) => celebrate(end))
  }
  showLeft(passed)
}

/** Both places of such a sentence, in their order. */
const fill = (words: string, counts: readonly [number, number]): string => {
  let at = 0
  return words.replace(/\{\w+\}/g, () => String(counts[at++]))
}

function showLeft(passed: readonly string[]): void {
  const left = document.querySelector<HTMLElement>('[data-left]')
  const { page } = document.querySelector<HTMLElement>('main')!.dataset
  if (!left || !page) return
  const open = list(left.dataset.left).filter((question) => noted<Answer>(answerKey(page, question)) === null)
  const [label, ...links] = left.children as unknown as HTMLElement[]
  for (const link of links) {
    const { exercise } = link.dataset
    link.hidden = exercise ? passed.includes(exercise) : open.length === 0
    if (exercise) continue
    link.querySelector('b')!.textContent = String(open.length)
    link.setAttribute('href', `#predict-${open[0]?.replaceAll('/', '-')}`)
  }
  label!.hidden = links.every(({ hidden }) => hidden)
}
