/**
 * `npm run measure:size`: how much compressed JavaScript each page of the built site loads, before and after everything on it has been
 * used once; what a press loads besides is not counted. The tests hold reading pages to the first.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { inRoot } from './toolchain.mjs'

/** When islands load by themselves: all the others wait until they are touched. */
const BY_ITSELF = ['load', 'idle', 'visible', 'media', 'only']

const compressed = (source) => gzipSync(source, { level: 9 }).length

/**
 * @param {string} folder of a built site
 * @returns {{ page: string, loaded: number, used: number, html: number }[]} bytes of JavaScript that every reader of the page loads,
 *   and that one who touches all of it does; of the page itself; compressed, the heaviest first
 */
export function pageSizes(folder) {
  const modules = new Map()
  const moduleAt = (file) => {
    if (!modules.has(file)) {
      const source = readFileSync(path.join(folder, file), 'utf8')
      const imports = [...source.matchAll(/(?:\bfrom|\bimport)\s*["'`](\.[^"'`]+\.js)["'`]/g)]
      modules.set(file, {
        bytes: compressed(source),
        imports: imports.map(([, to]) => path.join(path.dirname(file), to)),
      })
    }
    return modules.get(file)
  }
  const add = (files, file) => {
    if (files.has(file)) return
    files.add(file)
    for (const one of moduleAt(file).imports) add(files, one)
  }
  const sum = (files) => [...files].reduce((bytes, file) => bytes + moduleAt(file).bytes, 0)
  const inFolder = (url) => url.replace(/^.*\/(?=_astro\/)/, '')

  return pagesOf(folder)
    .map((page) => {
      const html = readFileSync(path.join(folder, page), 'utf8')
      const [loaded, used] = [new Set(), new Set()]
      for (const [, url] of html.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)) add(loaded, inFolder(url))
      for (const [island] of html.matchAll(/<astro-island\b(?:[^>"]|"[^"]*")*>/g)) {
        const attribute = (name) => new RegExp(`\\s${name}="([^"]*)"`).exec(island)?.[1]
        const files = BY_ITSELF.includes(attribute('client')) ? loaded : used
        for (const name of ['component-url', 'renderer-url', 'before-hydration-url'])
          if (attribute(name)) add(files, inFolder(attribute(name)))
      }
      const inline = [...html.matchAll(/<script(?![^>]*\s(?:src|type="application))[^>]*>([^]*?)<\/script>/g)]
        .map(([, source]) => source)
        .join('\n')
      const bytes = compressed(inline)
      return {
        page: page.replace(/index\.html$/, ''),
        loaded: bytes + sum(loaded),
        used: bytes + sum(new Set([...loaded, ...used])),
        html: compressed(html),
      }
    })
    .sort((one, other) => other.loaded - one.loaded || other.used - one.used)
}

function pagesOf(folder, under = '') {
  return readdirSync(path.join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(under, entry.name)
    if (entry.isDirectory()) return pagesOf(folder, name)
    return name.endsWith('.html') ? [name] : []
  })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(7)
  console.log('kB of compressed JavaScript: loaded, all of it used; of HTML')
  for (const { page, loaded, used, html } of pageSizes(inRoot(process.argv[2] ?? 'dist')))
    console.log(`${kilobytes(loaded)} ${kilobytes(used)} ${kilobytes(html)}  ${page}`)
}
