/**
 * Cuts a Lua script into words: names, numbers, strings and signs, each with its line.
 * Reference: Lua 5.1 Reference Manual, section 2.1.
 */

export interface Word {
  readonly kind: 'name' | 'keyword' | 'number' | 'string' | 'sign' | 'end'
  /** As it is written; the characters that it stands for where it is a string. */
  readonly text: string
  /** From 1. */
  readonly line: number
  /** As errors show it. */
  readonly shown: string
  /** Where the script can't be read any further: why. It counts only once all before it has been understood. */
  readonly broken?: LuaSyntaxError
}

/** A script that Lua does not compile, or that uses a part of Lua which is not modelled. */
export class LuaSyntaxError extends Error {
  /** @param message without the place @param line of the word at which Lua notices */
  constructor(message: string, line: number) {
    super(`user_script:${line}: ${message}`)
  }
}

const KEYWORDS = new Set(
  (
    'and break do else elseif end false for function if in local nil not or repeat return then true until ' +
    'while'
  ).split(' '),
)

const PATTERN =
  /(?<space>\s+|--\[\[[\s\S]*?\]\]|--(?!\[\[)[^\n]*)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>(?:0[xX][0-9a-fA-F]+)|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?<long>\[\[[\s\S]*?\]\])|(?<quoted>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')|(?<sign>\.\.\.|\.\.|==|~=|<=|>=|\[(?!\[)|-(?!-\[\[)|[+*/%^#<>=(){}\];:,.])/y

/** The words of a script; the last is its end, or where it can't be read any further. */
export function wordsOf(source: string): Word[] {
  const words: Word[] = []
  let line = 1
  const breakOff = (message: string): Word[] => {
    const broken = new LuaSyntaxError(message, line)
    return [...words, { kind: 'end', text: '', line, shown: '', broken }]
  }
  const pattern = new RegExp(PATTERN)
  while (pattern.lastIndex < source.length) {
    const start = pattern.lastIndex
    const match = pattern.exec(source)
    if (match === null) {
      const unfinished = unfinishedAt(source, start)
      if (unfinished !== null) return breakOff(unfinished)
      // Any other character is a word of its own, which fits nowhere.
      const text = source[start]!
      words.push({ kind: 'sign', text, line, shown: text })
      pattern.lastIndex = start + 1
      continue
    }
    const { name, number, long, quoted, sign } = match.groups!
    const [text] = match
    if (name !== undefined)
      words.push({ kind: KEYWORDS.has(name) ? 'keyword' : 'name', text, line, shown: text })
    else if (number !== undefined) {
      const rest = /^[A-Za-z0-9_.]*/.exec(source.slice(pattern.lastIndex))![0]
      if (rest !== '') return breakOff(`malformed number near '${text}${rest}'`)
      words.push({ kind: 'number', text, line, shown: text })
    } else if (long !== undefined)
      words.push({ kind: 'string', text: text.slice(2, -2).replace(/^\r?\n/, ''), line, shown: text })
    else if (quoted !== undefined)
      words.push({ kind: 'string', text: unescaped(text.slice(1, -1)), line, shown: text })
    else if (sign !== undefined) words.push({ kind: 'sign', text, line, shown: text })
    line += text.split('\n').length - 1
  }
  words.push({ kind: 'end', text: '', line, shown: '<eof>' })
  return words
}

/** What begins here and has no end, as an error; null where nothing does. */
function unfinishedAt(source: string, start: number): string | null {
  const quote = source[start]!
  if (quote === '"' || quote === "'") {
    const rest = source.slice(start)
    const cut = rest.indexOf('\n')
    return `unfinished string near '${cut === -1 ? '<eof>' : rest.slice(0, cut)}'`
  }
  if (source.startsWith('--[[', start)) return "unfinished long comment near '<eof>'"
  return source.startsWith('[[', start) ? "unfinished long string near '<eof>'" : null
}

const ESCAPES: { readonly [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function unescaped(text: string): string {
  return text.replace(/\\([0-9]{1,3}|[\s\S])/g, (_, escape: string) =>
    /^[0-9]/.test(escape) ? String.fromCharCode(Number(escape)) : (ESCAPES[escape] ?? escape),
  )
}
