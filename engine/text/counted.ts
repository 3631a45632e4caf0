/**
 * Words whose form depends on a number. A template may have two forms, `one | many`, as English wants it; a language
 * that has one form writes one.
 */
import { type Dictionary, put } from './words.ts'
import type { Parameters } from '../fault.ts'

/** The form of a word for a number: `form('acceptor | acceptors', 3)` is `acceptors`. */
export function form(forms: string, count: number): string {
  const [one = '', many = one] = forms.split('|').map((part) => part.trim())
  return count === 1 ? one : many
}

/** The sentence of a code, in the form that fits `count`, which also fills `{count}`. */
export function counted(
  dictionary: Dictionary,
  code: string,
  count: number,
  parameters: Parameters = {},
): string {
  const template = Object.hasOwn(dictionary, code) ? dictionary[code]! : code
  return put({ [code]: form(template, count) }, code, { count, ...parameters })
}
