/**
 * The site's words and languages. A language exists when a dictionary stands in this folder under its two-letter
 * code; nothing else lists them. For use while pages are built: an island is handed its words as properties,
 * or it would carry every language to the reader.
 */
import type english from './en.ts'
import { translator, type Words } from './translate.ts'

export type SiteText = typeof english

const files = import.meta.glob<Words<SiteText>>('./??.ts', { eager: true, import: 'default' })
const dictionaries = Object.fromEntries(
  Object.entries(files).map(([file, words]) => [file.slice('./'.length, -'.ts'.length), words]),
)

/** The languages of the site, English first: it is the one that always exists. */
export const languages: readonly string[] = Object.keys(dictionaries).sort((a, b) =>
  a === 'en' ? -1 : b === 'en' ? 1 : a.localeCompare(b),
)

export const defaultLanguage = 'en'

/** The site's words: `t('en', 'page.place', { … })`. */
export const t = translator<SiteText>(dictionaries)

/** One route per language, for `getStaticPaths`. */
export const languagePaths = () => languages.map((lang) => ({ params: { lang } }))
