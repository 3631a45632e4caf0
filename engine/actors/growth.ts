/**
 * growth: which part of a system grew, where a search stops at its bound: the inbox that fills, the list that
 * lengthens, the number that rises. Told from what the model has met so far, so it costs nothing while searching.
 */
import type { NodeId } from '../api.ts'
import { canonical } from '../plain.ts'
import type { Behaviour } from './behaviour.ts'
import type { AnyNodeDefinition, Growing, System } from './system.ts'

/** What a part of a node or message holds: `record` for an object, `mixed` for values of several kinds. */
export type GrownKind = 'number' | 'list' | 'record' | 'text' | 'mixed'

/** The part that grew. */
export interface Growth {
  readonly component: 'inbox' | 'field' | 'message' | 'disk' | 'history' | 'process'
  readonly kind: GrownKind
  /** Where it was largest: the node; for `message` its sender. */
  readonly node: NodeId
  readonly role: string
  /**
   * The field, or for `message` its type and field as `promise.n`; empty for an inbox or where a value has no fields. For
   * `process` what its node says of itself: `requests`, `timers`, `names`, `variables` or `history`.
   */
  readonly field: string
  /** The most entries of a list or object, the most messages in an inbox, the largest number; 0 for the rest. */
  readonly size: number
  /** How many different values it took. */
  readonly values: number
}

/** What `growth` reads of a model. */
export interface Places {
  readonly system: System
  readonly behaviour: Behaviour
  /** The number of the local state of a node in a place; undefined past the last place. */
  localAt(node: number, place: number): number | undefined
  /** The messages in a node's inbox in a place, by their numbers. */
  inboxAt(node: number, place: number): readonly number[]
}

/** A part that took fewer different sizes than this counts as one that does not grow. */
const SIZES_MIN = 6
/** With so many different values it counts as one that does, even if their sizes are alike. */
const VALUES_MIN = 64

/**
 * The part whose growth explains the size best: the one that took the most sizes. A number is its own size; a list, an
 * object and a text have their length. An inbox is named only where the same message piles up in it: where its messages
 * differ, what they differ in has grown. Null where nothing has grown, and there are only many combinations.
 */
export function growth(model: Places): Growth | null {
  const parts = new Parts()
  const own = new OwnParts()
  let flooded: Growth | null = null
  const { system, behaviour } = model
  system.nodes.forEach(({ id, role, definition }, node) => {
    const locals = new Set<number>()
    for (let place = 0; ; place++) {
      const local = model.localAt(node, place)
      if (local === undefined) break
      locals.add(local)
      const inbox = model.inboxAt(node, place)
      if (inbox.length < Math.max(SIZES_MIN, (flooded?.size ?? 0) + 1)) continue
      const values = mostCopies(inbox)
      if (values >= SIZES_MIN)
        flooded = { component: 'inbox', kind: 'list', node: id, role, field: '', size: inbox.length, values }
    }
    for (const local of locals) {
      const { state, disk, history } = behaviour.locals.values[local]!
      if (definition.grows && state !== null) own.take(id, role, definition.grows(state))
      else parts.take('field', id, role, '', ownOf(definition, state))
      parts.take('disk', id, role, '', disk)
      parts.take('history', id, role, '', history)
    }
  })
  for (const { from, type, fields } of behaviour.messages.values) {
    const role = system.nodes.find(({ id }) => id === from)?.role ?? ''
    parts.take('message', from, role, type, fields)
  }
  const most = parts.most()
  const process = own.most()
  // Contents that differ may be no more than many combinations; what has clearly grown says more.
  if (process && (process.size > 0 || process.values > 2 * (most?.sizes.size ?? 0))) return process
  const inbox = flooded as Growth | null
  if (inbox && inbox.values >= (most?.sizes.size ?? 0)) return inbox
  return most ? grown(most) : null
}

/** What of a state is the node's own, where more is kept beside it for properties. */
function ownOf({ show, properties }: AnyNodeDefinition, state: unknown): unknown {
  return state !== null && show && properties ? show(state) : state
}

/** How often the message is in an inbox that is in it most often. Inboxes are sorted. */
function mostCopies(inbox: readonly number[]): number {
  let most = 0
  for (let index = 0, copies = 0; index < inbox.length; index++) {
    copies = inbox[index] === inbox[index - 1] ? copies + 1 : 1
    most = Math.max(most, copies)
  }
  return most
}

/** A part of all nodes of a role, or of all messages of a type, as it is counted. */
interface Part {
  readonly component: Growth['component']
  readonly role: string
  readonly field: string
  readonly texts: Set<string>
  readonly sizes: Set<number>
  kind: GrownKind
  size: number
  node: NodeId
}

/** Where two parts took equally many values: memory first, for the rest mostly repeats what is there. */
const BY_WEIGHT: readonly Growth['component'][] = ['field', 'message', 'disk', 'history']

class Parts {
  readonly #parts = new Map<string, Part>()

  /** Takes what a node or message holds apart into its fields. @param name goes before their names */
  take(component: Growth['component'], node: NodeId, role: string, name: string, value: unknown): void {
    if (value === null || value === undefined) return
    const isRecord = typeof value === 'object' && !Array.isArray(value)
    // The outermost object is the node's state or the message: its fields are the parts.
    const isWhole = component === 'message' ? !name.includes('.') : name === ''
    if (!isRecord || !isWhole) this.#count(component, node, role, name, value)
    if (!isRecord) return
    for (const [field, part] of Object.entries(value)) {
      this.take(component, node, role, name === '' ? field : `${name}.${field}`, part)
    }
  }

  most(): Part | null {
    const growing = [...this.#parts.values()].filter(
      ({ sizes, texts }) => sizes.size >= SIZES_MIN || texts.size >= VALUES_MIN,
    )
    return growing.sort(compare).at(-1) ?? null
  }

  #count(component: Growth['component'], node: NodeId, role: string, field: string, value: unknown): void {
    const kind = kindOf(value)
    const size = sizeOf(value)
    const key = `${component} ${role} ${field}`
    let part = this.#parts.get(key)
    if (!part) {
      part = { component, role, field, texts: new Set(), sizes: new Set(), kind, size, node }
      this.#parts.set(key, part)
    }
    part.texts.add(canonical(value, field))
    part.sizes.add(size)
    // `null` where there is nothing yet is no kind of its own.
    if (value !== null && value !== undefined && kind !== part.kind)
      part.kind = part.texts.size === 1 || part.kind === 'mixed' ? kind : 'mixed'
    if (size > part.size) {
      part.size = size
      part.node = node
    }
  }
}

/** What nodes say themselves of what may grow in them. */
class OwnParts {
  readonly #parts = new Map<string, { sizes: Set<number>; node: NodeId; role: string; size: number }>()
  /** By part: the contents that were met, by the place at which they were. */
  readonly #contents = new Map<string, Map<string, Set<string>>>()
  #order: readonly string[] = []

  take(node: NodeId, role: string, growing: { readonly [part: string]: Growing }): void {
    for (const [name, { size, place, text }] of Object.entries(growing)) {
      if (!this.#order.includes(name)) this.#order = [...this.#order, name]
      const part = this.#parts.get(name) ?? { sizes: new Set(), node, role, size }
      this.#parts.set(name, part)
      part.sizes.add(size)
      if (size > part.size) Object.assign(part, { node, role, size })
      const places = this.#contents.get(name) ?? new Map<string, Set<string>>()
      this.#contents.set(name, places)
      const key = `${node} ${place}`
      places.set(key, (places.get(key) ?? new Set()).add(text))
    }
  }

  /** The first part that has grown. */
  most(): Growth | null {
    for (const name of this.#order) {
      const { sizes, node, role, size } = this.#parts.get(name)!
      const [place, contents] = [...this.#contents.get(name)!].sort(
        ([, one], [, other]) => other.size - one.size,
      )[0]!
      const common = { component: 'process', kind: 'mixed', role, field: name, size } as const
      if (sizes.size >= SIZES_MIN) return { ...common, node, values: sizes.size }
      if (contents.size >= VALUES_MIN)
        return { ...common, node: place.slice(0, place.indexOf(' ')), values: contents.size }
    }
    return null
  }
}

function grown({ component, kind, node, role, field, size, texts }: Part): Growth {
  return { component, kind, node, role, field, size, values: texts.size }
}

function compare(one: Part, other: Part): number {
  return (
    one.sizes.size - other.sizes.size ||
    BY_WEIGHT.indexOf(other.component) - BY_WEIGHT.indexOf(one.component) ||
    one.texts.size - other.texts.size
  )
}

function kindOf(value: unknown): GrownKind {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string') return 'text'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'object' && value !== null ? 'record' : 'mixed'
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.abs(value) : 0
  if (Array.isArray(value) || typeof value === 'string') return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
