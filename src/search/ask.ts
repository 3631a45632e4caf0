/** Asks the search index, and brings its answers into the form in which the dialog shows them. */
import { WORD } from './folder.ts'

/** A text of which some words are marked. */
export type Marked = readonly { readonly text: string; readonly marked: boolean }[]

export interface Found {
  readonly title: string
  readonly address: string
  readonly kind: string
  readonly chapter: string
  readonly excerpt: Marked
  /** The parts of the page in which the words stand. */
  readonly parts: readonly { readonly title: string; readonly address: string; readonly excerpt: Marked }[]
}

/** What Pagefind hands out, as far as it is used here. */
interface Fragment {
  readonly url: string
  readonly excerpt: string
  readonly meta: Readonly<Record<string, string>>
  readonly sub_results: readonly { readonly title: string; readonly url: string; readonly excerpt: string }[]
}

interface Pagefind {
  options(options: Readonly<Record<string, unknown>>): Promise<void>
  init(): Promise<void>
  debouncedSearch(
    words: string,
    options: object,
    wait: number,
  ): Promise<{ results: { readonly data: () => Promise<Fragment> }[] } | null>
}

const PARTS_MAX = 3
/** How long the reader has to pause for the search to begin, in milliseconds. */
const PAUSE_MS = 120

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  '#39': "'",
  '#x27': "'",
}

const plain = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|#39|#x27);/g, (_, name: string) => ENTITIES[name]!)

/** What of a word counts when it is compared: neither marks nor full stops. */
const bare = (word: string): string => word.replace(/<\/?mark>|[^\p{L}\p{N}]/gu, '')

/** An excerpt without the title of the part that it is from, which stands above it. */
function withoutTitle(excerpt: string, title: string): string {
  const words = excerpt.split(/\s+/)
  const own = title.split(/\s+/)
  return own.every((word, at) => bare(word) === bare(words[at] ?? ''))
    ? words.slice(own.length).join(' ')
    : excerpt
}

/**
 * The words of an excerpt, whose only tags are those around the words that were found.
 * @param title of the part that it is from
 */
export function marked(excerpt: string, title: string): Marked {
  const text = title === '' ? excerpt : withoutTitle(excerpt, title)
  const whole = /[.?!…](<\/mark>|\W)*$/.test(text) || text === '' ? text : `${text} …`
  return whole
    .split(/<mark>(.*?)<\/mark>/g)
    .flatMap((part, index) => {
      if (index % 2 === 0) return { text: plain(part), marked: false }
      const [, word = '', after = ''] = /^(.*?)([^\p{L}\p{N}]*)$/u.exec(plain(part)) ?? []
      return [
        { text: word, marked: true },
        { text: after, marked: false },
      ]
    })
    .filter(({ text }) => text !== '')
}

function shown({ url, excerpt, meta, sub_results }: Fragment): Found {
  const parts = sub_results.filter((part) => part.url !== url).slice(0, PARTS_MAX)
  const own = sub_results.find((part) => part.url === url)
  return {
    title: plain(meta.title ?? url),
    address: url,
    kind: meta.kind ?? 'page',
    chapter: meta.chapter ?? '',
    excerpt: marked(
      own?.excerpt ?? (parts.length > 0 && meta.kind !== WORD ? '' : excerpt),
      plain(meta.title ?? ''),
    ),
    parts: parts.map((part) => ({
      title: plain(part.title),
      address: part.url,
      excerpt: marked(part.excerpt, plain(part.title)),
    })),
  }
}

/** The course writes linearizable; others write it with an s. */
const withZ = (words: string): string => words.replace(/is(?=e|a|i)/g, 'iz')

/** How much of the beginning of a word has to be the same for it to be the word that was meant. */
const SHARED_MIN = 0.6

/**
 * Whether a word that was found is one that was asked for. Where there is none, Pagefind takes off letter by letter until it finds
 * something: a wombat becomes a W.
 */
export function isMeant(words: string, excerpt: string): boolean {
  const asked = words.toLowerCase().split(/\s+/).map(bare).filter(Boolean)
  const found = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].flatMap(([, word]) =>
    plain(word!).toLowerCase().split('-').map(bare),
  )
  return asked.some((one) =>
    found.some((other) => {
      let shared = 0
      while (shared < one.length && one[shared] === other[shared]) shared++
      return shared >= SHARED_MIN * one.length
    }),
  )
}

/** What is found: how many pages, and each by its place as it is asked for. */
export interface Answer {
  readonly count: number
  page(index: number): Promise<Found>
}

/**
 * Loads the index.
 * @param index the folder that holds it, as an address that ends with a slash
 * @param base the base path of the site
 * @returns a function that searches; it answers null where something else was asked meanwhile
 * @throws Error where there is no index
 */
export async function loadIndex(
  index: string,
  base: string,
): Promise<(words: string) => Promise<Answer | null>> {
  // Pagefind's own file, which the build puts beside the index.
  const pagefind = (await import(/* @vite-ignore */ `${index}pagefind.js`)) as Pagefind
  // Its entry has one address, so that it can be kept for when the reader is offline.
  await pagefind.options({ baseUrl: base, metaCacheTag: '', excerptLength: 24 })
  await pagefind.init()
  const ask = async (words: string, wait: number): Promise<Answer | null> => {
    const answer = await pagefind.debouncedSearch(words, {}, wait)
    if (answer === null) return null
    const first = await answer.results[0]?.data()
    if (!first || !isMeant(words, first.excerpt)) return { count: 0, page: () => Promise.reject(new Error()) }
    return {
      count: answer.results.length,
      page: async (at) => shown(await answer.results[at]!.data()),
    }
  }
  return async (words) => {
    const answer = await ask(words, PAUSE_MS)
    const other = withZ(words)
    return answer?.count === 0 && other !== words ? ask(other, 0) : answer
  }
}
