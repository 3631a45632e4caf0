/** Tokens: cuts a statement’s text into words, names, numbers, strings, parameters and symbols, as PostgreSQL does. */
import { SqlError, notModelled, syntaxError } from './sql-error.ts'

export interface Token {
  /** `word` may be a key word; `name` stood in double quotes and never is one. */
  readonly kind: 'word' | 'name' | 'number' | 'string' | 'parameter' | 'symbol' | 'end'
  /** A word in small letters, a string without its quotes, a parameter’s number. */
  readonly text: string
  /** As it stands in the statement: errors quote it. */
  readonly source: string
  /** Where it begins in the statement. */
  readonly offset: number
}

const SPACE = /^(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/
const SYMBOL = /^(?:::|<>|!=|<=|>=|\|\||[-+*/%<>=(),.;])/

/**
 * The tokens of a text; the last is of kind `end`.
 * @throws SqlError 42601 where no token begins
 */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = []
  let rest = text
  const take = (kind: Token['kind'], source: string, value: string): void => {
    found.push({ kind, text: value, source, offset: text.length - rest.length })
    rest = rest.slice(source.length)
  }
  for (;;) {
    rest = rest.replace(SPACE, '')
    if (rest === '') {
      found.push({ kind: 'end', text: '', source: '', offset: text.length })
      return found
    }
    const word = /^[\p{L}_][\p{L}\p{N}_$]*/u.exec(rest)?.[0]
    if (word !== undefined) {
      if (/^(?:e|b|x|n|u&)$/i.test(word) && rest[word.length] === "'")
        throw notModelled('strings with a prefix')
      take('word', word, lower(word))
      continue
    }
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest)?.[0]
    if (number !== undefined) {
      // "1abc" is two tokens for PostgreSQL 15, which has caused surprise enough: it is refused from 16 on.
      take('number', number, number)
      continue
    }
    const parameter = /^\$\d+/.exec(rest)?.[0]
    if (parameter !== undefined) {
      take('parameter', parameter, parameter.slice(1))
      continue
    }
    if (rest[0] === "'") {
      const string = /^'(?:[^']|'')*'/.exec(rest)?.[0]
      if (string === undefined) throw unterminated('string', rest)
      take('string', string, string.slice(1, -1).replaceAll("''", "'"))
      continue
    }
    if (rest[0] === '"') {
      const name = /^"(?:[^"]|"")*"/.exec(rest)?.[0]
      if (name === undefined) throw unterminated('identifier', rest)
      if (name === '""') throw new SqlError('42601', 'zero-length delimited identifier at or near """"')
      take('name', name, name.slice(1, -1).replaceAll('""', '"'))
      continue
    }
    const symbol = SYMBOL.exec(rest)?.[0]
    if (symbol === undefined) throw syntaxError(String.fromCodePoint(rest.codePointAt(0)!))
    take('symbol', symbol, symbol === '!=' ? '<>' : symbol)
  }
}

/** Key words and names without quotes are folded to small letters, and only those of ASCII. */
function lower(word: string): string {
  return word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function unterminated(what: 'string' | 'identifier', rest: string): SqlError {
  return new SqlError('42601', `unterminated quoted ${what} at or near "${rest}"`)
}
