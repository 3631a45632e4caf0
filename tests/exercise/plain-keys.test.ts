/** The plain editor's Enter key, and its way from lines to offsets. */
import { expect, test } from 'vitest'
import { newLine, offsetOf } from '../../src/editor/plain-keys.ts'

test('a new line starts where the last one did', () => {
  expect(newLine('  a()', 5)).toBe('\n  ')
})

test('after an opening bracket it starts two further in', () => {
  expect(newLine('  on: {', 7)).toBe('\n    ')
})

test('lines and columns count from 1, and a column past the end is the end', () => {
  expect(offsetOf('ab\ncd', 1, 1)).toBe(0)
  expect(offsetOf('ab\ncd', 2, 2)).toBe(4)
  expect(offsetOf('ab\ncd', 2, 99)).toBe(5)
})
