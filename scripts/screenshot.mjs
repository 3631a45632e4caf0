/** `npm run screenshot`: the pictures in the README, taken from the built site. */
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { buildSite } from './site-build.mjs'
import { serve } from './static-server.mjs'
import { browserFlags, ensureChromium, inRoot } from './toolchain.mjs'

const PICTURES = [
  { name: 'chapter', page: 'en/paxos/prepare/', colorScheme: 'light', show: 'main figure' },
  { name: 'exercise', page: 'en/exercises/paxos-acceptor/', colorScheme: 'dark' },
]

const { ok, output } = await buildSite({ quiet: true })
if (!ok) throw new Error(output)
const server = await serve({ folder: inRoot('dist'), port: 0 })
const browser = await chromium.launch({ executablePath: ensureChromium(), args: browserFlags })
mkdirSync(inRoot('docs/images'), { recursive: true })
try {
  for (const { name, page: address, colorScheme, show } of PICTURES) {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 1000 },
      colorScheme,
      reducedMotion: 'reduce',
    })
    const response = await page.goto(server.url + address, { waitUntil: 'networkidle' })
    if (!response?.ok()) throw new Error(`${address}: ${response?.status()}`)
    await page.evaluate('document.fonts.ready.then(() => true)')
    if (show) {
      const part = page.locator(show).first()
      await part.evaluate((element) => element.scrollIntoView({ block: 'end', behavior: 'instant' }))
      await page.waitForLoadState('networkidle')
    }
    const path = inRoot('docs/images', `${name}.png`)
    await page.screenshot({ path })
    console.log(path)
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
