/**
 * Standing: what the picture of a cluster shows of a server besides its fields: the part that it plays, and each timer that
 * it waits for with what is left of it. Servers stand in a ring, whoever asks them outside.
 */
import type { NodeId } from '../../../engine/api.ts'
import type { NodeRecord, RunRecord } from '../../../engine/trace/record.ts'
import { put } from '../../../engine/text/words.ts'
import type { Side } from '../cast.ts'
import type { Words } from '../figure.ts'
import { FIELD_FONT } from '../flights.ts'
import { sansWidth } from '../text-width.ts'

/** What a server of Raft is at a time. Reference: Ongaro and Ousterhout 2014, Figure 4. */
const PARTS = ['follower', 'candidate', 'leader'] as const
export type Part = (typeof PARTS)[number]

/** The timers of a server of Raft. Others are not drawn. */
const TIMERS = ['election', 'heartbeat'] as const
export type TimerName = (typeof TIMERS)[number]

export interface Pending {
  readonly name: TimerName
  /** Milliseconds until it is due, by the server's clock. */
  readonly left: number
  /** What is left of it, of what there was when it was set: from 0 to 1. */
  readonly share: number
}

export interface Standing {
  /** Null where the server is down, or shows none. */
  readonly part: Part | null
  readonly timers: readonly Pending[]
}

/** CSS pixels that rings and marks take around a node. */
export const HALO = 9

/** The role of those that have parts and timers to show, and those that stand in the ring. */
const SERVER = 'server'
const IN_RING: readonly string[] = [SERVER, 'replica']

const NOTHING: Standing = { part: null, timers: [] }

/** Milliseconds until a timer of a node is due; null where it is not set or the run has no clock. */
function leftOf(node: NodeRecord | undefined, name: TimerName): number | null {
  const index = node?.up ? node.timers.indexOf(name) : -1
  return index < 0 ? null : (node?.clock?.left[index] ?? null)
}

/**
 * By frame and node, how each stands. A timer was set where it was not there before, or where a step at its node left it other
 * than time alone would have.
 */
export function standings(record: RunRecord): ReadonlyMap<NodeId, Standing>[] {
  /** By node and timer, the milliseconds that it was set for. */
  const full = new Map<string, number>()
  return record.frames.map((frame, number) => {
    const before = record.frames[number - 1]
    const step = record.steps[number - 1]
    const passed = (frame.now ?? 0) - (before?.now ?? 0)
    return new Map(
      frame.nodes.map((node, index) => {
        if (node.role !== SERVER || !node.up) return [node.id, NOTHING]
        const timers = TIMERS.flatMap((name) => {
          const left = leftOf(node, name)
          if (left === null) return []
          const key = `${node.id} ${name}`
          const earlier = leftOf(before?.nodes[index], name)
          const isSet =
            earlier === null || left > earlier || (step?.node === node.id && left !== earlier - passed)
          if (isSet) full.set(key, left)
          return [{ name, left, share: Math.min(1, left / Math.max(1, full.get(key) ?? left)) }]
        })
        return [node.id, { part: partOf(node), timers }]
      }),
    )
  })
}

/** In a system of an exercise, what a server shows is kept beside its state. */
function partOf({ state }: NodeRecord): Part | null {
  const shown = (state?.['seen'] ?? state) as { readonly role?: unknown } | null
  return PARTS.find((part) => part === shown?.role) ?? null
}

export interface StandingLine {
  readonly text: string
  /** The field of the server's state that it says; null for none. */
  readonly path: string | null
}

/** The lines under a server: its part, and each timer with its milliseconds. */
export function linesOf({ part, timers }: Standing, words: Words): StandingLine[] {
  return [
    ...(part === null ? [] : [{ text: put(words, `cluster.${part}`), path: 'role' }]),
    ...timers.map((timer) => ({ text: timerOf(timer, words), path: null })),
  ]
}

/** A timer in small: `election 132 ms`. */
export function timerOf({ name, left }: Pending, words: Words): string {
  return put(words, `cluster.${name}`, { milliseconds: left })
}

/** How a server stands, in a sentence's words: `leader, heartbeat in 30 ms`. Empty where there is nothing to say. */
export function saidOf({ part, timers }: Standing, words: Words): string {
  return [
    ...(part === null ? [] : [put(words, `cluster.${part}`)]),
    ...timers.map(({ name, left }) => put(words, `cluster.${name}.in`, { milliseconds: left })),
  ].join(', ')
}

const LINE_PADDING = 8

/** The widths of the lines that a node ever has, as many as it ever has at once. */
export function lineWidths(
  all: readonly ReadonlyMap<NodeId, Standing>[],
  id: NodeId,
  words: Words,
): number[] {
  const widths: number[] = []
  for (const one of all) {
    linesOf(one.get(id) ?? NOTHING, words).forEach(({ text }, index) => {
      widths[index] = Math.max(widths[index] ?? 0, sansWidth(text, FIELD_FONT) + LINE_PADDING)
    })
  }
  return widths
}

/** Messages of one sender that read alike, as the list of those without a place tells them. */
export interface Listed {
  readonly from: NodeId
  readonly to: readonly NodeId[]
  readonly label: string
  readonly ids: readonly string[]
}

/** What servers repeat to many piles up while the network is cut; together it is a line. */
export function together(
  messages: readonly {
    readonly id: string
    readonly from: NodeId
    readonly to: NodeId
    readonly label: string
  }[],
): Listed[] {
  const groups = new Map<string, { from: NodeId; to: NodeId[]; label: string; ids: string[] }>()
  for (const { id, from, to, label } of messages) {
    const key = `${from} ${label}`
    const group = groups.get(key) ?? { from, to: [], label, ids: [] }
    groups.set(key, group)
    if (!group.to.includes(to)) group.to.push(to)
    group.ids.push(id)
  }
  return [...groups.values()]
}

/**
 * Servers stand in a ring; whoever asks them stands in the corners above, the last one left and those before it right and left in turn.
 * The ring goes round to the right, so one client can be cut off with the first servers or with the others, and of two the first with
 * the first servers: a line shows it.
 */
export function sideOf(nodes: readonly Pick<NodeRecord, 'id' | 'role'>[], id: NodeId): Side {
  const outside = nodes.filter(({ role }) => !IN_RING.includes(role))
  const place = outside.findIndex((node) => node.id === id)
  if (place < 0) return 'ring'
  return (outside.length - place) % 2 === 1 ? 'left' : 'right'
}

/** An arc of a circle around 0, 0 from its top clockwise, as an SVG path; a whole circle for a share of 1. */
export function arc(radius: number, share: number): string {
  // A path from a point to itself draws nothing, so a whole one stops just before it.
  const angle = 2 * Math.PI * Math.min(share, 0.9999)
  const [x, y] = [radius * Math.sin(angle), -radius * Math.cos(angle)].map((at) =>
    (Math.round(at * 100) / 100 || 0).toString(),
  ) as [string, string]
  return `M0 ${-radius}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}`
}
