/**
 * Makes pages lighter once they are built. Their style sheets are written into them: a reader on a phone waits for one answer instead of
 * ten. And what figures are made alive with, which waits until one is touched, goes into files of its own: see
 * src/waking/touch-directive.ts. The sheets stay beside, for what is loaded later and brings its own along.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'

/** Where the files are, under the site's root. */
const FOLDER = '_astro/props'
/** Shorter ones stay where they are, in characters. */
const LENGTH_MIN = 1000

/** The integration; what reads pages after the build comes after it. */
export function pageWeight(): AstroIntegration {
  let base = '/'
  return {
    name: 'lockstep:page-weight',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base.replace(/\/*$/, '/')
      },
      'astro:build:done': ({ dir }) => {
        const site = fileURLToPath(dir)
        mkdirSync(path.join(site, FOLDER), { recursive: true })
        const sheets = new Map<string, string>()
        const sheet = (address: string): string => {
          const known =
            sheets.get(address) ?? readFileSync(path.join(site, address.slice(base.length)), 'utf8')
          sheets.set(address, known)
          return known
        }
        const keep = (text: string): string => {
          const name = `${FOLDER}/${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`
          writeFileSync(path.join(site, name), text)
          return base + name
        }
        const pages = readdirSync(site, { recursive: true, encoding: 'utf8' })
        for (const page of pages.filter((name) => name.endsWith('.html'))) {
          const file = path.join(site, page)
          writeFileSync(file, lighter(readFileSync(file, 'utf8'), base, sheet, keep))
        }
      },
    },
  }
}

/**
 * A page with its sheets in it and without what waits.
 * @param sheet the text of a style sheet by its address
 * @param keep puts a text into a file and gives its address
 */
export function lighter(
  html: string,
  base: string,
  sheet: (address: string) => string,
  keep: (text: string) => string,
): string {
  return html
    .replace(/<link rel="stylesheet" href="([^"]+)"\s*\/?>/g, (link, address: string) =>
      address.startsWith(`${base}_astro/`) ? `<style>${sheet(address)}</style>` : link,
    )
    .replace(/<astro-island\b(?:[^>"]|"[^"]*")*>/g, (island) =>
      island.includes(' client="touch"')
        ? island.replace(/ props="([^"]*)"/, (whole, text: string) =>
            text.length < LENGTH_MIN ? whole : ` data-props="${keep(unescaped(text))}"`,
          )
        : island,
    )
}

/** What an attribute of a page stands for. */
function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" }
  const found = text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
    code ? String.fromCodePoint(Number(code)) : (signs[name!] ?? whole),
  )
  JSON.parse(found)
  return found
}
