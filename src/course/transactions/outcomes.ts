/** What is asked of every protocol of this chapter in which nodes commit together: that they agree, and that they come to an end. */
import type { SystemProperty, View } from '../../../engine/actors/system.ts'

/** How far a participant is, in every protocol; null: down. Three-phase commit knows one more. */
export type Phase = 'working' | 'prepared' | 'precommitted' | 'committed' | 'aborted'

export const phasesIn = (view: View): (Phase | null)[] =>
  view.filter(({ role }) => role === 'participant').map(({ seen }) => seen as Phase | null)

/** The participants that are so far, for words. */
export const namesIn = (view: View, phase: Phase): string =>
  view.flatMap(({ id, role, seen }) => (role === 'participant' && seen === phase ? [id] : [])).join(', ')

/** Nobody has committed what another has aborted. */
export const agreement: SystemProperty = {
  id: 'all-alike',
  kind: 'always',
  violated(view) {
    const phases = phasesIn(view)
    return phases.includes('committed') && phases.includes('aborted')
      ? { committed: namesIn(view, 'committed'), aborted: namesIn(view, 'aborted') }
      : null
  },
}

const isOutcome = (phase: Phase | null): boolean => phase === 'committed' || phase === 'aborted'

/** Everybody comes to an end. */
export const allDecided: SystemProperty = {
  id: 'all-decided',
  kind: 'eventually',
  reached: (view) => phasesIn(view).every(isOutcome),
}

/** Everybody who is up does. */
export const survivorsDecided: SystemProperty = {
  id: 'survivors-decided',
  kind: 'eventually',
  reached: (view) => phasesIn(view).every((phase) => phase === null || isOutcome(phase)),
}

/** All have committed. */
export const allCommitted: SystemProperty = {
  id: 'all-committed',
  kind: 'sometimes',
  reached: (view) => phasesIn(view).every((phase) => phase === 'committed'),
}
