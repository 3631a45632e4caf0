/** Properties that only the Paxos chapter asks about; their words stand in src/text/en-course.ts. */
import type { SystemProperty, View } from '../../../engine/actors/system.ts'
import { chosen } from '../../../exercises/paxos-acceptor/exercise.ts'
import type { Proposal } from '../../../exercises/paxos-acceptor/messages.ts'
import type { Announced, SeenLearner } from './learners.ts'

/** The acceptors of a state with the proposals that they have accepted. */
function votes(view: View): { id: string; accepted: readonly Proposal[] }[] {
  return view
    .filter(({ role }) => role === 'acceptor')
    .map(({ id, seen }) => ({ id, accepted: (seen as { accepted: readonly Proposal[] }).accepted }))
}

/** What the learner has learnt; null for nothing, or where nobody looks into it. */
export function learnt(view: View): number | null {
  return (view.find(({ role }) => role === 'learner')?.seen as SeenLearner | null)?.chosen ?? null
}

/** The values that are chosen, each once. */
export function values(view: View): number[] {
  return [...new Set(chosen(view).map(({ v }) => v))]
}

/** Properties that a run chooses one value: it gets there (`reaches-8`), and chooses no other (`only-8`). */
function towards(value: number): SystemProperty[] {
  return [
    { id: `reaches-${value}`, kind: 'eventually', reached: (view) => values(view).includes(value) },
    {
      id: `only-${value}`,
      kind: 'always',
      violated: (view) => {
        const other = values(view).find((one) => one !== value)
        return other === undefined ? null : { other }
      },
    },
  ]
}

export const properties: readonly SystemProperty[] = [
  { id: 'chosen', kind: 'sometimes', reached: (view) => chosen(view).length > 0 },
  ...towards(8),
  ...towards(5),
  {
    // Of a run that ends well: an acceptor changed its mind, and still there is one choice only.
    id: 'two-proposals',
    kind: 'sometimes',
    reached: (view) =>
      chosen(view).length > 0 &&
      votes(view).some(({ accepted }) => new Set(accepted.map(({ v }) => v)).size > 1),
  },
  {
    id: 'learnt-is-chosen',
    kind: 'always',
    violated: (view) => {
      const value = learnt(view)
      return value === null || values(view).includes(value) ? null : { learnt: value }
    },
  },
  {
    // Of systems that remember what had been voted for when the learner spoke.
    id: 'learnt-is-final',
    kind: 'always',
    violated: (view, history) => {
      const { votes: before, value } = history as Announced
      if (value === null) return null
      const other = chosen(view).find(({ v }) => v !== value)
      // Another value that was chosen before it spoke makes it wrong, but does not overturn it.
      if (!other || other.by.every((acceptor) => before.includes(`${acceptor} ${other.n} ${other.v}`)))
        return null
      return { learnt: value, chosen: other.v, n: other.n, by: other.by.join(', ') }
    },
  },
]
