/** Which chapters are there without a network, and how a reader has them kept. For pages; loads nothing of the worker. */
import { href } from '../paths.ts'
import { CONTENTS, type Contents, weightOf } from './contents.ts'
import type { Message, Progress } from './messages.ts'
import { shelfAt } from './shelf.ts'

export interface OfflineChapter {
  /** Its first page, such as `en/paxos/`. */
  readonly id: string
  /** Everything of it is here, in this version of the course or an older one. */
  readonly isHere: boolean
  /** What it weighs as it is sent, with all that other chapters need as well; null where that is not known. */
  readonly bytes: number | null
}

const root = (): string => new URL(href(''), location.href).href

/** Whether this browser can keep chapters at all. */
export const canKeep = (): boolean => 'serviceWorker' in navigator && 'caches' in globalThis

/** The chapters that are here; with the list of the site at hand, all of them. @param language such as `en` */
export async function offlineChapters(language: string): Promise<readonly OfflineChapter[]> {
  if (!canKeep()) return []
  const [contents, kept] = await Promise.all([
    list(),
    shelfAt(root())
      .kept()
      .catch(() => null),
  ])
  const here = new Set(Object.entries(kept?.chapters ?? {}).flatMap(([id, of]) => (of === null ? [] : [id])))
  if (!contents)
    return [...here]
      .map((id) => ({ id, isHere: true, bytes: null }))
      .filter(({ id }) => id.startsWith(language))
  return contents.chapters
    .filter(({ id }) => id.startsWith(`${language}/`))
    .map((chapter) => ({ id: chapter.id, isHere: here.has(chapter.id), bytes: weightOf(contents, chapter) }))
}

/** The list of the site: from the network, else as the worker has noted it. */
async function list(): Promise<Contents | null> {
  const address = new URL(CONTENTS, root()).href
  try {
    const response = await fetch(address, { cache: 'no-cache' })
    if (response.ok) return (await response.json()) as Contents
  } catch {
    // Without a network.
  }
  const noted = await caches.match(address).catch(() => undefined)
  return noted ? ((await noted.json()) as Contents) : null
}

/** Keeps chapters now. @returns whether all of them are here */
export async function keepChapters(
  chapters: readonly string[],
  tell: (progress: Progress) => void = () => undefined,
): Promise<boolean> {
  return ask({ kind: 'keep', chapters }, tell)
}

export async function forgetChapters(chapters: readonly string[]): Promise<void> {
  await ask({ kind: 'forget', chapters }, () => undefined)
}

async function ask(message: Message, tell: (progress: Progress) => void): Promise<boolean> {
  const { active } = await navigator.serviceWorker.ready
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Progress>) => {
      tell(data)
      if (data.kept !== undefined || message.kind === 'forget') resolve(data.kept ?? true)
    }
    active!.postMessage(message, [port2])
  })
}
