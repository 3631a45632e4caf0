/**
 * `npm run firefox`: the built site in Debian's Firefox, driven by WebDriver BiDi, which Firefox speaks by itself: home, a chapter whose figure
 * is stepped, the search, and an exercise whose starter and solution are graded. It prints what it saw and every complaint of the pages, and
 * exits with 1 where something did not come. Not part of `npm test`: few machines have this browser. FIREFOX_PATH says where it is.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { serve } from './static-server.mjs'
import { inRoot } from './toolchain.mjs'

const firefox = process.env.FIREFOX_PATH ?? ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync)
if (!firefox) {
  console.log('There is no Firefox here; FIREFOX_PATH would say where it is.')
  process.exit(1)
}

const profile = mkdtempSync(path.join(tmpdir(), 'lockstep-firefox-'))
const site = await serve({ folder: inRoot('dist'), port: 0 })
const browser = spawn(
  firefox,
  ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'],
  { stdio: ['ignore', 'ignore', 'pipe'] },
)

/** The address at which it listens, which it says when it is ready. */
const address = await new Promise((resolve, reject) => {
  browser.on('exit', (code) => reject(new Error(`Firefox ended with ${code}`)))
  browser.stderr.on('data', (data) => {
    const [, found] = /WebDriver BiDi listening on (ws:\S+)/.exec(String(data)) ?? []
    if (found) resolve(found)
  })
})

const socket = new WebSocket(`${address}/session`)
await new Promise((resolve, reject) => {
  socket.onopen = resolve
  socket.onerror = () => reject(new Error('Firefox does not answer'))
})
const waiting = new Map()
const complaints = []
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data)
  if (message.id !== undefined) {
    const { resolve, reject } = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'error') reject(new Error(`${message.error}: ${message.message}`))
    else resolve(message.result)
  } else if (message.method === 'log.entryAdded' && ['error', 'warn'].includes(message.params.level)) {
    complaints.push(`${message.params.level}: ${message.params.text}`)
  }
}
let last = 0
const send = (method, params) =>
  new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject })
    socket.send(JSON.stringify({ id: last, method, params }))
  })

const { capabilities } = await send('session.new', { capabilities: {} })
await send('session.subscribe', { events: ['log.entryAdded'] })
const { contexts } = await send('browsingContext.getTree', {})
const { context } = contexts[0]
await send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 900 } })

const go = (to) => send('browsingContext.navigate', { context, url: site.url + to, wait: 'complete' })

/** What an expression comes to in the page. */
async function look(expression) {
  const answer = await send('script.evaluate', { expression, target: { context }, awaitPromise: true })
  if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text)
  return answer.result.value
}

/** Waits until an expression is true in the page. */
async function until(expression, seconds = 30) {
  for (let tries = 0; tries < seconds * 10; tries++) {
    if (await look(`Boolean(${expression})`)) return
    await wait(100)
  }
  throw new Error(`it never came to: ${expression}`)
}

const press = async (...keys) => {
  const actions = keys.flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value })))
  await send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions }] })
}

/** Writes an answer into the plain editor of the exercise's page. */
const fill = (code) => `(() => {
  const area = document.querySelector('[data-editor] textarea')
  area.value = ${JSON.stringify(code)}
  area.dispatchEvent(new Event('input', { bubbles: true }))
})()`

const steps = {
  'home is shown': async () => {
    await go('en/')
    return look('document.querySelector("h1").textContent')
  },
  'a figure of a chapter steps': async () => {
    await go('en/paxos/prepare/')
    // It comes alive under the pointer.
    await look(
      'document.querySelector("section.figure").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }))',
    )
    await until('document.querySelector("astro-island:not([ssr]) section.figure")')
    await look('document.querySelector("section.figure input[type=range]").focus()')
    await press('\uE014', '\uE014')
    await until('/Step 2 of/.test(document.querySelector(".figure .sentence").textContent)')
    return look('document.querySelector(".figure .sentence").textContent.trim()')
  },
  'the search finds': async () => {
    await look('document.activeElement.blur()')
    await press('/')
    await until('document.querySelector("dialog.search[open]")')
    await press(...'ballot')
    await until('document.querySelector(".way-sheet .results a")')
    return look('document.querySelector(".way-sheet [role=status]").textContent')
  },
  'an exercise is graded': async () => {
    const run = 'document.querySelector("[aria-keyshortcuts*=Enter]").click()'
    const verdict = 'document.querySelector(".verdict")?.textContent ?? ""'
    // On a narrow screen the plain editor stands in the place of Monaco.
    await send('browsingContext.setViewport', { context, viewport: { width: 390, height: 844 } })
    await go('en/exercises/paxos-acceptor/')
    await until('document.querySelector("[data-ready] [data-editor=plain] textarea")')
    await look(run)
    await until(`/fails/.test(${verdict})`, 60)
    await look(fill(readFileSync(inRoot('exercises/paxos-acceptor/solution.ts'), 'utf8')))
    await look(run)
    await until(`/Passed/.test(${verdict})`, 120)
    return look('document.querySelector(".verdict").textContent.replace(/\\s+/g, " ").trim()')
  },
  'Monaco opens and grades': async () => {
    await send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 900 } })
    await go('en/exercises/paxos-learner/')
    await until('document.querySelector("[data-editor=monaco] .view-line")', 60)
    await look('document.querySelector("[aria-keyshortcuts*=Enter]").click()')
    await until('/fails/.test(document.querySelector(".verdict")?.textContent ?? "")', 60)
    return look('document.querySelectorAll("[data-editor=monaco] .view-line").length + " lines"')
  },
}

console.log(`Firefox ${capabilities.browserVersion}`)
let failed = 0
for (const [name, step] of Object.entries(steps)) {
  try {
    console.log(`✓ ${name}: ${await step()}`)
  } catch (error) {
    failed++
    console.log(`✗ ${name}: ${error.message}`)
  }
}
console.log(complaints.length === 0 ? 'No page complained.' : [...new Set(complaints)].join('\n'))
process.exitCode = failed > 0 || complaints.some((one) => one.startsWith('error')) ? 1 : 0
socket.close()
browser.removeAllListeners('exit')
browser.kill()
await new Promise((resolve) => browser.once('close', resolve))
await site.close()
rmSync(profile, { recursive: true, force: true })
