/**
 * A page of content/ as the content gate sees it: its components with their attributes, its sentences, its links and
 * the parts of it that a link can lead to, each with the line where it stands.
 */
import { mdxToMdast } from 'satteri'
import typescript from 'typescript-page'
import { parse } from 'yaml'

/** What is wrong, where, and what to do about it. */
export interface Problem {
  /** From the root, such as `content/en/paxos/prepare.mdx`. */
  readonly file: string
  readonly line: number
  readonly text: string
}

/** A text that a reader sees: a paragraph, a heading, or what an attribute says. */
export interface Sentence {
  readonly text: string
  /** The line of one of its characters, by index. */
  lineAt(index: number): number
}

/** A component, such as `<Claim id="C34">`. */
export interface Component {
  readonly name: string
  readonly line: number
  /** Attributes that are plain text, or a text alone in braces; null for anything else. */
  readonly attributes: ReadonlyMap<string, string | null>
  /** The components in it, however deep. */
  readonly inside: readonly Component[]
  /** What it emphasises: in an erratum, the work that it refers to. */
  readonly emphasised: readonly string[]
}

export interface Page {
  readonly file: string
  readonly language: string
  /** Its place in src/course/chapters.ts, such as `paxos/prepare`. */
  readonly id: string
  /** Every component, also those in others. */
  readonly components: readonly Component[]
  readonly sentences: readonly Sentence[]
  readonly links: readonly { readonly url: string; readonly line: number }[]
  /** The anchors of its headings. */
  readonly headings: readonly string[]
}

/** A node of the tree, as far as the gate looks at it. */
interface Node {
  readonly type: string
  readonly value?: string
  readonly url?: string
  readonly name?: string | null
  readonly attributes?: readonly {
    readonly type: string
    readonly name?: string
    readonly value?: string | { readonly value: string } | null
  }[]
  readonly children?: readonly Node[]
  readonly position?: { readonly start: Point; readonly end: Point }
}

interface Point {
  readonly line: number
  readonly offset?: number
}

/** What stands for a component or a picture in the middle of a sentence. */
const GAP = '\uFFFC'

/**
 * Reads a page.
 * @param file from the root, with forward slashes
 * @throws Error with file and line where the text is no MDX
 */
export function readPage(file: string, source: string): Page {
  const [, language = '', rest = ''] = /^[^/]+\/([^/]+)\/(.*)\.mdx$/.exec(file) ?? []
  let root: Node
  try {
    root = mdxToMdast(source) as Node
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  const sentences: Sentence[] = []
  const links: { url: string; line: number }[] = []
  const headings: string[] = []
  const components: Component[] = []
  const collect = (node: Node): void => {
    if (node.type === 'yaml') sentences.push(...frontSentences(node))
    if (node.type === 'link') links.push({ url: node.url ?? '', line: lineOf(node) })
    if (node.type === 'heading') headings.push(slug(sentenceOf(node).text, headings))
    if (BLOCKS.has(node.type)) sentences.push(sentenceOf(node))
    if (isExpression(node)) sentences.push(...literals(node.value ?? '', lineOf(node)))
    if (isComponent(node)) {
      components.push(componentOf(node))
      sentences.push(...attributeSentences(node, source))
    }
    node.children?.forEach(collect)
  }
  collect(root)
  return { file, language, id: rest.replace(/(^|\/)index$/, ''), components, sentences, links, headings }
}

/** What holds words side by side, to be read as one text. */
const BLOCKS = new Set(['paragraph', 'heading', 'tableCell'])

const isExpression = ({ type }: Node): boolean => type === 'mdxFlowExpression' || type === 'mdxTextExpression'
const isComponent = ({ type, name }: Node): boolean => /^mdxJsx/.test(type) && /^[A-Z]/.test(name ?? '')
const lineOf = ({ position }: Node): number => position?.start.line ?? 1

function componentOf(node: Node): Component {
  const attributes = new Map<string, string | null>()
  for (const { name, value } of node.attributes ?? []) {
    if (name === undefined) continue
    if (typeof value === 'string' || value == null) attributes.set(name, value ?? '')
    else attributes.set(name, alone(value.value))
  }
  const inside = descendants(node)
  return {
    name: node.name!,
    line: lineOf(node),
    attributes,
    inside: inside.filter(isComponent).map(componentOf),
    emphasised: inside.filter(({ type }) => type === 'emphasis').map((part) => sentenceOf(part).text),
  }
}

function descendants(node: Node): Node[] {
  return (node.children ?? []).flatMap((child) => [child, ...descendants(child)])
}

/** The text of an expression that is nothing but a text: `{'a b'}`. */
function alone(expression: string): string | null {
  const only = literals(expression, 1)
  return only.length === 1 && /^\s*(['"`])[^]*\1\s*$/.test(expression) ? only[0]!.text : null
}

/** The words of a block as one text, with a gap for each component. */
function sentenceOf(block: Node): Sentence {
  let text = ''
  const parts: { readonly start: number; readonly line: number }[] = []
  const add = (node: Node): void => {
    parts.push({ start: text.length, line: lineOf(node) })
    if (node.type === 'text' || node.type === 'inlineCode') text += node.value ?? ''
    // A word of the glossary is a word of the sentence; any other component puts something of its own there.
    else if (node.children && !(isComponent(node) && node.name !== 'Term')) node.children.forEach(add)
    else text += node.type === 'break' ? '\n' : GAP
  }
  block.children?.forEach(add)
  return {
    text,
    lineAt(index) {
      const part = parts.findLast(({ start }) => start <= index)
      return part ? part.line + newlines(text.slice(part.start, index)) : lineOf(block)
    },
  }
}

const newlines = (text: string): number => text.split('\n').length - 1

/** What the attributes of a component say. */
function attributeSentences(node: Node, source: string): Sentence[] {
  const { start, end } = node.position!
  const own = source.slice(start.offset, end.offset)
  return (node.attributes ?? []).flatMap(({ name, value }) => {
    if (name === undefined || value == null) return []
    const at = own.search(new RegExp(`\\s${name}=`)) + 1
    const line = start.line + newlines(own.slice(0, at))
    if (typeof value !== 'string') return literals(value.value, line)
    return [{ text: value, lineAt: (index: number) => line + newlines(value.slice(0, index)) }]
  })
}

/** The texts in an expression, such as the answers in `options={{ … }}`. */
function literals(expression: string, line: number): Sentence[] {
  const file = typescript.createSourceFile('_.ts', `(${expression})`, typescript.ScriptTarget.ES2022, true)
  const found: Sentence[] = []
  const visit = (node: typescript.Node): void => {
    const isKey = typescript.isPropertyAssignment(node.parent) && node.parent.name === node
    if (typescript.isStringLiteralLike(node) && !isKey) {
      const at = line + newlines(file.text.slice(0, node.getStart()))
      found.push({ text: node.text, lineAt: () => at })
    }
    typescript.forEachChild(node, visit)
  }
  typescript.forEachChild(file, visit)
  return found
}

/** The title, the question and the description. */
function frontSentences(node: Node): Sentence[] {
  const matter = parse(node.value ?? '') as Record<string, unknown> | null
  return Object.entries(matter ?? {}).flatMap(([key, value]) => {
    if (typeof value !== 'string') return []
    const above = (node.value ?? '').split('\n').findIndex((text) => text.startsWith(`${key}:`))
    return [{ text: value, lineAt: () => lineOf(node) + 1 + above }]
  })
}

/** The anchor that the site gives to a heading. @param taken those of the headings above it */
export function slug(heading: string, taken: readonly string[] = []): string {
  const plain = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
  let name = plain
  for (let again = 1; taken.includes(name); again++) name = `${plain}-${again}`
  return name
}
