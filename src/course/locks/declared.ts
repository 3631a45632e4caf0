/** How the pages of this chapter declare checks and figures, and look at what properties see of their clients. */
import type { View } from '../../../engine/actors/system.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Explored } from '../check.ts'

/** More than any check of this chapter takes. */
const STATES_MAX = 400_000

/** A check whose property has its words in the chapter's dictionary, or in the text of an exercise. */
export function explored(
  id: string,
  expect: Explored['expect'],
  property: string,
  system: Explored['system'],
  words: string | null = null,
): Explored {
  return { id, expect, property, system, words, statesMax: STATES_MAX }
}

/** What is seen of everybody who is no server, with the names and roles. */
export function clientsIn<Seen>(view: View): (Seen & { readonly id: string; readonly role: string })[] {
  return view
    .filter(({ role }) => role !== 'server')
    .map(({ id, role, seen }) => ({ id, role, ...(seen as Seen) }))
}

type Given = 'id' | 'system' | 'script' | 'lanes' | 'services'

/** A figure of processes and servers with one run, unless it says otherwise. */
export function figure(given: Pick<FigureDefinition, Given> & Partial<FigureDefinition>): FigureDefinition {
  return { variants: ['script'], fields: {}, ...given }
}
