/**
 * What every run that loses an entry comes by, in this order, so that a search can go from one to the next.
 *
 * A leader without an entry that was carried out has the vote of a server that has the entry: any two majorities share one. So its own
 * last entry is of a later term. Whoever made that one was elected by a server that did not have the first entry yet, and by itself: so
 * the first entry was not at a majority, and it was carried out only in a term that is later still.
 */
import type { SystemProperty, View } from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import { serversIn } from '../raft-election/properties.ts'
import type { Entry } from '../raft-replication/messages.ts'
import type { LogSeen } from '../raft-replication/properties.ts'

/** What is seen of a server here: its vote as well. */
export interface VoterSeen extends LogSeen {
  readonly votedFor: NodeId | null
}

interface Server {
  readonly id: NodeId
  readonly seen: VoterSeen
}

const logOf = ({ seen }: Server): readonly Entry[] => seen.now!.log
const has = (server: Server, { command }: Entry): boolean =>
  logOf(server).some((one) => one.command === command)

/** Is there an entry, in some log, of which this is true? */
const some = (view: View, isSo: (entry: Entry, servers: readonly Server[]) => boolean): boolean => {
  const servers = serversIn<VoterSeen>(view)
  return servers.some((server) => logOf(server).some((entry) => isSo(entry, servers)))
}

/** A server that lacks the entry is in a later term, and has voted in it for another that lacks it. */
function isOvertaken(entry: Entry, servers: readonly Server[]): boolean {
  const lacking = servers.filter((one) => !has(one, entry))
  return lacking.some(
    (voter) =>
      voter.seen.now!.term > entry.term &&
      lacking.some((candidate) => candidate !== voter && candidate.id === voter.seen.votedFor),
  )
}

/** A leader of a later term has the entry in its log. */
const isBroughtBack = (entry: Entry, servers: readonly Server[]): boolean =>
  servers.some((server) => {
    const { role, term } = server.seen.now!
    return role === 'leader' && term > entry.term && has(server, entry)
  })

/** It was carried out in a later term. */
const isCounted = (entry: Entry, servers: readonly Server[]): boolean =>
  servers.some(({ seen: { past } }) =>
    past.applied.some(({ command, term }) => command === entry.command && term > entry.term),
  )

/** A server that lacks it has an entry of a later term. */
const hasRival = (entry: Entry, servers: readonly Server[]): boolean =>
  servers.some((server) => !has(server, entry) && (logOf(server).at(-1)?.term ?? 0) > entry.term)

const milestone = (
  id: string,
  ...all: readonly ((entry: Entry, servers: readonly Server[]) => boolean)[]
): SystemProperty => ({
  id,
  kind: 'sometimes',
  reached: (view) => some(view, (entry, servers) => all.every((isSo) => isSo(entry, servers))),
})

export const milestones: readonly SystemProperty[] = [
  milestone('overtaken', isOvertaken),
  milestone('brought-back', isBroughtBack),
  milestone('counted', isCounted),
  milestone('rivalled', isCounted, hasRival),
]
