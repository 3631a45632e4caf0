/** What broke a property, in the words that the exercise's text has for it. */
import { getEntry } from 'astro:content'
import { put } from '../../engine/text/words.ts'
import type { CheckResult } from './check.ts'

/** @throws Error when the exercise has no words for the property in this language */
export async function brokenWords(language: string, { check, violation }: CheckResult): Promise<string> {
  const entry = await getEntry('exercises', `${check.words}/${language}`)
  const properties = entry?.data.properties as Record<string, { fails?: string }> | undefined
  const fails = properties?.[check.property]?.fails
  if (!fails) throw new Error(`${check.words} has no words for '${check.property}' in '${language}'`)
  return put({ fails }, 'fails', violation)
}
