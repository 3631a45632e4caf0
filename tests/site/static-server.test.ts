/** The static server behaves as static hosts do, under a base path and without. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../scripts/static-server.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-server-'))
beforeAll(() => {
  mkdirSync(path.join(folder, 'site/en'), { recursive: true })
  writeFileSync(path.join(folder, 'site/en/index.html'), '<h1>Home</h1>')
  writeFileSync(path.join(folder, 'site/404.html'), '<h1>Nothing here</h1>')
  writeFileSync(path.join(folder, 'secret.txt'), 'secret')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe.each(['/', '/course/'])('under %s', (base) => {
  let server: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    server = await serve({ folder: path.join(folder, 'site'), base, port: 0 })
  })
  afterAll(() => server.close())
  const get = (address: string) => fetch(new URL(address, server.url), { redirect: 'manual' })

  test('serves a folder by its index', async () => {
    const response = await get('en/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.text()).toBe('<h1>Home</h1>')
  })

  test('says who may frame a page: nobody else, but for those that are made for it', async () => {
    const policy = async (address: string) => (await get(address)).headers.get('content-security-policy')
    expect(await policy('en/')).toBe("frame-ancestors 'self'")
    expect(await policy('en/embed/paxos/prepare/')).toBeNull()
    expect(await policy('nothing/en/embed/')).toBe("frame-ancestors 'self'")
  })

  test('leads from a folder without its slash to the folder', async () => {
    const response = await get('en?x=1')
    expect(response.status).toBe(301)
    expect(response.headers.get('location')).toBe(`${base}en/?x=1`)
  })

  test('answers a wrong address with the page for it', async () => {
    for (const address of ['nothing/', '/elsewhere/']) {
      const response = await get(address)
      expect(response.status).toBe(404)
      expect(await response.text()).toContain('Nothing here')
    }
  })

  test('never leaves its folder', async () => {
    for (const escape of [
      '../secret.txt',
      '%2e%2e/secret.txt',
      '..%2fsecret.txt',
      'en/..%2f..%2fsecret.txt',
    ]) {
      // As it is on the wire: fetch would tidy the path first.
      const status = await new Promise((resolve, reject) => {
        request(server.url, { path: base + escape }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })
      expect(status).toBe(404)
    }
  })
})
