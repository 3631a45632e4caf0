/** A cell shows a block of a file; what the reader makes of it is put back, and places are found on either side. */
import { describe, expect, it } from 'vitest'
import type { RunRecord } from '../../engine/trace/record.ts'
import { cut, lineInPart, placeInPart, runInPart, whole } from '../../src/notebook/part.ts'

const FILE = `const one = 1

export default {
  on: {
    // Answers.
    ask(state) {
      if (state.done) return

      state.done = true
    },

    tell() {},
  },
}
`
const part = cut(FILE, 'ask(')

describe('cut', () => {
  it('takes the block to the left edge, with its closing line', () => {
    expect(part.code).toBe('ask(state) {\n  if (state.done) return\n\n  state.done = true\n},')
    expect(part.firstLine).toBe(6)
  })

  it('loses nothing of the file', () => {
    expect(whole(part, part.code)).toBe(FILE)
  })

  it('refuses a block that is not there, is there twice, or has no end', () => {
    expect(() => cut(FILE, 'listen(')).toThrow(/^0 lines begin with 'listen\('/)
    expect(() => cut(`${FILE}${FILE}`, 'ask(')).toThrow(/^2 lines/)
    expect(() => cut('function f() {\n  return 1\n', 'function f')).toThrow(/nothing closes/)
  })
})

describe('whole', () => {
  it('sets in what the reader wrote, and no empty line', () => {
    const file = whole(part, 'ask() {\n\n  more()\n},')
    expect(file).toContain('    // Answers.\n    ask() {\n\n      more()\n    },\n\n    tell() {},')
  })
})

describe('places', () => {
  /** One line more than the original. */
  const written = `${part.code.replace('\n\n', '\n  nowHere()\n\n')}`

  it('of the block are the reader’s, without what it was set in by', () => {
    const line = whole(part, written).split('\n').indexOf('      nowHere()') + 1
    expect(placeInPart(part, written, { line, column: 7 })).toEqual({ line: 3, column: 3 })
    expect(written.split('\n')[2]!.slice(2)).toBe('nowHere()')
  })

  it('outside it are at its nearest end', () => {
    expect(placeInPart(part, written, { line: 1, column: 5 })).toEqual({ line: 1, column: 1 })
    expect(placeInPart(part, written, { line: 14, column: 1 })).toEqual({ line: 6, column: 3 })
    expect(placeInPart(part, written, { line: 0, column: 0 })).toEqual({ line: 0, column: 0 })
  })

  it('of its lines count from its first', () => {
    expect([5, 6, 11, 12, 0].map((line) => lineInPart(part, written, line))).toEqual([0, 1, 6, 0, 0])
  })
})

describe('a run', () => {
  it('has the cell’s lines, and none for the rest of the file', () => {
    const step = {
      lines: [1, 6, 7, 9],
      persisted: [9],
      sent: [{ line: 12 }, { line: 7 }],
    }
    const record = { frames: [], started: [], steps: [step] } as unknown as RunRecord
    expect(runInPart(part, part.code, record).steps[0]).toEqual({
      lines: [1, 2, 4],
      persisted: [4],
      sent: [{ line: 0 }, { line: 2 }],
    })
  })
})
