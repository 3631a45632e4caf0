/**
 * What an answer's text already shows, before it runs: forbidden globals, state kept outside `state`, foreign
 * imports, `async`. Run time catches all of these too; this is so that the editor can say it at once, at the line.
 */
import type * as TypeScript from 'typescript-page'
import type { Parameters } from '../fault.ts'
import type { Diagnostic } from '../report.ts'
import { CLIENT_GLOBAL_NAMES, FORBIDDEN_GLOBALS, FORBIDDEN_MEMBERS } from './forbidden.ts'

type Compiler = typeof TypeScript

/** Modules that an answer may import. */
export const MODULES: readonly string[] = ['lockstep', './messages', './messages.ts']

/** Methods that change the list, map or set that they are called on. */
const CHANGING_METHODS: ReadonlySet<string> = new Set([
  ...['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'],
  ...['set', 'add', 'delete', 'clear'],
])

const FORBIDDEN = {
  node: new Set(FORBIDDEN_GLOBALS),
  client: new Set(FORBIDDEN_GLOBALS.filter((name) => !CLIENT_GLOBAL_NAMES.includes(name))),
} as const

/** Looks through one file. Diagnostics come in the order of the text. */
export class Check {
  readonly diagnostics: Diagnostic[] = []
  readonly #ts: Compiler
  readonly #source: TypeScript.SourceFile
  readonly #checker: TypeScript.TypeChecker
  readonly #kind: 'node' | 'client'
  /** Is there nothing in it that `lower` can't do? */
  canBeLowered = true

  constructor(
    ts: Compiler,
    source: TypeScript.SourceFile,
    checker: TypeScript.TypeChecker,
    kind: 'node' | 'client',
  ) {
    this.#ts = ts
    this.#source = source
    this.#checker = checker
    this.#kind = kind
  }

  run(): void {
    this.#walk(this.#source)
    if (this.#kind === 'node' && !this.#hasDefaultExport())
      this.#say('error', 'missing-export', this.#source.endOfFileToken)
  }

  /** The global whose member an assignment to this target would change, such as `Array.prototype.push`, or null. */
  globalRoot(target: TypeScript.Expression): string | null {
    const ts = this.#ts
    let root = target
    while (
      ts.isPropertyAccessExpression(root) ||
      ts.isElementAccessExpression(root) ||
      ts.isParenthesizedExpression(root) ||
      ts.isAsExpression(root) ||
      ts.isNonNullExpression(root)
    ) {
      root = root.expression
    }
    if (!ts.isIdentifier(root) || root === target || !this.#isGlobal(root)) return null
    return target.getText(this.#source).replace(/\s+|\(|\)/g, '')
  }

  #walk(node: TypeScript.Node): void {
    const ts = this.#ts
    if (ts.isTypeNode(node)) return
    const beyond = this.#kind === 'client' ? this.#beyond(node) : null
    if (beyond !== null) this.#refuse(beyond, node)
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) this.#module(node.moduleSpecifier)
    else if (ts.isCallExpression(node)) this.#call(node)
    else if (ts.isIdentifier(node)) this.#identifier(node)
    else if (ts.isFunctionLike(node)) this.#function(node)
    else if (ts.isBinaryExpression(node) && isAssignment(ts, node)) this.#assigned(node.left)
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken) {
        this.#assigned(node.operand)
      }
    } else if (ts.isDeleteExpression(node)) this.#assigned(node.expression)
    ts.forEachChild(node, (child) => this.#walk(child))
  }

  #module(specifier: TypeScript.Expression | undefined): void {
    if (!specifier || !this.#ts.isStringLiteral(specifier) || MODULES.includes(specifier.text)) return
    this.#say('error', 'unknown-import', specifier, { module: specifier.text })
  }

  #call(node: TypeScript.CallExpression): void {
    const ts = this.#ts
    const [first] = node.arguments
    const requires =
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'require' &&
      this.#isGlobal(node.expression)
    if (requires || node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const module = first && ts.isStringLiteral(first) ? first.text : '…'
      this.#say('error', 'unknown-import', node, { module })
    }
    if (ts.isPropertyAccessExpression(node.expression) && CHANGING_METHODS.has(node.expression.name.text)) {
      this.#assigned(node.expression.expression)
    }
  }

  #identifier(node: TypeScript.Identifier): void {
    const ts = this.#ts
    const { parent } = node
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return
    if (ts.isPropertyAssignment(parent) && parent.name === node) return
    const members = FORBIDDEN_MEMBERS.filter(([object]) => object === node.text).map(([, member]) => member)
    if (
      (!FORBIDDEN[this.#kind].has(node.text) && members.length === 0) ||
      !this.#isUse(node) ||
      !this.#isGlobal(node)
    )
      return
    const member =
      ts.isPropertyAccessExpression(parent) && parent.expression === node ? parent.name.text : null
    if (members.length > 0 && (member === null || !members.includes(member))) return
    this.#say('warning', 'forbidden-global', node, {
      name: member === null ? node.text : `${node.text}.${member}`,
    })
  }

  /** Does the name stand where a value is read or written, and not where one is declared or a key is named? */
  #isUse(node: TypeScript.Identifier): boolean {
    const ts = this.#ts
    const { parent } = node
    if (ts.isShorthandPropertyAssignment(parent)) return true
    if (ts.isBindingElement(parent)) return parent.initializer === node
    if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false
    if ('name' in parent && parent.name === node) return false
    return !ts.isImportSpecifier(parent) && !ts.isExportSpecifier(parent)
  }

  #function(node: TypeScript.SignatureDeclaration): void {
    const ts = this.#ts
    const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
    const asynchronous = modifiers?.find((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword)
    if (!asynchronous) return
    if (this.#kind === 'node') this.#say('warning', 'async-function', asynchronous)
    else if ('asteriskToken' in node && node.asteriskToken) this.#refuse('async-generator', asynchronous)
  }

  /** What can't be run step by step, and is not needed to write a client. */
  #beyond(node: TypeScript.Node): string | null {
    const ts = this.#ts
    if (ts.isForOfStatement(node) && node.awaitModifier) return 'for-await'
    if (ts.isAwaitExpression(node)) {
      let outer: TypeScript.Node = node.parent
      while (!ts.isFunctionLike(outer) && !ts.isSourceFile(outer)) outer = outer.parent
      return ts.isSourceFile(outer) ? 'top-level-await' : null
    }
    if (!ts.isIdentifier(node) || node.text !== 'arguments') return null
    let outer: TypeScript.Node = node.parent
    while (!ts.isFunctionLike(outer) && !ts.isSourceFile(outer)) outer = outer.parent
    const inAsyncArrow =
      ts.isArrowFunction(outer) && outer.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)
    return inAsyncArrow ? 'async-arguments' : null
  }

  #refuse(code: string, node: TypeScript.Node): void {
    this.canBeLowered = false
    this.#say('error', code, node)
  }

  /** Something is assigned or changed: a variable of the module, from inside a function? */
  #assigned(target: TypeScript.Node): void {
    const ts = this.#ts
    let root = target
    while (
      ts.isPropertyAccessExpression(root) ||
      ts.isElementAccessExpression(root) ||
      ts.isNonNullExpression(root)
    ) {
      root = root.expression
    }
    if (ts.isArrayLiteralExpression(root)) return root.elements.forEach((element) => this.#assigned(element))
    if (!ts.isIdentifier(root) || !isInsideFunction(ts, root)) return
    const declaration = this.#checker.getSymbolAtLocation(root)?.valueDeclaration
    if (!declaration || !ts.isVariableDeclaration(declaration)) return
    const statement = declaration.parent.parent
    if (this.#kind === 'node' && statement.parent === this.#source)
      this.#say('warning', 'state-outside', root, { name: root.text })
  }

  /** Is the name bound to nothing in this file? */
  #isGlobal(node: TypeScript.Identifier): boolean {
    const symbol = this.#ts.isShorthandPropertyAssignment(node.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.#checker.getSymbolAtLocation(node)
    return !symbol?.declarations?.some((declaration) => declaration.getSourceFile() === this.#source)
  }

  #hasDefaultExport(): boolean {
    const symbol = this.#checker.getSymbolAtLocation(this.#source)
    return symbol?.exports?.has('default' as TypeScript.__String) ?? false
  }

  #say(
    severity: Diagnostic['severity'],
    code: string,
    node: TypeScript.Node,
    parameters: Parameters = {},
  ): void {
    this.diagnostics.push({
      ...placeOf(this.#source, node.getStart(this.#source)),
      severity,
      words: { code, parameters },
    })
  }
}

/** Line and column, from 1, of a position in the text. */
export function placeOf(source: TypeScript.SourceFile, position: number): { line: number; column: number } {
  const { line, character } = source.getLineAndCharacterOfPosition(position)
  return { line: line + 1, column: character + 1 }
}

function isAssignment(ts: Compiler, node: TypeScript.BinaryExpression): boolean {
  const { kind } = node.operatorToken
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
}

function isInsideFunction(ts: Compiler, node: TypeScript.Node): boolean {
  for (let outer = node.parent; outer; outer = outer.parent) if (ts.isFunctionLike(outer)) return true
  return false
}
