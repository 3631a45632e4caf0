/** The space-time diagram: labels keep clear of each other, of what happened and, where there is room, of arrows. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageLabel } from '../../engine/trace/label.ts'
import type { MessageRecord, RunRecord } from '../../engine/trace/record.ts'
import { castOf } from '../../src/widgets/cast.ts'
import { crosses, inside, overlap, type Box } from '../../src/widgets/geometry.ts'
import {
  boxOfNote,
  layoutTime,
  rowsOf,
  segmentsOf,
  stepAt,
  type TimeLayout,
  type TimeNote,
} from '../../src/widgets/space-time-layout.ts'
import { monoWidth, sansWidth, shortened } from '../../src/widgets/text-width.ts'
import { TIME_LABEL_HEIGHT } from '../../src/widgets/time-labels.ts'
import { asking, choices, sourceExample, wander } from './runs.ts'

const labelWidth = (message: MessageRecord): number => monoWidth(shortened(messageLabel(message)), 11) + 14

function layoutOf(record: RunRecord, width: number, notes: readonly TimeNote[] = []): TimeLayout {
  return layoutTime(record, castOf(record), {
    width,
    lanes: record.frames[0]!.nodes.map((node) => node.id),
    labelWidth,
    textWidth: (text) => sansWidth(text, 12) + 4,
    notes,
  })
}

interface Label extends Box {
  name: string
}

function labelsOf({ arrows }: TimeLayout, stretch = 1): Label[] {
  return arrows.flatMap(({ message, label }) =>
    label
      ? [
          {
            x: label.x * stretch,
            y: label.y,
            width: labelWidth(message),
            height: TIME_LABEL_HEIGHT,
            name: messageLabel(message),
          },
        ]
      : [],
  )
}

/** What is wrong with the labels, in words; empty when nothing is. */
function collisions(layout: TimeLayout, stretch = 1): string[] {
  const labels = labelsOf(layout, stretch)
  const problems: string[] = []
  for (const [index, label] of labels.entries()) {
    if (!inside(label, layout.width * stretch, layout.height))
      problems.push(`${label.name} leaves the picture`)
    for (const other of labels.slice(index + 1)) {
      if (overlap(label, other)) problems.push(`${label.name} covers ${other.name}`)
    }
    for (const mark of layout.marks) {
      if (overlap(label, { x: mark.x * stretch, y: mark.y, width: 10, height: 10 })) {
        problems.push(`${label.name} covers step ${mark.step} at ${mark.node}`)
      }
    }
  }
  return problems
}

function crossed(layout: TimeLayout): string[] {
  return layout.arrows.flatMap((arrow) => {
    if (!arrow.label) return []
    const box = { ...arrow.label, width: labelWidth(arrow.message), height: TIME_LABEL_HEIGHT }
    const through = layout.arrows.filter(
      (other) => other !== arrow && segmentsOf(other).some((segment) => crosses(segment, box)),
    )
    return through.map((other) => `${messageLabel(other.message)} crosses ${messageLabel(arrow.message)}`)
  })
}

describe('the source’s example', () => {
  const record = sourceExample()

  test.each([300, 400, 500, 620])('has no collision at a width of %i', (width) => {
    expect(collisions(layoutOf(record, width))).toEqual([])
  })

  test.each([300, 400, 500, 620])('has no arrow through a label at a width of %i', (width) => {
    expect(crossed(layoutOf(record, width))).toEqual([])
  })

  test('names every broadcast and every answer', () => {
    const layout = layoutOf(record, 300)
    const named = new Set(
      layout.arrows
        .filter(({ label }) => label)
        .map(({ message, since }) => `${since} ${messageLabel(message)}`),
    )
    for (const { message, since } of layout.arrows)
      expect(named).toContain(`${since} ${messageLabel(message)}`)
  })
})

describe('a run of 40 steps with 8 nodes', () => {
  const record = wander(asking(3, 4), choices(7, 40))

  test('is that long', () => {
    expect(record.steps).toHaveLength(40)
    expect(record.frames[0]!.nodes).toHaveLength(8)
  })

  test.each([400, 620])('has no collision at a width of %i, nor when it is stretched', (width) => {
    const layout = layoutOf(record, width)
    expect(collisions(layout)).toEqual([])
    expect(collisions(layout, 1.31)).toEqual([])
  })
})

test('no run has a collision, at any width', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(300, 400, 500, 620, 760),
      fc.double({ min: 1, max: 2, noNaN: true }),
      (chosen, askers, answerers, width, stretch) => {
        const layout = layoutOf(wander(asking(askers, answerers), chosen), width)
        expect(collisions(layout, stretch)).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})

describe('words on a line between two steps', () => {
  const record = sourceExample()
  const steps = record.steps.map(({ number }) => number)
  const noteAt = (step: number, side: 'start' | 'end'): TimeNote => ({ step, side, width: 90 })
  const covered = (layout: TimeLayout, note: TimeNote): string[] =>
    labelsOf(layout)
      .filter((label) => overlap(label, boxOfNote(note, layout.width, layout.rows)))
      .map(({ name }) => `${name} covers the words at step ${note.step}`)

  test.each([300, 400, 500, 620])(
    'are covered by no label at a width of %i, wherever they stand',
    (width) => {
      for (const step of steps) {
        for (const side of ['start', 'end'] as const) {
          const note = noteAt(step, side)
          const layout = layoutOf(record, width, [note])
          expect(covered(layout, note)).toEqual([])
          expect(collisions(layout)).toEqual([])
        }
      }
    },
  )

  test('would be, did the labels not know of them', () => {
    const layout = layoutOf(record, 400)
    expect(steps.flatMap((step) => covered(layout, noteAt(step, 'start')))).not.toEqual([])
  })

  test('end just above their line', () => {
    const { rows } = layoutOf(record, 400)
    const { y, height } = boxOfNote(noteAt(3, 'start'), 400, rows)
    expect(y + height / 2).toBeLessThan((rows[2]! + rows[3]!) / 2)
  })
})

test('every step has its row, and its height finds it again', () => {
  const rows = rowsOf(wander(asking(2, 3), choices(4, 12)))
  expect(rows).toHaveLength(13)
  rows.forEach((y, step) => expect(stepAt(y + 10, rows)).toBe(step))
  expect(stepAt(-50, rows)).toBe(0)
  expect(stepAt(9_999, rows)).toBe(12)
})

test('arrows end where their messages do', () => {
  const record = wander(asking(2, 3), choices(3, 40))
  const layout = layoutOf(record, 500)
  for (const { message, end, until } of layout.arrows) {
    const step = record.steps[until - 1]
    if (message.absorbed) expect(until).toBe(message.sentAt)
    else if (end === 'arrived') expect(step?.action.kind).toBe('deliver')
    else if (end === 'lost') expect(step?.action.kind).toBe('drop')
    else expect(record.frames.at(-1)!.inFlight.map(({ id }) => id)).toContain(message.id)
  }
})
