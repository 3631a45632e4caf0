/**
 * lower: rewrites `async` functions of guarded JavaScript as generators that our own driver runs, and writes down beside
 * each `await` what is alive there, so that the state of a suspended function can be read. It also tells the runtime
 * which scopes each function captures. The meaning of the code, and the order in which it evaluates, stay the same.
 */
import type * as TypeScript from 'typescript-page'
import { PROBE_NAME } from './forbidden.ts'
import { Pending } from './pending.ts'
import { type Code, type Scope, Scopes } from './scopes.ts'

type Compiler = typeof TypeScript

/** What a `break` or `continue` may lead to, or a `finally` that it passes on its way. */
type Enclosing =
  | { readonly kind: 'loop' | 'switch' }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'finally'; readonly completion: string; readonly value: string }

/** The function that is being written. */
interface Frame {
  readonly code: Code
  /** Names of the variables that hold what would else be alive without a name. */
  readonly temporaries: string[]
  readonly pending: Pending
  readonly enclosing: Enclosing[]
}

/**
 * Lowers a file.
 * @param code what TypeScript emits after `guard` for clients: each `await` has the operand `$lockstep.waits(value, line)`
 */
export function lower(ts: Compiler, code: string): string {
  const file = ts.createSourceFile('/lowered.js', code, ts.ScriptTarget.ES2020, true, ts.ScriptKind.JS)
  return new Lower(ts, file).file()
}

/** Writes one file anew. Each method gives the text for a node of the old one. */
export class Lower {
  readonly ts: Compiler
  readonly scopes: Scopes
  readonly #file: TypeScript.SourceFile
  readonly #available: Set<Scope> = new Set()
  #scope: Scope
  #frame: Frame
  #names = 0
  #sites = 0

  constructor(ts: Compiler, file: TypeScript.SourceFile) {
    this.ts = ts
    this.#file = file
    this.scopes = new Scopes(ts, file)
    this.#scope = this.scopes.root
    this.#frame = this.#newFrame(this.scopes.root.owner)
  }

  file(): string {
    const root = this.scopes.root
    this.#available.add(root)
    const statements = this.#statements(this.#file.statements)
    const open = call('module', String(root.variables.size), reader(root))
    return `${this.#temporaries()}${open};\n${this.#declared(root)}${statements}\n`
  }

  /** The text of any node. */
  text(node: TypeScript.Node): string {
    const ts = this.ts
    if (ts.isFunctionLike(node)) return this.#function(node)
    if (ts.isClassLike(node)) return this.#class(node)
    // The blocks of `try` are no statements to TypeScript.
    if (ts.isBlock(node)) return this.#block(node)
    if (ts.isStatement(node)) return this.#statement(node)
    if (ts.isCatchClause(node)) return this.#catch(node)
    if (ts.isCaseBlock(node)) return this.#caseBlock(node)
    return this.#frame.pending.expression(node)
  }

  /** The text of a node whose parts are evaluated without anything left half done, each of them rewritten. */
  parts(
    node: TypeScript.Node,
    part: (child: TypeScript.Node) => string = (child) => this.text(child),
  ): string {
    let text = ''
    let position = node.getStart(this.#file)
    this.ts.forEachChild(node, (child) => {
      const start = child.getStart(this.#file)
      text += this.#file.text.slice(position, start) + part(child)
      position = child.end
    })
    return text + this.#file.text.slice(position, node.end)
  }

  original(node: TypeScript.Node): string {
    return this.#file.text.slice(node.getStart(this.#file), node.end)
  }

  /** A new variable of the function in hand. */
  temporary(): string {
    const name = this.#name()
    this.#frame.temporaries.push(name)
    return name
  }

  isConstant(name: string): boolean {
    return this.scopes.isConstant(name, this.#scope)
  }

  /** Is `super` out of reach, because what stands here becomes a part of a generator? */
  get asynchronous(): boolean {
    for (let code: Code | null = this.#frame.code; code; code = code.parent) {
      if (isAsynchronous(this.ts, code.node)) return true
      if (!this.ts.isArrowFunction(code.node)) return false
    }
    return false
  }

  /** Tells the runtime of the methods of an object. */
  withMethods(text: string, methods: readonly TypeScript.ObjectLiteralElementLike[]): string {
    const { ts } = this
    const captures = methods.map((method) =>
      this.#captured(this.scopes.codeOf(method as TypeScript.MethodDeclaration)),
    )
    if (captures.some((scopes) => scopes === null)) return text
    const scopes = [...new Set(captures.flatMap((tokens) => tokens!))]
    const names = methods.flatMap(({ name }) =>
      name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? [JSON.stringify(name.text)] : [],
    )
    return call('methods', this.#numbered(), text, list(scopes), list(names))
  }

  /** One `await`. @param pending what is alive without a name */
  site(node: TypeScript.AwaitExpression, pending: readonly string[]): string {
    const [value, line] = (node.expression as TypeScript.CallExpression).arguments
    const operand = this.text(value!)
    const scopes: string[] = []
    let known = true
    const { code } = this.#frame
    for (let scope: Scope | null = this.#scope; scope && scope !== this.scopes.root; scope = scope.parent) {
      const own = scope.owner === code
      if (!hasToken(scope) || !(own || code.captures.has(scope))) continue
      if (this.#available.has(scope)) scopes.unshift(tokenOf(scope))
      else known = false
    }
    const alive = known && !code.usesArguments ? pending : [...pending, OPAQUE]
    const parameters = [String(this.#sites++), operand, this.original(line!), list(scopes), list(alive)]
    return `(yield ${call('site', ...parameters)})`
  }

  #statement(node: TypeScript.Statement): string {
    const ts = this.ts
    if (ts.isForStatement(node)) return this.#for(node, '')
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return this.#forEach(node)
    if (ts.isWhileStatement(node) || ts.isDoStatement(node))
      return this.#within({ kind: 'loop' }, () => this.parts(node))
    if (ts.isSwitchStatement(node)) return this.#switch(node)
    if (ts.isLabeledStatement(node)) return this.#labeled(node)
    if (ts.isTryStatement(node)) return this.#try(node)
    if (ts.isReturnStatement(node)) return this.#return(node)
    if (ts.isBreakOrContinueStatement(node)) return this.#jump(node)
    return this.parts(node)
  }

  #statements(statements: TypeScript.NodeArray<TypeScript.Statement>): string {
    return statements.map((statement) => this.text(statement)).join('\n')
  }

  #within<T>(enclosing: Enclosing, write: () => T): T {
    this.#frame.enclosing.push(enclosing)
    try {
      return write()
    } finally {
      this.#frame.enclosing.pop()
    }
  }

  /** Writes what stands in the scope that a node opens. Its token is there from now on if `available`. */
  #in(node: TypeScript.Node, available: boolean, write: (scope: Scope) => string): string {
    const scope = this.scopes.of(node)!
    const before = this.#scope
    this.#scope = scope
    if (available) this.#available.add(scope)
    const text = write(scope)
    this.#scope = before
    return text
  }

  #block(node: TypeScript.Block): string {
    // The block of a `catch` or a function is written where that is.
    if (!this.scopes.of(node)) return this.parts(node)
    return this.#in(
      node,
      true,
      (scope) => `{ ${this.#token(scope)}${this.#declared(scope)}${this.#statements(node.statements)} }`,
    )
  }

  #token(scope: Scope): string {
    return hasToken(scope) ? `const ${tokenOf(scope)} = ${newToken(scope)};\n` : ''
  }

  /** Tells the runtime of the functions that are declared in a scope, which are there from its beginning. */
  #declared(scope: Scope): string {
    return scope.functions
      .map((declared) => {
        const registered = this.#registered(declared, declared.name!.text)
        return registered === null ? '' : `${registered};\n`
      })
      .join('')
  }

  /** A function that the runtime is told about, or null where it can't be: then it counts as something unknown. */
  #registered(node: TypeScript.SignatureDeclaration, text: string): string | null {
    const code = this.scopes.codeOf(node)
    const arrow = this.ts.isArrowFunction(node)
    if (arrow && (code.usesArguments || (code.usesThis && this.#mayLackThis(code)))) return null
    const scopes = this.#captured(code)
    if (scopes === null) return null
    const self = arrow && code.usesThis ? ['this'] : []
    return call('closure', this.#numbered(), text, list(scopes), ...self)
  }

  /** Is it in the constructor of a class that extends another? There is no `this` there at first. */
  #mayLackThis(code: Code): boolean {
    const { ts } = this
    let outer: Code = code
    while (ts.isArrowFunction(outer.node)) outer = outer.parent!
    return ts.isConstructorDeclaration(outer.node) && outer.node.parent.heritageClauses !== undefined
  }

  /** Tokens of the scopes that a function captures, or null where one is not there yet. */
  #captured(code: Code): string[] | null {
    const scopes = [...code.captures].filter((scope) => scope !== this.scopes.root)
    if (scopes.some((scope) => !this.#available.has(scope))) return null
    return scopes.sort((one, other) => one.number - other.number).map(tokenOf)
  }

  #numbered(): string {
    return String(this.#sites++)
  }

  #function(node: TypeScript.SignatureDeclaration): string {
    const ts = this.ts
    const text = this.#functionText(node)
    if (!ts.isFunctionExpression(node) && !ts.isArrowFunction(node)) return text
    return this.#registered(node, text) ?? `(${text})`
  }

  #functionText(node: TypeScript.SignatureDeclaration): string {
    const ts = this.ts
    const code = this.scopes.codeOf(node)
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []
    const asynchronous = isAsynchronous(ts, node)
    const outside = this.#frame
    const name = this.#head(node, modifiers)
    this.#frame = this.#newFrame(code)
    const inside = this.#in(node, false, (scope) => {
      const parameters = node.parameters.map((parameter) => this.text(parameter)).join(', ')
      this.#available.add(scope)
      return asynchronous
        ? this.#asynchronous(node, code, scope, parameters)
        : this.#synchronous(node, scope, parameters)
    })
    this.#frame = outside
    return name + inside
  }

  /** What stands before the parameters. */
  #head(node: TypeScript.SignatureDeclaration, modifiers: readonly TypeScript.ModifierLike[]): string {
    const ts = this.ts
    const words = modifiers
      .filter(({ kind }) => kind !== ts.SyntaxKind.AsyncKeyword)
      .map((modifier) => this.original(modifier))
    if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node)) words.push('function')
    if (ts.isGetAccessor(node)) words.push('get')
    if (ts.isSetAccessor(node)) words.push('set')
    if (ts.isConstructorDeclaration(node)) words.push('constructor')
    const star = (node as { asteriskToken?: TypeScript.Node }).asteriskToken ? '*' : ''
    const name = node.name ? this.text(node.name) : ''
    return [...words, star + name].filter((word) => word !== '').join(' ')
  }

  #synchronous(node: TypeScript.SignatureDeclaration, scope: Scope, parameters: string): string {
    const ts = this.ts
    const body = (node as { body?: TypeScript.Node }).body!
    const arrow = ts.isArrowFunction(node) ? ' =>' : ''
    if (ts.isBlock(body) || hasToken(scope)) return `(${parameters})${arrow} ${this.#body(body, scope)}`
    const value = this.text(body)
    if (this.#frame.temporaries.length > 0)
      return `(${parameters})${arrow} { ${this.#temporaries()}return ${value} }`
    return `(${parameters})${arrow} ${value}`
  }

  #asynchronous(node: TypeScript.SignatureDeclaration, code: Code, scope: Scope, parameters: string): string {
    const ts = this.ts
    const body = this.#body((node as { body?: TypeScript.Node }).body!, scope)
    const simple = node.parameters.every(
      (parameter) => ts.isIdentifier(parameter.name) && !parameter.initializer && !parameter.dotDotDotToken,
    )
    const all = this.#name()
    const outer = simple ? parameters : `...${all}`
    const arrow = ts.isArrowFunction(node)
    const handed = !simple ? all : arrow ? `[${parameters}]` : 'arguments'
    const self = code.usesThis ? 'this' : 'undefined'
    const name = JSON.stringify(this.#called(node))
    const run = call('run', name, self, `function* (${parameters}) ${body}`, handed)
    this.#frame = this.#newFrame(code.parent!)
    const above =
      code.usesSuper && !(arrow && this.asynchronous) ? `const ${SUPER} = (name) => super[name];\n` : ''
    return `(${outer})${arrow ? ' =>' : ''} { ${above}return ${run} }`
  }

  /** What a reader calls a function. */
  #called(node: TypeScript.SignatureDeclaration): string {
    const ts = this.ts
    if (node.name) return this.original(node.name)
    let { parent } = node as { parent: TypeScript.Node }
    while (ts.isParenthesizedExpression(parent)) parent = parent.parent
    if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return this.original(parent.name)
    if (ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left))
      return parent.left.name.text
    return ''
  }

  /** A function's body with its token, its temporaries and what is declared in it. */
  #body(body: TypeScript.Node, scope: Scope): string {
    const statements = this.ts.isBlock(body)
      ? this.#statements(body.statements)
      : `return ${this.text(body)};`
    return `{ ${this.#temporaries()}${this.#token(scope)}${this.#declared(scope)}${statements} }`
  }

  #temporaries(): string {
    const names = this.#frame.temporaries
    return names.length > 0 ? `let ${names.join(', ')};\n` : ''
  }

  #newFrame(code: Code): Frame {
    return { code, temporaries: [], pending: new Pending(this), enclosing: [] }
  }

  #name(): string {
    return `${PROBE_NAME}_${this.#names++}`
  }

  #class(node: TypeScript.ClassLikeDeclaration): string {
    const ts = this.ts
    const pending = this.#frame.pending
    // What awaits in a heritage or a computed name stands in the middle of a class that is half there.
    const write = (): string => this.parts(node)
    const text = this.scopes.awaits(node) ? pending.holding(OPAQUE, write) : write()
    const codes = node.members
      .filter((member) => ts.isFunctionLike(member))
      .map((member) => this.scopes.codeOf(member as TypeScript.SignatureDeclaration))
    const captures = codes.map((code) => this.#captured(code))
    if (captures.some((scopes) => scopes === null)) return text
    const scopes = [...new Set(captures.flatMap((tokens) => tokens!))]
    const register = (value: string): string => call('members', this.#numbered(), value, list(scopes))
    if (ts.isClassExpression(node)) return register(text)
    return node.name ? `${text}\n${register(node.name.text)};` : text
  }

  #catch(node: TypeScript.CatchClause): string {
    return this.#in(node, true, (scope) => {
      const name = node.variableDeclaration ? ` (${this.text(node.variableDeclaration)})` : ''
      const statements = this.#statements(node.block.statements)
      return `catch${name} { ${this.#token(scope)}${this.#declared(scope)}${statements} }`
    })
  }

  #labeled(node: TypeScript.LabeledStatement): string {
    const { statement } = node
    const label = `${node.label.text}: `
    return this.#within({ kind: 'label', name: node.label.text }, () =>
      this.ts.isForStatement(statement) ? this.#for(statement, label) : label + this.text(statement),
    )
  }

  #for(node: TypeScript.ForStatement, label: string): string {
    const ts = this.ts
    const { initializer, condition, incrementor } = node
    const scope = this.scopes.of(node)!
    const declares = initializer !== undefined && ts.isVariableDeclarationList(initializer)
    const inHead = [initializer, condition, incrementor].some((part) => part && this.scopes.awaits(part))
    const part = (expression: TypeScript.Node | undefined): string =>
      expression ? this.text(expression) : ''
    // Each turn has variables of its own where a function captures them; where none does, one set is as good.
    const hoisted = hasToken(scope) && declares && inHead && !scope.captured
    return this.#in(node, false, () => {
      const first = hoisted ? `const ${tokenOf(scope)} = ${newToken(scope)};\n` : ''
      const before = part(initializer)
      if (hoisted) this.#available.add(scope)
      const heads = [before, part(condition), part(incrementor)]
      this.#available.add(scope)
      const body = this.#within({ kind: 'loop' }, () => this.text(node.statement))
      if (!hoisted) {
        const turn = hasToken(scope) ? `{ ${this.#token(scope)}${body} }` : body
        return `${label}for (${heads.join('; ')}) ${turn}`
      }
      return `{ ${heads[0]};\n${first}${label}for (; ${heads[1]}; ${heads[2]}) ${body} }`
    })
  }

  #forEach(node: TypeScript.ForOfStatement | TypeScript.ForInStatement): string {
    const ts = this.ts
    const { pending } = this.#frame
    const visible = this.scopes.awaits(node.statement)
    const of = ts.isForOfStatement(node)
    const given = (): string =>
      of ? this.#iterated(node.expression) : call('keysOf', this.text(node.expression))
    const source = visible ? given() : this.text(node.expression)
    return this.#in(node, false, (scope) => {
      // A pattern with defaults that await takes apart something that has no name.
      const awaits = this.scopes.awaits(node.initializer)
      const head = awaits
        ? pending.holding(OPAQUE, () => this.text(node.initializer))
        : this.text(node.initializer)
      this.#available.add(scope)
      const iterator = visible ? this.temporary() : null
      const write = (): string => this.#within({ kind: 'loop' }, () => this.text(node.statement))
      const body = iterator === null ? write() : pending.holding(iterator, write)
      const turn = hasToken(scope) ? `{ ${this.#token(scope)}${body} }` : body
      const listed = iterator === null ? source : `(${iterator} = ${source})`
      // The keys are given by an iterator of ours.
      return `for (${head} ${of || visible ? 'of' : 'in'} ${listed}) ${turn}`
    })
  }

  /** What is gone through: the iterator of a list is replaced by one whose position can be read. */
  #iterated(expression: TypeScript.Expression): string {
    const ts = this.ts
    const called = unwrapped(ts, expression)
    if (
      ts.isCallExpression(called) &&
      called.arguments.length === 0 &&
      !(called.flags & ts.NodeFlags.OptionalChain) &&
      ts.isPropertyAccessExpression(called.expression) &&
      called.expression.expression.kind !== ts.SyntaxKind.SuperKeyword &&
      ['entries', 'keys', 'values'].includes(called.expression.name.text)
    ) {
      const { expression: object, name } = called.expression
      return call('iterate', this.text(object), JSON.stringify(name.text))
    }
    return call('iterate', this.text(expression))
  }

  #switch(node: TypeScript.SwitchStatement): string {
    const ts = this.ts
    const scope = this.scopes.of(node.caseBlock)!
    // There is no place in it that is always passed first, so that the clauses see to its token.
    const reset = hasToken(scope) ? `${this.#switchToken(scope)} = null, ` : ''
    const discriminant = this.text(node.expression)
    const tests = node.caseBlock.clauses.some(
      (clause) => ts.isCaseClause(clause) && this.scopes.awaits(clause.expression),
    )
    const write = (): string => this.#within({ kind: 'switch' }, () => this.#caseBlock(node.caseBlock))
    const block = tests ? this.#frame.pending.holding(OPAQUE, write) : write()
    return `switch (${reset}${discriminant}) ${block}`
  }

  #switchToken(scope: Scope): string {
    const name = tokenOf(scope)
    this.#frame.temporaries.push(name)
    return name
  }

  #caseBlock(node: TypeScript.CaseBlock): string {
    const ts = this.ts
    return this.#in(node, false, (scope) => {
      const tests = node.clauses.map((clause) =>
        ts.isCaseClause(clause) ? `case ${this.text(clause.expression)}:` : 'default:',
      )
      this.#available.add(scope)
      const token = tokenOf(scope)
      const open = hasToken(scope)
        ? `if (!${token}) { ${token} = ${newToken(scope)};\n${this.#declared(scope)} }`
        : ''
      return `{ ${node.clauses
        .map((clause, index) => `${tests[index]} ${open} ${this.#statements(clause.statements)}`)
        .join('\n')} }`
    })
  }

  /**
   * A `finally` that awaits remembers how the `try` was left: by an error, by `return` with a value, by a jump, or at its
   * end. That is written down in two variables as it happens; the language still does the rest.
   */
  #try(node: TypeScript.TryStatement): string {
    const { finallyBlock } = node
    if (!finallyBlock || !this.scopes.awaits(finallyBlock)) return this.parts(node)
    const completion = this.temporary()
    const value = this.temporary()
    const error = this.#name()
    const [tried, caught] = this.#within({ kind: 'finally', completion, value }, () => [
      this.text(node.tryBlock),
      node.catchClause ? this.text(node.catchClause) : '',
    ])
    const last = this.#frame.pending.holding([completion, value], () => this.text(finallyBlock))
    const inner = node.catchClause ? `try ${tried} ${caught}` : tried
    return (
      `try { ${inner}\n${completion} = "end"; ${value} = undefined; } ` +
      `catch (${error}) { ${completion} = "throw"; ${value} = ${error}; throw ${error}; } ` +
      `finally ${last}`
    )
  }

  #return(node: TypeScript.ReturnStatement): string {
    const crossed = this.#frame.enclosing.filter((one) => one.kind === 'finally')
    if (crossed.length === 0) return this.parts(node)
    const value = node.expression ? this.text(node.expression) : 'undefined'
    const values = crossed.map((one) => `${one.value} = `).join('')
    const completions = crossed.map((one) => `${one.completion} = `).join('')
    return `return (${values}(${value}), ${completions}"return", ${crossed[0]!.value});`
  }

  #jump(node: TypeScript.BreakOrContinueStatement): string {
    const text = this.original(node)
    const crossed: string[] = []
    for (const one of [...this.#frame.enclosing].reverse()) {
      if (one.kind === 'finally')
        crossed.push(`${one.completion} = ${JSON.stringify(text)}; ${one.value} = undefined;`)
      else if (node.label) {
        if (one.kind === 'label' && one.name === node.label.text) break
      } else if (one.kind === 'loop' || (one.kind === 'switch' && this.ts.isBreakStatement(node))) break
    }
    return crossed.length > 0 ? `{ ${crossed.join(' ')} ${text} }` : text
  }
}

/** The name by which an async method finds the members of the class above. */
export const SUPER = `${PROBE_NAME}_super`

/** Stands among what is alive where something is that can't be read. */
export const OPAQUE = `${PROBE_NAME}.opaque`

/** A call of the runtime. */
export function call(name: string, ...parameters: string[]): string {
  return `${PROBE_NAME}.${name}(${parameters.join(', ')})`
}

/** The expression inside parentheses and inside a call that only reports its line. */
export function unwrapped(ts: Compiler, node: TypeScript.Expression): TypeScript.Expression {
  if (ts.isParenthesizedExpression(node)) return unwrapped(ts, node.expression)
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    ts.isIdentifier(node.expression.expression) &&
    node.expression.expression.text === PROBE_NAME &&
    node.expression.name.text === 'back'
  )
    return unwrapped(ts, node.arguments[0]!)
  return node
}

function isAsynchronous(ts: Compiler, node: TypeScript.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false
}

function list(texts: readonly string[]): string {
  return `[${texts.join(', ')}]`
}

/** Can anybody come back to the scope after the running code has left it? */
function hasToken(scope: Scope): boolean {
  return scope.parent !== null && scope.variables.size > 0 && (scope.captured || scope.suspended)
}

function tokenOf(scope: Scope): string {
  return `${PROBE_NAME}_s${scope.number}`
}

function newToken(scope: Scope): string {
  return call('scope', String(scope.number), String(scope.variables.size), reader(scope))
}

/** A function that reads one variable of the scope. */
function reader(scope: Scope): string {
  const names = [...scope.variables.keys()]
  if (names.length === 0) return '() => undefined'
  const last = names.pop()!
  return `(i) => ${names.map((name, index) => `i === ${index} ? ${name} : `).join('')}${last}`
}
