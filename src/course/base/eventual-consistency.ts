/** The page on eventual consistency: carts that come together again, what the last writer takes from others, and a merge. */
import type { System } from '../../../engine/actors/system.ts'
import { type Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import apRegister from '../../../exercises/ap-register/solution.ts'
import {
  explored as registerTrials,
  system as registerSystem,
} from '../../../exercises/ap-register/trials.ts'
import type { AnyNodeDefinition } from '../../../engine/actors/system.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import { type Check, foundBy } from '../check.ts'
import { explored } from '../locks/declared.ts'
import type { Prediction } from '../prediction.ts'
import { type Line, followAll } from '../script.ts'
import { APART, BOTH, LOSING, type Merge, REMOVING, carts, itemsOf, merges, toldOnce } from './carts.ts'

const SETTLES = { settles: true } as const
const THREE = ['A', 'B', 'C']
const apart = (merge: Merge) => (): System => carts(merges[merge], APART)
const removing = (merge: Merge) => (): System => carts(merges[merge], REMOVING)

const lost = explored('E23/lost', 'fails', 'addition-lost', apart('last'))
const comesBack = explored('merge/union', 'fails', 'comes-back', removing('union'))

export const checks: readonly Check[] = [
  explored('C30/carts', 'holds', 'carts-equal', () =>
    carts(merges.merge, APART, { ...SETTLES, replicas: THREE, network: LOSING }),
  ),
  explored('C30/removal', 'holds', 'carts-equal', () =>
    carts(merges.merge, REMOVING, { ...SETTLES, replicas: THREE }),
  ),
  explored('C30/register', 'holds', 'converges', () =>
    registerSystem(registerTrials['three']!, { definition: apRegister as AnyNodeDefinition, probe: null }),
  ),
  explored('C30/told-once', 'fails', 'carts-equal', () =>
    carts(toldOnce, APART.slice(0, 1), { ...SETTLES, network: { duplicates: 0, drops: 1 } }),
  ),
  lost,
  explored('E23/converges', 'holds', 'carts-equal', () => carts(merges.last, APART, SETTLES)),
  explored('E23/merge', 'holds', 'addition-lost', apart('merge')),
  explored('E23/whole', 'holds', 'carts-whole', () => carts(merges.merge, APART, SETTLES)),
  comesBack,
  explored('merge/seen', 'holds', 'comes-back', removing('merge')),
]

/** The same schedule, for other carts: what replicas say to each other is then something else. */
const scheduleOf = (actions: readonly Action[]): readonly Line[] =>
  actions.map((action): Line => {
    if (action.kind === 'deliver') return [action.message.from, action.message.type, action.to]
    return action.kind === 'fire' ? { fire: action.node, timer: action.timer } : action
  })

/** The run that loses an addition, and then the other way round. */
const schedule = (): readonly Line[] => [
  ...scheduleOf(foundBy(lost).actions),
  { fire: 'A', timer: 'gossip' },
  ['A', 'gossip', 'B'],
]

export const figures: readonly FigureDefinition[] = [
  {
    id: 'base/carts',
    shows: 'E23/lost',
    variants: ['last', 'merge'],
    system: (merge) => apart(merge as Merge)(),
    script: (merge) => followAll(apart(merge as Merge)(), schedule()),
    fields: {},
    lanes: ['U', 'A', 'B', 'V'],
  },
  {
    id: 'base/removal',
    variants: ['union', 'merge'],
    system: (merge) => removing(merge as Merge)(),
    script: {
      runs: {
        union: { check: 'merge/union' },
        merge: () => followAll(removing('merge')(), scheduleOf(foundBy(comesBack).actions)),
      },
    },
    fields: { replica: ['items', 'dots', 'seen'] },
    lanes: ['U', 'A', 'B', 'V'],
  },
]

/** What is in a replica's cart at the end of a run. */
const cartAt = ({ record }: Run, merge: Merge, replica: string): string =>
  itemsOf(merge, record.frames.at(-1)!.nodes.find(({ id }) => id === replica)!.state).join(' ')

export const predictions: readonly Prediction[] = [
  {
    // The last delivery of the run that loses an addition.
    id: 'base/last-cart',
    system: apart('last'),
    before: () => foundBy(lost).actions.slice(0, -1),
    next: () => foundBy(lost).actions.slice(-1),
    answer: (run) => cartAt(run, 'last', 'A'),
  },
  {
    // A has taken milk out; B has not heard of that, and tells A what is in its cart.
    id: 'base/old-news',
    system: removing('merge'),
    before: () => followAll(removing('merge')(), scheduleOf(foundBy(comesBack).actions).slice(0, -1)),
    next: [['B', 'gossip', 'A']],
    answer: (run) => (cartAt(run, 'merge', 'A').includes('milk') ? 'back' : 'out'),
  },
  {
    id: 'base/added-meanwhile',
    system: () => carts(merges.merge, BOTH),
    before: [
      ['U', 'add', 'A'],
      ['V', 'add', 'B'],
      ['A', 'cart', 'U'],
      ['U', 'remove', 'A'],
      { fire: 'B', timer: 'gossip' },
    ],
    next: [['B', 'gossip', 'A']],
    answer: (run) => (cartAt(run, 'merge', 'A').includes('milk') ? 'in' : 'out'),
  },
]
