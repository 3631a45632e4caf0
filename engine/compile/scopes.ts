/**
 * The scopes of a compiled file, which functions capture them, and where it awaits. What a suspended function can still
 * reach is what stands in these scopes, so that `lower` can hand it to the process's identity.
 * The file is plain JavaScript in strict mode: TypeScript has already been through it.
 */
import type * as TypeScript from 'typescript-page'

type Compiler = typeof TypeScript

/** A scope of variables: of the file, a function with its parameters, a block, the head of a loop, a `catch`. */
export interface Scope {
  readonly number: number
  readonly parent: Scope | null
  readonly owner: Code
  /** The names declared in it, in the order of the text; those that are hoisted stand where they are declared. */
  readonly variables: Map<string, Variable>
  /** Functions declared in it. */
  readonly functions: TypeScript.FunctionDeclaration[]
  /** Classes declared in it. */
  readonly classes: TypeScript.ClassDeclaration[]
  /** Does a function below it use one of its variables? */
  captured: boolean
  /** Can its function be suspended while it is open? */
  suspended: boolean
}

/** One declared name. */
export interface Variable {
  /** Is it never written again after its declaration was evaluated? */
  constant: boolean
}

/** A function, or the file as a whole. */
export interface Code {
  readonly node: TypeScript.SignatureDeclaration | TypeScript.SourceFile
  readonly parent: Code | null
  /** Scopes of functions around it that it uses, itself or by a function in it. */
  readonly captures: Set<Scope>
  usesThis: boolean
  usesArguments: boolean
  usesSuper: boolean
}

/** What is known of a file. */
export class Scopes {
  readonly root: Scope
  readonly all: Scope[] = []
  readonly #byNode = new Map<TypeScript.Node, Scope>()
  readonly #codes = new Map<TypeScript.Node, Code>()
  readonly #awaiting = new Set<TypeScript.Node>()
  readonly #ts: Compiler

  constructor(ts: Compiler, file: TypeScript.SourceFile) {
    this.#ts = ts
    const code = this.#code(file, null)
    this.root = this.#open(file, null, code)
    ts.forEachChild(file, (child) => this.#declareIn(child, this.root))
    ts.forEachChild(file, (child) => this.#resolveIn(child, this.root))
  }

  /** The scope that a node opens, if it opens one. */
  of(node: TypeScript.Node): Scope | undefined {
    return this.#byNode.get(node)
  }

  codeOf(node: TypeScript.Node): Code {
    return this.#codes.get(node)!
  }

  /** Does its own function await somewhere in this node? */
  awaits(node: TypeScript.Node): boolean {
    return this.#awaiting.has(node)
  }

  /** Is the name's value, seen from this scope, one that can't change while a function is suspended? */
  isConstant(name: string, from: Scope): boolean {
    // A name that the file doesn't declare is one of the language's or ours: those are frozen.
    return lookUp(name, from)?.variables.get(name)!.constant ?? true
  }

  #code(node: Code['node'], parent: Code | null): Code {
    const code: Code = {
      node,
      parent,
      captures: new Set(),
      usesThis: false,
      usesArguments: false,
      usesSuper: false,
    }
    this.#codes.set(node, code)
    return code
  }

  #open(node: TypeScript.Node, parent: Scope | null, owner: Code): Scope {
    const scope: Scope = {
      number: this.all.length,
      parent,
      owner,
      variables: new Map(),
      functions: [],
      classes: [],
      captured: false,
      suspended: false,
    }
    this.all.push(scope)
    this.#byNode.set(node, scope)
    return scope
  }

  /** First pass: scopes are opened and names declared. */
  #declareIn(node: TypeScript.Node, scope: Scope): void {
    const ts = this.#ts
    if (ts.isFunctionLike(node)) return this.#declareFunction(node, scope)
    if (ts.isClassLike(node)) {
      if (ts.isClassDeclaration(node) && node.name) {
        declare(scope, node.name.text, true)
        scope.classes.push(node)
      }
    } else if (ts.isVariableDeclarationList(node)) this.#declareVariables(node, scope)
    const inner = this.#opens(node) ? this.#open(node, scope, scope.owner) : scope
    if (ts.isCatchClause(node)) {
      if (node.variableDeclaration) this.#declareNames(node.variableDeclaration.name, inner, true)
      // The parameter and the block share one scope here: they can't declare the same name.
      if (node.variableDeclaration) this.#declareIn(node.variableDeclaration, inner)
      ts.forEachChild(node.block, (child) => this.#declareIn(child, inner))
      return
    }
    ts.forEachChild(node, (child) => this.#declareIn(child, inner))
  }

  #opens(node: TypeScript.Node): boolean {
    const ts = this.#ts
    if (ts.isBlock(node) || ts.isCaseBlock(node) || ts.isCatchClause(node)) return true
    return ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node)
  }

  #declareFunction(node: TypeScript.SignatureDeclaration, scope: Scope): void {
    const ts = this.#ts
    if (ts.isFunctionDeclaration(node)) {
      declare(scope, node.name!.text, true)
      scope.functions.push(node)
    }
    if (node.name && ts.isComputedPropertyName(node.name)) this.#declareIn(node.name, scope)
    const inner = this.#open(node, scope, this.#code(node, scope.owner))
    for (const parameter of node.parameters) {
      this.#declareNames(parameter.name, inner, true)
      this.#declareIn(parameter, inner)
    }
    const { body } = node as { body?: TypeScript.Node }
    if (body && ts.isBlock(body)) ts.forEachChild(body, (child) => this.#declareIn(child, inner))
    else if (body) this.#declareIn(body, inner)
    if (ts.isFunctionExpression(node) && node.name && !inner.variables.has(node.name.text))
      declare(inner, node.name.text, true)
  }

  #declareVariables(list: TypeScript.VariableDeclarationList, scope: Scope): void {
    const hoisted = (list.flags & this.#ts.NodeFlags.BlockScoped) === 0
    let target = scope
    if (hoisted) while (target.parent && target.parent.owner === target.owner) target = target.parent
    for (const { name } of list.declarations) this.#declareNames(name, target, !hoisted)
  }

  #declareNames(name: TypeScript.BindingName, scope: Scope, constant: boolean): void {
    const ts = this.#ts
    if (ts.isIdentifier(name)) return declare(scope, name.text, constant)
    for (const element of name.elements)
      if (ts.isBindingElement(element)) this.#declareNames(element.name, scope, constant)
  }

  /** Second pass: who uses what, who writes what, who awaits. */
  #resolveIn(node: TypeScript.Node, scope: Scope): void {
    const ts = this.#ts
    if (ts.isIdentifier(node)) return this.#use(node, scope)
    if (node.kind === ts.SyntaxKind.ThisKeyword)
      return this.#throughArrows(scope.owner, (code) => (code.usesThis = true))
    if (node.kind === ts.SyntaxKind.SuperKeyword) {
      return this.#throughArrows(scope.owner, (code) => {
        code.usesSuper = true
        code.usesThis = true
      })
    }
    if (ts.isAwaitExpression(node)) this.#await(node, scope)
    this.#findWrites(node, scope)
    if (ts.isFunctionLike(node) && node.name && ts.isComputedPropertyName(node.name))
      this.#resolveIn(node.name, scope)
    const inner = this.#byNode.get(node) ?? scope
    const body = ts.isCatchClause(node) ? node.block : (node as { body?: TypeScript.Node }).body
    ts.forEachChild(node, (child) => {
      if (inner !== scope && child === body && ts.isBlock(child))
        ts.forEachChild(child, (part) => this.#resolveIn(part, inner))
      else if (!(ts.isComputedPropertyName(child) && ts.isFunctionLike(node))) this.#resolveIn(child, inner)
    })
  }

  #use(node: TypeScript.Identifier, scope: Scope): void {
    const ts = this.#ts
    const { parent, text } = node
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return
    if (ts.isPropertyAssignment(parent) && parent.name === node) return
    if ((ts.isFunctionLike(parent) || ts.isClassLike(parent)) && parent.name === node) return
    if (text === 'arguments') this.#throughArrows(scope.owner, (code) => (code.usesArguments = true))
    const declared = lookUp(text, scope)
    if (!declared) return
    for (let code: Code | null = scope.owner; code && code !== declared.owner; code = code.parent) {
      declared.captured = true
      code.captures.add(declared)
    }
  }

  /** `this`, `super` and `arguments` of an arrow function are those of the function around it. */
  #throughArrows(from: Code, mark: (code: Code) => void): void {
    for (let code: Code | null = from; code; code = code.parent) {
      mark(code)
      if (!this.#ts.isArrowFunction(code.node)) return
    }
  }

  #await(node: TypeScript.AwaitExpression, scope: Scope): void {
    for (let open: Scope | null = scope; open && open.owner === scope.owner; open = open.parent)
      open.suspended = true
    for (let part: TypeScript.Node = node; part !== scope.owner.node; part = part.parent)
      this.#awaiting.add(part)
  }

  #findWrites(node: TypeScript.Node, scope: Scope): void {
    const ts = this.#ts
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken
      if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment)
        this.#written(node.left, scope)
    } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
        this.#written(node.operand, scope)
    } else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
      if (!ts.isVariableDeclarationList(node.initializer)) this.#written(node.initializer, scope)
    }
  }

  /** Every name in the target of an assignment: some of them are only read, which does no harm. */
  #written(target: TypeScript.Node, scope: Scope): void {
    if (this.#ts.isIdentifier(target)) {
      const declared = lookUp(target.text, scope)
      if (declared) declared.variables.get(target.text)!.constant = false
      return
    }
    if (this.#ts.isFunctionLike(target)) return
    this.#ts.forEachChild(target, (child) => this.#written(child, scope))
  }
}

function declare(scope: Scope, name: string, constant: boolean): void {
  const known = scope.variables.get(name)
  // Declared twice: the second declaration writes it.
  if (known) known.constant = false
  else scope.variables.set(name, { constant })
}

function lookUp(name: string, from: Scope): Scope | null {
  for (let scope: Scope | null = from; scope; scope = scope.parent)
    if (scope.variables.has(name)) return scope
  return null
}
