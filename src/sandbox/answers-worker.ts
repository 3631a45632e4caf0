/** What runs in the sandbox's worker for the figures of one chapter: the engine and their systems, around the reader's answer. */
import { expose } from 'comlink'
import * as subject from 'virtual:sandbox-subject'
import { evaluate } from '../../engine/compile/evaluate.ts'
import { lockdown } from '../../engine/compile/lockdown.ts'
import { Fault } from '../../engine/fault.ts'
import type { Onward } from '../../engine/drivers/onward.ts'
import type { Action } from '../../engine/model.ts'
import { type Played, type Stop, playedWith, stopOf } from '../../engine/drivers/played.ts'

/** What the page asks for. */
export interface PlayRequest {
  /** The figure's id. */
  readonly figure: string
  /** The compiled answer. */
  readonly code: string
  readonly actions: readonly Action[]
  /** How far the run goes on by itself after them. Left out: not at all. */
  readonly onward?: Onward
}

export interface AnswersWorker {
  /** @returns the run, or why there is none: the answer can't be loaded, or a server can't start */
  play(request: PlayRequest): Played | { readonly stop: Stop }
}

const offered: AnswersWorker = {
  play({ figure, code, actions, onward }) {
    lockdown(globalThis)
    const answered = subject.answered?.[figure]
    if (!answered) throw new Error(`the figure ${figure} takes no answers`)
    try {
      return playedWith(answered.system(evaluate(code)), actions, onward)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return { stop: stopOf(error) }
    }
  },
}
addEventListener('message', ({ ports }) => ports[0] && expose(offered, ports[0]), { once: true })
