/**
 * Finds a figure by its id, such as `paxos/prepare`: the part before the slash is the chapter whose
 * `src/course/<chapter>/figures.ts` declares it. Each chapter's figures are a file of their own to the browser.
 */
import type { FigureDefinition } from './figure.ts'

const files = import.meta.glob<{ readonly figures: readonly FigureDefinition[] }>('../course/*/figures.ts')

/** @throws when no chapter declares the figure */
export async function loadFigure(id: string): Promise<FigureDefinition> {
  const load = files[`../course/${id.split('/')[0]}/figures.ts`]
  const figure = (await load?.())?.figures.find((one) => one.id === id)
  if (!figure) throw new Error(`No figure '${id}' in src/course`)
  return figure
}
