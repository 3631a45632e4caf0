/** What a question of the comparison is, and the search for an answer among all runs of a system. */
import type { System } from '../../../engine/actors/system.ts'
import { replay } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { RunRecord } from '../../../engine/trace/record.ts'
import { exploreAll } from '../explored.ts'
import type { Mechanism, Setting } from './comparison-workers.ts'

/** What the engine says to one question about one lock. */
export interface Answer {
  /** Its words: `compare.<code>` in src/text/en-compare.ts, with these values. */
  readonly code: string
  readonly values: Readonly<Record<string, number | string>>
  /** Is that what one wants? Left out: it is a measure. */
  readonly good?: boolean
  /** How it was found: by a search of so many states, or by so many runs. */
  readonly states?: number
  readonly runs?: number
  /** The system that the run is one of. */
  readonly system: System
  /** The run that shows it: where nothing breaks a property, one of all. */
  readonly record: RunRecord
}

export interface Row {
  readonly id: string
  readonly group: 'survives' | 'costs' | 'order'
  answer(mechanism: Mechanism): Answer
}

/** What a search says. `run`: the shortest run that breaks the property, or null. */
export interface Searched {
  readonly run: readonly Action[] | null
  readonly states: number
}

const STATES_MAX = 150_000

/** @throws Error where the search is not at its end within its bound */
export function search(system: System, property: string, before: readonly Action[] = []): Searched {
  const asked = system.properties.filter(({ id }) => id === property)
  const { findings, complete, failure, states } = exploreAll(
    { ...system, properties: asked, before },
    STATES_MAX,
  )
  if (failure) throw new Error(failure.fault.message)
  if (findings.length === 0 && !complete) throw new Error(`${property}: undecided after ${states} states`)
  return { run: findings[0]?.actions ?? null, states }
}

/** Two workers for a search: the shorter A’s work is, and the later B begins, the fewer states there are. */
export const SHORT_MS = 100
export const brief = (secondAt: number): Setting['workers'] => ({
  A: { workMs: SHORT_MS },
  B: { workMs: SHORT_MS, beginsAt: secondAt },
})
export const SHORT = brief(60)

/** The answer where a run breaks a property. */
export function broken(system: System, { run, states }: Searched, code: string): Answer {
  const record = replay(system, run!)
  return { code, values: { milliseconds: record.frames.at(-1)!.now! }, good: false, states, system, record }
}

const answers = new Map<string, Answer>()

/** What the engine says to a question about a lock, worked out once in a build. */
export function answerOf(row: Row, mechanism: Mechanism): Answer {
  const key = `${row.id}/${mechanism}`
  const known = answers.get(key)
  if (known) return known
  try {
    const answer = row.answer(mechanism)
    answers.set(key, answer)
    return answer
  } catch (error) {
    throw new Error(`comparison, ${key}: ${(error as Error).message}`, { cause: error })
  }
}
