/**
 * Where the browser keeps chapters: caches of this site’s own, whatever else is served from the same host, and a note of what is in
 * them. The service worker writes; pages read.
 */

/** What is known of the chapters that are kept, or are to be. */
export interface Kept {
  /** By chapter the version in which it is here as a whole; null while it is not. */
  readonly chapters: Readonly<Record<string, string | null>>
  /** By address the mark of each file whose name does not say what is in it. */
  readonly marks: Readonly<Record<string, string>>
  /** By window the version that it was opened in. */
  readonly windows: Readonly<Record<string, string>>
}

const NOTHING: Kept = { chapters: {}, marks: {}, windows: {} }

/** @param scope the address of the site’s root */
export const shelfAt = (scope: string) => {
  const { pathname } = new URL(scope)
  const names = {
    /** Files whose names change with what is in them. */
    files: `lockstep files ${pathname}`,
    /** Pages, and what else keeps its name. */
    pages: `lockstep pages ${pathname}`,
    notes: `lockstep notes ${pathname}`,
  }
  const note = new URL('offline-kept', scope).href
  return {
    ...names,
    async kept(): Promise<Kept> {
      // Asking for a cache would make it.
      if (!(await caches.has(names.notes))) return NOTHING
      const found = await (await caches.open(names.notes)).match(note)
      return found ? { ...NOTHING, ...((await found.json()) as Kept) } : NOTHING
    },
    async note(kept: Kept): Promise<void> {
      await (await caches.open(names.notes)).put(note, Response.json(kept))
    },
  }
}
