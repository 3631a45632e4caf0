/**
 * How the views below a component put a run into words. A figure of a protocol needs nothing; one with processes and servers
 * hands down what tells them, so that no other page has to load it.
 */
import { getContext, setContext } from 'svelte'
import type { Cluster } from './cluster/cluster.ts'
import type CutLinks from './services/CutLinks.svelte'
import { PLAIN, type Telling } from '../../engine/trace/plain-transcript.ts'

/** The words, and what the picture of the network needs for some figures only. */
export interface Told extends Telling {
  /** Draws single links that are cut, where processes and servers have such. */
  readonly CutLinks?: typeof CutLinks
  /** Draws servers in a ring, with their parts and timers. */
  readonly cluster?: Cluster
}

const KEY = Symbol('telling')

/** For all components below this one. */
export function setTelling(telling: Told): void {
  setContext(KEY, telling)
}

export function getTelling(): Told {
  return getContext<Told | undefined>(KEY) ?? PLAIN
}
