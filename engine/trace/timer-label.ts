/**
 * What the timers of processes and servers stand for. A protocol's own timer goes by its name; a deadline of a server, or the
 * end of a process's sleep, by what happens then. Reference: the names that `Server.deadlines` of each service gives.
 */
import { nodeOfConnection } from '../services/wire.ts'
import { type Dictionary, put } from '../text/words.ts'

/** What happens when a timer fires, as the end of a code of the dictionary, and its parameters. */
interface Happening {
  readonly what: string
  readonly parameters: { readonly [name: string]: string }
}

/** Each kind of deadline: how it is named, and what the parts of its name are. */
const DEADLINES: readonly (readonly [pattern: RegExp, what: string, ...names: string[]])[] = [
  [/^expire:(.*)$/s, 'key', 'key'],
  [/^synchronise:(.*)$/s, 'synchronise', 'server'],
  [/^ask$/, 'ask'],
  [/^expire (.*)$/s, 'session', 'session'],
  [/^poll "(.*)" of "(.*)"$/s, 'poll', 'consumer', 'group'],
  [/^session "(.*)" of "(.*)"$/s, 'consumer', 'consumer', 'group'],
  [/^session lost \d+ of "(.*)"$/s, 'lost', 'group'],
  [/^rebalance of "(.*)"$/s, 'rebalance', 'group'],
]

/** What a timer of a process or a server stands for; null for a protocol's own timer. */
export function happeningOf(timer: string): Happening | null {
  if (/^wake:\d+$/.test(timer)) return { what: 'wake', parameters: {} }
  const link = /^link:(.*)$/s.exec(timer)
  if (link) return { what: 'link', parameters: { link: link[1]! } }
  const due = /^due:(.*)$/s.exec(timer)
  if (!due) return null
  for (const [pattern, what, ...names] of DEADLINES) {
    const found = pattern.exec(due[1]!)
    if (!found) continue
    const part = (name: string, index: number): string =>
      name === 'consumer' ? nodeOfConnection(found[index + 1]!) : found[index + 1]!
    return { what, parameters: Object.fromEntries(names.map((name, index) => [name, part(name, index)])) }
  }
  return { what: 'due', parameters: { name: due[1]! } }
}

/** A timer in few words: its name, or what happens, such as `key lock expires`. */
export function timerLabel(timer: string, dictionary: Dictionary): string {
  const happening = happeningOf(timer)
  return happening === null ? timer : put(dictionary, `told.timer.${happening.what}`, happening.parameters)
}
