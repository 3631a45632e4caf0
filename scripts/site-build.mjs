/** Builds the site when what it is made of has changed since the last build. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot, root, runTool, tools } from './toolchain.mjs'

/** The builds that the browser tests look at: at the root of a host, and in a folder of one. */
export const testedSites = {
  root: { base: '/', folder: 'dist', variable: 'LOCKSTEP_URL' },
  course: { base: '/course/', folder: 'dist-course', variable: 'LOCKSTEP_COURSE_URL' },
}

/** Everything that a build reads. */
const INPUTS = [
  'astro.config.ts',
  'content',
  'engine',
  'exercises',
  'package-lock.json',
  'public',
  'scripts/headers.mjs',
  'scripts/hosting.ts',
  'scripts/page-weight.ts',
  'scripts/styles-of-dynamic-imports.ts',
  'src',
  'svelte.config.js',
  'tsconfig.base.json',
  'tsconfig.json',
]

/** Everything that what a check comes to depends on. */
const CHECKED = ['engine', 'exercises', 'package-lock.json', 'src/course']

/** The folder in which results of checks are kept, for these sources; those of others are removed. */
function checksFolder() {
  const all = inRoot('node_modules/.cache/lockstep/checks')
  const own = fingerprint(CHECKED)
  if (existsSync(all))
    for (const name of readdirSync(all))
      if (name !== own) rmSync(path.join(all, name), { recursive: true, force: true })
  return path.join(all, own)
}

function* filesUnder(name) {
  const absolute = inRoot(name)
  if (!existsSync(absolute)) return
  const entries = readdirSync(path.dirname(absolute), { withFileTypes: true })
  const isFolder = entries.find((entry) => entry.name === path.basename(absolute))?.isDirectory()
  if (!isFolder) yield absolute
  else for (const child of readdirSync(absolute).sort()) yield* filesUnder(`${name}/${child}`)
}

/** A number that changes when anything in these files and folders does. */
export function fingerprint(inputs) {
  const hash = createHash('sha256')
  for (const file of inputs.flatMap((input) => [...filesUnder(input)])) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * Makes sure that a folder holds the site as the sources have it now.
 * @param {{ base?: string, folder?: string, force?: boolean, quiet?: boolean }} [options]
 * @returns {Promise<{ ok: boolean, built: boolean, output: string }>}
 */
export async function buildSite({ base = '/', folder = 'dist', force = false, quiet = false } = {}) {
  const stamp = inRoot('node_modules/.cache/lockstep', `${path.basename(folder)}.built`)
  const now = [
    base,
    process.env.LOCKSTEP_SITE ?? '',
    process.env.LOCKSTEP_EDIT ?? '',
    fingerprint(INPUTS),
  ].join(' ')
  const fresh =
    !force &&
    existsSync(inRoot(folder, 'index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === now
  if (fresh) return { ok: true, built: false, output: '' }

  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  const { code, output } = await runTool([tools.astro, 'build'], {
    env: { LOCKSTEP_BASE: base, LOCKSTEP_OUT: folder, LOCKSTEP_CHECKS: checksFolder() },
    quiet,
  })
  if (code === 0) writeFileSync(stamp, now)
  return { ok: code === 0, built: true, output }
}
