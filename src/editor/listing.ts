/** A listing without colours: what stands there until the highlighter is ready. */

/** The lines of a file as HTML. */
export function plainLines(code: string): string[] {
  return code.split('\n').map(escapeHtml)
}

/** Text as it must stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
