/** What broke a property, in the words that the exercise's text or the chapter's own dictionary has for it. */
import { getEntry } from 'astro:content'
import { put } from '../../engine/text/words.ts'
import type { Found } from './check.ts'
import { say } from './say.ts'

/** @throws Error when there are no words for the property in this language */
export async function brokenWords(language: string, { check, violation }: Found): Promise<string> {
  if (check.words === null) return say(language, `property.${check.property}`, violation)
  const entry = await getEntry('exercises', `${check.words}/${language}`)
  const properties = entry?.data.properties as Record<string, { fails?: string }> | undefined
  const fails = properties?.[check.property]?.fails
  if (!fails) throw new Error(`${check.words} has no words for '${check.property}' in '${language}'`)
  return put({ fails }, 'fails', violation)
}
