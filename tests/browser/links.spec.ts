/** Every link and every file that a built page names exists, down to the part of the page. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from '../../scripts/toolchain.mjs'
import { expect, pagesOf, sites, test, type Site } from './sites.ts'

function fileOf(site: Site, address: string): string | null {
  if (!address.startsWith(site.base)) return null
  const file = inRoot(site.folder, decodeURIComponent(address.slice(site.base.length)))
  if (!existsSync(file)) return null
  if (!statSync(file).isDirectory()) return file
  const index = path.join(file, 'index.html')
  return address.endsWith('/') && existsSync(index) ? index : null
}

/** What is wrong with the addresses in one page. */
function deadLinks(site: Site, page: string): string[] {
  const html = readFileSync(
    inRoot(site.folder, page.endsWith('/') || page === '' ? `${page}index.html` : page),
    'utf8',
  )
  const here = site.base + page
  const addresses = [...html.matchAll(/\s(?:href|src|component-url|renderer-url)="([^"]*)"/g)].map(
    ([, found]) => found!.replaceAll('&amp;', '&'),
  )
  return addresses.filter((address) => {
    if (/^(https?:|mailto:|data:)/.test(address)) return false
    const url = new URL(address, `http://site${here}`)
    const file = fileOf(site, url.pathname)
    if (file === null) return true
    const part = decodeURIComponent(url.hash.slice(1))
    if (part === '' || !file.endsWith('.html') || part.includes('=')) return false
    return !readFileSync(file, 'utf8').includes(`id="${part}"`)
  })
}

for (const site of Object.values(sites)) {
  test(`no dead link under ${site.base}`, () => {
    const dead = pagesOf(site).flatMap((page) =>
      deadLinks(site, page).map((address) => `${page} → ${address}`),
    )
    expect(dead).toEqual([])
  })
}

test('a link that leads nowhere, or out of the base path, would be seen', () => {
  expect(fileOf(sites.root, '/en/no/such/page/')).toBe(null)
  expect(fileOf(sites.course, '/en/')).toBe(null)
  expect(fileOf(sites.course, '/course/en/')).not.toBe(null)
  expect(fileOf(sites.course, '/course/en')).toBe(null)
})
