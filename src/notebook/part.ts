/**
 * Part: the block of a file that a cell shows, and the way between the two. What is shown starts at the left edge; in the
 * file it is set in as it was.
 */
import type { RunRecord } from '../../engine/trace/record.ts'
import type { Position } from '../editor/surface.ts'

/** A file, cut in three. `before`, the block set in by `indent`, and `after` are the file. */
export interface Part {
  readonly before: string
  /** The block as it is shown, without the line break at its end. */
  readonly code: string
  readonly after: string
  /** What each line of the block begins with in the file. */
  readonly indent: string
  /** The line of the file that the block begins at, from 1. */
  readonly firstLine: number
}

/**
 * Cuts out the block whose first line begins with some text, up to the line that closes it: the next one that begins
 * with a closing bracket as far in as the first.
 * @throws Error when no line, or more than one, begins so, or none closes the block
 */
export function cut(file: string, begins: string): Part {
  const lines = file.split('\n')
  const starts = lines.flatMap((line, index) => (line.trimStart().startsWith(begins) ? [index] : []))
  const first = starts[0]
  if (first === undefined || starts.length > 1)
    throw new Error(`${starts.length} lines begin with '${begins}'; a cell needs one`)
  const indent = /^ */.exec(lines[first]!)![0]
  const length = lines.slice(first).findIndex((line, index) => index > 0 && closes(line, indent)) + 1
  if (length === 0) throw new Error(`nothing closes the block that begins with '${begins}'`)
  const block = lines.slice(first, first + length)
  return {
    before: lines
      .slice(0, first)
      .map((line) => `${line}\n`)
      .join(''),
    code: block.map((line) => line.slice(indent.length)).join('\n'),
    after: lines
      .slice(first + length)
      .map((line) => `\n${line}`)
      .join(''),
    indent,
    firstLine: first + 1,
  }
}

function closes(line: string, indent: string): boolean {
  return line.startsWith(indent) && /[})\]]/.test(line.charAt(indent.length))
}

/** The whole file, with what the reader has written in the place of the block. */
export function whole({ before, after, indent }: Part, code: string): string {
  return (
    before +
    code
      .split('\n')
      .map((line) => (line === '' ? line : indent + line))
      .join('\n') +
    after
  )
}

/**
 * A place of the file as one of the cell: where the reader can mend it. A place after the block, where a bracket is
 * missed, is the block's last; one before it, its first. A place of the whole file, line 0, stays so.
 * @param code what stands in the cell
 */
export function placeInPart({ indent, firstLine }: Part, code: string, { line, column }: Position): Position {
  if (line === 0) return { line, column }
  const lines = code.split('\n')
  const inPart = line - firstLine + 1
  if (inPart < 1) return { line: 1, column: 1 }
  if (inPart > lines.length) return { line: lines.length, column: lines.at(-1)!.length + 1 }
  return { line: inPart, column: Math.max(1, column - indent.length) }
}

/** The line of the cell that a line of the file is; 0 where it is not in the block. */
export function lineInPart({ firstLine }: Part, code: string, line: number): number {
  const inPart = line - firstLine + 1
  return line > 0 && inPart >= 1 && inPart <= code.split('\n').length ? inPart : 0
}

/**
 * A run of the file as a run of the block alone, in the cell's lines: what the rest of the file did has none. For the marks,
 * which show a step at a line that is in sight.
 */
export function runInPart(part: Part, code: string, record: RunRecord): RunRecord {
  const inPart = (line: number): number => lineInPart(part, code, line)
  const linesOf = (lines: readonly number[]): number[] => lines.map(inPart).filter((line) => line > 0)
  return {
    ...record,
    steps: record.steps.map((step) => ({
      ...step,
      lines: linesOf(step.lines),
      persisted: linesOf(step.persisted),
      sent: step.sent.map((message) => ({ ...message, line: inPart(message.line) })),
    })),
  }
}
