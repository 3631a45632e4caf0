/**
 * keeperOf: keeps the workers of one grading in a frame: starts them, watches each while it is at something, and stops one that
 * falls silent.
 */
import { transfer, wrap } from 'comlink'
import type { Begun, HandNews } from '../../engine/grading/hand.ts'
import type { Outcome } from '../../engine/grading/plan.ts'
import type { PoolKeeper, PoolWorker } from '../../engine/grading/pool.ts'
import type { Progress } from '../../engine/report.ts'
import type { GradingNews, GradingRequest, GradingWorker } from '../../engine/worker.ts'
import type { Frame } from './frame.ts'

/** Why a worker is gone, and the last line that it told. */
export interface Loss {
  readonly kind: 'silent' | 'crashed'
  readonly line: number
  readonly message: string
}

/** Beats in a second. Beats of the page are counted, so that a page that was asleep doesn't take it for silence. */
const BEATS = 4

/** Workers beyond the first, at most: each has an engine and a search of its own in memory. */
const SIZE_MAX = 4
/** A grading that is over by then is over sooner alone: another worker takes about as long to start. */
const ALONE_MS = 200

/** How many workers a grading may have on this machine. */
export function poolSize(): number {
  return Math.max(1, Math.min(SIZE_MAX, navigator.hardwareConcurrency || 1))
}

/** What a grading is kept by. */
export interface Keeping {
  readonly frame: Frame
  readonly request: GradingRequest
  readonly size: number
  /** After so much silence a worker is stopped. */
  readonly silenceSeconds: number
  onProgress(progress: Progress): void
  /** A worker is gone. */
  onLoss(loss: Loss): void
}

/** Keeps the workers of one grading. */
export function keeperOf({ frame, request, size, silenceSeconds, onProgress, onLoss }: Keeping): PoolKeeper {
  return {
    size,
    onProgress,
    start: (tell) => {
      let lose: (loss: Loss) => void = () => undefined
      const gone = new Promise<never>((_resolve, reject) => (lose = reject))
      // It may be lost while nobody waits for it.
      gone.catch(() => undefined)
      let line = 0
      let quiet = 0
      let isBusy = false
      const end = (kind: Loss['kind'], message = ''): void => {
        const loss = { kind, line, message }
        onLoss(loss)
        lose(loss)
      }
      const beat = setInterval(() => {
        if (isBusy && ++quiet >= silenceSeconds * BEATS) end('silent')
      }, 1000 / BEATS)
      const { port, stop } = frame.start((message) => end('crashed', message))
      const news = new MessageChannel()
      news.port1.onmessage = ({ data }: MessageEvent<GradingNews>) => {
        quiet = 0
        if (data === 'started') return
        if ('line' in data) line = data.line
        else tell(data satisfies HandNews)
      }
      const remote = wrap<GradingWorker>(port)
      const at = async <T>(work: PromiseLike<T>): Promise<T> => {
        quiet = 0
        isBusy = true
        const failed = (error: unknown): Promise<never> => {
          end('crashed', String(error))
          return gone
        }
        try {
          return await Promise.race([work.then((result) => result, failed), gone])
        } finally {
          isBusy = false
        }
      }
      let joined = false
      const worker: PoolWorker = {
        begin() {
          joined = true
          const aloneMs = size > 1 ? ALONE_MS : null
          return at<Begun>(remote.begin(request, aloneMs, transfer(news.port2, [news.port2])))
        },
        perform(task) {
          if (!joined) void remote.join(request, transfer(news.port2, [news.port2])).catch(() => undefined)
          joined = true
          return at<Outcome>(remote.perform(task))
        },
        stop() {
          clearInterval(beat)
          news.port1.close()
          stop()
        },
      }
      return worker
    },
  }
}
