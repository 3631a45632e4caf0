/** `npm run screenshot`: the pictures in the README, taken from the built site. */
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { buildSite } from './site-build.mjs'
import { serve } from './static-server.mjs'
import { browserFlags, ensureChromium, inRoot } from './toolchain.mjs'

const PICTURES = [
  {
    name: 'chapter',
    page: 'en/paxos/prepare/',
    colorScheme: 'light',
    // The figure in the middle of its run, and the claim that stands below it.
    async prepare(page) {
      const figure = page.locator('main figure').first()
      await figure.evaluate((element) => element.scrollIntoView({ block: 'start', behavior: 'instant' }))
      await figure.locator('footer:not([inert])').waitFor()
      await figure.getByRole('slider').fill('6')
    },
  },
  {
    name: 'exercise',
    page: 'en/exercises/paxos-acceptor/',
    colorScheme: 'dark',
    // The starter, and the run in which it fails.
    async prepare(page) {
      await page.locator('.monaco-editor .view-line').first().waitFor()
      await page.keyboard.press('ControlOrMeta+Enter')
      await page.getByText('Two values are chosen').first().waitFor({ timeout: 60_000 })
    },
  },
]

const { ok, output } = await buildSite({ quiet: true })
if (!ok) throw new Error(output)
const server = await serve({ folder: inRoot('dist'), port: 0 })
const browser = await chromium.launch({ executablePath: ensureChromium(), args: browserFlags })
mkdirSync(inRoot('docs/images'), { recursive: true })
try {
  for (const { name, page: address, colorScheme, prepare } of PICTURES) {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 1000 },
      colorScheme,
      reducedMotion: 'reduce',
    })
    const response = await page.goto(server.url + address, { waitUntil: 'networkidle' })
    if (!response?.ok()) throw new Error(`${address}: ${response?.status()}`)
    await page.evaluate('document.fonts.ready.then(() => true)')
    await prepare(page)
    await page.waitForTimeout(600)
    const path = inRoot('docs/images', `${name}.png`)
    await page.screenshot({ path })
    console.log(path)
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
