/** The two builds that the browser tests look at, and the test function that opens pages of the first. */
import { readdirSync } from 'node:fs'
import { test as base } from '@playwright/test'
import { testedSites } from '../../scripts/site-build.mjs'
import { inRoot } from '../../scripts/toolchain.mjs'

export const sites = testedSites

export type Site = (typeof sites)[keyof typeof sites]

/** Where a site is served now. */
export function urlOf(site: Site): string {
  const url = process.env[site.variable]
  if (url === undefined) throw new Error(`${site.variable} is not set: the tests' global set-up did not run`)
  return url
}

/** The pages of a built site, relative to its root: `en/paxos/prepare/`, `404.html`. */
export function pagesOf(site: Site): string[] {
  return readdirSync(inRoot(site.folder), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.html'))
    .filter((file) => !file.endsWith('runner.html'))
    .map((file) => file.replace(/(^|\/)index\.html$/, '$1'))
    .sort()
}

/** Playwright's test, with the site at `/` as the base of addresses: `page.goto('en/')`. */
export const test = base.extend({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
  baseURL: async ({}, use) => use(urlOf(sites.root)),
})

export { expect } from '@playwright/test'
