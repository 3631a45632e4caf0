/** Elections without clocks, as every interleaving of them is looked at: the systems of exercises/raft-election with what the chapter asks of them. */
import type {
  AnyNodeDefinition,
  SentMessage,
  System,
  SystemProperty,
  View,
} from '../../../engine/actors/system.ts'
import { type NodeId, node } from '../../../engine/api.ts'
import type { Messages } from '../../../exercises/raft-election/messages.ts'
import {
  NOTHING_DONE,
  type ServerHistory,
  type ServerSeen,
  hasLed,
  serverHistory,
  serversIn,
} from '../../../exercises/raft-election/properties.ts'
import solution from '../../../exercises/raft-election/solution.ts'
import { type Trial, system } from '../../../exercises/raft-election/trials.ts'
import { A_TO_C } from './systems.ts'
import type { Own } from './taking-answers.ts'

/** The course’s server, as far as elections go. */
export const elector = solution as AnyNodeDefinition

/** What a server has done, and whom it has obeyed: by term the leaders whose heartbeats it has accepted. */
interface Obeying extends ServerHistory {
  readonly obeyed: { readonly [term: string]: readonly NodeId[] }
}

function obeying(history: Obeying, sent: readonly SentMessage[], self: NodeId): Obeying {
  let { obeyed } = history
  for (const { to, type, fields } of sent) {
    if (type !== 'appendEntriesReply') continue
    const { term, success } = fields as Messages['appendEntriesReply']
    const known = obeyed[term] ?? []
    if (success && !known.includes(to)) obeyed = { ...obeyed, [term]: [...known, to].sort() }
  }
  return { ...history, ...serverHistory(history, sent, self), obeyed }
}

const leadsNow = (view: View, id: NodeId): boolean =>
  serversIn(view).some((one) => one.id === id && one.seen.now?.role === 'leader')

/** A server has obeyed two leaders in one term, and both lead. */
const twoObeyed: SystemProperty = {
  id: 'two-obeyed',
  kind: 'always',
  violated(view) {
    for (const { id, seen } of serversIn<ServerSeen & { readonly past: Obeying }>(view))
      for (const leaders of Object.values(seen.past.obeyed)) {
        const [first, second] = leaders.filter((leader) => leadsNow(view, leader))
        if (first !== undefined && second !== undefined) return { server: id, first, second }
      }
    return null
  },
}

/** Nobody leads, whatever is tried. */
const nobodyLeads: SystemProperty = {
  id: 'nobody-leads',
  kind: 'always',
  violated(view) {
    const leader = serversIn(view).find(({ seen }) => hasLed(seen))
    return leader ? { server: leader.id } : null
  },
}

/** Servers that elect, of which all run one definition, or a reader’s own. */
export function elections(definition: AnyNodeDefinition, more: Partial<Trial> = {}, own: Own = {}): System {
  const trial: Trial = { servers: A_TO_C, terms: 2, statesMax: 0, ...more }
  const { runs = definition, probe = null } = own
  const whole = system(trial, { definition: runs as AnyNodeDefinition, probe })
  const { server } = whole.roles
  return {
    ...whole,
    roles: {
      ...whole.roles,
      server: { ...server!, history: { initial: { ...NOTHING_DONE, obeyed: {} }, after: obeying } },
    },
    properties: [...whole.properties, twoObeyed, nobodyLeads],
  }
}

/** Takes no part, as if it had stopped before anything began. */
const gone: AnyNodeDefinition = node<Record<string, never>, Messages>({ init: () => ({}), on: {} })

/** The same without one of the servers, which still counts as one. */
export function without(id: NodeId, whole: System): System {
  return {
    ...whole,
    nodes: whole.nodes.map((one) => (one.id === id ? { ...one, definition: gone } : one)),
  }
}
