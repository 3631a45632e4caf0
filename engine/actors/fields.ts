/** Checks of a message's fields, put together from small ones: `fields({ n: number, v: string })`. */
import type { FieldCheck } from './system.ts'

type Check = (value: unknown, path: string) => ReturnType<FieldCheck>

const expected = (expected: string, field: string): ReturnType<FieldCheck> => ({ field, expected })

/** A finite number. */
export const number: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? null : expected('expected-number', path)

/** Text. */
export const string: Check = (value, path) =>
  typeof value === 'string' ? null : expected('expected-string', path)

/** True or false. */
export const boolean: Check = (value, path) =>
  typeof value === 'boolean' ? null : expected('expected-boolean', path)

/** One of these. */
export const oneOf =
  (...choices: readonly (string | null)[]): Check =>
  (value, path) =>
    choices.includes(value as string | null)
      ? null
      : {
          ...expected('expected-choice', path)!,
          choices: choices.map((choice) => (choice === null ? 'null' : `'${choice}'`)),
        }

/** What the check accepts, or null. */
export const orNull =
  (check: Check): Check =>
  (value, path) =>
    value === null ? null : check(value, path)

/** A list of what the check accepts. */
export const list =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return expected('expected-list', path)
    for (const [index, part] of value.entries()) {
      const problem = check(part, `${path}[${index}]`)
      if (problem) return problem
    }
    return null
  }

/** An object with at least these fields. Further fields are let through: receivers don't look at them. */
export function record(checks: { readonly [name: string]: Check }): Check {
  const names = Object.keys(checks)
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return expected('expected-object', path)
    for (const name of names) {
      const field = path === '' ? name : `${path}.${name}`
      const problem = checks[name]!((value as Record<string, unknown>)[name], field)
      if (problem) return problem
    }
    return null
  }
}

/** The fields of one type of message. */
export function fields(checks: { readonly [name: string]: Check }): FieldCheck {
  const check = record(checks)
  return (value) => check(value, '')
}
