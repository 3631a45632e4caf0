/**
 * The service worker. Pages come from the network while it answers, and from what is kept when it doesn't; files whose names change
 * with what is in them come from what is kept at once. A chapter that was visited is kept as a whole, in the background.
 *
 * A new version waits until the reader wants it, or until nobody is at work. What an open page may still ask for is not thrown away:
 * files of an older version go once every chapter is here in this one and no window is left that was opened in another.
 */
import { CacheableResponsePlugin } from 'workbox-cacheable-response'
import { registerRoute, setCatchHandler } from 'workbox-routing'
import { CacheFirst, NetworkFirst } from 'workbox-strategies'
import type { Contents } from './contents.ts'
import { Keeper } from './keeper.ts'
import type { Message } from './messages.ts'
import { shelfAt } from './shelf.ts'

/** The parts of a service worker's world that are used here; the site's types are those of pages. */
interface Later extends Event {
  waitUntil(done: Promise<unknown>): void
}
interface Scope {
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: {
      type: 'window'
      includeUncontrolled: boolean
    }): Promise<readonly { readonly id: string }[]>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: Later) => void): void
  addEventListener(
    type: 'fetch',
    listener: (event: Later & { readonly request: Request; readonly resultingClientId: string }) => void,
  ): void
  addEventListener(
    type: 'message',
    listener: (event: Later & { readonly data: Message; readonly ports: readonly MessagePort[] }) => void,
  ): void
}
const worker = self as unknown as Scope

const VERSION = import.meta.env.LOCKSTEP_VERSION as Contents['version']
/** How long the network may take to answer before what is kept is shown, in seconds. */
const PATIENCE_S = 3
const scope = worker.registration.scope
const base = new URL(scope).pathname
const shelf = shelfAt(scope)

const windows = async (): Promise<string[]> =>
  (await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })).map(({ id }) => id)
const keeper = new Keeper({ version: VERSION, scope, shelf, windows })

const isGood = new CacheableResponsePlugin({ statuses: [200] })
/** What stands behind a question mark is for the page's scripts. */
const withoutQuestion = {
  cacheKeyWillBeUsed: ({ request }: { request: Request }) => {
    const url = new URL(request.url)
    return Promise.resolve(url.origin + url.pathname)
  },
}
const files = new CacheFirst({ cacheName: shelf.files, plugins: [isGood] })
const pages = new NetworkFirst({
  cacheName: shelf.pages,
  networkTimeoutSeconds: PATIENCE_S,
  plugins: [isGood, withoutQuestion],
})

const pathIn = (url: URL): string | null =>
  url.origin === location.origin && url.pathname.startsWith(base) ? url.pathname.slice(base.length) : null

// Not this worker itself, nor the list by which it sees what has changed.
const NEVER = ['sw.js', 'offline.json']
registerRoute(({ url }) => pathIn(url)?.startsWith('_astro/') ?? false, files)
/**
 * The frame in which learners' code runs. Browsers don't ask a service worker for a frame that is sandboxed by its tag; src/sandbox/frame.ts
 * asks for it without, when the network does not answer, and the sandbox then comes as a header.
 */
registerRoute(
  ({ url, request }) => pathIn(url) === 'runner.html' && request.mode === 'navigate',
  async (options) => {
    const response = (await pages.handle(options)) as Response
    return new Response(await response.text(), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': 'sandbox allow-scripts',
      },
    })
  },
)
registerRoute(({ url }) => {
  const path = pathIn(url)
  return path !== null && !NEVER.includes(path)
}, pages)
setCatchHandler(async ({ request, url }) => {
  if (request.mode !== 'navigate' || request.destination !== 'document') return Response.error()
  const language = /^([a-z]{2})\//.exec(pathIn(url ?? new URL(request.url)) ?? '')?.[1] ?? 'en'
  const page = await caches.match(`${scope}${language}/offline/`, { cacheName: shelf.pages })
  return page ?? Response.error()
})

worker.addEventListener('fetch', (event) => {
  const { request, resultingClientId } = event
  if (request.mode === 'navigate' && resultingClientId) event.waitUntil(keeper.opened(resultingClientId))
})
worker.addEventListener('install', (event) => event.waitUntil(keeper.keepFirst()))
worker.addEventListener('activate', (event) =>
  event.waitUntil(worker.clients.claim().then(() => keeper.tidy())),
)
worker.addEventListener('message', (event) => {
  const { data, ports } = event
  const tell = ports[0] && ((progress: object) => ports[0]!.postMessage(progress))
  event.waitUntil(answer(data, tell))
})

async function answer(message: Message, tell?: (progress: object) => void): Promise<void> {
  switch (message.kind) {
    case 'visited':
      return keeper.visited(message.address)
    case 'keep':
      return keeper.keep(message.chapters, tell)
    case 'forget':
      await keeper.forget(message.chapters)
      return tell?.({})
    case 'take-over':
      return worker.skipWaiting()
    case 'take-over-if-alone':
      if ((await windows()).length <= 1) await worker.skipWaiting()
  }
}
