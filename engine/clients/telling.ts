/** Values of a process in words and as plain data: for the console, and for what a function returned or threw. */
import type { Plain } from '../api.ts'
import { Fault } from '../fault.ts'
import { canonical, copy } from '../plain.ts'
import type { ThrownError } from './process-state.ts'

const LENGTH_MAX = 2_000
const DEPTH_MAX = 4
const PARTS_MAX = 100

/** Parts of a value that are put into words: each takes a character at least, so that no more than these are seen. */
interface Left {
  parts: number
}

/** A value as `console.log` shows it, about as Node does. Calls nothing of the value's own. */
export function inspect(value: unknown): string {
  const text = inspected(value, 0, new Set(), { parts: LENGTH_MAX })
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text
}

function inspected(value: unknown, depth: number, open: ReadonlySet<object>, left: Left): string {
  if (left.parts-- <= 0) return '…'
  if (typeof value === 'string') return depth === 0 ? value : `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'symbol') return value.toString()
  if (typeof value === 'function') return `[Function ${ownText(value, 'name') || '(anonymous)'}]`
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  if (open.has(value)) return '[Circular]'
  const inner = new Set(open).add(value)
  const part = (one: unknown): string => inspected(one, depth + 1, inner, left)
  try {
    if (value instanceof Error) return `${errorName(value)}: ${ownText(value, 'message')}`
    if (depth >= DEPTH_MAX) return Array.isArray(value) ? '[Array]' : '[Object]'
    if (Array.isArray(value)) {
      const parts = value.slice(0, PARTS_MAX).map(part)
      return parts.length === 0 ? '[]' : `[ ${parts.join(', ')} ]`
    }
    if (value instanceof Map) {
      const entries = [...Map.prototype.entries.call(value)].slice(0, PARTS_MAX)
      return `Map(${value.size}) { ${entries.map(([key, one]) => `${part(key)} => ${part(one)}`).join(', ')} }`
    }
    if (value instanceof Set)
      return `Set(${value.size}) { ${[...Set.prototype.values.call(value)].slice(0, PARTS_MAX).map(part).join(', ')} }`
    const fields = Object.keys(value)
      .slice(0, PARTS_MAX)
      .map((key) => {
        const property = Object.getOwnPropertyDescriptor(value, key)!
        return `${key}: ${property.get ? '[Getter]' : part(property.value)}`
      })
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
  } catch {
    return '[object]'
  }
}

/** What a function returned, as plain data; in words where it is none. */
export function plainOf(value: unknown): Plain {
  try {
    canonical(value, 'value')
    return copy(value) as Plain
  } catch (error) {
    if (error instanceof Fault) return inspect(value)
    throw error
  }
}

/**
 * What was thrown.
 * @param stack the coroutines that it came through
 * @param line the line that ran last
 */
export function thrownOf(error: unknown, stack: ThrownError['stack'], line: number): ThrownError {
  const told = stack.length > 0 ? stack.map((frame) => ({ ...frame })) : [{ function: '', line }]
  if (typeof error !== 'object' || error === null)
    return { name: '', message: inspect(error), code: null, stack: told }
  const code = ownValue(error, 'code')
  return {
    name: errorName(error),
    message:
      error instanceof Error || ownText(error, 'message') !== '' ? ownText(error, 'message') : inspect(error),
    code: typeof code === 'string' || typeof code === 'number' ? code : null,
    stack: told,
  }
}

function errorName(error: object): string {
  for (let owner: object | null = error; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    const property = Object.getOwnPropertyDescriptor(owner, 'name')
    if (property && !property.get) return String(property.value)
    if (property?.get && owner !== error) {
      const made = Object.getOwnPropertyDescriptor(owner, 'constructor')?.value as
        { name?: unknown } | undefined
      if (typeof made?.name === 'string') return made.name
    }
  }
  return error instanceof Error ? 'Error' : 'Object'
}

function ownText(object: object, key: string): string {
  const value = ownValue(object, key)
  return typeof value === 'string' ? value : ''
}

function ownValue(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value
}
