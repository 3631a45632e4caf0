/**
 * Addresses of parts of pages are kept: `content/<language>/anchors.txt` lists every one that there has been, and each of them still leads
 * somewhere. Who changes the words of a heading keeps its old anchor by `<Anchor id="…" />` before it.
 */
import type { Course } from './course.ts'
import type { Problem } from './page.ts'
import { anchorsOf } from './rules.ts'

/** Where the list of a language lies, from the root. */
export const listOf = (language: string): string => `content/${language}/anchors.txt`

/** All parts of the pages of a language that a link can lead to, as `paxos/prepare#your-turn`. */
export function anchorsIn({ pages, exerciseTexts, names, glossaries }: Course, language: string): string[] {
  const ofPages = [...pages, ...exerciseTexts]
    .filter((page) => page.language === language)
    .flatMap((page) => anchorsOf(page, names).map((anchor) => `${page.id}#${anchor}`))
  const words = Object.keys(glossaries.get(language) ?? {}).map((word) => `glossary#${word}`)
  return [...new Set([...ofPages, ...words])].sort()
}

/** No anchor that is listed has vanished, and every one is listed. */
export const anchorsKept = (course: Course): Problem[] =>
  [...course.anchors].flatMap(([language, kept]) => {
    const there = anchorsIn(course, language)
    const file = listOf(language)
    const gone = kept.flatMap((anchor, index) => {
      if (there.includes(anchor)) return []
      const [page, part] = anchor.split('#')
      const text = `links to '${anchor}' lead nowhere now: put <Anchor id="${part}" /> where that part of ${page} is; take the line out only if nothing is like it any more`
      return [{ file, line: index + 1, text }]
    })
    const added = there
      .filter((anchor) => !kept.includes(anchor))
      .map((anchor) => ({
        file,
        line: 1,
        text: `'${anchor}' is new: \`npm run check:content -- --keep\` adds it to the list`,
      }))
    return [...gone, ...added]
  })

/** The list with what is new, and with what has gone: that is for its author to take out. */
export const keptWith = (course: Course, language: string): string =>
  `${[...new Set([...(course.anchors.get(language) ?? []), ...anchorsIn(course, language)])].sort().join('\n')}\n`
