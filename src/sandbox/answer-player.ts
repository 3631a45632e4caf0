/** AnswerPlayer: runs a reader's compiled answer in a figure, in the sandbox's frame, and gives up on one that falls silent. */
import { type Remote, wrap } from 'comlink'
import type { Played, Stop } from '../../engine/drivers/played.ts'
import type { AnswersWorker, PlayRequest } from './answers-worker.ts'
import { Frame, type FrameWorker } from './frame.ts'
import { scriptOfAnswers } from './script-names.ts'

/** After so much silence an answer is stopped. */
const SILENCE_S = 5

interface Open {
  readonly frame: Frame
  readonly worker: FrameWorker
  readonly remote: Remote<AnswersWorker>
  /** Rejects when the worker has crashed. */
  readonly lost: Promise<never>
}

export class AnswerPlayer {
  readonly #figure: string
  #open: Promise<Open> | null = null

  /** @param figure its id, as `raft/partition` */
  constructor(figure: string) {
    this.#figure = figure
  }

  /** @throws when the frame can't be loaded, or the answer does not come to an end */
  async play(request: Omit<PlayRequest, 'figure'>): Promise<Played | { readonly stop: Stop }> {
    this.#open ??= this.#start()
    const opening = this.#open
    let late: ReturnType<typeof setTimeout> | undefined
    try {
      const { remote, lost } = await opening
      const silent = new Promise<never>((_resolve, reject) => {
        late = setTimeout(() => reject(new Error(`${SILENCE_S} s`)), SILENCE_S * 1000)
      })
      return await Promise.race([remote.play({ ...request, figure: this.#figure }), lost, silent])
    } catch (error) {
      if (this.#open === opening) this.dispose()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  dispose(): void {
    this.#open
      ?.then(({ worker, frame }) => {
        worker.stop()
        frame.close()
      })
      .catch(() => undefined)
    this.#open = null
  }

  async #start(): Promise<Open> {
    const frame = await Frame.open(scriptOfAnswers(this.#figure))
    let crashed: (error: Error) => void = () => undefined
    const lost = new Promise<never>((_resolve, reject) => (crashed = reject))
    lost.catch(() => undefined)
    const worker = frame.start((message) => crashed(new Error(message)))
    return { frame, worker, remote: wrap<AnswersWorker>(worker.port), lost }
  }
}
