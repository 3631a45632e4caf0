/**
 * AuthorFault: what an exercise's own code does wrong while an answer is checked. A property that throws, gives what is
 * not plain data, or gives another answer when it is asked again, says nothing about the answer; the learner is told
 * so, and the author where to look. It is no Fault: a Fault is the learner's.
 */
import type { Parameters } from '../fault.ts'
import type { AnyAnswer } from '../exercise.ts'
import { Fault } from '../fault.ts'
import { canonical } from '../plain.ts'
import type { AuthorPlace } from '../report.ts'
import type { AnyNodeDefinition, Role, System, SystemNode, SystemProperty } from './system.ts'

/** The part of a specification that was running. */
export type AuthorPart = 'property' | 'observe' | 'history' | 'fields' | 'handler' | 'system'

/** Names what is running, so that its author finds it. */
export interface Authored {
  readonly part: AuthorPart
  /** The property's id, the role, the message's type, or the configuration. */
  readonly id: string
}

/** An error of the exercise's author. */
export class AuthorFault extends Error {
  readonly code: string
  readonly parameters: Parameters
  readonly place: AuthorPlace

  constructor(code: string, what: Authored, place: AuthorPlace, more: Parameters = {}) {
    super(`${code} ${what.part} ${what.id}`)
    this.name = 'AuthorFault'
    this.code = code
    this.parameters = { part: what.part, id: what.id, ...more }
    this.place = place
  }
}

/**
 * Runs a part of a specification.
 * @throws AuthorFault `author.threw` with the file and line where it threw
 */
export function authored<T>(what: Authored, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw thrown(what, error)
  }
}

/** How many calls of each part are looked at closely, if nothing else is said. Then every so many. */
const CLOSELY_AT_FIRST = 200
const CLOSELY_LATER = 4_096

type Part = (...parameters: never[]) => unknown

/**
 * A part of a specification that is watched: what it throws is an AuthorFault, and for a sample of its calls it must
 * give plain data, leave its arguments alone and give the same when it is asked again.
 */
function watch<F extends Part>(what: Authored, part: F, closely = CLOSELY_AT_FIRST): F {
  let calls = 0
  const watched = (...parameters: never[]): unknown => {
    if (++calls > closely && calls % CLOSELY_LATER !== 0) {
      try {
        return part(...parameters)
      } catch (error) {
        throw thrown(what, error)
      }
    }
    const given = canonical(parameters, what.part)
    const result = authored(what, () => part(...parameters))
    const text = plainText(what, result, part)
    const again = plainText(
      what,
      authored(what, () => part(...parameters)),
      part,
    )
    if (canonical(parameters, what.part) !== given) throw faultOf('author.changes', what, part)
    if (again !== text) throw faultOf('author.impure', what, part)
    return result
  }
  return watched as F
}

/**
 * The same system with everything in it that the exercise's author wrote watched: properties, what they look at, what
 * is remembered for them, checks of fields, and the handlers of nodes that the answer does not play. A process plays the
 * answer if it runs the answer's program.
 * @param closely how many calls of each part are looked at closely before a sample has to do
 */
export function watched(system: System, answer: AnyAnswer, closely = CLOSELY_AT_FIRST): System {
  const { history } = system
  const isAnswers = belongsTo(answer)
  const definitions = new Map<AnyNodeDefinition, AnyNodeDefinition>()
  const watchedDefinition = (definition: AnyNodeDefinition, role: string): AnyNodeDefinition => {
    const known = definitions.get(definition)
    if (known) return known
    const kept = withWatchedHandlers(definition, role)
    definitions.set(definition, kept)
    return kept
  }
  return {
    ...system,
    nodes: system.nodes.map((node) =>
      isAnswers(node) ? node : { ...node, definition: watchedDefinition(node.definition, node.role) },
    ),
    roles: mapped(system.roles, (role, name) => watchedRole(role, name, closely)),
    properties: system.properties.map((property) => watchedProperty(property, closely)),
    ...(history && {
      history: {
        initial: history.initial,
        record: watch({ part: 'history', id: 'record' }, (event) => history.record(event), closely),
        after: watch(
          { part: 'history', id: 'after' },
          (before, recorded) => history.after(before, recorded),
          closely,
        ),
      },
    }),
  }
}

/** Which nodes does an answer play? */
function belongsTo(answer: AnyAnswer): (node: SystemNode) => boolean {
  if ('program' in answer) return ({ probe }) => probe === answer.program.probe
  const definitions = 'definition' in answer ? [answer.definition] : Object.values(answer.definitions)
  const own = new Set(definitions.flatMap(handlersOf))
  return ({ probe, definition }) =>
    (answer.probe !== null && probe === answer.probe) ||
    handlersOf(definition).some((handler) => own.has(handler))
}

function watchedProperty(property: SystemProperty, closely: number): SystemProperty {
  const what = { part: 'property', id: property.id } as const
  return property.kind === 'always'
    ? { ...property, violated: watch(what, property.violated, closely) }
    : { ...property, reached: watch(what, property.reached, closely) }
}

function watchedRole(role: Role, id: string, closely: number): Role {
  const { sends, history, observe } = role
  return {
    ...role,
    sends: mapped(sends, (check, type) => watch({ part: 'fields', id: type }, check, closely)),
    ...(history && {
      history: {
        initial: history.initial,
        after: watch(
          { part: 'history', id },
          (before, sent, node, step) => history.after(before, sent, node, step),
          closely,
        ),
      },
    }),
    ...(observe && { observe: watch({ part: 'observe', id }, (node) => observe.call(role, node), closely) }),
  }
}

/** Handlers change their state, so that they are not asked twice here; `Behaviour.verify` does that. */
function withWatchedHandlers(definition: AnyNodeDefinition, role: string): AnyNodeDefinition {
  const { init, on, timers, restart, crash } = definition
  const handler = <F extends Part>(name: string, part: F): F => {
    const what = { part: 'handler', id: `${role} ${name}` } as const
    return ((...parameters: never[]) => authored(what, () => part.apply(definition, parameters))) as F
  }
  const group = <T extends { readonly [name: string]: unknown }>(handlers: T, before: string): T =>
    mapped(handlers, (part, name) =>
      typeof part === 'function' ? handler(`${before}.${name}`, part as Part) : part,
    ) as T
  return {
    ...definition,
    init: handler('init', init),
    on: group(on, 'on'),
    ...(timers && { timers: group(timers, 'timers') }),
    ...(restart && { restart: handler('restart', restart) }),
    ...(crash && { crash: handler('crash', crash) }),
  }
}

function handlersOf({ init, on, timers = {}, restart }: AnyNodeDefinition): unknown[] {
  return [init, restart, ...Object.values(on), ...Object.values(timers)].filter((part) => part !== undefined)
}

function mapped<T>(
  values: { readonly [name: string]: T },
  map: (value: T, name: string) => T,
): { [name: string]: T } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]))
}

/** A fault of a part that has not thrown, with its place. */
function faultOf(code: string, what: Authored, part: Part, more?: Parameters): AuthorFault {
  return new AuthorFault(code, what, placeOf(part), more)
}

function plainText(what: Authored, value: unknown, part: Part): string {
  try {
    return canonical(value, what.part)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw faultOf('author.not-plain', what, part, { kind: String(error.parameters['kind'] ?? 'too large') })
  }
}

function thrown(what: Authored, error: unknown): AuthorFault {
  if (error instanceof AuthorFault) return error
  let message = 'unknown'
  let place = NOWHERE
  try {
    message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    // The code of a process of the course: its lines are those of a compiled text.
    if (error instanceof Fault && error.place) message += ` (line ${error.place.line} of its file)`
    if (error instanceof Error) place = placeIn(error.stack ?? '')
  } catch {
    // Whatever was thrown, it is the author's.
  }
  return new AuthorFault('author.threw', what, place, { message })
}

const NOWHERE: AuthorPlace = { file: null, line: 0 }

/** The line of a part that has not thrown: it is handed a first argument that throws when it is looked at. */
function placeOf(part: Part): AuthorPlace {
  const trap = (): never => {
    throw new Error('located')
  }
  const tripwire = new Proxy([], { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap })
  try {
    part(tripwire as never)
  } catch (error) {
    if (error instanceof Error && error.message === 'located') return placeIn(error.stack ?? '')
  }
  return NOWHERE
}

/** A line of a stack trace in V8's format, `at name (file:line:column)`, or in the others', `name@file:line:column`. */
const FRAME = /^\s*(?:at (?:.*\()?|[^\s@]*@)(?<file>[^()\s]+?):(?<line>\d+):\d+\)?$/
/** The engine's own files; what tests put beside them is not meant. */
const ENGINE = /\/engine\/(?!testing\/)[\w/.-]*(?<!\.test)\.ts$/

/** The first place in a stack trace that is not the engine's. */
export function placeIn(stack: string): AuthorPlace {
  for (const text of stack.split('\n')) {
    const { file, line } = FRAME.exec(text)?.groups ?? {}
    if (file === undefined || ENGINE.test(file) || /^(node:|native|<anonymous>)/.test(file)) continue
    // In the page everything is one script, made from many files: its lines would lead nowhere.
    return /^(blob|https?|data):/.test(file) ? NOWHERE : { file: shortened(file), line: Number(line) }
  }
  return NOWHERE
}

/** From `exercises/` on, or as it is. */
function shortened(file: string): string {
  const plain = file.replace(/^file:\/\//, '').replace(/\?.*$/, '')
  const start = plain.lastIndexOf('/exercises/')
  return start < 0 ? plain : plain.slice(start + 1)
}
