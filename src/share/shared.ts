/**
 * Shared: what a link or a file carries from one reader to another: code, a run, and where in it to look. What comes in is a
 * stranger’s: `readShared` looks at all of it before any of it is used, and says what is wrong and where.
 */
import { readRun } from '../../engine/break/run-file.ts'
import { Fault, fail } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import { TRACE_VERSION } from '../../engine/trace/trace.ts'

/** What it is of: an exercise in which code is written, one that is driven, a figure of a chapter, or a cell. */
export type Kind = 'exercise' | 'break' | 'figure' | 'cell'

const KINDS: readonly Kind[] = ['exercise', 'break', 'figure', 'cell']

export interface SharedRun {
  /** The exercise’s configuration or part, or the figure’s variant. */
  readonly configuration: string
  readonly actions: readonly Action[]
  /** The step from which on the steps repeat for ever. Left out: the run ends. */
  readonly loopFrom?: number
  /** The property that it shows, where it is the run of a check. */
  readonly property?: string
}

export interface Shared {
  readonly kind: Kind
  /** The id of the exercise, the figure or the cell. */
  readonly of: string
  /** The version of the exercise or the cell; 0 for a figure, which has none. */
  readonly version: number
  /** The hash of the model with which it was made; see model-hash.ts. */
  readonly model: string
  readonly code?: string
  readonly run?: SharedRun
  /** The step that was shown. Left out: the last. */
  readonly step?: number
}

/** Bounds of what is taken in. Nothing that the site makes comes near them. */
export const CODE_LENGTH_MAX = 100_000
export const STEPS_MAX = 2_000
const NAME_LENGTH_MAX = 100
/** How deep a value may be nested: all that follows may then walk through it. */
const DEPTH_MAX = 40

/**
 * Reads what came with a link or a file, after it was parsed.
 * @throws Fault `share.…` or `run-file.…` with the path of what is wrong
 */
export function readShared(value: unknown): Shared {
  if (isDeep(value)) fail('share.deep', { limit: DEPTH_MAX })
  const whole = objectAt(value, 'link')
  const kind = KINDS.find((one) => one === whole['kind']) ?? fail('share.kind', { path: 'kind' })
  const of = nameAt(whole['of'], 'of')
  const run = whole['run'] === undefined ? undefined : runAt(whole['run'], of)
  const step = whole['step'] === undefined ? undefined : countAt(whole['step'], 'step', STEPS_MAX)
  const code = whole['code'] === undefined ? undefined : textAt(whole['code'], 'code', CODE_LENGTH_MAX)
  if (run === undefined && code === undefined) fail('share.empty', { path: 'link' })
  return {
    kind,
    of,
    version: countAt(whole['version'], 'version', 1_000_000),
    model: nameAt(whole['model'], 'model'),
    ...(code !== undefined && { code }),
    ...(run !== undefined && { run }),
    ...(step !== undefined && { step }),
  }
}

function runAt(value: unknown, of: string): SharedRun {
  const run = objectAt(value, 'run')
  const configuration = nameAt(run['configuration'], 'run.configuration')
  const given = run['actions']
  if (!Array.isArray(given)) fail('share.list', { path: 'run.actions' })
  if (given.length > STEPS_MAX) fail('share.long', { path: 'run.actions', limit: STEPS_MAX })
  const property = run['property'] === undefined ? undefined : nameAt(run['property'], 'run.property')
  const loopFrom =
    run['loopFrom'] === undefined ? undefined : countAt(run['loopFrom'], 'run.loopFrom', given.length)
  if (loopFrom === 0) fail('share.count', { path: 'run.loopFrom', limit: given.length })
  return {
    configuration,
    actions: actionsAt(given, of, configuration),
    ...(loopFrom !== undefined && { loopFrom }),
    ...(property !== undefined && { property }),
  }
}

/** The steps of a run are those of a run file, and are read as such. */
function actionsAt(actions: readonly unknown[], subject: string, configuration: string): readonly Action[] {
  const text = JSON.stringify({ version: TRACE_VERSION, subject, configuration, actions })
  return readRun({ id: subject, part: configuration }, text).actions
}

type Fields = { readonly [name: string]: unknown }

function objectAt(value: unknown, path: string): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Fields) : fail('share.object', { path })
}

function textAt(value: unknown, path: string, limit: number): string {
  if (typeof value !== 'string') return fail('share.text', { path })
  return value.length <= limit ? value : fail('share.long', { path, limit })
}

/** A name of the site’s own: what has other characters in it is none. */
function nameAt(value: unknown, path: string): string {
  const name = textAt(value, path, NAME_LENGTH_MAX)
  return /^[\w][\w./ -]*$/.test(name) ? name : fail('share.name', { path })
}

function countAt(value: unknown, path: string, limit: number): number {
  const isCount = Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= limit
  return isCount ? (value as number) : fail('share.count', { path, limit })
}

/** Is a value nested deeper than anything of ours? Without a call for each level, as it may have any number. */
function isDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= DEPTH_MAX; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return false
  }
  return true
}

/** The text of a file for what no link can hold. */
export function sharedText(shared: Shared): string {
  return `${JSON.stringify({ format: FILE_FORMAT, ...shared }, null, 2)}\n`
}

/** How a file says that it is one of ours, and in which form. */
export const FILE_FORMAT = 'lockstep-shared-1'

/**
 * Reads a file that `sharedText` has written.
 * @throws Fault as readShared does, and `share.json` where it is no JSON
 */
export function readSharedText(text: string): Shared {
  if (text.length > FILE_LENGTH_MAX) fail('share.too-large', { limit: FILE_LENGTH_MAX })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('share.json', { message: (error as Error).message })
  }
  const format = isDeep(value) ? fail('share.deep', { limit: DEPTH_MAX }) : objectAt(value, 'file')['format']
  if (format !== FILE_FORMAT) {
    const isNewer = typeof format === 'string' && format.startsWith('lockstep-shared-')
    fail(isNewer ? 'share.newer' : 'share.format', { path: 'format' })
  }
  return readShared(value)
}

const FILE_LENGTH_MAX = 2_000_000
