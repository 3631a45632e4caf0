/**
 * `npm run lighthouse`: Lighthouse on the built chapter page, as on a phone; prints the four scores and what cost
 * points. Another page: `npm run lighthouse -- en/`. Fails when a score is under 95.
 */
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'
import { buildSite } from './site-build.mjs'
import { serve } from './static-server.mjs'
import { browserFlags, ensureChromium, inRoot } from './toolchain.mjs'

const SCORE_MIN = 95
const pages = process.argv.slice(2)
if (pages.length === 0) pages.push('en/paxos/prepare/')

const { ok, output } = await buildSite({ quiet: true })
if (!ok) throw new Error(output)
const server = await serve({ folder: inRoot('dist'), port: 0 })
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
    for (const { id, title, score, auditRefs } of Object.values(categories)) {
      if (id === 'agentic-browsing') continue
      const points = Math.round((score ?? 0) * 100)
      console.log(`${String(points).padStart(4)}  ${title}`)
      if (points < SCORE_MIN) process.exitCode = 1
      for (const { id: audit, weight } of auditRefs) {
        const { score: part, title: name, displayValue = '' } = audits[audit]
        if (weight > 0 && part !== null && part < 0.9) console.log(`        ${name} ${displayValue}`)
      }
    }
  }
} finally {
  browser.kill()
  await server.close()
}
