/**
 * Puts codes and parameters into words. The words are in dictionaries, one file a language, so that nothing else in
 * the engine holds a sentence.
 */
import type { Parameters } from '../fault.ts'

/** Templates by code; `{name}` stands for a parameter. */
export type Dictionary = { readonly [code: string]: string }

/**
 * The sentence of a code. A parameter that is missing stays visible as `{name}`, and a code without a template gives
 * the code itself, so that a gap in a translation is seen and does no harm.
 */
export function put(dictionary: Dictionary, code: string, parameters: Parameters = {}): string {
  const template = Object.hasOwn(dictionary, code) ? dictionary[code]! : code
  return template.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (value === undefined) return gap
    // What was expected is a code itself, and has words for the same parameters.
    if (name === 'expected' && typeof value === 'string')
      return put(dictionary, value, { ...parameters, expected: '' })
    if (typeof value === 'number') return Number.isInteger(value) ? grouped(value) : String(value)
    return Array.isArray(value) ? value.join(', ') : String(value)
  })
}

/** Names as they are read: `X`, `X and Y`, `X, Y and Z`. */
export function listed(names: readonly string[], dictionary: Dictionary): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : put(dictionary, 'list.and', { first: names.slice(0, -1), last })
}

/** A whole number with its thousands set apart, as `412,006`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}
