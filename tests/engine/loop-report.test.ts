/** A report of a run that goes round for ever, as the command line gives it: in words, and as JSON that fits its schema. */
import { readFileSync } from 'node:fs'
import Ajv from 'ajv'
import { expect, test } from 'vitest'
import { gradeToEnd } from '../../engine/grade.ts'
import { waitingCommit } from '../../engine/testing/liveness-systems.ts'
import { exercise } from '../../engine/testing/small-exercise.ts'
import { en } from '../../engine/text/en.ts'
import { type Printing, asJson, asText } from '../../engine/tools/grading/print.ts'

const schema: object = JSON.parse(
  readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
) as object

const report = gradeToEnd(
  exercise({
    id: 'waiting',
    driver: 'explore',
    statesMax: 10_000,
    system: () => waitingCommit('asks participants', 'never'),
  }),
  { definition: { init: () => ({}), on: {} }, probe: null },
)

const printing: Printing = {
  exercise: 'small',
  words: { title: 'Small', properties: {}, configurations: {}, scope: {} },
  dictionary: en,
  file: 'answer.ts',
  source: '',
  colours: false,
  compares: false,
}

test('the text ends with the step from which on all repeats', () => {
  expect(asText(report, printing)).toMatch(
    /\n9 {2}P2 receives uncertain.*\nAnd so on from step 4, for ever\.$/,
  )
})

test('the JSON names the step, and the schema knows it', () => {
  const json = JSON.parse(JSON.stringify(asJson(report, printing))) as {
    checks: { trace: Record<string, unknown> }[]
  }
  const valid = new Ajv({ schemaId: 'auto' }).compile(schema)
  expect(valid(json), JSON.stringify(valid.errors)).toBe(true)
  expect(json.checks[0]!.trace).toMatchObject({ loopFrom: 4 })
  const [check] = json.checks
  const wrong = { ...json, checks: [{ ...check, trace: { ...check!.trace, loopFrom: 0 } }] }
  expect(valid(wrong)).toBe(false)
})
