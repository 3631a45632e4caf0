/**
 * The catalogue: what the folders of exercises/ hold, as the exercise page wants it. For use while pages are built.
 * The lists come from the folders; adding an exercise is adding one. Exercises in which something is broken have a page of
 * their own: src/break/catalogue.ts.
 */
import { getEntry } from 'astro:content'
import { z } from 'astro/zod'
import { languageOf } from '../../engine/exercise.ts'
import { noAnswer } from '../../engine/load.ts'
import { scopeOf } from '../../engine/scope.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { nextAfter, outline } from '../course/outline.ts'
import { highlightLines, loadHighlighter } from '../editor/highlighter.ts'
import { href } from '../paths.ts'
import { modelHash } from '../share/model-hash.ts'
import { markdown } from './markdown.ts'
import type { ContinuedPage, ExercisePage } from './page.ts'
import { specOf } from './specs.ts'
import { exerciseWords, runWords } from './text.ts'

const starters = import.meta.glob<string>('../../exercises/*/starter.ts', {
  query: '?raw',
  import: 'default',
})
const messages = import.meta.glob<string>('../../exercises/*/messages.ts', {
  query: '?raw',
  import: 'default',
})

/** What stands in front of an exercise's text. */
const frontMatter = z.object({
  title: z.string(),
  /** The question that the exercise answers. */
  question: z.string().optional(),
  /** Words for each configuration, by its id. */
  configurations: z.record(z.string(), z.string()),
  /** What roles are called and what is counted besides, `one | many`, in the order in which it is said. */
  scope: z.record(z.string(), z.string()),
  /** Words for each property, by its id, in the order in which the page lists them. */
  properties: z.record(z.string(), z.object({ title: z.string(), holds: z.string(), fails: z.string() })),
  /** Markdown, the gentlest first. */
  hints: z.array(z.string()),
})

/**
 * Everything that the page of one exercise hands its island.
 * @param data the front matter of its text in that language
 * @throws when a file of the exercise or something in its front matter is missing
 */
export async function exercisePage(
  id: string,
  lang: string,
  data: unknown,
): Promise<ExercisePage & { question: string }> {
  const file = (name: string) => `../../exercises/${id}/${name}.ts`
  const text = frontMatter.parse(data)
  const [spec, starter] = await Promise.all([specOf(id), starters[file('starter')]?.()])
  const dictionary = runWords(lang)
  if (spec.kind !== 'build') throw new Error(`in exercises/${id} nothing is built`)
  if (starter === undefined) throw new Error(`exercises/${id} lacks starter.ts`)
  // The bounds of a configuration don't depend on the answer.
  const nothing = noAnswer(spec)
  return {
    id,
    version: spec.version,
    model: modelHash(...spec.configurations.map(({ system }) => system(nothing))),
    lang,
    title: text.title,
    question: text.question ?? '',
    language: languageOf(spec),
    file: spec.file,
    configurations: spec.configurations.map((configuration) => ({
      id: configuration.id,
      driver: configuration.driver,
      words: text.configurations[configuration.id] ?? configuration.id,
      bounds: scopeInWords(
        scopeOf(configuration.system(nothing), configuration.counts, configuration.driver),
        text.scope,
        dictionary,
      ),
    })),
    scope: text.scope,
    properties: Object.entries(text.properties).map(([property, words]) => ({ id: property, ...words })),
    hints: await Promise.all(text.hints.map(markdown)),
    starter,
    continues: await continuedPage(spec.continues, lang),
    starterLines: highlightLines(await loadHighlighter(), starter),
    messages: (await messages[file('messages')]?.()) ?? null,
    next: await nextOf(id, lang),
    reference: href(`${lang}/reference`),
    words: exerciseWords(lang),
    runWords: dictionary,
  }
}

/** What comes after an exercise in the course. */
async function nextOf(id: string, lang: string): Promise<ExercisePage['next']> {
  const next = nextAfter(await outline(lang), id)
  return {
    exercise: next?.exercise ? { title: next.exercise.title, href: href(next.exercise.path) } : null,
    page: next?.page ? { title: next.page.name, href: href(next.page.path) } : null,
  }
}

/** @throws when there is no such exercise in that language */
async function continuedPage(id: string | undefined, lang: string): Promise<ContinuedPage | null> {
  if (id === undefined) return null
  const entry = await getEntry('exercises', `${id}/${lang}`)
  if (!entry) throw new Error(`exercises/${id} has no text in '${lang}'`)
  return { id, title: entry.data.title, href: href(`${lang}/exercises/${id}`) }
}
