/** What the page of an exercise in which something is broken hands its island. For use while pages are built. */
import { z } from 'astro/zod'
import { Attempt } from '../../engine/break/judge.ts'
import { shortest } from '../../engine/break/outlook.ts'
import type { BreakExercise } from '../../engine/exercise.ts'
import { scopeOf } from '../../engine/scope.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { pack } from '../../engine/trace/pack.ts'
import { markdown } from '../exercise/markdown.ts'
import { runWords } from '../exercise/text.ts'
import type { BreakPage, Shortest, TargetPage } from './page.ts'
import { breakWords } from './text.ts'

/** What stands in front of an exercise's text. */
const frontMatter = z.object({
  title: z.string(),
  /** The question that the exercise answers. */
  question: z.string().optional(),
  /** What is to be reached, in a sentence. */
  goal: z.string(),
  /** What roles are called and what is counted besides, `one | many`, in the order in which it is said. */
  scope: z.record(z.string(), z.string()),
  /** Words for each property that the exercise names, by its id. */
  properties: z.record(z.string(), z.object({ title: z.string(), holds: z.string(), fails: z.string() })),
  /** Markdown, the gentlest first. */
  hints: z.array(z.string()),
})

/**
 * Everything that the page of one exercise hands its island. The length of the shortest run is found by exploring.
 * @param data the front matter of its text in that language
 * @throws when something in its front matter is missing
 */
export async function breakPage(
  exercise: BreakExercise,
  lang: string,
  data: unknown,
): Promise<BreakPage & { question: string }> {
  const text = frontMatter.parse(data)
  const dictionary = runWords(lang)
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
  return {
    id: exercise.id,
    version: exercise.version,
    lang,
    title: text.title,
    question: text.question ?? '',
    goal: text.goal,
    target: wordsOf(exercise.target),
    keeps: exercise.keeps === undefined ? null : wordsOf(exercise.keeps),
    hints: await Promise.all(text.hints.map(markdown)),
    scope: `${scopeInWords(scopeOf(system, exercise.counts), text.scope, dictionary)}.`,
    fields: exercise.fields ?? {},
    shortest: shortestOf(exercise),
    start: pack(attempt.record),
    words: breakWords(lang),
    runWords: dictionary,
  }
}

const found = new Map<string, Shortest | null>()

/** The shortest run that is known, found once in a build. */
function shortestOf(exercise: BreakExercise): Shortest | null {
  if (!found.has(exercise.id)) {
    const search = shortest(exercise)
    let next = search.next()
    while (!next.done) next = search.next()
    const way = next.value
    found.set(exercise.id, way && { steps: way.trace.actions.length, proven: way.proven })
  }
  return found.get(exercise.id)!
}
