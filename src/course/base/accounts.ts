/**
 * Two accounts that together always hold the same, and what keeps that true: on replicas that lag behind, and in one database with two
 * transactions at a time. What ACID calls consistency is about the one, what replicas have to do with is the other.
 */
import { fields, number } from '../../../engine/actors/fields.ts'
import type { AnyNodeDefinition, System, SystemProperty, View } from '../../../engine/actors/system.ts'
import { node } from '../../../engine/api.ts'
import { clientSystem } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { databaseLink } from '../../../engine/services/database/link.ts'
import { database } from '../../../engine/services/database/server.ts'
import { serverNode } from '../../../engine/services/server-node.ts'
import { processesOf } from '../locks/systems.ts'
import { rowsIn, seenDatabase, shownDatabase } from '../transactions/shop.ts'
import withdraw from './processes/withdraw.process.ts?program'

/** What both accounts hold together. */
const TOGETHER = 100

interface Accounts {
  checking: number
  savings: number
}
interface Messages {
  transfer: { amount: number }
  /** All that a transaction has changed, in one message. */
  copy: Accounts & { number: number }
}
interface ReplicaState extends Accounts {
  /** How many transactions are in it. */
  number: number
}

const replica = node<ReplicaState, Messages>({
  init: () => ({ checking: TOGETHER / 2, savings: TOGETHER / 2, number: 0 }),
  on: {
    transfer(state, { amount }, ctx) {
      state.checking -= amount
      state.savings += amount
      state.number++
      ctx.broadcast('replica', 'copy', { ...state })
    },
    copy(state, copied) {
      if (copied.number > state.number) Object.assign(state, copied)
    },
  },
})

const client = node<Record<string, never>, Messages>({
  init(ctx) {
    for (const amount of [10, 20]) ctx.send('A', 'transfer', { amount })
    return {}
  },
  on: {},
})

const heldIn = (view: View): readonly ReplicaState[] =>
  view.filter(({ role }) => role === 'replica').map(({ seen }) => seen as ReplicaState)

/** Three replicas, of which A takes the transfers and the others follow. */
export function replicatedAccounts(): System {
  const given = { checking: number, savings: number, number }
  return {
    nodes: [
      ...['A', 'B', 'C'].map((id) => ({ id, role: 'replica', definition: replica as AnyNodeDefinition })),
      { id: 'K1', role: 'client', definition: client },
    ],
    roles: {
      replica: { sends: { copy: fields(given) }, observe: ({ state }) => state },
      client: { sends: { transfer: fields({ amount: number }) }, observe: () => null },
    },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [
      {
        id: 'rule-kept',
        kind: 'always',
        violated(view) {
          const wrong = heldIn(view).find(({ checking, savings }) => checking + savings !== TOGETHER)
          return wrong ? { sum: wrong.checking + wrong.savings, due: TOGETHER } : null
        },
      },
      {
        id: 'all-differ',
        kind: 'sometimes',
        reached: (view) => new Set(heldIn(view).map((one) => one.number)).size === 3,
      },
    ],
  }
}

const SETUP = `
  create table accounts (name text primary key, amount integer);
  insert into accounts values ('checking', 50), ('savings', 50)`

/** What is left on both accounts, as far as is committed. */
export const leftIn = (view: View): number =>
  rowsIn(view, 'accounts').reduce((sum, [, amount]) => sum + Number(amount), 0)

const neverOverdrawn: SystemProperty = {
  id: 'never-overdrawn',
  kind: 'always',
  violated: (view) => (leftIn(view) < 0 ? { left: leftIn(view) } : null),
}

/** Two processes that take 60 each from one account, and one database. @param entry how they isolate their transactions */
export function withdrawals(entry: 'snapshot' | 'serializable', more: Partial<System> = {}): System {
  const one = (id: string, account: string) =>
    processesOf([id], withdraw, {
      links: { db: databaseLink('db') as Link },
      entry,
      parameters: [account],
    })
  return clientSystem({
    processes: [...one('A', 'checking'), ...one('B', 'savings')],
    servers: { db: serverNode(database, { setup: SETUP }, { show: shownDatabase }) },
    observeServer: seenDatabase,
    ...more,
    properties: [neverOverdrawn],
  })
}
