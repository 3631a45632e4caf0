/**
 * Expressions that await. In `f(a, await b)` the values of `f` and `a` are alive without a name while the function is
 * suspended: each such value is written into a variable as it is evaluated, and listed at the `await`.
 */
import type * as TypeScript from 'typescript-page'
import { PROBE_NAME } from './forbidden.ts'
import { type Lower, OPAQUE, SUPER, call } from './lower.ts'

/** Writes the expressions of one function. */
export class Pending {
  readonly #lower: Lower
  /** What is alive without a name, in the order in which it came to life. */
  readonly #alive: string[] = []

  constructor(lower: Lower) {
    this.#lower = lower
  }

  /** Writes something while this is alive. */
  holding<T>(names: string | readonly string[], write: () => T): T {
    const { length } = this.#alive
    this.#alive.push(...(typeof names === 'string' ? [names] : names))
    try {
      return write()
    } finally {
      this.#alive.length = length
    }
  }

  /** The text of an expression, or of a part of one. */
  expression(node: TypeScript.Node): string {
    const { ts, scopes } = this.#lower
    if (isSuperMember(ts, node)) return this.#super(node) ?? this.#lower.parts(node)
    if (ts.isObjectLiteralExpression(node)) return this.#object(node)
    if (ts.isCallExpression(node) && isSuperMember(ts, node.expression)) {
      const member = this.#super(node.expression)
      if (member !== null) return `${member}.call(${['this', ...this.#sequence(node.arguments)].join(', ')})`
    }
    if (!scopes.awaits(node)) return this.#lower.parts(node)
    const { length } = this.#alive
    try {
      return this.#awaiting(node)
    } finally {
      this.#alive.length = length
    }
  }

  #awaiting(node: TypeScript.Node): string {
    const lower = this.#lower
    const { ts } = lower
    if (ts.isAwaitExpression(node)) return lower.site(node, this.#alive)
    if (ts.isBinaryExpression(node)) return this.#binary(node)
    if (ts.isCallExpression(node)) return this.#call(node)
    if (ts.isNewExpression(node)) {
      const [target, ...parameters] = this.#sequence([node.expression, ...(node.arguments ?? [])])
      return `new (${target})(${parameters.join(', ')})`
    }
    if (ts.isElementAccessExpression(node) && lower.scopes.awaits(node.argumentExpression)) {
      if (inChain(ts, node.expression)) return this.#unknown(node)
      const [object, key] = this.#sequence([node.expression, node.argumentExpression])
      return `${object}${node.questionDotToken ? '?.' : ''}[${key}]`
    }
    if (ts.isArrayLiteralExpression(node)) return `[${this.#sequence(node.elements).join(', ')}]`
    if (ts.isTemplateExpression(node)) return this.#template(node)
    if (this.#isPlain(node)) return lower.parts(node)
    return this.#unknown(node)
  }

  /** Nothing is alive between the parts of these: what was evaluated before has been used up. */
  #isPlain(node: TypeScript.Node): boolean {
    const { ts } = this.#lower
    if (ts.isVariableDeclaration(node))
      return ts.isIdentifier(node.name) || !this.#lower.scopes.awaits(node.name)
    return (
      ts.isParenthesizedExpression(node) ||
      ts.isPrefixUnaryExpression(node) ||
      ts.isPostfixUnaryExpression(node) ||
      ts.isPropertyAccessExpression(node) ||
      ts.isElementAccessExpression(node) ||
      ts.isConditionalExpression(node) ||
      ts.isVoidExpression(node) ||
      ts.isTypeOfExpression(node) ||
      ts.isDeleteExpression(node) ||
      ts.isVariableDeclarationList(node) ||
      ts.isSpreadElement(node)
    )
  }

  /** Something whose state can't be listed: the process is then told apart by its history. */
  #unknown(node: TypeScript.Node): string {
    return this.holding(OPAQUE, () => this.#lower.parts(node))
  }

  /** Expressions that are evaluated one after the other and used together. */
  #sequence(nodes: readonly TypeScript.Node[]): string[] {
    const last = nodes.findLastIndex((node) => this.#lower.scopes.awaits(node))
    return nodes.map((node, index) => (index < last ? this.#saved(node) : this.#lower.text(node)))
  }

  /** An expression whose value is alive from now on. */
  #saved(node: TypeScript.Node): string {
    const { ts } = this.#lower
    if (ts.isOmittedExpression(node)) return ''
    if (ts.isSpreadElement(node)) return `...${this.#keep(`[${this.#lower.text(node)}]`)}`
    const text = this.#lower.text(node)
    return this.#isConstant(node) ? text : this.#keep(text)
  }

  #keep(text: string): string {
    const name = this.#lower.temporary()
    this.#alive.push(name)
    return `(${name} = ${text})`
  }

  #isConstant(node: TypeScript.Node): boolean {
    const { ts } = this.#lower
    if (ts.isParenthesizedExpression(node)) return this.#isConstant(node.expression)
    if (ts.isIdentifier(node)) return this.#lower.isConstant(node.text)
    return ts.isLiteralExpression(node) && !ts.isRegularExpressionLiteral(node)
      ? true
      : node.kind === ts.SyntaxKind.TrueKeyword ||
          node.kind === ts.SyntaxKind.FalseKeyword ||
          node.kind === ts.SyntaxKind.NullKeyword ||
          node.kind === ts.SyntaxKind.ThisKeyword
  }

  #binary(node: TypeScript.BinaryExpression): string {
    const { ts } = this.#lower
    const { left, right } = node
    const { kind } = node.operatorToken
    const operator = ts.tokenToString(kind)!
    if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment)
      return this.#assignment(node, operator)
    const usedUp =
      kind === ts.SyntaxKind.CommaToken ||
      kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken
    if (usedUp) return `${this.#lower.text(left)} ${operator} ${this.#lower.text(right)}`
    const [one, other] = this.#sequence([left, right])
    return `${one} ${operator} ${other}`
  }

  #assignment(node: TypeScript.BinaryExpression, operator: string): string {
    const lower = this.#lower
    const { ts } = lower
    const { left, right } = node
    if (!lower.scopes.awaits(right)) return this.#unknown(node)
    if (ts.isObjectLiteralExpression(left) || ts.isArrayLiteralExpression(left)) {
      // The right side is evaluated first; a default that awaits has the rest of it in its hands.
      return lower.scopes.awaits(left) ? this.#unknown(node) : `${lower.text(left)} = ${lower.text(right)}`
    }
    const target = this.#target(left)
    if (target === null) return this.#unknown(node)
    if (operator === '=') return `${target.write} = ${lower.text(right)}`
    // `x += await y` has read `x` before it waits.
    const before = this.#keep(target.read)
    return `${target.write} = ${before} ${operator.slice(0, -1)} (${lower.text(right)})`
  }

  /** The target of an assignment, evaluated: its text where it is first reached, and where it is used again. */
  #target(left: TypeScript.Expression): { write: string; read: string } | null {
    const lower = this.#lower
    const { ts } = lower
    if (ts.isIdentifier(left)) return { write: left.text, read: left.text }
    if (isSuperMember(ts, left)) return null
    if (ts.isPropertyAccessExpression(left)) {
      const object = this.#again(left.expression)
      return { write: `${object.first}.${left.name.text}`, read: `${object.later}.${left.name.text}` }
    }
    if (!ts.isElementAccessExpression(left)) return null
    if (lower.scopes.awaits(left.argumentExpression)) return null
    const object = this.#again(left.expression)
    const key = this.#again(left.argumentExpression)
    return { write: `${object.first}[${key.first}]`, read: `${object.later}[${key.later}]` }
  }

  #again(node: TypeScript.Expression): { first: string; later: string } {
    const text = this.#lower.text(node)
    if (this.#isConstant(node)) return { first: text, later: text }
    const first = this.#keep(text)
    return { first, later: this.#alive.at(-1)! }
  }

  #call(node: TypeScript.CallExpression): string {
    const lower = this.#lower
    const { ts } = lower
    const callee = node.expression
    const chained = node.questionDotToken ? '?.' : ''
    const inParameters = node.arguments.some((parameter) => lower.scopes.awaits(parameter))
    if (!inParameters) return lower.parts(node)
    if (isOurs(ts, callee)) return `${lower.original(callee)}(${this.#sequence(node.arguments).join(', ')})`
    if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) {
      if (inChain(ts, callee)) return this.#unknown(node)
      const [target, ...parameters] = this.#sequence([callee, ...node.arguments])
      return `${target}${chained}(${parameters.join(', ')})`
    }
    if (inChain(ts, callee.expression)) return this.#unknown(node)
    const object = this.#again(callee.expression)
    const key = ts.isPropertyAccessExpression(callee)
      ? { first: JSON.stringify(callee.name.text), later: JSON.stringify(callee.name.text) }
      : this.#again(callee.argumentExpression)
    const method = lower.temporary()
    this.#alive.push(method)
    // The method is looked at, without calling a getter, just before the call looks it up.
    const first = ts.isPropertyAccessExpression(callee)
      ? `(${object.first}, ${method} = ${call('peek', object.later, key.later)}, ${object.later})`
      : null
    const optional = callee.questionDotToken ? '?.' : ''
    const reached =
      first === null
        ? `${object.first}${optional}[${key.first}]`
        : `${first}${optional || ''}${optional ? '' : '.'}${(callee as TypeScript.PropertyAccessExpression).name.text}`
    if (first === null) {
      this.#alive.pop()
      this.#alive.push(OPAQUE)
    }
    return `${reached}${chained}(${this.#sequence(node.arguments).join(', ')})`
  }

  #template(node: TypeScript.TemplateExpression): string {
    const lower = this.#lower
    const { templateSpans } = node
    const last = templateSpans.findLastIndex(({ expression }) => lower.scopes.awaits(expression))
    let text = lower.original(node.head)
    templateSpans.forEach(({ expression, literal }, index) => {
      // Each value has become a text before the next is evaluated.
      const value =
        index < last && !this.#isConstant(expression)
          ? this.#keep(call('text', lower.text(expression)))
          : lower.text(expression)
      text += value + lower.original(literal)
    })
    return text
  }

  /** An object with methods is told to the runtime, as are the functions that stand on their own. */
  #object(node: TypeScript.ObjectLiteralExpression): string {
    const lower = this.#lower
    const { ts } = lower
    const isPattern = isTarget(ts, node)
    const last = node.properties.findLastIndex((property) => lower.scopes.awaits(property))
    const { length } = this.#alive
    const texts = node.properties.map((property, index) => {
      if (index > last) return lower.text(property)
      if (ts.isSpreadAssignment(property)) {
        const text = lower.text(property.expression)
        return index < last ? `...${this.#keep(`{ ...${text} }`)}` : `...${text}`
      }
      if (ts.isPropertyAssignment(property)) {
        const name = ts.isComputedPropertyName(property.name)
          ? `[${this.#keep(lower.text(property.name.expression))}]`
          : lower.original(property.name)
        const value = index < last ? this.#saved(property.initializer) : lower.text(property.initializer)
        return `${name}: ${value}`
      }
      if (ts.isShorthandPropertyAssignment(property) && index < last && !lower.isConstant(property.name.text))
        return `${property.name.text}: ${this.#keep(property.name.text)}`
      return lower.text(property)
    })
    this.#alive.length = length
    const text = `{ ${texts.join(', ')} }`
    const methods = node.properties.filter((property) => ts.isFunctionLike(property))
    return isPattern || methods.length === 0 ? text : lower.withMethods(text, methods)
  }

  /** A member of the class above, seen from an async method, or null outside of one. */
  #super(node: TypeScript.Node): string | null {
    const { ts } = this.#lower
    const { asynchronous } = this.#lower
    if (!asynchronous) return null
    if (ts.isPropertyAccessExpression(node)) return `${SUPER}(${JSON.stringify(node.name.text)})`
    return `${SUPER}(${this.#lower.text((node as TypeScript.ElementAccessExpression).argumentExpression)})`
  }
}

/** Is it part of `a?.b.c`, in which all that follows may be skipped? */
function inChain(ts: typeof TypeScript, node: TypeScript.Node): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0
}

function isSuperMember(ts: typeof TypeScript, node: TypeScript.Node): boolean {
  return (
    (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
    node.expression.kind === ts.SyntaxKind.SuperKeyword
  )
}

/** A call of the probe, which is always the same. */
function isOurs(ts: typeof TypeScript, callee: TypeScript.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(callee) &&
    ts.isIdentifier(callee.expression) &&
    callee.expression.text === PROBE_NAME
  )
}

/** Is the object literal the target of an assignment, which takes a value apart? */
function isTarget(ts: typeof TypeScript, node: TypeScript.Node): boolean {
  let part = node
  for (;;) {
    const { parent } = part
    if (ts.isBinaryExpression(parent) && parent.left === part)
      return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
    if ((ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === part)
      return true
    const goesOn =
      ts.isParenthesizedExpression(parent) ||
      ts.isArrayLiteralExpression(parent) ||
      ts.isObjectLiteralExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isSpreadElement(parent) ||
      ts.isSpreadAssignment(parent)
    if (!goesOn) return false
    part = parent
  }
}
