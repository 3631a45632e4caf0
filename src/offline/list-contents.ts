/**
 * Lists what a built folder consists of, and what each chapter needs. What a file needs is every file whose name stands in it: that
 * finds what pages link, what scripts import now or later, their workers and their style sheets, and never too little.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Contents, ListedChapter, ListedFile } from './contents.ts'

/** Files whose names change with what is in them. */
const NAMED_BY_CONTENT = /^_astro\//
/** One script for each exercise and the cells of each chapter, all named in one place: a chapter needs its own. */
const SANDBOX = /^_astro\/sandbox\/(?:cells-of-|answers-in-)?([\w-]+)\.[0-9a-f]+\.js$/
/** Files that name others. */
const NAMING = /\.(html|js|css)$/
/** The compiler’s code names nothing. */
const NAMING_BYTES_MAX = 5_000_000
/** Named and never asked for: the editor’s own worker for TypeScript, in whose place src/editor/typescript.worker.ts is. */
const NEVER_ASKED = /^_astro\/ts\.worker-/
/** What is served and no page needs to be kept for. */
const LEFT_OUT = /(^|\/)(\.nojekyll|_headers|sw\.js|robots\.txt|feed\.xml|[\w-]*sitemap[\w-]*\.xml)$/

/** Pages outside the chapters that are there without a network too, from the language’s folder. */
const COMMON_PAGES = [
  '',
  'changes/',
  'exercises/',
  'glossary/',
  'history/',
  'offline/',
  'record/',
  'reference/',
  'reference/services/',
]
/** The search comes along as a whole. */
const COMMON_FILES = /^(pagefind\/|favicon\.svg$)/

/**
 * @param folder the built site
 * @param base the path that it is served under
 * @param chapters the ids of the chapters, without a language
 */
export function listContents(folder: string, base: string, chapters: readonly string[]): Contents {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => !LEFT_OUT.test(name))
    .sort()
  const texts = new Map(names.map((name) => [name, readFileSync(path.join(folder, name))]))
  const needed = needsIn(texts, base)
  const place = new Map(names.map((name, index) => [name, index]))
  const placesOf = (files: Iterable<string>) =>
    [...files].map((name) => place.get(name)!).sort((a, b) => a - b)

  const files = names.map((name): ListedFile => {
    const text = texts.get(name)!
    const mark = NAMED_BY_CONTENT.test(name) ? '' : markOf(text)
    return [name.replace(/(^|\/)index\.html$/, '$1'), gzipSync(text, { level: 6 }).length, mark]
  })
  const languages = [...new Set(names.flatMap((name) => /^([a-z]{2})\/index\.html$/.exec(name)?.[1] ?? []))]
  const first = firstOf(
    needed,
    languages.map((language) => `${language}/offline/index.html`).filter((name) => texts.has(name)),
  )
  const common = closure(
    needed,
    [
      ...names.filter((name) => COMMON_FILES.test(name)),
      ...languages.flatMap((language) => COMMON_PAGES.map((page) => `${language}/${page}index.html`)),
    ].filter((name) => texts.has(name)),
  )

  const listed = languages
    .flatMap((language) => chapters.map((id) => chapterOf(language, id)))
    .filter(Boolean)
  /** A chapter in a language; null where it is not written. */
  function chapterOf(language: string, id: string): ListedChapter | null {
    const written = names.filter((name) => name.startsWith(`${language}/${id}/`))
    if (!texts.has(`${language}/${id}/index.html`)) return null
    const html = written.map((name) => texts.get(name)!.toString()).join('\n')
    const exercises = new Set(
      [...html.matchAll(new RegExp(`/${language}/exercises/([\\w-]+)/`, 'g'))].map(
        ([, exercise]) => exercise!,
      ),
    )
    const pages = [
      ...written,
      ...names.filter((name) => {
        const exercise = /^(?:[a-z]{2}\/)?exercises\/([\w-]+)\//.exec(name)?.[1]
        return exercise !== undefined && exercises.has(exercise)
      }),
    ]
    const ofSandbox = names.filter((name) => {
      const of = SANDBOX.exec(name)?.[1]
      return of !== undefined && (of === id || exercises.has(of))
    })
    const needs = closure(needed, [
      ...pages,
      ...ofSandbox,
      ...names.filter((name) => name.startsWith(`runs/${id}/`)),
    ])
    for (const page of pages) needs.delete(page)
    for (const name of common) needs.delete(name)
    return { id: `${language}/${id}/`, pages: placesOf(pages), needs: placesOf(needs) }
  }

  const version = markOf(Buffer.from(JSON.stringify(files)))
  return {
    version,
    files,
    first: placesOf(first),
    common: placesOf(common),
    chapters: listed.filter((one) => one !== null),
  }
}

/** For each file those whose names stand in it, but for other pages. */
function needsIn(texts: ReadonlyMap<string, Buffer>, base: string): Map<string, string[]> {
  const needed = new Map<string, string[]>()
  for (const [name, text] of texts) {
    if (!NAMING.test(name) || text.length > NAMING_BYTES_MAX) continue
    const found = new Set<string>()
    for (const [word] of text
      .toString()
      .matchAll(/[\w@./-]+\.(?:js|css|json|svg|png|ttf|woff2|wasm|html)\b/g)) {
      const other = [
        word.startsWith(base) ? word.slice(base.length) : word,
        path.posix.join(path.posix.dirname(name), word),
        `_astro/${path.posix.basename(word)}`,
      ].find((one) => texts.has(one))
      const isPage = other?.endsWith('.html') && other !== 'runner.html'
      if (
        other !== undefined &&
        other !== name &&
        !isPage &&
        !SANDBOX.test(other) &&
        !NEVER_ASKED.test(other)
      )
        found.add(other)
    }
    needed.set(name, [...found])
  }
  return needed
}

/** These files, and all that they need. */
function closure(needed: ReadonlyMap<string, readonly string[]>, files: readonly string[]): Set<string> {
  const all = new Set(files)
  for (const name of all) for (const other of needed.get(name) ?? []) all.add(other)
  return all
}

/** Pages, what they name, and what that names: without the parts that only a press loads. */
function firstOf(needed: ReadonlyMap<string, readonly string[]>, pages: readonly string[]): Set<string> {
  const named = pages.flatMap((page) => needed.get(page) ?? [])
  return new Set([...pages, ...named, ...named.flatMap((name) => needed.get(name) ?? [])])
}

const markOf = (text: Buffer): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
