/** The comparison: each cell has a run that is one of its system and shows what its words say. */
import { describe, expect, test } from 'vitest'
import { replay } from '../../../engine/drivers/run.ts'
import { compare } from '../../text/en-compare.ts'
import { predict } from '../prediction.ts'
import { comparison, predictions, rows } from './comparison.ts'
import { hasEntered, workersAt } from './comparison-runs.ts'
import { type Answer, answerOf } from './comparison-search.ts'
import { MECHANISMS } from './comparison-workers.ts'

const cells = rows.flatMap((row) => MECHANISMS.map((mechanism) => [row.id, mechanism, row] as const))
const words: Readonly<Record<string, string>> = compare

/** What the run of an answer shows, by the code of its words. */
const shows: Readonly<Record<string, (answer: Answer) => boolean>> = {
  'two-inside': (answer) => insideAtEnd(answer) === 2,
  'two-inside-besides': (answer) =>
    insideAtEnd(answer) === 2 && answer.record.steps.some(({ action }) => action.kind === 'drop'),
  'one-inside': ({ record }) => record.frames.every((frame) => insideOf(frame) < 2),
  'enters-after': othersEntered,
  'enters-after-takeover': othersEntered,
  // All that happens is over, or repeats itself, and somebody who is alive still waits.
  never: ({ record }) => workersAt(record.frames.at(-1)!).some((worker) => worker.up && !hasEntered(worker)),
}

const insideOf = (frame: Parameters<typeof workersAt>[0]): number =>
  workersAt(frame).filter(({ inside }) => inside).length
const insideAtEnd = ({ record }: Answer): number => insideOf(record.frames.at(-1)!)

function othersEntered({ record }: Answer): boolean {
  return hasEntered(workersAt(record.frames.at(-1)!)[1]!)
}

describe('the comparison', () => {
  test.each(cells)('%s, %s: the run replays and shows what is said', (_, mechanism, row) => {
    const answer = answerOf(row, mechanism)
    const { system, record, code, values } = answer
    const again = replay(
      system,
      record.steps.map(({ action }) => action),
      record.loopFrom,
    )
    expect(again.frames).toEqual(record.frames)
    expect(shows[code]?.(answer) ?? true).toBe(true)
    expect(words[`compare.cell.${code}`], code).toBeDefined()
    for (const [, place] of words[`compare.cell.${code}`]!.matchAll(/\{(\w+)\}/g))
      expect(values).toHaveProperty(place!)
  })

  test('has words for all that it names', () => {
    for (const { id, group } of comparison.rows) {
      expect(words[`compare.locks.row.${id}`], id).toBeDefined()
      expect(words[`compare.group.${group}`], group).toBeDefined()
    }
    for (const column of comparison.columns) expect(words[`compare.locks.column.${column}`]).toBeDefined()
  })

  test.each(predictions.map((prediction) => [prediction.id, prediction] as const))(
    '%s has an answer and a run that goes on after the question',
    (_, prediction) => {
      const { answer, record, from } = predict(prediction)
      expect(answer).not.toBe('')
      expect(record.steps.length).toBeGreaterThanOrEqual(from)
    },
  )
})
