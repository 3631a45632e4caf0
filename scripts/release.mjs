/**
 * `npm run release`: the site as one archive, `release/lockstep-<version>.tar.gz`, with its checksum beside it. It is built from what is
 * committed and from nothing else, and is the same to the byte whenever it is made from the same commit with the same settings
 * (LOCKSTEP_BASE, LOCKSTEP_SITE, LOCKSTEP_EDIT).
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildSite } from './site-build.mjs'
import { ensureInstalled, inRoot, root } from './toolchain.mjs'

const BLOCK = 512
const SITE = 'site'
/** What comes along beside the site. */
const BESIDE = ['LICENSE', 'content/LICENSE', 'docs/hosting.md', 'docs/security.md']

/**
 * An archive in the format of `tar`, in which nothing depends on the machine or the hour.
 * @param {readonly { name: string, bytes: Buffer }[]} files
 * @param {number} seconds since 1970, the time of every file
 */
export function tarOf(files, seconds) {
  const blocks = []
  for (const { name, bytes } of [...files].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    blocks.push(headerOf(name, bytes.length, seconds), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1)))
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)])
}

/** Reference: POSIX.1-1988, ustar. */
function headerOf(name, size, seconds) {
  const header = Buffer.alloc(BLOCK)
  // A name of more than a hundred bytes is cut at a slash.
  const cut = Buffer.byteLength(name) <= 100 ? 0 : name.indexOf('/', Buffer.byteLength(name) - 101) + 1
  if (cut > 156 || (cut === 0 && Buffer.byteLength(name) > 100))
    throw new Error(`The name is too long for an archive: ${name}`)
  const octal = (number, length) => `${number.toString(8).padStart(length - 1, '0')}\0`
  header.write(name.slice(cut), 0)
  header.write(octal(0o644, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(size, 12), 124)
  header.write(octal(seconds, 12), 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\0' + '00', 257)
  header.write(name.slice(0, Math.max(0, cut - 1)), 345)
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return header
}

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout.trim()
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .map((name) => ({ name: name.replaceAll('\\', '/'), bytes: readFileSync(path.join(folder, name)) }))
}

async function release() {
  ensureInstalled()
  const changed = git('status', '--porcelain')
  if (changed !== '') throw new Error(`Not everything is committed:\n${changed}`)
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
  const commit = git('rev-parse', 'HEAD')
  const seconds = Number(git('show', '-s', '--format=%ct', commit))
  const base = process.env.LOCKSTEP_BASE ?? '/'

  const built = 'release/build'
  const { ok } = await buildSite({ base, folder: built, force: true })
  if (!ok) throw new Error('The site could not be built.')
  const top = `lockstep-${version}`
  const about = `Lockstep ${version}\ncommit ${commit}\nserved under ${base}\nThe site is in ${SITE}/; docs/hosting.md says how to serve it.\n`
  const tar = tarOf(
    [
      { name: `${top}/ABOUT.txt`, bytes: Buffer.from(about) },
      ...BESIDE.map((name) => ({ name: `${top}/${name}`, bytes: readFileSync(inRoot(name)) })),
      ...filesIn(inRoot(built)).map(({ name, bytes }) => ({ name: `${top}/${SITE}/${name}`, bytes })),
    ],
    seconds,
  )
  const archive = gzipSync(tar, { level: 9 })
  const name = `${top}.tar.gz`
  const sum = createHash('sha256').update(archive).digest('hex')
  mkdirSync(inRoot('release'), { recursive: true })
  writeFileSync(inRoot('release', name), archive)
  writeFileSync(inRoot('release', `${name}.sha256`), `${sum}  ${name}\n`)
  rmSync(inRoot(built), { recursive: true, force: true })
  console.log(
    `release/${name}: ${(archive.length / 1e6).toFixed(1)} MB, ${commit.slice(0, 7)}, sha256 ${sum}`,
  )
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await release()
