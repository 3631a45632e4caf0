/** Results of checks that are remembered from one build to the next. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { remembered } from './remembered.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-remembered-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a result is worked out once in a folder', () => {
  let times = 0
  const work = (): unknown => ({ states: ++times, actions: [{ kind: 'start', node: 'A' }] })
  const first = remembered('C1/one', work, folder)
  expect(remembered('C1/one', work, folder)).toEqual(first)
  expect(times).toBe(1)
  remembered('C1/two', work, folder)
  expect(times).toBe(2)
  expect(readdirSync(folder).sort()).toEqual(['C1%2Fone.json', 'C1%2Ftwo.json'])
})

test('without a folder it is worked out each time', () => {
  let times = 0
  remembered('C2', () => ++times, '')
  remembered('C2', () => ++times, '')
  expect(times).toBe(2)
})

test('what JSON would change is not kept', () => {
  let times = 0
  const work = (): unknown => ({ times: ++times, depth: Infinity, left: undefined })
  remembered('C3', work, folder)
  expect(remembered('C3', work, folder)).toEqual({ times: 2, depth: Infinity, left: undefined })
})

test('work that throws leaves nothing', () => {
  const throws = (): unknown => {
    throw new Error('the engine says: fails')
  }
  expect(() => remembered('C4', throws, folder)).toThrow('the engine says')
  expect(remembered('C4', () => 4, folder)).toBe(4)
})
