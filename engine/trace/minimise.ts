/**
 * Makes a failing run shorter by leaving actions out, as long as what is left still fails.
 * Reference: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002 (ddmin).
 *
 * An action that was left out may have sent what a later one delivers. Whoever replays a candidate skips what can't
 * happen any more, so that a step goes together with all that follows from it; the run that then did happen is what
 * ddmin goes on with.
 */
import type { Action } from '../model.ts'

/** A run cut down. */
export interface Minimised {
  readonly actions: readonly Action[]
  /** Candidates that were replayed. */
  readonly replays: number
  /** No single action can be left out. False where the replays were used up before that was known. */
  readonly minimal: boolean
}

/**
 * Replays a list of actions, skipping those that can't happen.
 * @returns the actions that happened, up to the failure; null where nothing failed
 */
export type Replay = (actions: readonly Action[]) => readonly Action[] | null

/** Replays that one minimisation may use up. They are counted, never timed, so that the result is the same everywhere. */
export const REPLAYS_MAX = 2_000

/**
 * A run that still fails, made of the actions in their order and no longer than they are.
 * @param actions a run that fails
 * @param replay must be deterministic
 * @param pairs are two actions at a time tried as well? Those are as many as the square of the run's length.
 */
export function minimise(
  actions: readonly Action[],
  replay: Replay,
  replaysMax: number = REPLAYS_MAX,
  pairs = true,
): Minimised {
  const search = new Search(actions, replay, replaysMax)
  search.ddmin()
  // Where something else could be left out or made simpler, others may have become superfluous.
  while (search.simplify() || (pairs && search.leavePairOut())) search.ddmin()
  return { actions: search.current, replays: search.replays, minimal: search.minimal }
}

/** With more parts than this, one part alone hardly ever fails. */
const SUBSETS_MAX = 4

class Search {
  current: readonly Action[]
  replays = 0
  /** Is it known that no single action can be left out? */
  minimal = false
  readonly #replay: Replay
  readonly #replaysMax: number

  constructor(actions: readonly Action[], replay: Replay, replaysMax: number) {
    this.current = actions
    this.#replay = replay
    this.#replaysMax = replaysMax
  }

  /**
   * Cuts the run into ever more parts, and goes on with one part, or without one part, wherever that still fails.
   * Unlike in the paper, a pass that has left a part out goes on with the part before it, and not from the start: a run
   * of n actions then takes n log n replays, and not n², where it is made of many small pieces that nothing needs.
   */
  ddmin(): void {
    let parts = 2
    while (this.current.length > 0 && this.#left()) {
      if (parts <= SUBSETS_MAX && this.#subsets(parts)) {
        parts = 2
        continue
      }
      const single = parts >= this.current.length
      const shorter = this.#complements(Math.min(parts, this.current.length))
      if (!single) parts = Math.min(parts * 2, Math.max(this.current.length, 2))
      else if (shorter) parts = this.current.length
      else {
        this.minimal = this.#left()
        return
      }
    }
  }

  /** Replaces one crash in the middle of a handler by a step that goes through; true if that still fails. */
  simplify(): boolean {
    for (let index = 0; index < this.current.length; index++) {
      const action = this.current[index]!
      if (!('crashAfter' in action)) continue
      const { crashAfter: _cut, ...whole } = action
      if (this.#fails(this.current.with(index, whole as Action))) return true
    }
    return false
  }

  /** Leaves two actions out of which neither can be left out alone, such as a question and its answer; true if it could. */
  leavePairOut(): boolean {
    const { length } = this.current
    for (let distance = 1; distance < length; distance++) {
      for (let second = length - 1; second >= distance; second--) {
        const first = second - distance
        if (this.#fails(this.current.filter((_, index) => index !== first && index !== second))) return true
        if (!this.#left()) return false
      }
    }
    return false
  }

  #subsets(parts: number): boolean {
    const { length } = this.current
    for (let part = 0; part < parts; part++) {
      const start = Math.floor((part * length) / parts)
      const end = Math.floor(((part + 1) * length) / parts)
      if (end - start < length && this.#fails(this.current.slice(start, end))) return true
    }
    return false
  }

  /** From the last part on: what comes late is the least likely to be needed by others. */
  #complements(parts: number): boolean {
    const size = Math.max(1, Math.floor(this.current.length / parts))
    let shorter = false
    for (let end = this.current.length; end > 0;) {
      const start = Math.max(0, end - size)
      // What was left out may take others along, on either side.
      if (this.#fails([...this.current.slice(0, start), ...this.current.slice(end)])) {
        shorter = true
        end = Math.min(start, this.current.length)
      } else end = start
    }
    return shorter
  }

  #fails(candidate: readonly Action[]): boolean {
    if (!this.#left()) return false
    this.replays++
    const happened = this.#replay(candidate)
    // Never longer, and never the same again: else there would be no end.
    if (happened === null || happened.length > candidate.length) return false
    this.current = happened
    this.minimal = false
    return true
  }

  #left(): boolean {
    return this.replays < this.#replaysMax
  }
}
