/**
 * `npm run measure`: how long a learner waits in the browser, from pressing Run to the first failure on an exercise's
 * starter and to "passed" on its solution. Other exercises: `npm run measure -- <id>…`. The median of several runs; the
 * first is told apart, because it finds nothing warm but what the page has warmed itself. Before that: how long after the page is asked for
 * the code can be edited, and until a run that is pressed as soon as there is a button has its verdict. With LOCKSTEP_URL set it measures
 * the site that is served there, and builds none.
 */
import { readFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { buildSite } from './site-build.mjs'
import { serve } from './static-server.mjs'
import { browserFlags, ensureChromium, inRoot } from './toolchain.mjs'

/* global document, MutationObserver, requestAnimationFrame -- what runs in the page */

const ROUNDS = 5
/** How long a learner reads before the first run, in milliseconds. */
const READING_MS = 4000
const AIMS = { starter: 1000, solution: 3000, editor: 2000 }

const exercises = process.argv.slice(2)
if (exercises.length === 0) exercises.push('paxos-acceptor')

const server = process.env.LOCKSTEP_URL
  ? { url: process.env.LOCKSTEP_URL, close: async () => {} }
  : await built()
const browser = await chromium.launch({ executablePath: ensureChromium(), args: browserFlags })

/** The site as the sources have it now, served. */
async function built() {
  const { ok, output } = await buildSite({ quiet: true })
  if (!ok) throw new Error(output)
  return serve({ folder: inRoot('dist'), port: 0 })
}

/** Presses Run and waits, in the page itself, until a verdict of this kind stands there. */
function timeOneRun(verdict) {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    const observer = new MutationObserver(() => {
      if (!document.querySelector(`.verdict.${verdict}`)) return
      observer.disconnect()
      // Shown means painted.
      requestAnimationFrame(() => resolve(performance.now() - startedAt))
    })
    // The old verdict goes away as the run starts, so that only a new one can be found.
    document.querySelector('.row .primary').click()
    setTimeout(() => observer.observe(document.body, { childList: true, subtree: true }))
  })
}

async function measure(exercise, file, verdict) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  await page.goto(`${server.url}en/exercises/${exercise}/`)
  await page.waitForSelector('[data-editor="monaco"]')
  if (file !== 'starter') {
    const code = readFileSync(inRoot('exercises', exercise, `${file}.ts`), 'utf8')
    await page.evaluate((text) => navigator.clipboard.writeText(text), code)
    await page.locator('.monaco-editor').first().click()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.press('ControlOrMeta+V')
  }
  await page.waitForTimeout(READING_MS)
  const times = []
  for (let round = 0; round < ROUNDS; round++) times.push(await page.evaluate(timeOneRun, verdict))
  await context.close()
  return times
}

/** Opens the page as for the first time and says when what was there, in milliseconds since it was asked for. */
async function timeOpening(exercise) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(() => {
    const times = {}
    globalThis.times = times
    const signs = {
      plain: '[data-ready]',
      monaco: '[data-editor="monaco"]',
      verdict: '.verdict.failed',
    }
    const look = () => {
      for (const [name, selector] of Object.entries(signs))
        if (times[name] === undefined && document.querySelector(selector)) times[name] = performance.now()
      if (times.plain !== undefined && times.pressed === undefined) {
        times.pressed = performance.now()
        document.querySelector('.row .primary').click()
      }
    }
    new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true })
  })
  await page.goto(`${server.url}en/exercises/${exercise}/`)
  await page.waitForFunction(() => globalThis.times.monaco && globalThis.times.verdict, null, {
    timeout: 60_000,
  })
  const times = await page.evaluate(() => globalThis.times)
  await context.close()
  return times
}

/** The median of several. */
const median = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)]

const shown = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`
try {
  for (const exercise of exercises) {
    console.log(`\n${exercise}`)
    const openings = []
    for (let round = 0; round < ROUNDS; round++) openings.push(await timeOpening(exercise))
    const of = (name) => median(openings.map((times) => times[name]))
    console.log(
      `  opened: plain editor after ${shown(of('plain'))}, Monaco after ${shown(of('monaco'))}  (aim: under ${shown(AIMS.editor)}${of('plain') <= AIMS.editor ? '' : ', missed'}); Run pressed after ${shown(of('pressed'))}, its verdict after ${shown(of('verdict'))}`,
    )
    for (const [file, verdict] of [
      ['starter', 'failed'],
      ['solution', 'passed'],
    ]) {
      const [first, ...rest] = await measure(exercise, file, verdict)
      const middle = median(rest)
      const aim = AIMS[file]
      const kept = Math.max(first, middle) <= aim
      console.log(
        `  ${file.padEnd(9)} to “${verdict}”:  first ${shown(first)}, then ${shown(middle)}  (aim: under ${shown(aim)}${kept ? '' : ', missed'})`,
      )
    }
  }
} finally {
  await browser.close()
  await server.close()
}
