/** What the page of an exercise in which something is broken hands its island. For use while pages are built. */
import { z } from 'astro/zod'
import { Attempt, configurationOf } from '../../engine/break/judge.ts'
import { shortest } from '../../engine/break/outlook.ts'
import { type AnyBreakExercise, type BreakExercise, partsOf } from '../../engine/exercise.ts'
import { scopeOf } from '../../engine/scope.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { pack } from '../../engine/trace/pack.ts'
import { listingOf } from '../course/listing.ts'
import { markdown } from '../exercise/markdown.ts'
import { runWords } from '../exercise/text.ts'
import type { BreakPage, PartPage, ServicesPage, Shortest, TargetPage } from './page.ts'
import { breakWords } from './text.ts'

/** What stands in front of an exercise's text. */
const frontMatter = z.object({
  title: z.string(),
  /** The question that the exercise answers. */
  question: z.string().optional(),
  /** What the lock is called, where a server says whose it is. */
  lock: z.string().optional(),
  /** What is to be reached, in a sentence. Parts have their own. */
  goal: z.string().optional(),
  /** Words for each part, by its id, where there are parts. */
  parts: z
    .record(z.string(), z.object({ title: z.string(), goal: z.string(), hints: z.array(z.string()) }))
    .optional(),
  /** What roles are called and what is counted besides, `one | many`, in the order in which it is said. */
  scope: z.record(z.string(), z.string()),
  /** Words for each property that the exercise names, by its id. */
  properties: z.record(z.string(), z.object({ title: z.string(), holds: z.string(), fails: z.string() })),
  /** Markdown, the gentlest first. */
  hints: z.array(z.string()),
})
type Text = z.infer<typeof frontMatter>

/**
 * Everything that the page of one exercise hands its island. The lengths of the shortest runs are found by exploring.
 * @param data the front matter of its text in that language
 * @throws when something in its front matter is missing
 */
export async function breakPage(
  exercise: AnyBreakExercise,
  lang: string,
  data: unknown,
): Promise<BreakPage & { question: string }> {
  const text = frontMatter.parse(data)
  return {
    id: exercise.id,
    version: exercise.version,
    lang,
    title: text.title,
    question: text.question ?? '',
    hints: await Promise.all(text.hints.map(markdown)),
    fields: exercise.fields ?? {},
    cluster: exercise.cluster ?? false,
    log: exercise.log ?? null,
    services: await servicesOf(exercise, text.lock ?? ''),
    parts: await Promise.all(partsOf(exercise).map((part) => partPage(part, lang, text))),
    words: breakWords(lang),
    runWords: runWords(lang),
  }
}

async function servicesOf({ services }: AnyBreakExercise, lock: string): Promise<ServicesPage | null> {
  if (services === undefined) return null
  const { listing, begins, ...shown } = services
  return { ...shown, listing: await listingOf(listing, begins), lock }
}

async function partPage(exercise: BreakExercise, lang: string, text: Text): Promise<PartPage> {
  const attempt = new Attempt(exercise)
  const { system } = attempt
  const wordsOf = (id: string): TargetPage => {
    const words = text.properties[id]
    const property = system.properties.find((one) => one.id === id)
    if (!words || !property) throw new Error(`exercises/${exercise.id} has no words for '${id}'`)
    // What must always hold is said as it holds and as it fails; what is to be reached, the other way round.
    const [before, after] =
      property.kind === 'always' ? [words.holds, words.fails] : [words.fails, words.holds]
    return { id, kind: property.kind, title: words.title, before, after }
  }
  const part = exercise.part === undefined ? null : text.parts?.[exercise.part]
  const goal = part === null ? text.goal : part?.goal
  if (goal === undefined)
    throw new Error(`exercises/${exercise.id} has no goal for ${configurationOf(exercise)}`)
  return {
    part: exercise.part ?? null,
    name: part?.title ?? '',
    goal,
    target: wordsOf(exercise.target),
    keeps: exercise.keeps === undefined ? null : wordsOf(exercise.keeps),
    ownHints: await Promise.all((part?.hints ?? []).map(markdown)),
    scope: `${scopeInWords(scopeOf(system, exercise.counts), text.scope, runWords(lang))}.`,
    shortest: shortestOf(exercise),
    start: pack(attempt.record),
  }
}

const found = new Map<string, Shortest | null>()

/** The shortest run that is known, found once in a build. */
function shortestOf(exercise: BreakExercise): Shortest | null {
  const key = `${exercise.id} ${configurationOf(exercise)}`
  if (!found.has(key)) {
    const search = shortest(exercise)
    let next = search.next()
    while (!next.done) next = search.next()
    const way = next.value
    found.set(key, way && { steps: way.trace.actions.length, proven: way.proven })
  }
  return found.get(key)!
}
