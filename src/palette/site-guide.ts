/** Fetches the guide of the site once, when something first needs it; the header says where it is. */
import type { Guide } from './guide.ts'

let known: Promise<Guide> | undefined

async function fetchGuide(): Promise<Guide> {
  const address = document.querySelector<HTMLElement>('[data-guide]')!.dataset.guide!
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
  return (await answer.json()) as Guide
}

/** What failed is asked for again. */
export const siteGuide = (): Promise<Guide> =>
  (known ??= fetchGuide().catch((error: unknown) => {
    known = undefined
    throw error
  }))
