/**
 * `npm run lighthouse`: Lighthouse on the built home page, a chapter page and an exercise page, as on a phone; prints the four scores,
 * when the page's main part was there and how far things moved, and what cost points. Other pages: `npm run lighthouse -- en/raft/`.
 * Fails when a score is under what is wanted. With LOCKSTEP_URL set it looks at the site that is served there, and builds none.
 */
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'
import { buildSite } from './site-build.mjs'
import { serve } from './static-server.mjs'
import { browserFlags, ensureChromium, inRoot } from './toolchain.mjs'

/** Points, milliseconds, and Lighthouse's own measure of what moves. */
const WANTED = { performance: 98, accessibility: 100, 'best-practices': 100, seo: 100 }
const LARGEST_PAINT_MS_MAX = 1500
const SHIFT_MAX = 0.02
const pages = process.argv.slice(2)
if (pages.length === 0) pages.push('en/', 'en/paxos/prepare/', 'en/exercises/paxos-acceptor/')

async function built() {
  const { ok, output } = await buildSite({ quiet: true })
  if (!ok) throw new Error(output)
  return serve({ folder: inRoot('dist'), port: 0 })
}

const server = process.env.LOCKSTEP_URL
  ? { url: process.env.LOCKSTEP_URL, close: async () => {} }
  : await built()
const browser = await launch({
  chromePath: ensureChromium(),
  chromeFlags: ['--headless=new', ...browserFlags],
})
try {
  for (const page of pages) {
    const result = await lighthouse(server.url + page, {
      port: browser.port,
      output: 'json',
      logLevel: 'error',
    })
    const { categories, audits } = result.lhr
    console.log(`\n${page}`)
    for (const [id, wanted] of Object.entries(WANTED)) {
      const { title, score, auditRefs } = categories[id]
      const points = Math.round((score ?? 0) * 100)
      console.log(`${String(points).padStart(4)}  ${title}`)
      if (points < wanted) process.exitCode = 1
      for (const { id: audit, weight } of auditRefs) {
        const { score: part, title: name, displayValue = '', details } = audits[audit]
        if (weight === 0 || part === null || part >= 0.9) continue
        console.log(`        ${name} ${displayValue}`)
        for (const { node, source, description } of details?.items?.slice(0, 5) ?? [])
          console.log(`          ${node?.snippet ?? description ?? source?.url ?? ''}`)
      }
    }
    const paint = audits['largest-contentful-paint'].numericValue
    const shift = audits['cumulative-layout-shift'].numericValue
    const blocked = audits['total-blocking-time'].numericValue
    console.log(
      `      largest paint ${(paint / 1000).toFixed(2)} s, shift ${shift.toFixed(3)}, blocked ${Math.round(blocked)} ms`,
    )
    if (paint > LARGEST_PAINT_MS_MAX || shift > SHIFT_MAX) process.exitCode = 1
  }
} finally {
  browser.kill()
  await server.close()
}
