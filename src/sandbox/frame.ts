/** The sandboxed frame: made, asked to start and stop workers, and thrown away when it no longer answers. */
import addresses from 'virtual:sandbox-scripts'
import { href } from '../paths.ts'

/** How long the frame may take to load. */
const LOADING_MS = 20_000
/** How long the network is given before the kept frame is asked for, in milliseconds. */
const KEPT_AFTER_MS = 1500

const texts = new Map<string, Promise<string>>()

/** The text of one of the worker's scripts, fetched once by the page because the frame has no network. */
function scriptText(name: string): Promise<string> {
  const known = texts.get(name)
  if (known) return known
  const text = fetchText(name)
  texts.set(name, text)
  text.catch(() => texts.delete(name))
  return text
}

async function fetchText(name: string): Promise<string> {
  const address = addresses[name]
  if (address === undefined) throw new Error(`There is no script '${name}'`)
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${address}`)
  return response.text()
}

/** A worker in the frame. */
export interface FrameWorker {
  /** On which it listens. */
  readonly port: MessagePort
  /** Kills it at once. */
  stop(): void
}

interface Opened {
  readonly element: HTMLIFrameElement
  readonly control: MessagePort
}

/**
 * Opens the frame with the sandbox that its tag gives it. Where the network does not answer, the frame can't be had in this way: browsers
 * don't ask a service worker for it. Then it is asked for without, and the service worker answers with the same sandbox as a header.
 * Whichever is there first is taken.
 */
async function openFrame(script: string): Promise<Opened> {
  const asked = attempt(script, true)
  if (!navigator.serviceWorker?.controller) return asked
  let isOpen = false
  const kept = new Promise((resolve) => setTimeout(resolve, navigator.onLine ? KEPT_AFTER_MS : 0)).then(
    () => {
      if (isOpen) throw new Error('It is open already')
      return attempt(script, false)
    },
  )
  const opened = await Promise.any([asked, kept])
  isOpen = true
  for (const other of [asked, kept])
    other.then(
      ({ element }) => element !== opened.element && element.remove(),
      () => undefined,
    )
  return opened
}

function attempt(script: string, byTag: boolean): Promise<Opened> {
  const element = document.createElement('iframe')
  if (byTag) element.setAttribute('sandbox', 'allow-scripts')
  element.setAttribute('aria-hidden', 'true')
  element.tabIndex = -1
  element.title = 'Sandbox'
  element.hidden = true
  element.src = href('runner.html')
  const { port1, port2 } = new MessageChannel()
  return new Promise<Opened>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(element.src)), LOADING_MS)
    port1.onmessage = () => {
      clearTimeout(late)
      resolve({ element, control: port1 })
    }
    element.onload = () => {
      // A document that the page can see into is not in the sandbox: it gets no code.
      if (!byTag && element.contentDocument !== null)
        return reject(new Error(`${element.src} is not sandboxed`))
      // The origin of the frame is opaque and can't be named; nothing secret is in the message.
      element.contentWindow?.postMessage({ script }, '*', [port2])
    }
    document.body.append(element)
  }).catch((error: unknown) => {
    element.remove()
    throw error
  })
}

/** A frame that is ready to start workers. */
export class Frame {
  readonly #element: HTMLIFrameElement
  readonly #control: MessagePort
  #id = 0
  /** Who wants to hear that a worker has crashed, by the worker’s number. */
  readonly #crashes = new Map<number, (message: string) => void>()

  private constructor(element: HTMLIFrameElement, control: MessagePort) {
    this.#element = element
    this.#control = control
    control.onmessage = ({ data }: MessageEvent<{ kind: string; id?: number; message?: string }>) => {
      if (data.kind === 'crashed') this.#crashes.get(data.id!)?.(data.message ?? '')
    }
  }

  /**
   * Makes a frame.
   * @param script the name of what its workers run
   * @throws when it can't be loaded
   */
  static async open(script: string): Promise<Frame> {
    const text = await scriptText(script)
    const { element, control } = await openFrame(text)
    return new Frame(element, control)
  }

  /** Starts a worker. */
  start(onCrash: (message: string) => void): FrameWorker {
    const { port1, port2 } = new MessageChannel()
    const id = ++this.#id
    this.#crashes.set(id, onCrash)
    this.#control.postMessage({ kind: 'start', id }, [port2])
    return {
      port: port1,
      stop: () => {
        port1.close()
        if (this.#crashes.delete(id)) this.#control.postMessage({ kind: 'stop', id })
      },
    }
  }

  /** Takes the frame out of the page, and its workers with it. */
  close(): void {
    this.#crashes.clear()
    this.#control.close()
    this.#element.remove()
  }
}
