/**
 * The engine in a worker of the page's own: how it looks from a state of a run. It runs the course's protocols and no
 * learner's code, so it needs no sandbox; it is a worker so that a search never holds the page up.
 */
import { expose } from 'comlink'
import { type Outlook, outlook } from '../../engine/break/outlook.ts'
import type { SearchProgress } from '../../engine/break/search.ts'
import type { Action } from '../../engine/model.ts'
import { loadPart } from './exercises.ts'

/** Progress is told at most so often, in milliseconds. */
const PROGRESS_MS = 100

const worker = {
  /** @param tell hears how far the search has come */
  async look(
    id: string,
    part: string | null,
    actions: readonly Action[],
    tell: (progress: SearchProgress) => void,
  ): Promise<Outlook> {
    const exercise = await loadPart(id, part)
    const search = outlook(exercise, actions)
    let told = performance.now()
    for (;;) {
      const next = search.next()
      if (next.done) return next.value
      if (performance.now() - told < PROGRESS_MS) continue
      tell(next.value)
      told = performance.now()
    }
  },
}

export type OutlookWorker = typeof worker

expose(worker)
