/** Tabs: how one tab tells the others that it has changed the record. Where the browser has no channel, they learn it when they are looked at. */
import type { OfExercise } from './entries.ts'

/** Names this tab, as long as its page lives. */
export const TAB = Math.random().toString(36).slice(2)

export type News =
  /** A draft was written. */
  | ({ readonly kind: 'draft' } & OfExercise)
  /** Much may have changed: a record was imported, or something was deleted. */
  | { readonly kind: 'all' }

let channel: BroadcastChannel | null | undefined

function open(): BroadcastChannel | null {
  try {
    channel ??= new BroadcastChannel('lockstep-record')
  } catch {
    channel = null
  }
  return channel
}

export function tellTabs(news: News): void {
  open()?.postMessage(news)
}

/** Listens to the other tabs. @returns a function that stops it */
export function hearTabs(listener: (news: News) => void): () => void {
  const hear = ({ data }: MessageEvent<News>) => listener(data)
  const from = open()
  from?.addEventListener('message', hear)
  return () => from?.removeEventListener('message', hear)
}

/** The event by which the page itself learns that an exercise, or a part of one, has passed and is kept. */
export const PASSED = 'lockstep-passed'

export function tellPage(exercise: string): void {
  // Tests of the record have no page.
  globalThis.dispatchEvent?.(new CustomEvent(PASSED, { detail: exercise }))
}
