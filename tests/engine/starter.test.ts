/** What the reader sees first: how the starter of `paxos-acceptor` is graded, and the run in which it goes wrong. */
import { expect, test } from 'vitest'
import { gradeToEnd } from '../../engine/grade.ts'
import { golden, whole } from '../../engine/testing/golden.ts'
import { en } from '../../engine/text/en.ts'
import { put } from '../../engine/text/words.ts'
import exercise from '../../exercises/paxos-acceptor/exercise.ts'
import starter from '../../exercises/paxos-acceptor/starter.ts'

/** The checks up to the first that fails, with its run. */
function grade(): string[] {
  const { checks } = gradeToEnd(exercise, { definition: starter, probe: null })
  const first = checks.findIndex(({ verdict }) => verdict === 'failed')
  const lines = checks.slice(0, first + 1).map(({ id, verdict, message }) => {
    return `${put(en, `verdict.${verdict}`)}: ${id}. ${put(en, message.code, message.parameters)}`
  })
  return [...lines, ...whole(checks[first]!.record!)]
}

test('the starter’s report and failing run are the golden ones', () => {
  const { expected, actual } = golden('paxos-acceptor.txt', {}, { grade })
  expect(actual).toBe(expected)
})
