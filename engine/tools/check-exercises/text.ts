/** Looks at the text of an exercise in one language: words for everything that grading can say, hints, no solution. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { AnyExercise } from '../../exercise.ts'
import type { Scope } from '../../scope.ts'
import { put } from '../../text/words.ts'
import type { AnswerOutcome } from './answers.ts'
import { type Problem, propertiesOf, scopesOf } from './folder.ts'

const HINTS_MIN = 3
/** A line of the solution that is at least so long is known again where it stands in the text. */
const SOLUTION_LINE_MIN = 20

/** What stands in front of a text. */
export type Matter = { readonly [key: string]: unknown }

/** What a property came to in one run, as parameters for its words. */
export type Violations = AnswerOutcome['violations']

/** The front matter and the body of a text. @param problems takes what is wrong with the front matter */
export function partsOf(text: string, problems: string[]): { matter: Matter; body: string | undefined } {
  const [, front, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
  try {
    return { matter: recordOf(parse(front ?? '')), body }
  } catch (error) {
    problems.push(`its front matter is no YAML: ${error instanceof Error ? error.message : error}`)
    return { matter: {}, body }
  }
}

/** Is there all that every text has: a title, a question, hints and a task? */
export function checkWhole(matter: Matter, body: string | undefined): string[] {
  const hints: unknown[] = Array.isArray(matter.hints) ? matter.hints : []
  return [
    ...['title', 'question'].filter((key) => !isText(matter[key])).map((key) => `has no ${key}`),
    ...(hints.length < HINTS_MIN ? [`has ${hints.length} hints; there have to be ${HINTS_MIN} or more`] : []),
    ...(hints.every(isText) ? [] : ['has a hint that is not text']),
    ...(isText(body) ? [] : ['has no task']),
  ]
}

/** Looks at one text. @param outcomes what the answers came to: their violations are put into its words */
export function checkText(
  folder: string,
  language: string,
  exercise: AnyExercise,
  outcomes: readonly AnswerOutcome[],
): Problem[] {
  const file = `${language}.mdx`
  if (!existsSync(path.join(folder, file))) return [] // `checkFolder` says so.
  const text = readFileSync(path.join(folder, file), 'utf8')
  const problems: string[] = []
  const { matter, body } = partsOf(text, problems)
  problems.push(...checkWhole(matter, body))
  problems.push(
    ...sameNames(
      'configuration',
      matter.configurations,
      exercise.configurations.map(({ id }) => id),
    ),
    ...sameNames('property', matter.properties, propertiesOf(exercise)),
  )
  for (const [id, words] of Object.entries(recordOf(matter.configurations))) {
    if (!isText(words)) problems.push(`has no words for the configuration ${id}`)
  }
  problems.push(...checkScope(recordOf(matter.scope), scopesOf(exercise)))
  const violations = outcomes.flatMap((outcome) => outcome.violations)
  for (const [id, words] of Object.entries(recordOf(matter.properties))) {
    problems.push(...checkWords(id, recordOf(words), violations))
  }
  problems.push(...solutionIn(folder, text))
  return problems.map((problem) => ({ file, text: problem }))
}

/** Are the words of a property there, and do the violations that were found fill every gap in them? */
export function checkWords(id: string, words: Matter, violations: Violations): string[] {
  const missing = ['title', 'holds', 'fails'].filter((key) => !isText(words[key]))
  if (missing.length > 0) return missing.map((key) => `has no \`${key}\` for the property ${id}`)
  const gaps = new Set<string>()
  for (const violation of violations) {
    if (violation.property !== id) continue
    const sentence = put({ fails: words.fails as string }, 'fails', violation.parameters)
    for (const [gap] of sentence.matchAll(/\{\w+\}/g)) gaps.add(gap)
  }
  return [...gaps].map((gap) => `says ${gap} of a violation of ${id}, which has no such parameter`)
}

/** Are there words for the bounds: for what the exercise counts, for who may crash or be parted, and for nothing else? */
export function checkScope(words: Matter, scopes: readonly Scope[]): string[] {
  const roles = new Set(scopes.flatMap(({ nodes }) => Object.keys(nodes)))
  const counts = new Set(scopes.flatMap(({ counted }) => Object.keys(counted)))
  const struck = scopes.flatMap(({ crashes, partitions }) => [
    ...(crashes?.roles ?? []),
    ...(partitions?.roles ?? []),
  ])
  const names = Object.keys(words)
  const wanted = new Set([...counts, ...struck])
  return [
    ...[...wanted]
      .filter((name) => !names.includes(name))
      .map((name) => `has no words under scope for ${name}`),
    ...names.filter((name) => !isText(words[name])).map((name) => `has no text under scope for ${name}`),
    ...names
      .filter((name) => !roles.has(name) && !counts.has(name))
      .map((name) => `has words under scope for ${name}, which there is not`),
    ...[...counts].filter((name) => roles.has(name)).map((name) => `counts ${name}, which is a role`),
    ...(names.some((name) => roles.has(name)) ? [] : ['has no words under scope for any role']),
  ]
}

/** Are there words for each of these and for nothing else? */
export function sameNames(kind: string, given: unknown, wanted: readonly string[]): string[] {
  const names = Object.keys(recordOf(given))
  return [
    ...wanted.filter((id) => !names.includes(id)).map((id) => `has no words for the ${kind} ${id}`),
    ...names
      .filter((id) => !wanted.includes(id))
      .map((id) => `has words for a ${kind} ${id}, which there is not`),
  ]
}

/** Lines of the solution that stand in the text and are not given away by the starter or the messages. */
function solutionIn(folder: string, text: string): string[] {
  const read = (file: string): string => {
    const full = path.join(folder, file)
    return existsSync(full) ? normal(readFileSync(full, 'utf8')) : ''
  }
  const known = `${read('starter.ts')} ${read('messages.ts')}`
  const solution = path.join(folder, 'solution.ts')
  const lines = existsSync(solution) ? readFileSync(solution, 'utf8').split('\n').map(normal) : []
  return lines
    .filter(
      (line) => line.length >= SOLUTION_LINE_MIN && !known.includes(line) && normal(text).includes(line),
    )
    .map((line) => `holds a line of the solution: ${line}`)
}

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Is it text that says something? */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** The value, where it is an object, else an empty one. */
export function recordOf(value: unknown): Matter {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Matter) : {}
}
