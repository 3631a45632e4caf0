/**
 * What every page does for the time without a network: it starts the service worker, tells it where the reader is once nothing else is
 * going on, and says so when a new version of the course has come. Nothing is reloaded unless the reader wants it.
 */
import { href } from '../paths.ts'
import type { Message } from './messages.ts'

/** How long a page is read before its chapter is kept, in milliseconds: what the page itself loads comes first. */
const SETTLED_MS = 4000
/** How often a page that stays open looks for a new version, in milliseconds. */
const LOOKED_EVERY_MS = 15 * 60_000

const { serviceWorker } = navigator
const notice = document.querySelector<HTMLElement>('#new-version')

async function begin(): Promise<void> {
  const registration = await serviceWorker.register(href('sw.js'), { updateViaCache: 'none' })
  // Some browsers only pretend.
  if (!registration) return
  // This page is as new as the network has it; a worker that waits may as well work, unless somebody is at work elsewhere.
  say(registration.waiting, { kind: 'take-over-if-alone' })
  registration.addEventListener('updatefound', () => {
    const next = registration.installing
    next?.addEventListener('statechange', () => {
      if (next.state === 'installed' && serviceWorker.controller) announce(registration)
    })
  })
  let looked = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - looked < LOOKED_EVERY_MS) return
    looked = Date.now()
    // Without a network there is nothing to be found.
    registration.update().catch(() => undefined)
  })

  if (savesData()) return
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS))
  const { active } = await serviceWorker.ready
  say(active, { kind: 'visited', address: location.origin + location.pathname })
}

const say = (worker: ServiceWorker | null, message: Message): void => worker?.postMessage(message)

/** The reader pays for what is loaded, or waits for it. */
function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } }
  return connection?.saveData === true || /2g$/.test(connection?.effectiveType ?? '')
}

function announce(registration: ServiceWorkerRegistration): void {
  if (!notice) return
  notice.hidden = false
  const [reload, later] = notice.querySelectorAll('button')
  reload!.onclick = () => void takeNew(registration)
  later!.onclick = () => {
    notice.hidden = true
  }
}

/** What the reader has begun is written down first. */
async function takeNew({ waiting }: ServiceWorkerRegistration): Promise<void> {
  const { written } = await import('./leaving.ts')
  await written()
  if (!waiting) return location.reload()
  serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  say(waiting, { kind: 'take-over' })
}

// Where storage is refused there is nothing to keep anything in, and the page works all the same.
begin().catch(() => undefined)
