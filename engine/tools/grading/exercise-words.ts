/** The words of an exercise, from the front matter of its text: its title, its configurations and its properties. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { CheckReport } from '../../report.ts'
import { growthInWords, messageInWords } from '../../text/explain.ts'
import type { ScopeWords } from '../../text/scope.ts'
import { type Dictionary, put } from '../../text/words.ts'
import { ROOT } from './libraries.ts'

export interface ExerciseWords {
  readonly title: string
  /** What its parts are called, where it has several. */
  readonly parts?: Readonly<Record<string, { readonly title: string }>>
  /** What its roles are called, and what it counts besides. */
  readonly scope: ScopeWords
  readonly configurations: Readonly<Record<string, string>>
  readonly properties: Readonly<
    Record<string, { readonly title: string; readonly holds: string; readonly fails: string }>
  >
}

/** @param language two letters; a text that is not there gives names only */
export function wordsOf(exercise: string, language = 'en'): ExerciseWords {
  const nothing: ExerciseWords = { title: exercise, scope: {}, configurations: {}, properties: {} }
  let text: string
  try {
    text = readFileSync(path.join(ROOT, 'exercises', exercise, `${language}.mdx`), 'utf8')
  } catch {
    return nothing
  }
  const matter = /^---\n([\s\S]*?)\n---/.exec(text)
  return { ...nothing, ...(matter ? (parse(matter[1]!) as Partial<ExerciseWords> | null) : null) }
}

/** What a check found, in the words of the engine and, where it failed, of the property. */
export function messageOf(check: CheckReport, words: ExerciseWords, dictionary: Dictionary): string {
  const own = words.properties[check.property]
  const general = messageInWords(check, dictionary)
  if (check.verdict === 'inconclusive' && check.bounds.hit)
    return `${general} ${growthInWords(check.growth, dictionary)}`
  if (check.verdict !== 'failed' || !own) return general
  return `${put({ fails: own.fails }, 'fails', check.message.parameters)} ${general}`
}
