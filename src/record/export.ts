/**
 * Export: the record as one file, and a file read as a stranger's. What is wrong with one is said with its place; nothing of it is run,
 * and nothing of it is taken that the record has no room for. Loaded when somebody exports or imports.
 */
import { z } from 'zod'
import type { Contents } from './contents.ts'
import { REASONS } from './entries.ts'
import { FORMAT, FORMAT_VERSION, type RecordFile } from './record-file.ts'
import { fitsSetting } from './settings.ts'

// What compiles schemas at run time is against the policy of our pages.
z.config({ jitless: true })

/** UTF-16 units of a whole file. */
export const FILE_UNITS_MAX = 64_000_000
/** UTF-16 units of one text. */
const TEXT_UNITS_MAX = 2_000_000
/** Entries of one kind. */
const ENTRIES_MAX = 50_000
/** Actions of one run. */
const ACTIONS_MAX = 10_000
/** Values within values. A record has fewer than ten. */
const DEPTH_MAX = 32
/** Values in all. */
const VALUES_MAX = 2_000_000

export type Problem =
  | { readonly code: 'too-large' | 'no-json' | 'no-record' }
  | { readonly code: 'newer'; readonly version: number }
  | { readonly code: 'too-deep' | 'forbidden' | 'wrong'; readonly path: string }

export type Read =
  { readonly ok: true; readonly record: RecordFile } | { readonly ok: false; readonly problem: Problem }

const name = z.string().min(1).max(300)
const text = z.string().max(TEXT_UNITS_MAX)
const time = z.number().min(0).max(8.64e15)
const version = z.int().min(0).max(1_000_000)
const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER)
const ofExercise = { exercise: name, version }
const listOf = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).max(ENTRIES_MAX).default([])
/** What an action may be, the engine says where it is taken. */
const actions = z.array(z.looseObject({ kind: z.string().max(100) })).max(ACTIONS_MAX)

const schema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  at: time,
  drafts: listOf(
    z.object({
      ...ofExercise,
      code: text,
      savedAt: time,
      putAside: text.nullable().default(null),
      begun: text.optional(),
      starter: text.optional(),
    }),
  ),
  snapshots: listOf(
    z.object({ ...ofExercise, code: text, at: time, mark: z.string().max(40), why: z.enum(REASONS) }),
  ),
  passes: listOf(z.object({ ...ofExercise, code: text, passedAt: time, states: count.optional() })),
  verdicts: listOf(
    z.object({
      ...ofExercise,
      verdict: z.enum(['passed', 'failed', 'inconclusive', 'error']),
      states: count,
      ranAt: time,
    }),
  ),
  bests: listOf(z.object({ ...ofExercise, actions, reachedAt: time })),
  regressions: listOf(
    z.object({
      ...ofExercise,
      check: name,
      title: z.string().max(300).optional(),
      trace: z.object({
        version: z.literal(1),
        subject: name,
        configuration: name,
        actions,
        loopFrom: z.int().min(1).max(ACTIONS_MAX).optional(),
      }),
      at: time,
    }),
  ),
  answers: listOf(z.object({ page: name, question: name, choice: name, right: z.boolean(), at: time })),
  positions: listOf(
    z.object({
      page: name,
      part: name.nullable(),
      fraction: z.number().min(0).max(1),
      at: time,
      readAt: time.nullable(),
    }),
  ),
  settings: listOf(
    z.object({ name, value: z.union([z.string().max(1000), z.number(), z.boolean()]), at: time }),
  ),
})

/**
 * Reads an exported record. A file of strangers: it may be anything.
 * @returns the record, or what is wrong with the file and where. Never throws.
 */
export function readExport(file: string): Read {
  if (file.length > FILE_UNITS_MAX) return { ok: false, problem: { code: 'too-large' } }
  let value: unknown
  try {
    value = JSON.parse(file)
  } catch {
    return { ok: false, problem: { code: 'no-json' } }
  }
  try {
    const { format, version: stated } = (value ?? {}) as { format?: unknown; version?: unknown }
    if (format !== FORMAT) return { ok: false, problem: { code: 'no-record' } }
    if (typeof stated === 'number' && stated > FORMAT_VERSION)
      return { ok: false, problem: { code: 'newer', version: stated } }
    const problem = plainProblem(value)
    if (problem) return { ok: false, problem }
    const read = schema.safeParse(value)
    if (!read.success)
      return { ok: false, problem: { code: 'wrong', path: pathOf(read.error.issues[0]?.path ?? []) } }
    const { settings, ...rest } = read.data
    // What a site of another day lets one choose is left out rather than refused.
    const record = { ...rest, settings: settings.filter(fitsSetting) } as unknown as RecordFile
    return { ok: true, record }
  } catch {
    return { ok: false, problem: { code: 'no-record' } }
  }
}

/** The record as the text of a file. */
export function exportText(contents: Contents, at: number): string {
  const drafts = contents.drafts.map((draft) => ({ ...draft, revision: undefined, writer: undefined }))
  const file = { format: FORMAT, version: FORMAT_VERSION, at, ...contents, drafts }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** What keeps a parsed value from being looked at any further: it is too deep, too much, or has names that mean something to the language. */
function plainProblem(root: unknown): Problem | null {
  // A list of what is to be looked at, as a stranger's value may be deeper than the stack.
  const waiting: { value: unknown; path: readonly PropertyKey[] }[] = [{ value: root, path: [] }]
  for (let seen = 0; waiting.length > 0; seen++) {
    const { value, path } = waiting.pop()!
    if (typeof value !== 'object' || value === null) continue
    if (path.length > DEPTH_MAX) return { code: 'too-deep', path: pathOf(path.slice(0, 6)) }
    const entries = Object.entries(value)
    if (seen + waiting.length + entries.length > VALUES_MAX) return { code: 'too-large' }
    for (const [key, part] of entries) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        return { code: 'forbidden', path: pathOf([...path, key]) }
      if (typeof part === 'object' && part !== null)
        waiting.push({ value: part, path: [...path, Array.isArray(value) ? Number(key) : key] })
    }
  }
  return null
}

/** A place in a file, as `drafts[3].code`. */
function pathOf(parts: readonly PropertyKey[]): string {
  return parts
    .map((part, at) =>
      typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part).slice(0, 60)}`,
    )
    .join('')
}
