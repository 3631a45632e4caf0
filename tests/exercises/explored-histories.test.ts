/**
 * The linearizability checker on every history that the registers of the CAP chapter can have in the trials of their exercise, right ones
 * and wrong ones, against the judge that tries every order.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { expect, test } from 'vitest'
import type { System } from '../../engine/actors/system.ts'
import { compile } from '../../engine/compile/compile.ts'
import type { Answer } from '../../engine/exercise.ts'
import { checkHistory } from '../../engine/linearizability/check.ts'
import { register } from '../../engine/linearizability/models.ts'
import { type History, operationsOf } from '../../engine/linearizability/recorder.ts'
import { load } from '../../engine/load.ts'
import { canonical } from '../../engine/plain.ts'
import { exploreSystem } from '../../engine/testing/search.ts'
import { simplyLinearizable } from '../../engine/testing/simple-linearizability.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/cp-register/exercise.ts'
import { explored, system } from '../../exercises/cp-register/trials.ts'

function answer(file: string): Answer {
  const source = readFileSync(`exercises/cp-register/${file}.ts`, 'utf8').replaceAll(
    "'../messages'",
    "'./messages'",
  )
  const { code } = compile(typescript, exercise.file, source, librariesOf(exercise.id), 'node')
  return load(exercise, code!)
}

/** Every history that some state of the system has, once. */
function historiesOf(whole: System): History[] {
  const found = new Map<string, History>()
  const { complete } = exploreSystem({
    ...whole,
    properties: [
      {
        id: 'collected',
        kind: 'always',
        violated: (_view, history) => {
          found.set(canonical(history, 'history'), history as History)
          return null
        },
      },
    ],
  })
  expect(complete).toBe(true)
  return [...found.values()]
}

const BOUNDS = { configurationsMax: 1_000_000 }

test.each<[file: string, trial: string, histories: number, bad: number]>([
  ['solution', 'inversion', 20, 0],
  ['solution', 'given-up', 39, 0],
  ['mutants/reads-without-write-back', 'inversion', 22, 2],
  ['mutants/first-reply', 'inversion', 21, 1],
  ['mutants/stamps-without-writer', 'ties', 36, 4],
  ['mutants/stores-again-under-a-new-stamp', 'given-up', 43, 4],
])('%s in %s: %i histories, of which %i have no order', (file, trial, histories, bad) => {
  const all = historiesOf(system(explored[trial]!, answer(file)))
  const model = register(null)
  let wrong = 0
  for (const history of all) {
    const operations = operationsOf(history)
    const simply = simplyLinearizable('register', operations)
    const { verdict } = checkHistory(operations, model, BOUNDS)
    expect({ history, verdict }).toEqual({ history, verdict: simply ? 'linearizable' : 'not-linearizable' })
    if (!simply) wrong++
  }
  expect([all.length, wrong]).toEqual([histories, bad])
})
