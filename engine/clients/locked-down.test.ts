/** Clients' code in a realm that is locked down: ordinary code works, and what is handed in opens no hole. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../testing/clients/locked-down.ts', import.meta.url))

const told = JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8' })) as Record<
  string,
  unknown
>

test('ordinary code works', () => {
  expect(told['work']).toEqual({ kind: 'returned', value: ['Failure', 'Failure: no', 'yes'] })
})

test.each(['promise', 'then', 'error'])('what the engine computes with can’t be changed: %s', (name) => {
  expect(told[name]).toBe('patched-global 2')
})

test.each(['generator', 'function', 'native', 'random', 'global'])(
  'what is outside can’t be reached: %s',
  (name) => {
    expect(told[name]).toBe('forbidden-global 2')
  },
)

test.each(['tools', 'signal'])('what the code is handed can’t be changed: %s', (name) => {
  expect(told[name]).toMatchObject({
    kind: 'thrown',
    error: { name: expect.stringMatching(/Error/) as string },
  })
})
