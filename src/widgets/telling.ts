/**
 * How the views below a component put a run into words. A figure of a protocol needs nothing; one with processes and servers
 * hands down what tells them, so that no other page has to load it.
 */
import { getContext, setContext } from 'svelte'
import { PLAIN, type Telling } from '../../engine/trace/plain-transcript.ts'

const KEY = Symbol('telling')

/** For all components below this one. */
export function setTelling(telling: Telling): void {
  setContext(KEY, telling)
}

export function getTelling(): Telling {
  return getContext<Telling | undefined>(KEY) ?? PLAIN
}
