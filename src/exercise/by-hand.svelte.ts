/**
 * ByHand: the learner's code driven by hand, in one of the exercise's configurations. Each step is worked out in the sandbox, from the
 * start, and judged by the configuration's own properties.
 */
import type { Onward } from '../../engine/drivers/onward.ts'
import { type Dictionary, put } from '../../engine/text/words.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type { Trace } from '../../engine/trace/trace.ts'
import type { Trial } from '../../engine/trial.ts'
import { AnsweredHand } from '../widgets/answered-hand.svelte.ts'
import { Cursor } from '../widgets/cursor.svelte.ts'
import { type OwnAnswer, Stopped } from '../widgets/own-answer.ts'
import type { ExerciseGrader } from './grader.ts'

/** Where a run by hand begins. */
export type Beginning = Pick<Trace, 'configuration' | 'actions'>

/** How the run stands at the step shown. */
export interface HandStanding {
  /** The first property that is broken by then; null where none is. */
  readonly broken: {
    readonly id: string
    readonly at: number
    readonly fails: Trial['properties'][number]
  } | null
  /** The first step by then that is never tried in this configuration. */
  readonly beyond: number | null
  /** Nothing happens by itself any more. */
  readonly atRest: boolean
}

export class ByHand {
  readonly #grader: ExerciseGrader
  readonly #words: Dictionary
  readonly #codeNow: () => string
  /** The code that is driven, and what compiling gave of it. */
  readonly source: string
  /** It came in from elsewhere: the learner’s own is another. */
  readonly guest: boolean
  readonly #compiled: string
  #configuration = $state('')
  #hand = $state.raw<AnsweredHand<Trial> | null>(null)
  #cursor = $state.raw(new Cursor(0))
  #problem = $state.raw('')
  #turn = 0

  /** @param codeNow the learner's code as it stands */
  constructor(
    grader: ExerciseGrader,
    { source, code }: { readonly source: string; readonly code: string },
    words: Dictionary,
    codeNow: () => string,
    guest = false,
  ) {
    this.#grader = grader
    this.guest = guest
    this.source = source
    this.#compiled = code
    this.#words = words
    this.#codeNow = codeNow
  }

  get configuration(): string {
    return this.#configuration
  }
  /** Null while it is being started, and where it could not be. */
  get hand(): AnsweredHand<Trial> | null {
    return this.#hand
  }
  get record(): RunRecord | null {
    return this.#hand?.record ?? null
  }
  get cursor(): Cursor {
    return this.#cursor
  }
  /** Why it could not be started, in words. */
  get problem(): string {
    return this.#problem
  }
  /** Is the code that is driven the one that stands in the editor? */
  get isOfCode(): boolean {
    return this.source === this.#codeNow()
  }

  /** How it stands at the step shown. */
  get standing(): HandStanding {
    const { step, atEnd } = this.#cursor
    const trial = this.#hand?.played
    if (!trial) return { broken: null, beyond: null, atRest: false }
    const { properties, beyond } = trial
    const rests = atEnd && trial.atRest
    const found = properties
      .filter(({ broken, kind, at }) => broken && (kind === 'always' ? at! <= step : rests))
      .map((fails) => ({ id: fails.id, at: fails.kind === 'always' ? fails.at! : step, fails }))
      .sort((one, other) => one.at - other.at)
    return {
      broken: found[0] ?? null,
      beyond: beyond !== null && beyond <= step ? beyond : null,
      atRest: rests,
    }
  }

  /** Begins anew. */
  async start({ configuration, actions }: Beginning): Promise<void> {
    const turn = ++this.#turn
    this.#configuration = configuration
    this.#hand = null
    this.#problem = ''
    const answer = this.#answerIn(configuration)
    try {
      const played = await answer.play(actions)
      if (turn !== this.#turn) return
      const { length } = played.record.steps
      this.#cursor = new Cursor(length)
      this.#hand = new AnsweredHand(answer, played, length, this.#cursor)
      if (played.stop) this.#problem = this.#inWords(played.stop)
    } catch (error) {
      if (turn !== this.#turn) return
      this.#problem = error instanceof Stopped ? this.#inWords(error.stop) : String((error as Error).message)
    }
  }

  /** The steps up to the one shown. */
  get beginning(): Beginning {
    const steps = this.record?.steps.slice(0, this.#cursor.step) ?? []
    return { configuration: this.#configuration, actions: steps.map(({ action }) => action) }
  }

  leave(): void {
    this.#turn++
    this.#cursor.pause()
  }

  #answerIn(configuration: string): OwnAnswer<Trial> {
    return {
      play: async (actions, onward?: Onward) => {
        const request = { configuration, actions, ...(onward && { onward }) }
        const trial = await this.#grader.tryOut(this.#compiled, request)
        if (!('record' in trial)) throw new Stopped(trial.stop)
        return trial
      },
      explain: (stop) => Promise.resolve(this.#inWords(stop)),
      dispose: () => undefined,
    }
  }

  #inWords({ code, parameters, place }: Stopped['stop']): string {
    const text = Object.hasOwn(this.#words, code) ? put(this.#words, code, parameters) : code
    return place === null ? text : put(this.#words, 'widget.own.at-line', { text, line: place.line })
  }
}
