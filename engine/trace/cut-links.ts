/**
 * Cuts of single links. A partition says who can talk to whom by groups; where groups have nodes in common, what is cut is the
 * links between those who are in no group together.
 */
import type { NodeId } from '../api.ts'
import { type Dictionary, put } from '../text/words.ts'

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

/** The links that are cut in words, as parameters of a sentence; null where the network falls apart in groups. */
export function cutLinksInWords(groups: Groups, dictionary: Dictionary): { readonly links: string } | null {
  const links = cutLinks(groups)
  return (
    links && { links: links.map(([one, other]) => put(dictionary, 'step.link', { one, other })).join(', ') }
  )
}
