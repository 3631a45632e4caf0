/**
 * Solutions: the right answers to an exercise, in a file of its own that is fetched when somebody asks, and not before: nothing of it is
 * in the page until then.
 */
import { href } from '../paths.ts'

/** Right answers to an exercise. */
export interface Solutions {
  readonly solution: string
  /** Other right answers, which differ from it in a way of their own. */
  readonly others: readonly OtherAnswer[]
}

export interface OtherAnswer {
  /** The name of its file, without what comes after the dot. */
  readonly name: string
  /** What it says of itself at its top; empty where it says nothing. */
  readonly about: string
  readonly code: string
}

/** Where the right answers to an exercise are, for who keeps pages for offline too. */
export function solutionAddress(exercise: string): string {
  return href(`exercises/${exercise}/solution.json`)
}

/** @throws when they can't be had, as without a network */
export async function solutionOf(exercise: string): Promise<Solutions> {
  const response = await fetch(solutionAddress(exercise))
  if (!response.ok) throw new Error(`${response.status} ${response.url}`)
  return (await response.json()) as Solutions
}
