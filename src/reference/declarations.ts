/**
 * Reads the declarations of the course's API, and what their comments say, out of the very file that the editor
 * completes from. For use while the reference page is built.
 */
import ts from 'typescript-page'

/** One thing that a comment says of a declaration. */
export interface Remark {
  readonly kind: 'parameter' | 'throws' | 'returns'
  /** The parameter's name; empty for the others. */
  readonly name: string
  readonly text: string
}

/** A declaration or a member of one. Texts are as in the file: sentences with `code` in backticks. */
export interface Declaration {
  readonly name: string
  /** Its TypeScript without comments; for what has members, only its head. */
  readonly code: string
  readonly text: string
  readonly remarks: readonly Remark[]
  readonly members: readonly Declaration[]
}

/** What a file exports, in its order. */
export function declarationsOf(fileName: string, source: string): Declaration[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true)
  return file.statements.filter(isExported).map((statement) => declarationOf(file, statement))
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  )
}

function declarationOf(file: ts.SourceFile, node: ts.Node): Declaration {
  const members = ts.isInterfaceDeclaration(node) ? [...node.members] : []
  return {
    name: (node as ts.NamedDeclaration).name?.getText(file) ?? '',
    code: codeOf(file, node, members.length > 0),
    ...remarksOf(node),
    members: members.map((member) => declarationOf(file, member)),
  }
}

function codeOf(file: ts.SourceFile, node: ts.Node, headOnly: boolean): string {
  if (headOnly) return `${node.getText(file).split('{')[0]!.trim()} { … }`
  if (ts.isFunctionDeclaration(node) && node.body) {
    return file.text.slice(node.getStart(file), node.body.getStart(file)).trim()
  }
  return node.getText(file)
}

function remarksOf(node: ts.Node): { text: string; remarks: Remark[] } {
  const remarks: Remark[] = []
  let text = ''
  for (const part of ts.getJSDocCommentsAndTags(node)) {
    const said = unwrapped(ts.getTextOfJSDocComment(part.comment))
    if (ts.isJSDoc(part)) {
      text = said
      for (const tag of part.tags ?? []) remarks.push(...remarkOf(tag))
    }
  }
  return { text, remarks }
}

function remarkOf(tag: ts.JSDocTag): Remark[] {
  const text = unwrapped(ts.getTextOfJSDocComment(tag.comment))
  if (ts.isJSDocParameterTag(tag)) return [{ kind: 'parameter', name: tag.name.getText(), text }]
  if (tag.tagName.text === 'throws') return [{ kind: 'throws', name: '', text }]
  if (tag.tagName.text === 'returns') return [{ kind: 'returns', name: '', text }]
  return []
}

/** Comments are broken into lines where the file is; on a page they are broken where the page is. */
function unwrapped(text: string | undefined): string {
  return (text ?? '').replace(/\s*\n\s*/g, ' ').trim()
}
