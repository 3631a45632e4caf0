/**
 * The one transformer of learner's code. It writes calls of the probe: before each statement, at each turn of a loop,
 * at each entry of a function, after each call and first in each `catch`. Lines are those of the source.
 */
import type * as TypeScript from 'typescript-page'
import { PROBE_NAME } from './forbidden.ts'

type Compiler = typeof TypeScript

/**
 * The transformer, to be run before TypeScript's own.
 * @param globalRoot names the global whose member an assignment would change, such as `Array.prototype.push`, or null
 * @param awaits write the line of each `await` beside it, for `lower`
 */
export function guard(
  ts: Compiler,
  globalRoot: (target: TypeScript.Expression) => string | null,
  awaits: boolean,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => (sourceFile) => new Guard(ts, context, sourceFile, globalRoot, awaits).file()
}

class Guard {
  readonly #ts: Compiler
  readonly #factory: TypeScript.NodeFactory
  readonly #context: TypeScript.TransformationContext
  readonly #source: TypeScript.SourceFile
  readonly #globalRoot: (target: TypeScript.Expression) => string | null
  readonly #awaits: boolean

  constructor(
    ts: Compiler,
    context: TypeScript.TransformationContext,
    source: TypeScript.SourceFile,
    globalRoot: (target: TypeScript.Expression) => string | null,
    awaits: boolean,
  ) {
    this.#ts = ts
    this.#factory = context.factory
    this.#context = context
    this.#source = source
    this.#globalRoot = globalRoot
    this.#awaits = awaits
  }

  file(): TypeScript.SourceFile {
    return this.#factory.updateSourceFile(this.#source, this.#statements(this.#source.statements))
  }

  #visit = (node: TypeScript.Node): TypeScript.Node => {
    const ts = this.#ts
    const factory = this.#factory
    if (ts.isTypeNode(node)) return node
    if (ts.isBlock(node)) return factory.updateBlock(node, this.#statements(node.statements))
    if (ts.isModuleBlock(node)) return factory.updateModuleBlock(node, this.#statements(node.statements))
    if (ts.isCaseClause(node)) {
      return factory.updateCaseClause(
        node,
        this.#expression(node.expression),
        this.#statements(node.statements),
      )
    }
    if (ts.isDefaultClause(node)) return factory.updateDefaultClause(node, this.#statements(node.statements))
    if (ts.isIfStatement(node)) {
      return factory.updateIfStatement(
        node,
        this.#expression(node.expression),
        this.#body(node.thenStatement),
        node.elseStatement && this.#body(node.elseStatement),
      )
    }
    if (ts.isIterationStatement(node, false)) return this.#loop(node)
    if (ts.isTryStatement(node)) return this.#try(node)
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return this.#arrow(node)
    if (ts.isFunctionLike(node) && 'body' in node && node.body) return this.#function(node)
    // `[...list]`: its length is counted before it is spread.
    if (ts.isSpreadElement(node)) {
      return factory.updateSpreadElement(node, this.#probe('part', [this.#expression(node.expression)]))
    }
    if (this.#awaits && ts.isAwaitExpression(node)) return this.#await(node)
    if (this.#isPatch(node)) return this.#patch(node)
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#call(node)
    return ts.visitEachChild(node, this.#visit, this.#context)
  }

  #expression(node: TypeScript.Expression): TypeScript.Expression {
    return this.#visit(node) as TypeScript.Expression
  }

  /** Statements, each with `at` before it. Declarations that do nothing when they are reached have none. */
  #statements(statements: TypeScript.NodeArray<TypeScript.Statement>): TypeScript.Statement[] {
    const ts = this.#ts
    return statements.flatMap((statement) => {
      const visited = this.#visit(statement) as TypeScript.Statement
      if (isPrologue(ts, statement) || !runs(ts, statement)) return [visited]
      if (ts.isExportAssignment(statement))
        return [this.#report('exported', statement), this.#report('at', statement), visited]
      return [this.#report('at', statement), visited]
    })
  }

  /** The body of an `if`: a block, so that there is room for `at`. */
  #body(statement: TypeScript.Statement): TypeScript.Statement {
    if (this.#ts.isBlock(statement)) return this.#visit(statement) as TypeScript.Block
    return this.#factory.createBlock(
      [this.#report('at', statement), this.#visit(statement) as TypeScript.Statement],
      true,
    )
  }

  #loop(node: TypeScript.IterationStatement): TypeScript.IterationStatement {
    const ts = this.#ts
    const visited = ts.visitEachChild(
      node,
      (child) => (child === node.statement ? this.#turn(node) : this.#visit(child)),
      this.#context,
    )
    return visited
  }

  #turn(loop: TypeScript.IterationStatement): TypeScript.Block {
    const body = loop.statement
    const inner = this.#ts.isBlock(body)
      ? this.#statements(body.statements)
      : [this.#report('at', body), this.#visit(body) as TypeScript.Statement]
    return this.#factory.createBlock([this.#report('tick', loop), ...inner], true)
  }

  #function(
    node: TypeScript.SignatureDeclaration & { readonly body?: TypeScript.Node | undefined },
  ): TypeScript.Node {
    const ts = this.#ts
    return ts.visitEachChild(
      node,
      (child) => {
        if (child !== node.body || !ts.isBlock(child)) return this.#visit(child)
        const statements = this.#statements(child.statements)
        const first = child.statements.findIndex((statement) => !isPrologue(ts, statement))
        const start = first < 0 ? statements.length : first
        return this.#factory.updateBlock(child, [
          ...statements.slice(0, start),
          this.#report('enter', node),
          ...statements.slice(start),
        ])
      },
      this.#context,
    )
  }

  /** `x => value` becomes `x => (enter, at, value)`. */
  #arrow(node: TypeScript.ArrowFunction): TypeScript.Node {
    const ts = this.#ts
    return ts.visitEachChild(
      node,
      (child) => {
        if (child !== node.body) return this.#visit(child)
        return this.#factory.createParenthesizedExpression(
          this.#factory.createCommaListExpression([
            this.#probe('enter', [this.#line(child)]),
            this.#probe('at', [this.#line(child)]),
            this.#expression(child as TypeScript.Expression),
          ]),
        )
      },
      this.#context,
    )
  }

  /** Every `try` gets a `catch` that lets our own errors through; the learner's own `catch` runs after that check. */
  #try(node: TypeScript.TryStatement): TypeScript.TryStatement {
    const ts = this.#ts
    const factory = this.#factory
    const tryBlock = this.#visit(node.tryBlock) as TypeScript.Block
    const finallyBlock = node.finallyBlock && (this.#visit(node.finallyBlock) as TypeScript.Block)
    const error = factory.createUniqueName('error')
    const check = factory.createExpressionStatement(this.#probe('rethrow', [error]))
    const clause = node.catchClause
    if (!clause) {
      const rethrow = factory.createBlock([check, factory.createThrowStatement(error)], true)
      return factory.updateTryStatement(
        node,
        tryBlock,
        factory.createCatchClause(error, rethrow),
        finallyBlock,
      )
    }
    const statements = this.#statements(clause.block.statements)
    const pattern = clause.variableDeclaration?.name
    if (pattern && ts.isIdentifier(pattern)) {
      const named = factory.createExpressionStatement(this.#probe('rethrow', [pattern]))
      const block = factory.updateBlock(clause.block, [named, ...statements])
      return factory.updateTryStatement(
        node,
        tryBlock,
        factory.updateCatchClause(clause, clause.variableDeclaration, block),
        finallyBlock,
      )
    }
    // No binding, or a pattern, which must not be taken apart before the check.
    const taken = pattern
      ? [
          factory.createVariableStatement(
            undefined,
            factory.createVariableDeclarationList(
              [
                factory.createVariableDeclaration(
                  this.#visit(pattern) as TypeScript.BindingPattern,
                  undefined,
                  undefined,
                  error,
                ),
              ],
              ts.NodeFlags.Let,
            ),
          ),
        ]
      : []
    const block = factory.createBlock([check, ...taken, factory.createBlock(statements, true)], true)
    return factory.updateTryStatement(node, tryBlock, factory.createCatchClause(error, block), finallyBlock)
  }

  /** The value of a call is handed through `back`: the callee has left its own lines in the probe. */
  #call(node: TypeScript.CallExpression | TypeScript.NewExpression): TypeScript.Expression {
    const ts = this.#ts
    const visited = this.#toItsLine(node, ts.visitEachChild(node, this.#visit, this.#context))
    const parent = node.parent
    const special =
      // Part of `a?.b()`: what follows is skipped together with it.
      (node.flags & ts.NodeFlags.OptionalChain) !== 0 ||
      (ts.isCallExpression(node) &&
        (node.expression.kind === ts.SyntaxKind.SuperKeyword ||
          node.expression.kind === ts.SyntaxKind.ImportKeyword))
    const last = ts.isExpressionStatement(parent) || ts.isReturnStatement(parent) || ts.isDecorator(parent)
    if (special || last) return visited
    return this.#probe('back', [visited, this.#line(node)])
  }

  /**
   * Calls among what is handed over have left the lines that they stand on; what is called is called from the line on which its own call
   * begins. So the last thing that is handed over goes through `back` where such a call stands on another line.
   */
  #toItsLine<Call extends TypeScript.CallExpression | TypeScript.NewExpression>(
    node: Call,
    visited: TypeScript.Node,
  ): Call {
    const ts = this.#ts
    const call = visited as Call
    const last = call.arguments?.at(-1)
    const elsewhere = node.arguments?.some((argument) => this.#callsElsewhere(argument, this.#lineOf(node)))
    // What waits comes back to its line by itself.
    if (last === undefined || !elsewhere || ts.isSpreadElement(last)) return call
    const parameters = [...call.arguments!.slice(0, -1), this.#probe('back', [last, this.#line(node)])]
    const { expression, typeArguments } = call
    return (
      ts.isCallExpression(call)
        ? this.#factory.updateCallExpression(
            call,
            expression as TypeScript.LeftHandSideExpression,
            typeArguments,
            parameters,
          )
        : this.#factory.updateNewExpression(call, expression, typeArguments, parameters)
    ) as Call
  }

  /** Is there a call in it, outside of functions, that begins on another line, and nothing that waits? */
  #callsElsewhere(node: TypeScript.Node, line: number): boolean {
    const ts = this.#ts
    let found = false
    let waits = false
    const look = (one: TypeScript.Node): void => {
      if (ts.isFunctionLike(one) || ts.isClassLike(one)) return
      if (ts.isAwaitExpression(one) || ts.isYieldExpression(one)) waits = true
      if ((ts.isCallExpression(one) || ts.isNewExpression(one)) && this.#lineOf(one) !== line) found = true
      ts.forEachChild(one, look)
    }
    look(node)
    return found && !waits
  }

  /** `await value` becomes `back(await waits(value, line), line)`: what happens next, happens on this line again. */
  #await(node: TypeScript.AwaitExpression): TypeScript.Expression {
    const operand = this.#probe('waits', [this.#expression(node.expression), this.#line(node)])
    return this.#probe('back', [this.#factory.updateAwaitExpression(node, operand), this.#line(node)])
  }

  #isPatch(node: TypeScript.Node): node is TypeScript.BinaryExpression | TypeScript.DeleteExpression {
    const ts = this.#ts
    if (ts.isDeleteExpression(node)) return this.#globalRoot(node.expression) !== null
    if (!ts.isBinaryExpression(node)) return false
    const kind = node.operatorToken.kind
    if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) return false
    return this.#globalRoot(node.left) !== null
  }

  #patch(node: TypeScript.BinaryExpression | TypeScript.DeleteExpression): TypeScript.Expression {
    const target = this.#ts.isDeleteExpression(node) ? node.expression : node.left
    return this.#probe('patch', [
      this.#factory.createStringLiteral(this.#globalRoot(target)!),
      this.#line(node),
    ])
  }

  #report(call: 'at' | 'tick' | 'enter' | 'exported', node: TypeScript.Node): TypeScript.Statement {
    return this.#factory.createExpressionStatement(this.#probe(call, [this.#line(node)]))
  }

  #probe(call: string, parameters: TypeScript.Expression[]): TypeScript.CallExpression {
    const factory = this.#factory
    const target = factory.createPropertyAccessExpression(factory.createIdentifier(PROBE_NAME), call)
    return factory.createCallExpression(target, undefined, parameters)
  }

  #line(node: TypeScript.Node): TypeScript.NumericLiteral {
    return this.#factory.createNumericLiteral(this.#lineOf(node))
  }

  #lineOf(node: TypeScript.Node): number {
    return this.#source.getLineAndCharacterOfPosition(node.getStart(this.#source)).line + 1
  }
}

/** A directive such as 'use strict', which must stay first. */
function isPrologue(ts: Compiler, statement: TypeScript.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)
}

/** Does anything happen when this statement is reached? */
function runs(ts: Compiler, statement: TypeScript.Statement): boolean {
  return !(
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isEmptyStatement(statement)
  )
}
