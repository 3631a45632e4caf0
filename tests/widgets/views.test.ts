/** What the views say of a run: who started what, which cells changed, how a sentence is taken apart, where keys lead. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { en } from '../../engine/text/en.ts'
import { messageLabel } from '../../engine/trace/label.ts'
import { describeStep } from '../../engine/trace/transcript.ts'
import enWidgets from '../../src/text/en-widgets.ts'
import { castOf } from '../../src/widgets/cast.ts'
import { groupsOf, separator } from '../../src/widgets/cut.ts'
import { clamp, destination, fasterThan, moveOfKey, playedAfter, SPEEDS } from '../../src/widgets/playback.ts'
import { pieces, sentenceOf } from '../../src/widgets/sentence.ts'
import { columnsOf, stateRows } from '../../src/widgets/state-rows.ts'
import { cellPaths, valueAt } from '../../src/widgets/value.ts'
import { asking, choices, sourceExample, wander } from './runs.ts'

describe('the cast', () => {
  const record = sourceExample()
  const cast = castOf(record)

  test('gives an answer to whoever asked', () => {
    for (const step of record.steps) {
      for (const message of step.sent) {
        if (message.type === 'promise') expect(cast.origins.get(message.id)).toBe(message.to)
        if (message.type === 'accept') expect(cast.origins.get(message.id)).toBe(message.from)
      }
    }
  })

  test('takes a promise for a reply, and neither a prepare nor an accept that is sent to all', () => {
    for (const message of [...record.started, ...record.steps.flatMap((step) => step.sent)]) {
      expect(cast.isReply(message)).toBe(message.type === 'promise')
    }
  })

  test('shows the roles by shape and the starters by colour', () => {
    expect(['proposer', 'acceptor', 'learner'].map(cast.shape)).toEqual(['square', 'circle', 'hexagon'])
    expect(cast.hue('A')).toContain('--blue')
    expect(cast.hue('B')).toContain('--orange')
    expect(cast.hue(null)).not.toContain('--blue')
  })

  test('knows where each message of any run goes back to', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (chosen) => {
        const run = wander(asking(2, 3), chosen)
        const { origins } = castOf(run)
        for (const frame of run.frames)
          for (const { id } of frame.inFlight) expect(['A', 'B']).toContain(origins.get(id))
      }),
      { numRuns: 40 },
    )
  })
})

test('playing goes round where the run does, and else stays at its end', () => {
  expect([playedAfter(8, 9, 4), playedAfter(9, 9, 4), playedAfter(9, 9)]).toEqual([9, 4, 9])
})

test('the last step of a run that goes round says from where on, and no other step does', () => {
  const record = { ...sourceExample(), loopFrom: 2 }
  const said = record.steps.map(({ number }) =>
    sentenceOf(record, number, { ...en, ...enWidgets })
      .map(({ text }) => text)
      .join(''),
  )
  expect(said.at(-1)).toMatch(/ And so on from step 2, for ever\.$/)
  expect(said.slice(0, -1).join(' ')).not.toContain('for ever')
})

describe('the state table', () => {
  const record = sourceExample()
  const columns = new Map(castOf(record).roles.map((role) => [role, columnsOf(record, role)]))

  const names = (of: typeof record) =>
    columnsOf(of, 'acceptor').map(({ name, disk }) => `${name}${disk ? ' on disk' : ''}`)

  test('has the fields that the nodes have, and not the disk’s where it says the same', () => {
    expect(names(record)).toEqual(['promised', 'last'])
    expect(columns.get('learner')).toEqual([])
  })

  test('has a column for the disk, marked, where it differs from memory at some time', () => {
    const lagging = {
      ...record,
      frames: record.frames.map((frame) => ({
        ...frame,
        nodes: frame.nodes.map((node) => (node.id === 'X' ? { ...node, disk: { promised: 1 } } : node)),
      })),
    }
    expect(names(lagging)).toEqual(['promised', 'last', 'promised on disk', 'last on disk'])
  })

  test('marks a cell exactly where a node’s text differs from the step before', () => {
    for (const step of record.steps) {
      for (const { rows } of stateRows(record, step.number, columns)) {
        for (const { node, cells } of rows) {
          const marked = cells.some((cell) => cell.before !== null)
          if (node.id !== step.node) expect(marked).toBe(false)
          for (const { now, before } of cells) expect(before).not.toBe(now)
        }
      }
    }
    const [, acceptors] = stateRows(record, 1, columns)
    expect(acceptors!.rows[0]!.cells[0]).toEqual({ now: '2', before: '0' })
  })

  test('takes any plain state apart into cells that are there', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue({ maxDepth: 3 }), {
          noNullPrototype: true,
        }),
        (state) => {
          for (const path of cellPaths(state)) expect(valueAt(state, path)).not.toBeUndefined()
        },
      ),
    )
  })
})

describe('a sentence', () => {
  const words = { ...en, ...enWidgets }

  test('is the transcript’s, with its messages set as code', () => {
    const record = wander(asking(2, 3), choices(5, 40))
    for (const step of record.steps) {
      const parts = sentenceOf(record, step.number, words)
      expect(parts.map(({ text }) => text).join('')).toBe(describeStep(step, words))
      if (step.received)
        expect(parts.filter(({ code }) => code).map(({ text }) => text)).toContain(
          messageLabel(step.received),
        )
    }
  })

  test('a label is no part of a longer word', () => {
    expect(pieces('A connects to db.', ['connect'])).toEqual([{ text: 'A connects to db.', code: false }])
    expect(pieces('gets accept 2 and accept 20', ['accept 2'])).toEqual([
      { text: 'gets ', code: false },
      { text: 'accept 2', code: true },
      { text: ' and accept 20', code: false },
    ])
    // Chinese has no spaces around what it names.
    expect(pieces('收到accept 2，', ['accept 2'])[1]).toEqual({ text: 'accept 2', code: true })
  })

  test('cuts at the longer of two labels that begin alike', () => {
    expect(pieces('gets accept 2 and accept 2 8.', ['accept 2', 'accept 2 8'])).toEqual([
      { text: 'gets ', code: false },
      { text: 'accept 2', code: true },
      { text: ' and ', code: false },
      { text: 'accept 2 8', code: true },
      { text: '.', code: false },
    ])
  })

  test('has words for everything that can happen', () => {
    const record = wander(asking(3, 4), choices(9, 60))
    for (let step = 0; step <= 60; step++) {
      const text = sentenceOf(record, step, words)
        .map((part) => part.text)
        .join('')
      expect(text).not.toMatch(/\{\w+\}|(step|widget|action)\.[a-z]/)
    }
  })
})

describe('the cursor', () => {
  test('stays within the run whatever it is told', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.array(fc.constantFrom('start', 'back', 'next', 'end', 'toggle'), { maxLength: 40 }),
        (length, moves) => {
          let step = 0
          for (const move of moves) {
            const to = destination(move, step, length)
            expect(to).toBeGreaterThanOrEqual(0)
            expect(to).toBeLessThanOrEqual(length)
            if (move === 'next' && step < length) expect(to).toBe(step + 1)
            if (move === 'back' && step > 0) expect(to).toBe(step - 1)
            step = to
          }
        },
      ),
    )
    expect(clamp(NaN, 5)).toBe(0)
    expect(clamp(2.4, 5)).toBe(2)
  })

  test('has a key for each move, and every speed comes round', () => {
    expect(['ArrowLeft', 'ArrowRight', 'Home', 'End', ' ', 'a'].map(moveOfKey)).toEqual([
      'back',
      'next',
      'start',
      'end',
      'toggle',
      null,
    ])
    let speed = 1
    const seen = SPEEDS.map(() => (speed = fasterThan(speed)))
    expect([...seen].sort()).toEqual([...SPEEDS].sort())
  })
})

describe('a cut', () => {
  const points = new Map([
    ['A', { x: 50, y: 60 }],
    ['B', { x: 50, y: 180 }],
    ['X', { x: 250, y: 60 }],
    ['Y', { x: 250, y: 180 }],
  ])

  test('parts the nodes on both sides of the stroke', () => {
    const groups = groupsOf(points, { from: { x: 150, y: 10 }, to: { x: 150, y: 200 } })!
    expect(groups.map((group) => group.join('')).sort()).toEqual(['AB', 'XY'])
    expect(groupsOf(points, { from: { x: 10, y: 0 }, to: { x: 10, y: 200 } })).toBeNull()
  })

  test('is drawn between the groups, and not where no line parts them', () => {
    const line = separator(points, [['A'], ['B', 'X', 'Y']], 300, 240)!
    expect(
      groupsOf(points, line)!
        .map((group) => group.join(''))
        .sort(),
    ).toEqual(['A', 'BXY'])
    expect(
      separator(
        points,
        [
          ['A', 'Y'],
          ['B', 'X'],
        ],
        300,
        240,
      ),
    ).toBeNull()
  })
})
