/**
 * Cuts of single links. A partition says who can talk to whom by groups; where groups have nodes in common, what is cut is the
 * links between those who are in no group together.
 */
import type { NodeId } from '../api.ts'
import { counted } from '../text/counted.ts'
import { type Dictionary, listed, put } from '../text/words.ts'

type Groups = readonly (readonly NodeId[])[]

/** The pairs that are cut from one another where groups overlap; null where they don't, and the network falls apart. */
export function cutLinks(groups: Groups): [NodeId, NodeId][] | null {
  const all = groups.flat()
  return new Set(all).size === all.length ? null : pairsApart(groups)
}

/** All pairs that are in no group together. */
export function pairsApart(groups: Groups): [NodeId, NodeId][] {
  const ids = [...new Set(groups.flat())]
  return ids.flatMap((one, index) =>
    ids
      .slice(index + 1)
      .filter((other) => !groups.some((group) => group.includes(one) && group.includes(other)))
      .map((other): [NodeId, NodeId] => [one, other]),
  )
}

/** The groups once the link between two nodes is cut as well. @param groups those before; null: the network is whole */
export function withCutLink(
  nodes: readonly NodeId[],
  groups: Groups | null,
  one: NodeId,
  other: NodeId,
): NodeId[][] {
  const split = (groups ?? [nodes]).flatMap((group) =>
    group.includes(one) && group.includes(other)
      ? [group.filter((id) => id !== other), group.filter((id) => id !== one)]
      : [[...group]],
  )
  // A group that another contains says nothing.
  return split.filter(
    (group, index) =>
      !split.some(
        (wider, at) =>
          at !== index &&
          group.every((id) => wider.includes(id)) &&
          (wider.length > group.length || at < index),
      ),
  )
}

/** The nodes that reach everybody, and the groups without them; null where the groups still overlap then. */
function sides(groups: Groups): { readonly apart: Groups; readonly reaching: readonly NodeId[] } | null {
  const reaching = (groups[0] ?? []).filter((id) => groups.every((group) => group.includes(id)))
  const apart = groups.map((group) => group.filter((id) => !reaching.includes(id)))
  return cutLinks(apart) === null ? { apart, reaching } : null
}

/** With more links than this a sentence names the sides that are parted, where there are sides, and not the links. */
const LINKS_NAMED = 2

/** A cut in words: as groups, as groups and who reaches them all, or as links. @param kind is it to be done, or was it? */
export function cutInWords(groups: Groups, kind: 'action' | 'step', dictionary: Dictionary): string {
  const joined = (some: Groups): string => some.map((group) => group.join(' ')).join(' | ')
  const links = cutLinks(groups)
  if (links === null) return put(dictionary, `${kind}.partition`, { groups: joined(groups) })
  const parted = links.length > LINKS_NAMED ? sides(groups) : null
  if (parted === null) {
    const named = links.map(([one, other]) => put(dictionary, 'step.link', { one, other }))
    return put(dictionary, `${kind}.cut-links`, { links: named.join(', ') })
  }
  const { apart, reaching } = parted
  return counted(dictionary, `${kind}.cut-between`, reaching.length, {
    groups: joined(apart),
    reaching: listed(reaching, dictionary),
  })
}
