/**
 * readRun: the text of a run that was written by hand or exported, as a trace. What is read is a stranger's: everything
 * is looked at before it is used, and what is wrong is told with its place.
 */
import { type AnyBreakExercise, type BreakExercise, partsOf } from '../exercise.ts'
import { Fault, fail } from '../fault.ts'
import type { Action, MessageData } from '../model.ts'
import { TRACE_VERSION, type Trace } from '../trace/trace.ts'
import { placeOfJsonFault } from './json-place.ts'
import { CONFIGURATION, configurationOf } from './judge.ts'

/** What a run has to say that it belongs to: an exercise, and where that is in parts one of them. */
export type RunOf = Pick<BreakExercise, 'id' | 'part'> | { id: string; parts: readonly { id: string }[] }

/**
 * Reads a run. That its steps can happen is left to `judge`.
 * @returns a trace whose configuration says which part of the exercise it is of, where that is in parts
 * @throws Fault `run-file.…` with the path of what is wrong, or line and column where it is no JSON
 */
export function readRun(exercise: RunOf, text: string): Trace {
  const run = objectAt(parsed(text), 'run')
  const version = wholeAt(run.version, 'version')
  if (version !== TRACE_VERSION) fail('run-file.version', { given: version, version: TRACE_VERSION })
  const subject = textAt(run.subject, 'subject')
  if (subject !== exercise.id) fail('run-file.subject', { given: subject, exercise: exercise.id })
  const configuration = configurationAt(exercise, run.configuration)
  const actions = listAt(run.actions, 'actions').map((action, index) => actionAt(action, `actions[${index}]`))
  return { version: TRACE_VERSION, subject, configuration, actions }
}

/** Of an exercise, or of a part of it, this is what a run is of. @throws Error where it has no part of that name */
export function partOf(
  exercise: AnyBreakExercise,
  { configuration }: Pick<Trace, 'configuration'>,
): BreakExercise {
  const found = partsOf(exercise).find((one) => configurationOf(one) === configuration)
  if (!found) throw new Error(`${exercise.id} has no part ${configuration}`)
  return found
}

function configurationAt(exercise: RunOf, given: unknown): string {
  if ('parts' in exercise) {
    const parts = exercise.parts.map(({ id }) => id)
    return typeof given === 'string' && parts.includes(given) ? given : fail('run-file.part', { parts })
  }
  const configuration = configurationOf(exercise)
  if (given === configuration) return configuration
  const code = configuration === CONFIGURATION ? 'run-file.configuration' : 'run-file.other-part'
  return fail(code, { configuration })
}

type Fields = { readonly [name: string]: unknown }

/** What a step of each kind has beside its kind: those that have to be there, and those that may. */
const KINDS: { readonly [kind in Action['kind']]: readonly (readonly [name: string, read: Read])[] } = {
  deliver: [
    ['to', textAt],
    ['message', messageAt],
    ['crashAfter', optional(wholeAt)],
    ['latencies', optional(wholesAt)],
    ['timeouts', optional(wholesAt)],
  ],
  drop: [
    ['to', textAt],
    ['message', messageAt],
  ],
  duplicate: [
    ['to', textAt],
    ['message', messageAt],
  ],
  fire: [
    ['node', textAt],
    ['timer', textAt],
    ['early', optional(trueAt)],
    ['crashAfter', optional(wholeAt)],
    ['latencies', optional(wholesAt)],
    ['timeouts', optional(wholesAt)],
  ],
  crash: [
    ['node', textAt],
    ['restarts', optional(trueAt)],
    ['latencies', optional(wholesAt)],
    ['timeouts', optional(wholesAt)],
  ],
  restart: [
    ['node', textAt],
    ['latencies', optional(wholesAt)],
    ['timeouts', optional(wholesAt)],
  ],
  partition: [['groups', groupsAt]],
  heal: [],
  pause: [
    ['node', textAt],
    ['milliseconds', optional(wholeAt)],
  ],
  resume: [['node', textAt]],
  pass: [['milliseconds', wholeAt]],
  jump: [
    ['node', textAt],
    // A clock may be set back.
    ['milliseconds', numberAt],
  ],
  act: [
    ['name', textAt],
    ['parameters', listAt],
  ],
}

type Read = (value: unknown, path: string) => unknown

function actionAt(value: unknown, path: string): Action {
  const step = objectAt(value, path)
  const { kind } = step
  if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind))
    return fail('run-file.kind', { path: `${path}.kind`, kinds: Object.keys(KINDS) })
  const fields = KINDS[kind as Action['kind']]
    .map(([name, read]) => [name, read(step[name], `${path}.${name}`)] as const)
    .filter(([, field]) => field !== undefined)
  return { kind, ...Object.fromEntries(fields) } as Action
}

function messageAt(value: unknown, path: string): MessageData {
  const { from, type, fields } = objectAt(value, path)
  if (fields === undefined) fail('run-file.missing', { path: `${path}.fields` })
  return { from: textAt(from, `${path}.from`), type: textAt(type, `${path}.type`), fields }
}

function optional(read: Read): Read {
  return (value, path) => (value === undefined ? undefined : read(value, path))
}

function groupsAt(value: unknown, path: string): string[][] {
  return listAt(value, path).map((group, index) =>
    listAt(group, `${path}[${index}]`).map((node, place) => textAt(node, `${path}[${index}][${place}]`)),
  )
}

function wholesAt(value: unknown, path: string): number[] {
  return listAt(value, path).map((one, index) => wholeAt(one, `${path}[${index}]`))
}

function objectAt(value: unknown, path: string): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Fields) : fail('run-file.object', { path })
}

function listAt(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : fail('run-file.list', { path })
}

function textAt(value: unknown, path: string): string {
  return typeof value === 'string' ? value : fail('run-file.text', { path })
}

function numberAt(value: unknown, path: string): number {
  return Number.isSafeInteger(value) ? (value as number) : fail('run-file.number', { path })
}

function wholeAt(value: unknown, path: string): number {
  const number = numberAt(value, path)
  return number >= 0 ? number : fail('run-file.whole-number', { path })
}

function trueAt(value: unknown, path: string): true {
  return value === true ? value : fail('run-file.true', { path })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Fault('run-file.json', { message: (error as Error).message }, placeOfJsonFault(text))
  }
}
