/** What the Enter key does in the plain editor: the new line starts where the last one did. */

/** The text that Enter inserts at a place of a file. */
export function newLine(code: string, caret: number): string {
  const start = code.lastIndexOf('\n', caret - 1) + 1
  const before = code.slice(start, caret)
  const indent = /^[ \t]*/.exec(before)![0]
  return `\n${indent}${/[{([]$/.test(before.trimEnd()) ? '  ' : ''}`
}

/** The offset of a line and column of a file; both count from 1. */
export function offsetOf(code: string, line: number, column: number): number {
  const lines = code.split('\n')
  const before = lines.slice(0, line - 1)
  return (
    before.reduce((sum, text) => sum + text.length + 1, 0) +
    Math.min(column - 1, lines[line - 1]?.length ?? 0)
  )
}
