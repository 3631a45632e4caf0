/** The reference page says what the API's own file says, and leaves nothing out. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { declarationsOf } from '../../src/reference/declarations.ts'

const source = readFileSync(new URL('../../engine/api.ts', import.meta.url), 'utf8')
const declarations = declarationsOf('api.ts', source)
const all = declarations.flatMap((declaration) => [declaration, ...declaration.members])

test('every exported name is there', () => {
  const exported = [...source.matchAll(/^export (?:declare )?(?:type|interface|function|const) (\w+)/gm)].map(
    ([, name]) => name,
  )
  expect(declarations.map(({ name }) => name)).toEqual(exported)
  expect(exported).toContain('Context')
})

test('members come with their signatures, sentences, parameters and errors', () => {
  const context = declarations.find(({ name }) => name === 'Context')
  const send = context?.members.find(({ name }) => name === 'send')
  expect(send?.code).toMatch(/^send</)
  expect(send?.text).toMatch(/^Sends one message\./)
  expect(send?.remarks).toContainEqual({ kind: 'parameter', name: 'to', text: 'the receiver' })
  expect(send?.remarks.some(({ kind }) => kind === 'throws')).toBe(true)
})

describe.each(all.map(({ name, text }) => [name, text] as const))('%s', (_name, text) => {
  test('is explained', () => {
    expect(text).not.toBe('')
  })
})
