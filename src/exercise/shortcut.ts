/** The keys that run the code, and how a keyboard names them. */

/** @param platform what the browser calls it, such as `MacIntel` */
export function shortcut(platform: string): string {
  return /^(Mac|iP)/.test(platform) ? '⌘↵' : 'Ctrl ↵'
}

export function runs(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
}
