/** Before a page is reloaded of its own accord, what the reader has begun is written down: whoever keeps something listens for this. */

/** In its `detail` a listener puts the promise of having written. */
export const LEAVING = 'lockstep:leaving'

/** How long is waited for it, in milliseconds: what takes longer is written as the page goes, as at any other time. */
const PATIENCE_MS = 2000

/** Once everybody has written. */
export async function written(): Promise<void> {
  const writing: Promise<unknown>[] = []
  dispatchEvent(new CustomEvent(LEAVING, { detail: writing }))
  await Promise.race([
    Promise.allSettled(writing),
    new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)),
  ])
}
