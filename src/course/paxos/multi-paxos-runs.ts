/** The runs that the page on Multi-Paxos shows, tells of and asks about. */
import type { Crashes, System } from '../../../engine/actors/system.ts'
import { RELIABLE } from '../../../engine/actors/system.ts'
import type { NodeId } from '../../../engine/api.ts'
import { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { Line } from '../script.ts'
import { type Messages, type Rules, SERVERS, log } from './multi-paxos.ts'

/** A server may stop, and stays down. */
const ONE_STOPS: Crashes = { roles: ['server'], limit: 1, restart: 'never' }

const others = (one: NodeId): NodeId[] => SERVERS.filter((id) => id !== one)

/** The arrival of one message among several of its type. */
function arrives<Type extends keyof Messages>(
  from: NodeId,
  type: Type,
  to: NodeId,
  fields: Messages[Type],
): Action {
  return { kind: 'deliver', to, message: { from, type, fields } }
}

const brings = (command: string, to: NodeId): Line => arrives('K', 'command', to, { command })

/** A server asks to lead, and these answer it. */
const elected = (leader: NodeId, voters: readonly NodeId[]): Line[] => [
  { fire: leader, timer: 'lead' },
  ...voters.map((id): Line => [leader, 'prepare', id]),
  ...voters.map((id): Line => [id, 'promise', leader]),
]

/** A command is asked for in a place and chosen with these servers' votes, who are told. */
function decided(
  n: number,
  leader: NodeId,
  place: number,
  command: string,
  voters: readonly NodeId[],
): Line[] {
  return [
    ...voters.map((id) => arrives(leader, 'accept', id, { n, place, command })),
    ...voters.map((id) => arrives(id, 'accepted', leader, { n, place, command })),
    ...voters.map((id) => arrives(leader, 'chosen', id, { place, command })),
  ]
}

/** Three commands for S1, and a fourth for S2. */
const COMMANDS = [
  ['S1', 'a'],
  ['S1', 'b'],
  ['S1', 'c'],
  ['S2', 'd'],
] as const

export const threeServers = (rules: Rules = {}): System => log(COMMANDS, rules, RELIABLE, ONE_STOPS)

/** S1 leads and has two commands chosen. */
export const LEADING: readonly Line[] = [
  ...elected('S1', others('S1')),
  brings('a', 'S1'),
  ...decided(1, 'S1', 1, 'a', others('S1')),
  brings('b', 'S1'),
  ...decided(1, 'S1', 2, 'b', others('S1')),
]

/** One leader, three commands, the first phase once. */
export const STABLE: readonly Line[] = [
  ...LEADING,
  brings('c', 'S1'),
  ...decided(1, 'S1', 3, 'c', others('S1')),
]

/** What S1 leaves behind: `a` chosen, `b` with itself alone, `c` accepted by S3. */
const LEFT_BEHIND: readonly Line[] = [
  ...elected('S1', others('S1')),
  brings('a', 'S1'),
  ...decided(1, 'S1', 1, 'a', others('S1')),
  brings('b', 'S1'),
  brings('c', 'S1'),
  arrives('S1', 'accept', 'S3', { n: 1, place: 3, command: 'c' }),
  { crash: 'S1' },
]

/** S2 has asked for every place from 2 on, and its majority has answered. */
export const TAKEN_OVER: readonly Line[] = [...LEFT_BEHIND, ...elected('S2', ['S3'])]

/** S3 knows what is chosen in place 3, and not yet what is in place 2. */
export const LATER_PLACE_FIRST: readonly Line[] = [
  ...TAKEN_OVER,
  arrives('S2', 'accept', 'S3', { n: 2, place: 3, command: 'c' }),
  arrives('S3', 'accepted', 'S2', { n: 2, place: 3, command: 'c' }),
]
export const TOLD_OF_PLACE_3: Line = arrives('S2', 'chosen', 'S3', { place: 3, command: 'c' })

/** The gap is filled, what was begun is finished, and the new leader's first command follows. */
export const TAKEOVER: readonly Line[] = [
  ...LATER_PLACE_FIRST,
  TOLD_OF_PLACE_3,
  ...decided(2, 'S2', 2, 'no-op', ['S3']),
  brings('d', 'S2'),
  ...decided(2, 'S2', 4, 'd', ['S3']),
]

/** S1 was told to have a command chosen in place 2, and had it accepted by S3 alone. */
export const ONE_VOTE: readonly Line[] = [
  ...elected('S1', others('S1')),
  brings('a', 'S1'),
  ...decided(1, 'S1', 1, 'a', others('S1')),
  brings('b', 'S1'),
  arrives('S1', 'accept', 'S3', { n: 1, place: 2, command: 'b' }),
  { crash: 'S1' },
  brings('d', 'S2'),
  { fire: 'S2', timer: 'lead' },
  ['S2', 'prepare', 'S3'],
]

/**
 * S1 leads and has so many commands chosen while nothing is lost: each message arrives in the order in which it was sent.
 * @returns the messages between servers
 */
export function messagesFor(
  count: number,
  rules: Rules,
): { readonly system: System; readonly script: Action[] } {
  const commands = Array.from({ length: count }, (_, index) => ['S1', `c${index + 1}`] as const)
  const system = log(commands, { ...rules, candidates: ['S1'] })
  const run = new Run(system)
  const script: Action[] = []
  const take = (action: Action | undefined): boolean => {
    if (action) {
      run.take(action)
      script.push(action)
    }
    return action !== undefined
  }
  const waiting = (type: string) =>
    run.enabled().find((one) => one.kind === 'deliver' && one.message.type === type)
  while (take(waiting('command')));
  take(run.enabled().find(({ kind }) => kind === 'fire'))
  const types = ['prepare', 'promise', 'accept', 'accepted', 'chosen']
  while (types.some((type) => take(waiting(type))));
  return { system, script }
}

/** How many messages the servers have sent one another. */
export function messagesSent({ record }: Run): number {
  return record.steps.flatMap(({ sent }) => sent).length
}
