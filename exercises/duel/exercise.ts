/**
 * duel: the learner keeps two proposers of right Paxos from ever deciding. Nothing is lost and nobody crashes; who is
 * refused tries again at once with a larger number. What she has is the order in which messages arrive.
 */
import { number, fields } from '../../engine/actors/fields.ts'
import type {
  Role,
  SentMessage,
  System,
  SystemNode,
  SystemProperty,
  View,
} from '../../engine/actors/system.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import { chosen, learner, roles } from '../paxos-acceptor/exercise.ts'
import { acceptor } from './acceptor.ts'
import { proposer } from './proposer.ts'

export { duelRun } from './strategy.ts'

/** So many rounds are to be played in the exercise. */
export const ROUNDS = 6

/** What a proposer has done, as its messages show it. */
interface Played {
  /** It has asked the acceptors to accept the proposal of its present ballot: a majority has promised. */
  readonly asked: boolean
  /** Its ballots so far that came so far and were refused then: it has begun another. */
  readonly rounds: number
}

function played({ asked, rounds }: Played, sent: readonly SentMessage[]): Played {
  const types = sent.map(({ type }) => type)
  if (types.includes('accept')) return { asked: true, rounds }
  return types.includes('prepare') ? { asked: false, rounds: asked ? rounds + 1 : rounds } : { asked, rounds }
}

const proposerRole: Role = {
  sends: { prepare: fields({ n: number, v: number }), accept: fields({ n: number, v: number }) },
  history: { initial: { asked: false, rounds: 0 } satisfies Played, after: played },
  observe: ({ history }) => (history as Played).rounds,
}

/** How many rounds were played: ballots that had their majority of promises and were refused all the same. */
export function roundsPlayed(view: View): number {
  return view.reduce((sum, { role, seen }) => (role === 'proposer' ? sum + (seen as number) : sum), 0)
}

/** The id of the property that so many rounds were played. */
function roundsId(rounds: number): string {
  return `rounds-${rounds}`
}

/** The source's proposers. Their numbers alternate: 2, 6, 10, … are A's and 4, 8, 12, … are B's. */
const nodes: readonly SystemNode[] = [
  { id: 'A', role: 'proposer', definition: proposer(2, 4, 8) },
  { id: 'B', role: 'proposer', definition: proposer(4, 4, 5) },
  ...['X', 'Y', 'Z'].map((id) => ({ id, role: 'acceptor', definition: acceptor })),
  { id: 'L', role: 'learner', definition: learner },
]

/**
 * Two proposers that never give way, and the goal of so many rounds without a decision.
 * @param rounds at least one
 * @param milestones fewer rounds that are properties of their own, ascending
 */
export function duel(rounds: number, milestones: readonly number[] = []): System {
  const goal = (least: number): SystemProperty => ({
    id: roundsId(least),
    kind: 'sometimes',
    reached: (view) => roundsPlayed(view) >= least,
  })
  return {
    nodes,
    roles: { ...roles, proposer: proposerRole },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [
      ...[...milestones, rounds].map(goal),
      {
        id: 'undecided',
        kind: 'always',
        violated(view) {
          const [choice] = chosen(view)
          return choice ? { n: choice.n, v: choice.v, by: choice.by.join(', ') } : null
        },
      },
    ],
  }
}

/**
 * The fewest steps of a duel. A ballot that is a round needs six deliveries of its own: two prepares, two promises, a message
 * that is refused, and the refusal. Who refuses the largest of these ballots has promised a larger number: one more.
 */
export function stepsMin(rounds: number): number {
  return 6 * rounds + 1
}

const milestones = Array.from({ length: ROUNDS - 1 }, (_, index) => index + 1)

const exercise: BreakExercise = {
  id: 'duel',
  kind: 'break',
  version: 1,
  target: roundsId(ROUNDS),
  keeps: 'undecided',
  milestones: milestones.map(roundsId),
  stepsMin: stepsMin(ROUNDS),
  // Of the search for one milestone. The whole duel has more states than can be looked at.
  statesMax: 300_000,
  fields: { proposer: ['n', 'asked'], acceptor: ['promised', 'accepted'] },
  system: () => duel(ROUNDS, milestones),
}

export default exercise
