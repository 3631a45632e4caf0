/** The cells of the chapters: as they stand they hold, and what readers are likely to try gets the verdict that it should. */
import { readFileSync } from 'node:fs'
import ts from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import { cells as paxos } from '../../src/course/paxos/cells.ts'
import type { CellDefinition } from '../../src/notebook/cell.ts'
import { cut, whole } from '../../src/notebook/part.ts'

const cells: readonly CellDefinition[] = [...paxos]

/** Something that the reader puts in the place of something else, and the property that must fail; null: it holds. */
type Try = readonly [what: string, original: string, written: string, fails: string | null]

const PERSIST = '  ctx.persist(state)\n'
const PROMISE = "  ctx.reply('promise', { n, accepted: state.accepted })"
const ACCEPTED = "  ctx.broadcast('learner', 'accepted', { n, v })"
const LARGER = 'report.n > (largest?.n ?? 0)'
const MAJORITY = 'promises > acceptors / 2'

const TRIES: Readonly<Record<string, readonly Try[]>> = {
  'paxos/promise-rule': [
    ['promises the same number again', '<=', '<', null],
    ['promises any number', '  if (n <= state.promised) return\n', '', 'agreement'],
    ['promises only smaller numbers', '<=', '>=', 'decided'],
    ['answers before it persists', `${PERSIST}${PROMISE}`, `${PROMISE}\n${PERSIST.trimEnd()}`, 'agreement'],
    ['never persists', PERSIST, '', 'agreement'],
    ['forgets what it promised', '  state.promised = n\n', '', 'agreement'],
    ['reports nothing', 'accepted: state.accepted', 'accepted: null', 'agreement'],
    ['takes its vote back', 'state.promised = n', 'state.promised = n\n  state.accepted = null', 'agreement'],
    ['does not answer', PROMISE, '', 'decided'],
  ],
  'paxos/accept-rule': [
    ['accepts whatever comes', '  if (n < state.promised) return\n', '', 'agreement'],
    ['refuses what it promised', '<', '<=', 'decided'],
    ['accepting raises no promise', '  state.promised = n\n', '', 'agreement'],
    ['does not remember the proposal', '  state.accepted = { n, v }\n', '', 'agreement'],
    ['never persists', PERSIST, '', 'agreement'],
    ['tells before it persists', `${PERSIST}${ACCEPTED}`, `${ACCEPTED}\n${PERSIST.trimEnd()}`, 'agreement'],
    ['keeps its first vote', 'state.accepted = { n, v }', 'state.accepted ??= { n, v }', 'agreement'],
    ['tells nobody', ACCEPTED, '', 'decided'],
    ['votes for another value', ACCEPTED, ACCEPTED.replace('{ n, v }', '{ n, v: v + 1 }'), 'validity'],
  ],
  'paxos/value-rule': [
    ['the largest value', LARGER, 'report.v > (largest?.v ?? 0)', 'agreement'],
    ['the first that is reported', LARGER, '!largest', 'agreement'],
    ['the last that is reported', LARGER, 'true', 'agreement'],
    ['the smallest number', LARGER, 'report.n < (largest?.n ?? Infinity)', 'agreement'],
    ['its own', 'return largest ? largest.v : wanted', 'return wanted', 'agreement'],
    ['a number instead of a value', 'largest.v', 'largest.n', 'wanted'],
    ['a value of its own making', 'return largest ? largest.v : wanted', 'return 9', 'wanted'],
    ['in other words', LARGER, 'report.n >= (largest?.n ?? 1)', null],
  ],
  'paxos/quorum-rule': [
    ['all', MAJORITY, 'promises === acceptors', 'decided-with-one-down'],
    ['one', MAJORITY, 'promises >= 1', 'agreement'],
    ['half of them, rounded down', MAJORITY, 'promises >= Math.floor(acceptors / 2)', 'agreement'],
    // Of three acceptors, at least one and a half are two.
    ['at least half of them', MAJORITY, 'promises >= acceptors / 2', null],
    ['more than there are', MAJORITY, 'promises > acceptors', 'decided-with-one-down'],
  ],
}

/** The page has a second; a machine that runs other tests besides has more. */
const STATES_MAX = 20_000

function compiled({ source, begins, words, exercise }: CellDefinition, edit: (code: string) => string) {
  const part = cut(readFileSync(source, 'utf8'), begins)
  return compile(ts, exercise.file, whole(part, edit(part.code)), librariesOf(words))
}

function graded(cell: CellDefinition, edit: (code: string) => string) {
  const { code, diagnostics } = compiled(cell, edit)
  expect(diagnostics).toEqual([])
  return gradeToEnd(cell.exercise, load(cell.exercise, code!))
}

describe.each(cells.map((cell) => [cell.id, cell] as const))('%s', (id, cell) => {
  it('is graded by what bears its name', () => {
    expect(cell.exercise.id).toBe(id)
  })

  it('holds as it stands, in so few states that the answer comes at once', () => {
    const report = graded(cell, (code) => code)
    expect(report.verdict).toBe('passed')
    for (const { states } of report.checks) expect(states).toBeLessThan(STATES_MAX)
    // What the page says of it before anything was compiled.
    const original = gradeToEnd(cell.exercise, { definition: cell.original, probe: null })
    expect(original.checks.map(({ states }) => states)).toEqual(report.checks.map(({ states }) => states))
  })

  it.each(TRIES[id] ?? [])('%s', (_what, from, to, fails) => {
    const report = graded(cell, (code) => {
      expect(code.split(from)).toHaveLength(2)
      return code.replace(from, () => to)
    })
    expect(report.verdict).toBe(fails === null ? 'passed' : 'failed')
    const failed = report.checks.find(({ verdict }) => verdict === 'failed')
    expect(failed?.property).toBe(fails ?? undefined)
    for (const { states } of report.checks) expect(states).toBeLessThan(STATES_MAX)
    // There is a run to be shown, and the lanes in which it is drawn are its nodes.
    if (!failed) return
    expect(failed.record!.steps.length).toBeGreaterThan(0)
    expect(failed.record!.frames[0]!.nodes.map((node) => node.id)).toEqual(
      expect.arrayContaining([...cell.lanes]),
    )
  })

  it('has its types checked', () => {
    const { diagnostics } = compiled(cell, (code) => code.replace('{\n', '{\n  const wrong: string = 1\n'))
    expect(diagnostics.map(({ words }) => words.code)).toEqual(['type-error'])
  })
})

it('no cell goes untried', () => {
  expect(Object.keys(TRIES).sort()).toEqual(cells.map(({ id }) => id).sort())
})
