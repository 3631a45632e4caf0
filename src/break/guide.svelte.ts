/**
 * Guide: hints that the engine works out for the step shown, each a little narrower than the one before. What was asked
 * of a state stays told; another state has told nothing yet.
 */
import { SvelteMap } from 'svelte/reactivity'
import type { Outlook } from '../../engine/break/outlook.ts'
import { canonical } from '../../engine/plain.ts'
import type { Asks } from './lookout.ts'
import type { Run } from './runs.ts'

/** What can be asked, in this order: is there a way, how long is it, where does it go on, with what. */
export const QUESTIONS = ['reachable', 'distance', 'node', 'next'] as const
export type Question = (typeof QUESTIONS)[number]

/** What was told of one state. */
interface Told {
  readonly outlook: Outlook
  /** So many of the questions were asked. */
  readonly asked: number
  /** States that the search has seen, as far as it told. */
  readonly states: number
}

export class Guide {
  readonly #lookout: Asks
  readonly #told = new SvelteMap<string, Told>()
  /** The state of which it is being asked. */
  #asking = $state<string | null>(null)
  #failed = $state<string | null>(null)
  #states = $state(0)

  constructor(lookout: Asks) {
    this.#lookout = lookout
  }

  /** What was told of the state after a run; null where nothing was. */
  told(run: Run): Told | null {
    return this.#told.get(keyOf(run)) ?? null
  }
  isAsking(run: Run): boolean {
    return this.#asking === keyOf(run)
  }
  hasFailed(run: Run): boolean {
    return this.#failed === keyOf(run)
  }
  /** States that the search under way has seen. */
  get states(): number {
    return this.#states
  }

  /** The question that can be asked next of the state after a run; null where all was told, or there is no way. */
  nextQuestion(run: Run): Question | null {
    const told = this.told(run)
    if (told === null) return QUESTIONS[0]
    if (told.outlook.reachable !== 'yes' || told.outlook.distance === 0) return null
    return QUESTIONS[told.asked] ?? null
  }

  /** Asks the next question of the state after a run. */
  async ask(run: Run): Promise<void> {
    const key = keyOf(run)
    const told = this.#told.get(key)
    if (told) {
      this.#told.set(key, { ...told, asked: Math.min(told.asked + 1, QUESTIONS.length) })
      return
    }
    this.#asking = key
    this.#failed = null
    this.#states = 0
    try {
      const outlook = await this.#lookout.look(run, ({ states }) => {
        if (this.#asking === key) this.#states = states
      })
      this.#told.set(key, { outlook, asked: 1, states: this.#states })
    } catch {
      // Stopped, or it could not be asked: only the latter is still waited for.
      if (this.#asking === key) this.#failed = key
    } finally {
      if (this.#asking === key) this.#asking = null
    }
  }

  /** Stops asking, unless it is of the state after this run. */
  stopUnless(run: Run): void {
    if (this.#asking !== null && this.#asking !== keyOf(run)) this.stop()
  }

  stop(): void {
    this.#asking = null
    this.#lookout.stop()
  }
}

function keyOf(run: Run): string {
  return canonical(run, 'run')
}
