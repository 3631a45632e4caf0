/** A figure’s run as something to share, and the run that came with a link to a figure. Loaded when either is wanted. */
import type { Telling } from '../../engine/trace/plain-transcript.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { mount } from 'svelte'
import { figureAnchor } from '../course/anchors.ts'
import { href } from '../paths.ts'
import type { Words } from '../widgets/figure.ts'
import { loadFigure } from '../widgets/load-figure.ts'
import ArrivedRun from './ArrivedRun.svelte'
import { readLink } from './link.ts'
import { modelHash } from './model-hash.ts'
import { replayable } from './replayable.ts'
import { openSharing } from './sharing.ts'
import { loadSay, problemInWords } from './words.ts'

export interface FigureRun {
  /** The figure’s id, and what it is called. */
  readonly id: string
  readonly title: string
  readonly variant: string
  /** It is the reader’s own answer that runs. */
  readonly own: boolean
  readonly record: RunRecord
  readonly step: number
  readonly words: Words
  readonly telling: Telling
  readonly element: HTMLElement
}

/** Opens the dialog for a figure as it stands. */
export async function shareFigure({ id, variant, own, element, ...shown }: FigureRun): Promise<void> {
  const figure = own ? null : await loadFigure(id)
  await openSharing({
    ...shown,
    among: element,
    embed: href(`${document.documentElement.lang}/embed/${id}`),
    ...(figure && { anchor: figureAnchor(figure) }),
    shared: figure && {
      kind: 'figure',
      of: id,
      version: 0,
      model: modelHash(figure.system(variant)),
      run: { configuration: variant, actions: shown.record.steps.map(({ action }) => action) },
      step: shown.step,
    },
  })
}

/**
 * Shows the run that came with the page’s address, if it is of this figure.
 * @param show takes over the figure with these actions, and shows a step
 */
export async function arrive(
  id: string,
  element: HTMLElement,
  show: (variant: string, actions: readonly Action[], step: number) => Promise<unknown>,
): Promise<void> {
  const say = await loadSay()
  // It has the focus, so that it is read first and no button of the figure takes it.
  const place = document.createElement('div')
  place.tabIndex = -1
  place.style.outline = 'none'
  const note = (text: readonly string[], bad = false): void => {
    mount(ArrivedRun, { target: place, props: { say, text, bad } })
    place.scrollIntoView({ behavior: 'instant' })
  }
  try {
    const shared = await readLink(location.hash)
    if (shared.kind !== 'figure' || shared.of !== id) return
    const figure = await loadFigure(id)
    const { run } = shared
    if (!run) return
    const { configuration } = run
    element.before(place)
    place.focus({ preventScroll: true })
    if (!figure.variants.includes(configuration))
      return note([say('arrived.no-variant', { configuration })], true)
    const system = figure.system(configuration)
    const isSame = modelHash(system) === shared.model
    const { actions, problem } = replayable(system, run.actions)
    const step = Math.min(shared.step ?? actions.length, actions.length)
    await show(configuration, actions, step)
    const said = [say('arrived.figure', { steps: run.actions.length, step })]
    if (!isSame) said.push(say('arrived.model-run'))
    if (problem)
      said.push(
        say('arrived.stops', { step: actions.length + 1, problem: await problemInWords(say, problem) }),
      )
    note(said, problem !== null)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    // A link that can’t be read belongs to no figure: the one that it leads to says so.
    if (element.closest('figure')?.id !== location.hash.split('.')[2]) return
    element.before(place)
    note([say('arrived.bad', { problem: await problemInWords(say, error) })], true)
  }
}
