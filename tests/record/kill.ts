/**
 * Fault test of the record: `npm run test:record`. Kills tabs in the middle of writing, and browsers too, and measures what is lost of a
 * learner's typing. `-- --tabs 200 --browsers 20 --seed 7` says how many and when. The last line is `N passed, N failed`: a death
 * fails where more than the last second of typing is lost, or where the record can't be read afterwards.
 */
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { buildSite } from '../../scripts/site-build.mjs'
import { serve } from '../../scripts/static-server.mjs'
import { browserFlags, findChromium, inRoot } from '../../scripts/toolchain.mjs'
import { type Death, killBrowsers, killTabs } from './killing.ts'

/** The last second may be lost, and what the machine takes to hand over a key. */
const LOST_MS_MAX = 1_000

const { values } = parseArgs({
  options: {
    tabs: { type: 'string', default: '200' },
    browsers: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function summary(what: string, deaths: readonly Death[]): string {
  const lost = deaths.map(({ lostMs }) => lostMs).sort((a, b) => a - b)
  const at = (part: number) => lost[Math.floor(part * (lost.length - 1))]
  return `${deaths.length} ${what}: lost at most ${at(1)} ms of typing, half of them at most ${at(0.5)} ms`
}

const failed = ({ lostMs, broken }: Death) => lostMs > LOST_MS_MAX || broken !== null
const tell = (death: Death) =>
  console.log(
    `${failed(death) ? 'FAILED' : 'ok'}: typed for ${death.typedMs} ms, lost ${death.lostMs} ms${death.broken === null ? '' : `, ${death.broken}`}`,
  )

const { ok, output } = await buildSite({ quiet: true })
if (!ok) throw new Error(output)
const server = await serve({ folder: inRoot('dist'), port: 0 })
const random = randomFrom(Number(values.seed))
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserFlags })
const tabs = await killTabs(await browser.newContext(), server.url, Number(values.tabs), random, tell)
await browser.close()
const browsers = await killBrowsers(server.url, Number(values.browsers), random, tell)
await server.close()

const deaths = [...tabs, ...browsers]
if (tabs.length > 0) console.log(summary('tabs killed', tabs))
if (browsers.length > 0) console.log(summary('browsers killed', browsers))
const failures = deaths.filter(failed).length
console.log(`${deaths.length - failures} passed, ${failures} failed`)
process.exitCode = failures > 0 ? 1 : 0
