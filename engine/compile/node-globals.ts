/** The global of a node's file beside the language's own, as the editor and the compiler know it. Its runtime is in `console.ts`. */
export const NODE_GLOBALS = `
/** What a handler writes here is shown at the step in which it ran. It changes nothing. */
declare const console: {
  log(...values: unknown[]): void
  info(...values: unknown[]): void
  warn(...values: unknown[]): void
  error(...values: unknown[]): void
  debug(...values: unknown[]): void
}
`
