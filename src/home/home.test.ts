/** What the home page shows is what the engine finds, and the lines that it marks are those that ran. */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, test } from 'vitest'
import { RELIABLE } from '../../engine/actors/system.ts'
import { compile } from '../../engine/compile/compile.ts'
import { replay } from '../../engine/drivers/run.ts'
import type { Answer } from '../../engine/exercise.ts'
import { load } from '../../engine/load.ts'
import { ROOT, librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise, { paxos } from '../../exercises/paxos-acceptor/exercise.ts'
import { deciding } from '../course/explored.ts'
import { A, ACCEPTORS, B, C } from '../course/paxos/systems.ts'
import { falseReport, handlersOf, linesOf } from './acceptor-lines.ts'
import { RULES, type RuleId } from './rule-ids.ts'
import { CHECKS, shownRun } from './rules.ts'

const FILES: Readonly<Record<RuleId, string>> = { note: 'starter', paxos: 'solution' }
const sourceOf = (rule: RuleId): string =>
  readFileSync(`${ROOT}exercises/paxos-acceptor/${FILES[rule]}.ts`, 'utf8')

/** What a rule's check finds, and how often it told how far it was. */
function found(rule: RuleId) {
  const search = deciding(CHECKS[rule])
  let told = 0
  let next = search.next()
  for (; !next.done; next = search.next()) told++
  return { ...next.value, told }
}
const breaking = found('note')

describe('what the engine finds', () => {
  test('the note’s rule is broken, and the run is counted on the way', () => {
    expect(breaking.actions.length).toBeGreaterThan(0)
    expect(breaking.violation).toHaveProperty('first')
    expect(breaking.told).toBeGreaterThan(10)
  })

  test('Paxos’s rule holds in a network that is worse', () => {
    const holds = found('paxos')
    expect(holds.actions).toEqual([])
    expect(holds.states).toBeGreaterThan(breaking.states)
  })

  test('by Paxos’s rule the same messages in the same order leave one value', () => {
    const values = (rule: RuleId): Set<unknown> =>
      new Set(
        shownRun(rule, breaking.actions)
          .steps.flatMap(({ sent }) => sent.filter(({ type }) => type === 'accepted'))
          .map(({ fields }) => (fields as { v: number }).v),
      )
    expect(shownRun('paxos', breaking.actions).steps).toHaveLength(breaking.actions.length)
    expect(values('note').size).toBe(2)
    expect(values('paxos').size).toBe(1)
  })
})

test.each(RULES)('the lines marked in the acceptor of %s are those that its compiled file says', (rule) => {
  const source = sourceOf(rule)
  const { code } = compile(typescript, exercise.file, source, librariesOf(exercise.id))
  const answer = load(exercise, code!) as Answer
  const shown = shownRun(rule, breaking.actions)
  const compiled = replay(
    paxos([A, B, C], ACCEPTORS, answer, RELIABLE, null),
    shown.steps.map(({ action }) => action),
  )
  const handlers = handlersOf(source, ['prepare', 'accept'])
  const lines = shown.steps.map((step) => linesOf(step, handlers))
  expect(lines).toEqual(compiled.steps.map((step) => step.lines))
  expect(lines.some((one) => one.length > 1)).toBe(true)
})

test('what is called a false report is one: the node never accepted it', () => {
  const run = shownRun('note', breaking.actions)
  const lies = run.steps.flatMap(({ number, node }) => {
    const lie = falseReport(run, number)
    return lie ? [{ node, ...lie }] : []
  })
  expect(lies).toContainEqual({ node: 'X', n: B.n, v: B.v })
  const honest = shownRun('paxos', breaking.actions)
  expect(honest.steps.some(({ number }) => falseReport(honest, number) !== null)).toBe(false)
})
