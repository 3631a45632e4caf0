/**
 * outbox: the learner writes how an order gets from one database to the stock in another: by a message in the same transaction, a relay
 * and a queue. Processes crash anywhere. What counts is the rows of the orders and of the stock; what is on the queue does not.
 */
import type { Crashes } from '../../engine/actors/system.ts'
import type { ClientAnswer, ClientExercise, Configuration } from '../../engine/exercise.ts'
import { type Planned, type Trial, type Wanted, system } from './trials.ts'

/**
 * Two orders of one item. By their ids they come in the other order, and a queue that went by ids would have them in different
 * partitions, of which the second order's is read first.
 */
const FIRST: Wanted = { id: 'r7', item: 'book', quantity: 2 }
const SECOND: Wanted = { id: 'k4', item: 'book', quantity: 30 }

/** No different from the first but for its id. */
const ALIKE: Wanted = { ...FIRST, id: 'm2' }
const LAMP: Wanted = { id: 'b1', item: 'lamp', quantity: 5 }

const RELAY: Planned = { duties: ['relay'] }
const KEEPER: Planned = { duties: ['consume'] }

function once(role: string): Crashes {
  return { roles: [role], limit: 1, restart: 'at once' }
}

/**
 * Trials of which every interleaving is looked at. Where only one of the processes is to be struck, another does the work of two or
 * three, one after the other: so there is less to look at, and nothing less that can happen to the one.
 */
export const explored: { readonly [id: string]: Trial } = {
  calm: { processes: { shop: { orders: [FIRST, SECOND] }, relay: RELAY, 'stock-keeper': KEEPER } },
  // Messages without a key go to the partition with the fewest: the second order for books would come before the first.
  three: {
    processes: { shop: { orders: [LAMP, FIRST, SECOND] }, office: { duties: ['relay', 'consume'] } },
  },
  alike: {
    processes: { shop: { orders: [FIRST, ALIKE] }, office: { duties: ['relay', 'consume'] } },
  },
  'shop-dies': {
    processes: { shop: { orders: [FIRST] }, relay: RELAY, 'stock-keeper': KEEPER },
    crashes: { ...once('shop'), restart: 'never' },
  },
  'relay-crashes': {
    processes: { shop: { orders: [FIRST], duties: ['consume'] }, relay: RELAY },
    crashes: once('relay'),
  },
  'keeper-crashes': {
    processes: { shop: { orders: [FIRST], duties: ['relay'] }, 'stock-keeper': KEEPER },
    crashes: once('keeper'),
  },
  'shop-crashes': {
    processes: { shop: { orders: [FIRST] }, office: { duties: ['relay', 'consume'] } },
    crashes: once('shop'),
  },
  'two-shops': {
    processes: {
      shop: { orders: [FIRST] },
      'second shop': { orders: [SECOND], duties: ['relay', 'consume'] },
    },
  },
  lost: {
    processes: { shop: { orders: [FIRST] }, office: { duties: ['relay', 'consume'] } },
    drops: 1,
  },
  'lost-of-two': {
    processes: { shop: { orders: [FIRST, SECOND] }, office: { duties: ['relay', 'consume'] } },
    drops: 1,
  },
  'two-relays': {
    processes: {
      shop: { orders: [FIRST, SECOND] },
      office: { duties: ['relay', 'consume'] },
      relay: { ...RELAY, times: 1 },
    },
  },
  // Here the session of one that is only slow may run out as well, at any moment.
  'two-keepers': {
    processes: {
      shop: { orders: [FIRST], duties: ['relay'] },
      'stock-keeper': { ...KEEPER, times: 2 },
      'second keeper': { ...KEEPER, times: 2 },
    },
    expires: true,
  },
}

/** More than can be looked at in full. */
const large: Trial = {
  processes: {
    shop: {
      orders: [
        FIRST,
        { id: 'b1', item: 'lamp', quantity: 2 },
        SECOND,
        { id: 'd3', item: 'book', quantity: 400 },
      ],
    },
    'second shop': {
      orders: [
        { id: 't9', item: 'lamp', quantity: 30 },
        { id: 'q6', item: 'book', quantity: 7_000 },
      ],
    },
    relay: RELAY,
    'second relay': RELAY,
    'stock-keeper': KEEPER,
    'second keeper': KEEPER,
  },
  crashes: { roles: ['shop', 'relay', 'keeper'], limit: 4, restart: 'later' },
  drops: 2,
}

const exercise: ClientExercise = {
  id: 'outbox',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'outbox.ts',
  configurations: [
    ...Object.entries(explored).map(([id, trial]): Configuration<ClientAnswer> => ({
      id,
      driver: 'explore',
      statesMax: 1_000_000,
      system: (answer) => system(trial, answer),
    })),
    {
      id: 'many',
      driver: 'simulate',
      runs: 4,
      stepsMax: 2_000,
      settle: { within: 1_500 },
      system: (answer) => system(large, answer),
    },
  ],
}

export default exercise
