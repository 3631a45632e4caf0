/**
 * The engine’s checker in a worker of the page’s own, so that a long history never holds the page up. It runs none of a learner’s code, and
 * nothing leaves it but the verdict.
 */
import { expose } from 'comlink'
import type { Dictionary } from '../../engine/text/words.ts'
import { judge } from './judge.ts'
import type { HistoryRequest, Judged } from './judged.ts'

const worker = {
  judge: (request: HistoryRequest, dictionary: Dictionary): Judged => judge(request, dictionary),
}

export type HistoryWorker = typeof worker

expose(worker)
