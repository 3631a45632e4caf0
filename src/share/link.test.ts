/** A link comes back as it was; a damaged, foreign or hostile one says what is wrong with it. */
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../engine/fault.ts'
import { isLink, linkHash, LINK_LENGTH_MAX, readLink } from './link.ts'
import { hashOf } from './model-hash.ts'
import { type Shared, readSharedText, sharedText } from './shared.ts'

const shared: Shared = {
  kind: 'exercise',
  of: 'paxos-acceptor',
  version: 3,
  model: hashOf('model'),
  code: 'export default { init: () => ({ größe: "≤ 1", 名: 2 }) }\n',
  run: {
    configuration: 'one-value',
    property: 'agreement',
    loopFrom: 2,
    actions: [
      { kind: 'fire', node: 'A', timer: 'retry' },
      { kind: 'deliver', to: 'X', message: { from: 'A', type: 'prepare', fields: { n: 1, v: 'a' } } },
    ],
  },
  step: 1,
}

const folded = (value: unknown): string =>
  `#1.${deflateRawSync(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')}`
const faultOf = async (hash: string): Promise<string> => {
  const error = await readLink(hash).then(
    () => expect.fail('it was read'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Fault)
  const { code, parameters } = error as Fault
  return 'path' in parameters ? `${code} ${String(parameters['path'])}` : code
}

test('a link comes back as it was, and is an address', async () => {
  const hash = await linkHash(shared)
  expect(isLink(hash)).toBe(true)
  expect(await readLink(hash)).toEqual(shared)
  expect(hash).toMatch(/^#1\.[\w-]+$/)
  expect(new URL(`https://example.test/en/${hash}`).hash).toBe(hash)
})

test('a link to a part of a page names the part', async () => {
  const hash = await linkHash(shared, 'figure-paxos-prepare')
  expect(hash).toMatch(/^#1\.[\w-]+\.figure-paxos-prepare$/)
  expect(await readLink(hash)).toEqual(shared)
})

test('a file does too', () => {
  expect(readSharedText(sharedText(shared))).toEqual(shared)
  expect(() => readSharedText('{"format": "lockstep-shared-2"}')).toThrow('share.newer')
  expect(() => readSharedText('{}')).toThrow('share.format')
  expect(() => readSharedText('{')).toThrow('share.json')
})

test('a solution and a long run fit into a link', async () => {
  const actions = Array.from({ length: 40 }, (_, n) => ({
    kind: 'deliver' as const,
    to: 'XYZ'[n % 3]!,
    message: { from: 'AB'[n % 2]!, type: 'prepare', fields: { n, v: n % 7 } },
  }))
  const code = Array.from(
    { length: 120 },
    (_, n) => `  if (state.n${n} > ${n * 7}) ctx.send('X', 'go')`,
  ).join('\n')
  const hash = await linkHash({ ...shared, code, run: { configuration: 'all', actions } })
  expect(hash.length).toBeLessThan(LINK_LENGTH_MAX)
})

test('anchors are no links', () => {
  for (const anchor of ['', '#', '#figure-paxos-prepare', '#text', '#1-a', '#v1.x'])
    expect(isLink(anchor)).toBe(false)
  for (const link of ['#1.', '#2.abc', '#10.x']) expect(isLink(link)).toBe(true)
})

describe('what is wrong is said', () => {
  test('of a link of another form', async () => {
    expect(await faultOf('#2.abc')).toBe('share.newer format')
    expect(await faultOf('#0.abc')).toBe('share.format format')
    expect(await faultOf('#text')).toBe('share.no-link')
  })

  test('of a damaged one', async () => {
    const hash = await linkHash(shared)
    expect(await faultOf(hash.slice(0, -9))).toBe('share.damaged')
    expect(await faultOf(`${hash}AAAA`)).toBe('share.damaged')
    expect(await faultOf('#1.%%%')).toBe('share.damaged')
    expect(await faultOf('#1.')).toBe('share.damaged')
    expect(await faultOf(folded('{"kind":'))).toBe('share.damaged')
    expect(
      await faultOf(`#1.${deflateRawSync(Buffer.from([0x22, 0xff, 0xfe, 0x22])).toString('base64url')}`),
    ).toBe('share.damaged')
  })

  test.each([
    ['share.object link', []],
    ['share.kind kind', { ...shared, kind: 'page' }],
    ['share.name of', { ...shared, of: '../../etc' }],
    ['share.name of', { ...shared, of: '<img src=x onerror=alert(1)>' }],
    ['share.count version', { ...shared, version: 1e300 }],
    ['share.text model', { ...shared, model: 7 }],
    ['share.long code', { ...shared, code: 'x'.repeat(200_000) }],
    ['share.text code', { ...shared, code: { toString: 'x' } }],
    ['share.count step', { ...shared, step: -1 }],
    ['share.empty link', { ...shared, code: undefined, run: undefined }],
    ['share.list run.actions', { ...shared, run: { ...shared.run, actions: 'all' } }],
    [
      'share.long run.actions',
      { ...shared, run: { ...shared.run, actions: Array(3_000).fill({ kind: 'heal' }) } },
    ],
    ['share.count run.loopFrom', { ...shared, run: { ...shared.run, loopFrom: 3 } }],
    [
      'run-file.kind actions[0].kind',
      { ...shared, run: { ...shared.run, actions: [{ kind: '__proto__' }], loopFrom: 1 } },
    ],
    [
      'run-file.text actions[0].node',
      { ...shared, run: { ...shared.run, actions: [{ kind: 'crash', node: {} }], loopFrom: 1 } },
    ],
  ])('%s', async (fault, value) => {
    expect(await faultOf(folded(value))).toBe(fault)
  })

  test('of one that would fill the memory, before it does', async () => {
    const bomb = deflateRawSync(Buffer.alloc(60_000_000), { level: 9 }).toString('base64url')
    expect(await faultOf(`#1.${bomb}`)).toBe('share.too-large')
    expect(await faultOf(folded(' '.repeat(40_000_000)))).toBe('share.too-large')
  })

  test('of one that is nested so deep that walking through it would fail', async () => {
    const deep = `{"kind":"break","of":"a","run":${'['.repeat(300_000)}${']'.repeat(300_000)}}`
    expect(await faultOf(folded(deep))).toBe('share.deep')
  })

  test('of names that change what an object is', async () => {
    const read = await readLink(folded(`{"__proto__":{"code":"x"},${JSON.stringify(shared).slice(1)}`))
    expect(read).toEqual(shared)
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(({} as { code?: string }).code).toBeUndefined()
  })
})
