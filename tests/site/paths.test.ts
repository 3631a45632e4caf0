/** Addresses work under any base path. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { href, pathOf } from '../../src/paths.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.each(['/', '/course/', '/course', '/a/b/'])('under %s', (base) => {
  const root = `/${base}/`.replace(/\/+/g, '/')

  test.each([
    ['en', 'en/'],
    ['/en/paxos/prepare', 'en/paxos/prepare/'],
    ['en/paxos/prepare/#C34', 'en/paxos/prepare/#C34'],
    ['favicon.svg', 'favicon.svg'],
    ['', ''],
  ])('%s', (path, address) => {
    vi.stubEnv('BASE_URL', base)
    expect(href(path)).toBe(root + address)
  })

  test('an address leads back to its path', () => {
    vi.stubEnv('BASE_URL', base)
    expect(pathOf(href('en/paxos/prepare'))).toBe('en/paxos/prepare')
    expect(pathOf(href(''))).toBe('')
  })
})
