/** What can be asked for by name, and how a few letters find it. */

export interface Command {
  readonly name: string
  /** What stands beside it in pale: the chapter of a page, the group of a command. */
  readonly within: string
  /** Where it leads, or what it does. */
  readonly leads?: string
  readonly does?: () => void
  /** Whether it is what holds now, such as the theme. */
  readonly chosen?: boolean
}

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/**
 * Those commands that have all the words, wherever; a command whose name begins with the first of them comes first, then those in
 * whose name a word begins with it.
 */
export function matching(commands: readonly Command[], words: string): Command[] {
  const wanted = folded(words).split(/\s+/).filter(Boolean)
  const first = wanted[0]
  if (first === undefined) return [...commands]
  const rank = ({ name }: Command): number => {
    const text = folded(name)
    if (text.startsWith(first)) return 0
    if (text.split(/\P{L}+/u).some((word) => word.startsWith(first))) return 1
    return text.includes(first) ? 2 : 3
  }
  return commands
    .filter(({ name, within }) => wanted.every((word) => folded(`${name} ${within}`).includes(word)))
    .map((command, index) => ({ command, index }))
    .sort((one, other) => rank(one.command) - rank(other.command) || one.index - other.index)
    .map(({ command }) => command)
}
