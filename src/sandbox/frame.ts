/** The sandboxed frame: made, asked to start and stop workers, and thrown away when it no longer answers. */
import workerScript from 'virtual:sandbox-worker'
import { href } from '../paths.ts'

/** How long the frame may take to load. */
const LOADING_MS = 20_000

let script: Promise<string> | undefined

/** The worker's text, fetched once by the page because the frame has no network. */
function scriptText(): Promise<string> {
  script ??= fetch(workerScript).then((response) => {
    if (!response.ok) throw new Error(`${response.status} ${workerScript}`)
    return response.text()
  })
  script.catch(() => (script = undefined))
  return script
}

/** A frame that is ready to start workers. */
export class Frame {
  readonly #element: HTMLIFrameElement
  readonly #control: MessagePort
  #id = 0
  #onCrash: ((message: string) => void) | null = null

  private constructor(element: HTMLIFrameElement, control: MessagePort) {
    this.#element = element
    this.#control = control
    control.onmessage = ({ data }: MessageEvent<{ kind: string; id?: number; message?: string }>) => {
      if (data.kind === 'crashed' && data.id === this.#id) this.#onCrash?.(data.message ?? '')
    }
  }

  /** Makes a frame. @throws when it can't be loaded */
  static async open(): Promise<Frame> {
    const text = await scriptText()
    const element = document.createElement('iframe')
    element.setAttribute('sandbox', 'allow-scripts')
    element.setAttribute('aria-hidden', 'true')
    element.tabIndex = -1
    element.title = 'Sandbox'
    element.hidden = true
    element.src = href('runner.html')
    const { port1, port2 } = new MessageChannel()
    try {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(element.src)), LOADING_MS)
        port1.onmessage = () => {
          clearTimeout(late)
          resolve()
        }
        // The origin of the frame is opaque and can't be named; nothing secret is in the message.
        element.onload = () => element.contentWindow?.postMessage({ script: text }, '*', [port2])
        document.body.append(element)
      })
    } catch (error) {
      element.remove()
      throw error
    }
    return new Frame(element, port1)
  }

  /** Starts a worker, in place of the one that was there. @returns the port on which it listens */
  start(onCrash: (message: string) => void): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#onCrash = onCrash
    this.#control.postMessage({ kind: 'start', id: ++this.#id }, [port2])
    return port1
  }

  /** Kills the worker at once. */
  stop(): void {
    this.#onCrash = null
    this.#control.postMessage({ kind: 'stop', id: ++this.#id })
  }

  /** Takes the frame out of the page, and its worker with it. */
  close(): void {
    this.#onCrash = null
    this.#control.close()
    this.#element.remove()
  }
}
