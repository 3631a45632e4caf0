/**
 * What a build consists of, as `offline.json` lists it: by chapter the files without which its pages, figures and exercises do not
 * work. The service worker keeps chapters by it, and pages say by it what a chapter weighs.
 */
export interface Contents {
  /** Another for every build that differs in any file. */
  readonly version: string
  /** Every file of the site, by its address from the site’s root; a folder’s `index.html` by the folder’s. */
  readonly files: readonly ListedFile[]
  /** Of what stands in the place of a page that is not here, the places in `files`. */
  readonly first: readonly number[]
  /** Of what every chapter needs. */
  readonly common: readonly number[]
  readonly chapters: readonly ListedChapter[]
}

/** Its address, its bytes as they are sent, and its mark; no mark where the name changes with what is in the file. */
export type ListedFile = readonly [address: string, bytes: number, mark: string]

export interface ListedChapter {
  /** Its first page: `en/paxos/`. */
  readonly id: string
  /** The places in `files` of its pages and its exercises, and of all else that it needs. */
  readonly pages: readonly number[]
  readonly needs: readonly number[]
}

export const CONTENTS = 'offline.json'

/** What a chapter weighs with everything that it needs, in bytes. */
export function weightOf({ files, common }: Contents, { pages, needs }: ListedChapter): number {
  const all = new Set([...common, ...pages, ...needs])
  return [...all].reduce((bytes, place) => bytes + files[place]![1], 0)
}
