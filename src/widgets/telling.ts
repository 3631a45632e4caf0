/**
 * How the views below a component put a run into words. A figure of a protocol needs nothing; one with processes and servers
 * hands down what tells them, so that no other page has to load it.
 */
import { getContext, setContext } from 'svelte'
import type CutLinks from './services/CutLinks.svelte'
import { PLAIN, type Telling } from '../../engine/trace/plain-transcript.ts'

/** The words, and what draws single links that are cut, where processes and servers have such. */
export interface Told extends Telling {
  readonly CutLinks?: typeof CutLinks
}

const KEY = Symbol('telling')

/** For all components below this one. */
export function setTelling(telling: Told): void {
  setContext(KEY, telling)
}

export function getTelling(): Told {
  return getContext<Told | undefined>(KEY) ?? PLAIN
}
