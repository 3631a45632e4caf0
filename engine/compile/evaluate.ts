/**
 * evaluate: compiled code in, a loaded answer out. The code sees the course's API, its probe and nothing else of the
 * outside: forbidden globals are tripwires. In the sandbox `lockdown` has been called before.
 */
import * as api from '../api.ts'
import type { Answer, RolesAnswer } from '../exercise.ts'
import { Fault, type Place, fail } from '../fault.ts'
import { countedArray, grantAllowance, withdrawAllowance } from './allowance.ts'
import { MODULES } from './check.ts'
import { consoleOf } from './console.ts'
import { FORBIDDEN_GLOBALS, FORBIDDEN_MEMBERS, PROBE_NAME, tripwire } from './forbidden.ts'
import { isPatchError } from './lockdown.ts'
import { precompiled } from './precompiled.ts'
import { Probe, isStackOverflow } from './probe.ts'

// Taken while this module loads, because lockdown makes a tripwire of it.
const FunctionOfText = Function

type Handler = (this: unknown, ...parameters: unknown[]) => unknown

/** The members of a context, which are all that an answer gets of it. */
const CONTEXT_CALLS = [
  'nodes',
  'send',
  'reply',
  'broadcast',
  'persist',
  'setTimer',
  'cancelTimer',
  'now',
] as const

type Definition = Answer['definition']

/**
 * Loads an answer.
 * @param code what `compile` gave
 * @param observer see Probe
 * @throws Fault with the line: what the code threw, or that it doesn't export a node
 */
export function evaluate(code: string, observer: ((line: number) => void) | null = null): Answer {
  const { given, probe } = exported(code, observer)
  return { definition: definitionOf(given, null, probe), probe }
}

/**
 * Loads an answer that exports an object with several nodes.
 * @param roles the names by which it exports them; others are left alone
 * @throws Fault as `evaluate` does, and where one of the roles is missing
 */
export function evaluateRoles(
  code: string,
  roles: readonly string[],
  observer: ((line: number) => void) | null = null,
): RolesAnswer {
  const { given, probe } = exported(code, observer)
  const place = placeOfExport(probe)
  if (typeof given !== 'object' || given === null)
    return fail('export-not-roles', { kind: kindOf(given), roles }, place)
  const members = membersOf(given, probe)
  const definitions: Record<string, Definition> = {}
  for (const role of roles) {
    definitions[role] = definitionOf(members[role], role, probe)
  }
  return { definitions, probe }
}

/** Runs the file: what it exports by default, and the probe that it reports to. */
function exported(code: string, observer: ((line: number) => void) | null): { given: unknown; probe: Probe } {
  const probe = new Probe(observer)
  const exports: { default?: unknown } = {}
  probe.begin()
  try {
    const body = bodyOf(code, probe.calls(), { console: consoleOf(probe) })
    grantAllowance()
    body(exports, requireOf(API))
    if (probe.exhausted) throw probe.exhausted
  } catch (error) {
    throw loadingFault(error, probe)
  } finally {
    withdrawAllowance()
  }
  return { given: exports.default, probe }
}

/**
 * The file as a function that runs it, each time with variables of its own.
 * @param runtime what the code calls beside what its author wrote
 * @param given globals that the code has, by name; the other forbidden ones are tripwires
 * @returns what runs it; it is told what each import gives, see `requireOf`
 */
export function bodyOf(
  code: string,
  runtime: object,
  given: Readonly<Record<string, unknown>>,
): (exports: object, require: Require) => void {
  const globals = globalsWith(runtime, given)
  const known = precompiled.get(code)
  const ready = known?.load(...known.names.map((name) => globals[name]))
  if (ready) return (exports, require) => void ready.call(undefined, exports, require)
  // The outer function is sloppy because only then may a parameter be called `eval`.
  const load = FunctionOfText(
    ...Object.keys(globals),
    `return function (exports, require) {\n"use strict";\n${code}\n}`,
  ) as Handler
  const body = load(...Object.values(globals)) as Handler
  return (exports, require) => void body.call(undefined, exports, require)
}

/** All globals that the code has, by name. @param runtime, given as for `bodyOf` */
export function globalsWith(
  runtime: object,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const members = FORBIDDEN_MEMBERS.map(([object]) => object)
  return {
    ...Object.fromEntries(FORBIDDEN_GLOBALS.map((name) => [name, tripwire(name)])),
    ...Object.fromEntries(members.map((name) => [name, withoutForbidden(name)])),
    Array: countedArray,
    ...given,
    [PROBE_NAME]: runtime,
  }
}

/** What an import gives, by the name of the module. */
type Require = (name: unknown) => unknown

/**
 * Imports of `lockstep`, and of nothing else.
 * @param library what that gives
 */
export function requireOf(library: object): Require {
  return (name) => {
    if (name === 'lockstep') return library
    if (MODULES.includes(name as string)) return EMPTY
    return fail('unknown-import', { module: String(name) })
  }
}

const API = Object.freeze({ ...api })
const EMPTY = Object.freeze({})

/** The globals of FORBIDDEN_MEMBERS. */
const ORIGINALS: Readonly<Record<string, object>> = { Math }

/** A copy of a global in which the forbidden members are tripwires. */
function withoutForbidden(name: string): unknown {
  const members = Object.getOwnPropertyDescriptors(ORIGINALS[name]!) as PropertyDescriptorMap
  for (const [object, member] of FORBIDDEN_MEMBERS) {
    if (object === name) members[member] = { value: tripwire(`${object}.${member}`) }
  }
  return Object.freeze(Object.create(Object.prototype, members))
}

function placeOfExport(probe: Probe): Place {
  return { line: Math.max(1, probe.exportLine || probe.line), column: 1 }
}

/**
 * Checks the shape of what was exported, and takes its handlers, so that it can't change under the engine's hands.
 * @param role by which it is exported among others; null where it is the only one
 */
function definitionOf(given: unknown, role: string | null, probe: Probe): Definition {
  const place = placeOfExport(probe)
  // The code where the file exports one node, and the one where it exports several.
  const refuse = (alone: string, among: string, parameters: Record<string, string> = {}): never =>
    role === null ? fail(alone, parameters, place) : fail(among, { ...parameters, role }, place)
  if (given === undefined) return refuse('missing-export', 'missing-role')
  if (typeof given !== 'object' || given === null)
    return refuse('export-not-node', 'role-not-node', { kind: kindOf(given) })

  const before = role === null ? '' : `${role}.`
  const members = membersOf(given, probe)
  const take = (owner: object, name: string, value: unknown): Handler => {
    if (typeof value !== 'function')
      fail('handler-not-function', { name: before + name, kind: kindOf(value) }, place)
    return guarded(owner, value as Handler, probe)
  }
  const takeAll = (name: 'on' | 'timers', group: unknown): Record<string, Handler> => {
    if (typeof group !== 'object' || group === null)
      return fail('handlers-not-object', { name: before + name, kind: kindOf(group) }, place)
    const handlers: Record<string, Handler> = {}
    for (const [key, value] of Object.entries(membersOf(group, probe))) {
      if (value !== undefined) handlers[key] = take(group, `${name}.${key}`, value)
    }
    return handlers
  }
  if (members.init === undefined) refuse('missing-init', 'role-without-init')
  if (members.on === undefined) refuse('missing-on', 'role-without-on')
  const definition: Record<string, unknown> = {
    init: take(given, 'init', members.init),
    on: takeAll('on', members.on),
  }
  if (members.timers !== undefined) definition.timers = takeAll('timers', members.timers)
  if (members.restart !== undefined) definition.restart = take(given, 'restart', members.restart)
  if (members.observe !== undefined) {
    // It is given no context: there is nothing that it may do.
    const observe = take(given, 'observe', members.observe)
    definition.observe = (state: unknown) => observe(state, {})
  }
  return definition as unknown as Definition
}

/** The members of an object, read once. An answer may have written getters. */
function membersOf(object: object, probe: Probe): Record<string, unknown> {
  try {
    const members: Record<string, unknown> = {}
    for (const name of Object.keys(object)) members[name] = (object as Record<string, unknown>)[name]
    return members
  } catch (error) {
    throw loadingFault(error, probe)
  }
}

/**
 * A handler that is handed only the members of its context and whose errors are named: the context is always the
 * last argument, the engine's own object stays out of reach.
 */
function guarded(owner: object, handler: Handler, probe: Probe): Handler {
  return (...parameters) => {
    const context = parameters.pop() as Record<string, unknown>
    const seen: Record<string, unknown> = { self: context.self, from: context.from, about: context.about }
    for (const call of CONTEXT_CALLS) seen[call] = context[call]
    grantAllowance()
    try {
      return handler.call(owner, ...parameters, Object.freeze(seen))
    } catch (error) {
      throw patchFault(error, probe) ?? error
    } finally {
      withdrawAllowance()
    }
  }
}

function patchFault(error: unknown, probe: Probe): Fault | null {
  const name = isPatchError(error)
  return name === null
    ? null
    : new Fault('patched-global', { name }, { line: Math.max(1, probe.line), column: 1 })
}

/** Anything thrown while the file loads, with its line. */
function loadingFault(error: unknown, probe: Probe): Fault {
  const place = { line: Math.max(1, probe.line), column: 1 }
  if (error instanceof Fault) return new Fault(error.code, error.parameters, error.place ?? place)
  if (isStackOverflow(error)) return new Fault('endless-recursion-loading', {}, place)
  const patched = patchFault(error, probe)
  if (patched) return patched
  let message = 'unknown'
  try {
    message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } catch {
    // An answer may throw a value that can't be put into words.
  }
  return new Fault('loading-threw', { message }, place)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}
