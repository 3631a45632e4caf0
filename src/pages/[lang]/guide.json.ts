/** What search and commands know of the site in one language: their words, and where one can go. */
import type { APIRoute } from 'astro'
import { getCollection } from 'astro:content'
import { outline } from '../../course/outline.ts'
import type { Guide, Place, Word } from '../../palette/guide.ts'
import { href } from '../../paths.ts'
import { FOLDER } from '../../search/folder.ts'
import { historyWords } from '../../text/history.ts'
import { way } from '../../text/en-way.ts'
import { recordWords } from '../../text/record.ts'
import { languagePaths, t } from '../../text/index.ts'

export const getStaticPaths = languagePaths

export const GET: APIRoute = async ({ params }) => {
  const lang = params.lang!
  const course = await outline(lang)
  const exercises = (await getCollection('exercises')).filter(({ id }) => id.endsWith(`/${lang}`))
  const page = (name: string, path: string): Place => ({
    name,
    within: t(lang, 'way.kind.page'),
    address: href(`${lang}/${path}`),
  })
  const places: Place[] = [
    page(t(lang, 'exercises.title'), 'exercises'),
    page(recordWords(lang)['page.title'], 'record'),
    page(t(lang, 'glossary.title'), 'glossary'),
    page(t(lang, 'reference.title'), 'reference'),
    page(t(lang, 'services.title'), 'reference/services'),
    page(historyWords(lang)['history.title']!, 'history'),
    page(t(lang, 'changes.title'), 'changes'),
    ...course.flatMap(({ name: within, pages }) =>
      pages.filter(({ written }) => written).map(({ name, path }) => ({ name, within, address: href(path) })),
    ),
    ...exercises.map(({ id, data }) => ({
      name: data.title,
      within: t(lang, 'way.kind.exercise'),
      address: href(`${lang}/exercises/${id.split('/')[0]}`),
    })),
  ]
  const words = Object.keys(way) as Word[]
  const guide: Guide = {
    language: lang,
    words: Object.fromEntries(
      [...words, 'theme.auto', 'theme.light', 'theme.dark'].map((word) => [
        word,
        sentence(lang, word as Word),
      ]),
    ) as Guide['words'],
    places,
    home: href(lang),
    glossary: href(`${lang}/glossary`),
    index: href(FOLDER),
    base: href(''),
  }
  return Response.json(guide)
}

/** A sentence whose places the page fills in: they stay as they are. */
function sentence(lang: string, word: Word): string {
  return t(lang, word, new Proxy({}, { get: (_, name) => `{${String(name)}}` }) as never)
}
