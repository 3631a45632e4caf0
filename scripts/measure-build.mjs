/**
 * `npm run measure:build -- 0 50 100 200`: how long the site takes to build when a chapter is there so many times more. In a copy of the
 * sources in a temporary folder; the first build is not counted, so that what checks have come to is known by then. Another chapter:
 * `--chapter raft`.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inRoot, nodePath, toolEnvironment } from './toolchain.mjs'

const SOURCES = [
  'content',
  'engine',
  'exercises',
  'public',
  'scripts',
  'src',
  'astro.config.ts',
  'package.json',
  'svelte.config.js',
  'tsconfig.base.json',
  'tsconfig.json',
]

const asked = process.argv.slice(2)
const flag = asked.indexOf('--chapter')
const chapter = flag < 0 ? 'paxos' : asked.splice(flag, 2)[1]
const counts = asked.map(Number)
if (counts.length === 0) counts.push(0, 10, 20)
if (counts.some((count) => !Number.isInteger(count) || count < 0))
  throw new Error('How many copies? For example: 50 100 200')

const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-copies-'))
const inCopy = (...parts) => path.join(folder, ...parts)
for (const source of SOURCES) cpSync(inRoot(source), inCopy(source), { recursive: true })
// Its own packages folder, in which the site's own caches are; the packages themselves are those of the project.
mkdirSync(inCopy('node_modules'))
for (const name of readdirSync(inRoot('node_modules')))
  if (!['.astro', '.cache', '.vite'].includes(name))
    symlinkSync(inRoot('node_modules', name), inCopy('node_modules', name))

const original = {
  chapters: readFileSync(inCopy('src/course/chapters.ts'), 'utf8'),
  words: readFileSync(inCopy('src/text/en.ts'), 'utf8'),
}
const nameOf = (number) => `${chapter}-copy-${number}`

/** Puts the chapter into the course so many times more. */
function multiply(count) {
  const names = Array.from({ length: count }, (_, index) => nameOf(index + 1))
  const from = inCopy('content/en')
  for (const name of readdirSync(from))
    if (name.startsWith(`${chapter}-copy-`)) rmSync(path.join(from, name), { recursive: true })
  for (const name of names) cpSync(path.join(from, chapter), path.join(from, name), { recursive: true })
  const list = JSON.stringify(names)
  writeFileSync(
    inCopy('src/course/chapters.ts'),
    original.chapters
      .replace('export const chapters = [', 'const written = [')
      .replace(/\] as const/, '] as const\n') +
      `\nexport const chapters = [...written, ...${list}.map((id) => ({ id, pages: written.find((one) => one.id === '${chapter}')!.pages.map((page) => page.replace('${chapter}', id)) }))] as any\n`,
  )
  writeFileSync(
    inCopy('src/text/en.ts'),
    original.words.replace('export default {', 'const words = {') +
      `\nexport default Object.assign(words, Object.fromEntries(${list}.flatMap((id) => Object.entries(words).filter(([code]) => /^(chapter|about|page)\\.${chapter}(\\/|$)/.test(code)).map(([code, text]) => [code.replace('${chapter}', id), text]))))\n`,
  )
}

/** Builds, and says how long it took, in seconds, and how many pages there are. */
function build() {
  const out = inCopy('dist')
  rmSync(out, { recursive: true, force: true })
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(
    nodePath(),
    [inRoot('node_modules/astro/bin/astro.mjs'), 'build'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e9,
      env: toolEnvironment({ LOCKSTEP_OUT: out, LOCKSTEP_CHECKS: inCopy('node_modules/.cache/checks') }),
    },
  )
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`)
  const pages = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  ).length
  return { seconds: (performance.now() - started) / 1000, pages }
}

try {
  if (!existsSync(inCopy('content/en', chapter))) throw new Error(`There is no chapter ${chapter}`)
  build()
  console.log(`copies of ${chapter}   pages   seconds   seconds for each page more than before`)
  let before = null
  for (const count of counts) {
    multiply(count)
    const { seconds, pages } = build()
    const each = before && (seconds - before.seconds) / (pages - before.pages)
    console.log(
      `${String(count).padStart(10)} ${String(pages).padStart(15)} ${seconds.toFixed(1).padStart(9)}   ${each === null ? '' : each.toFixed(3)}`,
    )
    before = { seconds, pages }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
