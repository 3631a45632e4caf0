/** The Paxos chapter's claims (C…) and errata (E…) as checks; `content/` names them by id. */
import type { AnyNodeDefinition } from '../../../engine/actors/system.ts'
import type { Messages } from '../../../exercises/paxos-acceptor/messages.ts'
import type { Check } from '../check.ts'
import {
  A,
  B,
  C,
  CRASHING,
  HARSH,
  acceptors,
  noDisk,
  noteRepeated,
  noteThreeBallots,
  system,
} from './systems.ts'

const STATES_MAX = 2_000_000

/** Paxos's acceptor, made blind to the value in a prepare. */
const blind: AnyNodeDefinition = {
  ...acceptors.paxos,
  on: {
    ...acceptors.paxos.on,
    prepare: (state, message: Messages['prepare'], ctx) =>
      acceptors.paxos.on.prepare!(state, { ...message, v: 0 }, ctx),
  },
}

export const checks: readonly Check[] = [
  {
    id: 'C34/agreement',
    system: () => system([A, B], acceptors.paxos, HARSH),
    property: 'agreement',
    expect: 'holds',
    words: 'paxos-acceptor',
    statesMax: STATES_MAX,
  },
  {
    id: 'C34/crashes',
    system: () => system([A, B, C], acceptors.paxos, HARSH, CRASHING),
    property: 'agreement',
    expect: 'holds',
    words: 'paxos-acceptor',
    statesMax: STATES_MAX,
  },
  {
    id: 'E25/number-alone',
    system: () => system([A, B, C], blind, HARSH, CRASHING),
    property: 'agreement',
    expect: 'holds',
    words: 'paxos-acceptor',
    statesMax: STATES_MAX,
  },
  {
    id: 'E26/two-ballots',
    system: () => system([A, B], acceptors.note),
    property: 'agreement',
    expect: 'holds',
    words: 'paxos-acceptor',
    statesMax: STATES_MAX,
  },
  {
    id: 'E26/three-ballots',
    system: noteThreeBallots,
    property: 'agreement',
    expect: 'fails',
    words: 'paxos-acceptor',
    statesMax: STATES_MAX,
  },
  {
    id: 'E26/repeated',
    system: noteRepeated,
    property: 'agreement',
    expect: 'fails',
    words: 'paxos-acceptor',
    statesMax: STATES_MAX,
  },
  {
    id: 'E32/no-disk',
    system: noDisk,
    property: 'agreement',
    expect: 'fails',
    words: 'paxos-acceptor',
    statesMax: STATES_MAX,
  },
]
