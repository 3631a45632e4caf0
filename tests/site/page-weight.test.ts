/** What makes built pages lighter leaves in them all that a reader sees, and loses nothing that a figure is made alive with. */
import { expect, test } from 'vitest'
import { lighter } from '../../scripts/page-weight.ts'

const BASE = '/course/'

function of(html: string) {
  const kept: string[] = []
  const page = lighter(
    html,
    BASE,
    (address) => `/* ${address} */`,
    (text) => `/course/_astro/props/${kept.push(text)}.json`,
  )
  return { page, kept }
}
const long = `a "quote" & <tag> it’s ${'x'.repeat(1000)}`
const island = (client: string, props: unknown): string => {
  const escaped = JSON.stringify(props)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
  return `<astro-island uid="1" component-url="/course/_astro/F.1.js" props="${escaped}" ssr client="${client}" opts="{}"><b>drawn</b></astro-island>`
}

test('style sheets of the site are written into the page, in their order; others stay where they are', () => {
  const { page } = of(
    '<link rel="stylesheet" href="/course/_astro/a.css"><link rel="stylesheet" href="/course/_astro/b.css"><link rel="stylesheet" href="/elsewhere.css">',
  )
  expect(page).toBe(
    '<style>/* /course/_astro/a.css */</style><style>/* /course/_astro/b.css */</style><link rel="stylesheet" href="/elsewhere.css">',
  )
})

test('what a figure that waits is made alive with comes out of its file as it went in', () => {
  const props = { text: [0, long] }
  const { page, kept } = of(island('touch', props))
  expect(page).toContain(' data-props="/course/_astro/props/1.json"')
  expect(page).toContain('<b>drawn</b>')
  expect(page).not.toContain(' props="')
  expect(kept.map((text) => JSON.parse(text) as unknown)).toEqual([props])
})

test('an island that does not wait, and one that needs little, keep it', () => {
  for (const html of [island('visible', { text: [0, long] }), island('touch', { id: [0, 'one'] })])
    expect(of(html)).toEqual({ page: html, kept: [] })
})
