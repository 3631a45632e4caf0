/** Keeps whole chapters on the shelf, and clears away what nobody needs any more. Part of the service worker. */
import { CONTENTS, type Contents, type ListedChapter } from './contents.ts'
import type { Progress } from './messages.ts'
import type { Kept, shelfAt } from './shelf.ts'

interface Place {
  /** The version of this service worker. */
  readonly version: string
  /** The address of the site's root. */
  readonly scope: string
  readonly shelf: ReturnType<typeof shelfAt>
  /** The windows that are open. */
  readonly windows: () => Promise<readonly string[]>
}

/** How many files are fetched at a time: the reader may be loading something as well. */
const AT_A_TIME = 4
/** After how many files it is noted what is here, so that little is fetched again when the browser ends the worker. */
const NOTED_EVERY = 40

/** The site that is served is another one than this worker is of: a newer worker will see to it. */
class OtherVersion extends Error {}

export class Keeper {
  readonly #place: Place
  #contents: Promise<Contents> | null = null
  /** One thing after another: all of them change the note. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(place: Place) {
    this.#place = place
  }

  /** A window was opened in this version. */
  async opened(window: string): Promise<void> {
    const { version } = this.#place
    await this.#inTurn(() =>
      this.#change((kept) => ({ ...kept, windows: { ...kept.windows, [window]: version } })),
    )
  }

  /** What says that there is no network. Without it the worker works too: it comes along with the first chapter. */
  keepFirst(): Promise<void> {
    return this.#inTurn(async () => {
      const contents = await this.#list()
      await this.#fetchAll(contents, contents.first)
    }).catch(() => undefined)
  }

  /** The reader is at a page: its chapters are kept, then those that are here in an older version. */
  visited(address: string): Promise<void> {
    return this.#inTurn(async () => {
      const contents = await this.#list()
      const path = new URL(address).href.slice(this.#place.scope.length).replace(/[?#].*$/, '')
      const { chapters } = await this.#place.shelf.kept()
      const mine = contents.chapters.filter(({ pages }) =>
        pages.some((place) => contents.files[place]![0] === path),
      )
      // An exercise that several chapters name is no reason to keep all of them.
      const here = mine.filter(({ id }) => id in chapters || path.startsWith(id))
      const others = contents.chapters.filter(({ id }) => id in chapters)
      const wanted = here.length > 0 ? here : mine.slice(0, 1)
      await this.#keepAll(contents, [...new Set([...wanted, ...others])])
    }).catch(() => undefined)
  }

  keep(ids: readonly string[], tell?: (progress: Progress) => void): Promise<void> {
    return this.#inTurn(async () => {
      const contents = await this.#list()
      await this.#keepAll(
        contents,
        contents.chapters.filter(({ id }) => ids.includes(id)),
        tell,
      )
    }).catch(() => tell?.({ done: 0, total: 0, kept: false }))
  }

  forget(ids: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#change((kept) => ({
        ...kept,
        chapters: Object.fromEntries(Object.entries(kept.chapters).filter(([id]) => !ids.includes(id))),
      }))
      const contents = await this.#list()
      const { chapters } = await this.#place.shelf.kept()
      const still = new Set(
        contents.chapters
          .filter(({ id }) => id in chapters)
          .flatMap(({ pages, needs }) => [...pages, ...needs]),
      )
      const gone = contents.chapters
        .filter(({ id }) => ids.includes(id))
        .flatMap(({ pages, needs }) => [...pages, ...needs])
        .filter((place) => !still.has(place) && !contents.common.includes(place))
      await this.#remove(new Set(gone.map((place) => this.#addressOf(contents, place))))
    })
  }

  /** Throws away what is of no version that a page or a kept chapter needs. */
  tidy(): Promise<void> {
    return this.#inTurn(() => this.#tidy()).catch(() => undefined)
  }

  async #keepAll(
    contents: Contents,
    chapters: readonly ListedChapter[],
    tell?: (progress: Progress) => void,
  ): Promise<void> {
    const { version, shelf } = this.#place
    for (const chapter of chapters) {
      if ((await shelf.kept()).chapters[chapter.id] === version) continue
      // What it is still here in of an older version is as good as nothing only once it is incomplete.
      await this.#change((kept) => ({ ...kept, chapters: { [chapter.id]: null, ...kept.chapters } }))
      // Pages last: one that is here finds what it needs.
      await this.#fetchAll(contents, [...contents.common, ...chapter.needs, ...chapter.pages], tell)
      await this.#change((kept) => ({ ...kept, chapters: { ...kept.chapters, [chapter.id]: version } }))
    }
    tell?.({ done: 1, total: 1, kept: true })
    await this.#tidy()
  }

  /** Fetches what is not here yet. @throws where something can't be fetched or kept; the rest is here by then */
  async #fetchAll(
    contents: Contents,
    places: readonly number[],
    tell?: (progress: Progress) => void,
  ): Promise<void> {
    const { shelf } = this.#place
    const [files, pages] = await Promise.all([caches.open(shelf.files), caches.open(shelf.pages)])
    const { marks } = await shelf.kept()
    const fresh: Record<string, string> = {}
    let noted = 0
    const noteMarks = async (): Promise<void> => {
      noted = Object.keys(fresh).length
      await this.#change((kept) => ({ ...kept, marks: { ...kept.marks, ...fresh } }))
    }
    const waiting = [...new Set(places)]
    const total = waiting.length
    const next = async (): Promise<void> => {
      for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
        const [path, , mark] = contents.files[place]!
        const address = this.#addressOf(contents, place)
        const cache = mark === '' ? files : pages
        const isHere = (mark === '' || marks[path] === mark) && (await cache.match(address)) !== undefined
        if (!isHere) {
          const response = await fetch(address, { cache: mark === '' ? 'default' : 'no-cache' })
          if (!response.ok) throw new OtherVersion(`${response.status} ${address}`)
          await cache.put(address, response)
          if (mark !== '') fresh[path] = mark
        }
        tell?.({ done: total - waiting.length, total })
        if (Object.keys(fresh).length >= noted + NOTED_EVERY) await noteMarks()
      }
    }
    try {
      await Promise.all(Array.from({ length: AT_A_TIME }, next))
    } finally {
      waiting.length = 0
      await noteMarks()
    }
  }

  async #tidy(): Promise<void> {
    const { version, shelf, windows } = this.#place
    const open = await windows()
    const kept = await this.#change((before) => ({
      ...before,
      windows: Object.fromEntries(Object.entries(before.windows).filter(([id]) => open.includes(id))),
    }))
    if (open.some((id) => kept.windows[id] !== version)) return
    if (Object.values(kept.chapters).some((of) => of !== version)) return
    const contents = await this.#list()
    const served = new Set(contents.files.map((_, place) => this.#addressOf(contents, place)))
    const superfluous = new Set<string>()
    for (const name of [shelf.files, shelf.pages])
      for (const { url } of await (await caches.open(name)).keys()) if (!served.has(url)) superfluous.add(url)
    await this.#remove(superfluous)
  }

  async #remove(addresses: ReadonlySet<string>): Promise<void> {
    const { shelf } = this.#place
    for (const name of [shelf.files, shelf.pages]) {
      const cache = await caches.open(name)
      for (const address of addresses) await cache.delete(address)
    }
  }

  /** The list of this version, from the network at first; later as it was then. @throws OtherVersion */
  #list(): Promise<Contents> {
    this.#contents ??= this.#fetchList()
    this.#contents.catch(() => (this.#contents = null))
    return this.#contents
  }
  async #fetchList(): Promise<Contents> {
    const { version, scope, shelf } = this.#place
    const notes = await caches.open(shelf.notes)
    const address = new URL(CONTENTS, scope).href
    const here = await notes.match(address)
    const known = here && ((await here.json()) as Contents)
    if (known?.version === version) return known
    const response = await fetch(address, { cache: 'no-store' })
    if (!response.ok) throw new OtherVersion(`${response.status} ${address}`)
    const contents = (await response.clone().json()) as Contents
    if (contents.version !== version) throw new OtherVersion(contents.version)
    await notes.put(address, response)
    return contents
  }

  #addressOf(contents: Contents, place: number): string {
    return new URL(contents.files[place]![0], this.#place.scope).href
  }

  async #change(change: (kept: Kept) => Kept): Promise<Kept> {
    const { shelf } = this.#place
    const changed = change(await shelf.kept())
    await shelf.note(changed)
    return changed
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act, act)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
