/**
 * Words with their places filled in. The engine has the same; but in the page that is part of what figures are made of, which a page
 * of lists is not to load.
 */
import type { Words } from '../widgets/figure.ts'

/** @throws Error when there are no words for the code */
export function put(
  words: Words,
  code: string,
  places: Readonly<Record<string, string | number>> = {},
): string {
  const sentence = words[code]
  if (sentence === undefined) throw new Error(`no words for '${code}'`)
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(places[name] ?? `{${name}}`))
}

/** A number with its thousands set apart, as everywhere on the site. */
export const grouped = (number: number): string => number.toLocaleString('en')
