/**
 * Links the first use of each word of the glossary in a chapter's page: a step in the making of pages, on the tree of
 * the Markdown. Only the prose itself is looked at: paragraphs, lists, quotes and tables. Headings, code and links are
 * left alone, and so is what stands in a component.
 */
import { usesIn, type Glossary } from './glossary.ts'

/** A node of the tree, as far as this step looks at it. */
export interface TreeNode {
  readonly type: string
  readonly value?: string
  /** The name of a component. */
  readonly name?: string | null
  readonly attributes?: readonly { readonly type: string; readonly name?: string; readonly value?: unknown }[]
  readonly children?: readonly TreeNode[]
}

/** What is put in the place of a text. */
export interface Replacement {
  readonly text: TreeNode
  readonly by: readonly TreeNode[]
}

/** Where words are looked for. */
const OPEN = new Set([
  'root',
  'paragraph',
  'list',
  'listItem',
  'blockquote',
  'table',
  'tableRow',
  'tableCell',
  'emphasis',
  'strong',
  'text',
])

/** Which texts of a page are to be replaced, and by what, so that each word's first use is a `Term`. */
export function firstUses(root: TreeNode, glossary: Glossary): Replacement[] {
  const find = usesIn(glossary)
  const used = chosenByHand(root)
  const replacements: Replacement[] = []
  const look = (node: TreeNode): void => {
    if (!OPEN.has(node.type)) return
    if (node.type !== 'text') {
      node.children?.forEach(look)
      return
    }
    const text = node.value ?? ''
    const by: TreeNode[] = []
    let at = 0
    for (const { id, start, end } of find(text)) {
      if (used.has(id)) continue
      used.add(id)
      if (start > at) by.push({ type: 'text', value: text.slice(at, start) })
      by.push({
        type: 'mdxJsxTextElement',
        name: 'Term',
        attributes: [{ type: 'mdxJsxAttribute', name: 'id', value: id }],
        children: [{ type: 'text', value: text.slice(start, end) }],
      })
      at = end
    }
    if (by.length === 0) return
    if (at < text.length) by.push({ type: 'text', value: text.slice(at) })
    replacements.push({ text: node, by })
  }
  look(root)
  return replacements
}

/** The words that the author links: `<Term id="log">log</Term>` is the first use then, wherever it stands. */
function chosenByHand(node: TreeNode, found = new Set<string>()): Set<string> {
  const id = node.name === 'Term' && node.attributes?.find(({ name }) => name === 'id')?.value
  if (typeof id === 'string') found.add(id)
  node.children?.forEach((child) => chosenByHand(child, found))
  return found
}
