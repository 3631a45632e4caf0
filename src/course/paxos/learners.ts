/** Learners of the Paxos chapter: those of the exercise, and the client whom they tell. */
import { fields, number } from '../../../engine/actors/fields.ts'
import type { Role, System, SystemEvent, SystemHistory, SystemNode } from '../../../engine/actors/system.ts'
import counting from '../../../exercises/paxos-learner/solution.ts'
import acrossNumbers from '../../../exercises/paxos-learner/starter.ts'

/** The learner that counts the votes of one number, and the one that counts a value across numbers. */
export const learners = { proposals: counting, values: acrossNumbers } as const

/** What the properties see of a learner. */
export interface SeenLearner {
  readonly chosen: number | null
}

/** A learner whose state can be looked into. */
const learner: Role = {
  sends: { chosen: fields({ v: number }) },
  observe: ({ state }): SeenLearner => ({ chosen: (state as SeenLearner | null)?.chosen ?? null }),
}

/** Whoever wants to know what was chosen; it takes what it is told. */
const client: SystemNode = { id: 'U', role: 'client', definition: { init: () => ({}), on: {} } }

/** What is remembered of a run's order: who had voted for what when the learner announced something. */
export interface Announced {
  /** Votes so far, as `X 2 8`; none are added once something is announced. */
  readonly votes: readonly string[]
  readonly value: number | null
}

type Recorded = { readonly vote: string } | { readonly value: number }

/** Remembers the votes that there were when the learner announced a value. */
const announcements: SystemHistory = {
  initial: { votes: [], value: null } satisfies Announced,
  record({ node, sent }: SystemEvent): Recorded | null {
    for (const { type, fields: message } of sent) {
      const { n, v } = message as { n: number; v: number }
      if (type === 'chosen') return { value: v }
      if (type === 'accepted') return { vote: `${node} ${n} ${v}` }
    }
    return null
  },
  after(history: Announced, recorded: Recorded): Announced {
    if (history.value !== null) return history
    return 'value' in recorded
      ? { ...history, value: recorded.value }
      : { ...history, votes: [...new Set([...history.votes, recorded.vote])].sort() }
  },
}

/** A system that remembers what was voted before the learner announced something. */
export function remembering(original: System): System {
  return { ...original, history: announcements }
}

/** A system with a learner that hears the votes and counts them, in place of one that takes no notice. */
export function listening(original: System, counted: keyof typeof learners = 'proposals'): System {
  return {
    ...original,
    nodes: [
      ...original.nodes.map((one) => (one.id === 'L' ? { ...one, definition: learners[counted] } : one)),
      client,
    ],
    roles: { ...original.roles, learner, client: { sends: {}, observe: () => null } },
  }
}
