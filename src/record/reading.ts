/**
 * Reading: what a reading page notes of the reader, at once and in the local storage, because such a page should load almost nothing.
 * It moves into the record when that is next opened; see `gather.ts`.
 */
import type { Answer, Position } from './entries.ts'

export const POSITION = 'lockstep-position/'
export const ANSWER = 'lockstep-answer/'
/** How long the scrolling has rested when the position is noted, in milliseconds. */
const REST_MS = 500
/** How long the end of a page is in sight until it counts as read, in milliseconds. */
const END_MS = 800

/** Reads what was noted. Null where nothing was, or where storage is refused. */
export function noted<Entry>(key: string): Entry | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Entry | null
  } catch {
    return null
  }
}

export function note(key: string, entry: Answer | Position): void {
  try {
    localStorage.setItem(key, JSON.stringify(entry))
  } catch {
    // Refused or full: the page is read all the same.
  }
}

export const answerKey = (page: string, question: string) => `${ANSWER}${page}#${question}`

/**
 * Notes how far a page is read, from now on until it is left.
 * @param end what stands after the text
 * @param ended is called once the end has been seen for a moment
 */
export function follow(page: string, end: Element, ended: () => void): void {
  let readAt = noted<Position>(POSITION + page)?.readAt ?? null
  let resting = 0
  let ending = 0
  const look = () => {
    const root = document.documentElement
    const above = [...document.querySelectorAll('main :is(h2, h3)[id]')].filter(
      (heading) => heading.getBoundingClientRect().top < innerHeight / 2,
    )
    note(POSITION + page, {
      page,
      part: above.at(-1)?.id ?? null,
      fraction: Math.min(1, (scrollY + innerHeight) / root.scrollHeight),
      at: Date.now(),
      readAt,
    })
  }
  const later = () => {
    clearTimeout(resting)
    resting = setTimeout(look, REST_MS) as unknown as number
  }
  addEventListener('scroll', later, { passive: true })
  addEventListener('pagehide', look)
  new IntersectionObserver((entries) => {
    clearTimeout(ending)
    if (!entries.at(-1)!.isIntersecting) return
    ending = setTimeout(() => {
      readAt ??= Date.now()
      look()
      ended()
    }, END_MS) as unknown as number
  }).observe(end)
  later()
}
