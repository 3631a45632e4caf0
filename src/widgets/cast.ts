/**
 * Who is who in a run: the shape of a role, the colour of whoever started something, and what each message and step
 * goes back to. Shape says the role and colour says who started it, in every view alike.
 */
import type { NodeId } from '../../engine/api.ts'
import { PLAIN, type Telling } from '../../engine/trace/plain-transcript.ts'
import type { MessageRecord, RunRecord, StepRecord } from '../../engine/trace/record.ts'

export type Shape = 'circle' | 'square' | 'hexagon' | 'diamond'

/** Colours of the tokens. Red is not among them: it says that something went wrong. */
const HUES = ['blue', 'orange', 'purple', 'green'] as const

/** Whoever starts things stands left, whoever answers stands right; a coordinator above, its participants below. */
export type Side = 'left' | 'right' | 'ring' | 'above' | 'below'

/** In an atomic commitment it stands above all others. */
const COORDINATOR = 'coordinator'

export interface Cast {
  /** The roles in the order in which they appear. */
  readonly roles: readonly string[]
  shape(role: string): Shape
  side(role: string): Side
  /** A style that sets `--hue`, `--hue-ink` and `--hue-tint` for a node that starts things, or neutral for null. */
  hue(starter: NodeId | null | undefined): string
  /** Whether the node is of the role that starts things, and so has a colour of its own. */
  starts(node: NodeId): boolean
  /** By message, the node that started what it belongs to. */
  readonly origins: ReadonlyMap<string, NodeId>
  /** By step (index 0 for the start), the node that started it; null for faults. */
  readonly steps: readonly (NodeId | null)[]
  /** Whether a message answers the one that its sender had just received. */
  isReply(message: MessageRecord): boolean
  /** By message, the step at which it arrived or was lost. */
  readonly ends: ReadonlyMap<string, number>
}

/**
 * Works out the cast of a run. What a node sends belongs to whoever started the message that made it send.
 * @param telling with what tells processes and servers, an answer belongs to the process that gets it
 */
export function castOf(record: RunRecord, telling: Telling = PLAIN): Cast {
  const nodes = record.frames[0]?.nodes ?? []
  const roles = [...new Set(nodes.map((node) => node.role))]
  const roleOf = new Map(nodes.map((node) => [node.id, node.role]))
  // Processes may have several roles, where some of them may do what others may not.
  const processes = nodes.filter(telling.isProcess)
  const starting = new Set([...roles.slice(0, 1), ...processes.map(({ role }) => role)])
  const coloured = [
    ...nodes.filter((node) => starting.has(node.role)),
    ...nodes.filter((node) => !starting.has(node.role)),
  ].map((node) => node.id)

  const origins = new Map<string, NodeId>()
  const ends = new Map<string, number>()
  const replies = new Set<string>()
  const steps: (NodeId | null)[] = [null]
  for (const message of record.started) origins.set(message.id, message.from)
  for (const step of record.steps) {
    const { kind } = step.action
    const acts = kind === 'deliver' || kind === 'fire' || kind === 'restart' || kind === 'act'
    const received = step.received
    // What comes due at a server is nobody's doing.
    const isDue = step.action.kind === 'fire' && step.action.timer.startsWith('due:')
    const starter = received ? (origins.get(received.id) ?? received.from) : acts && !isDue ? step.node : null
    steps.push(starter)
    if (received && kind !== 'duplicate') ends.set(received.id, step.number)
    for (const message of step.sent) {
      const known = telling.starter(message)
      origins.set(message.id, known ?? starter ?? message.from)
      const isReply = known === null ? received && answers(message, step) : message.to === known
      if (isReply) replies.add(message.id)
    }
    if (received && kind === 'duplicate') {
      for (const copy of record.frames[step.number]?.inFlight ?? []) {
        if (origins.has(copy.id)) continue
        origins.set(copy.id, starter ?? copy.from)
        if (replies.has(received.id)) replies.add(copy.id)
      }
    }
  }

  const shapes: readonly Shape[] =
    roles.length === 1 ? ['circle'] : ['square', 'circle', 'hexagon', 'diamond']
  const shaped = roles.filter((role) => role === roles[0] || !starting.has(role))
  const placeOf = (role: string): number => (starting.has(role) ? 0 : shaped.indexOf(role))
  return {
    roles,
    origins,
    steps,
    ends,
    shape: (role) => shapes[placeOf(role) % shapes.length] ?? 'circle',
    side: (role) => {
      if (roles.length === 1) return 'ring'
      if (roles[0] === COORDINATOR) return role === COORDINATOR ? 'above' : 'below'
      const isLeft = processes.length > 0 ? starting.has(role) : roles.indexOf(role) % 2 === 0
      return isLeft ? 'left' : 'right'
    },
    hue: (starter) => hueStyle(starter == null ? -1 : coloured.indexOf(starter)),
    starts: (node) => starting.has(roleOf.get(node) ?? ''),
    isReply: (message) => replies.has(message.id),
  }
}

/** Sent back to the sender of what had arrived, and to nobody else: a broadcast that includes the sender is no answer. */
function answers(message: MessageRecord, { received, sent }: StepRecord): boolean {
  const back = received?.from
  return message.to === back && sent.every((other) => other.type !== message.type || other.to === back)
}

function hueStyle(index: number): string {
  if (index < 0) return '--hue: var(--edge); --hue-ink: var(--soft); --hue-tint: var(--sunk)'
  const name = HUES[index % HUES.length]
  return `--hue: var(--${name}); --hue-ink: var(--${name}-ink); --hue-tint: var(--${name}-tint)`
}
