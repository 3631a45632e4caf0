/**
 * What every page has of search and commands: it listens for their keys and their buttons. All else is loaded when it is asked
 * for. Control or Command with K always works; `/` and `?` can be turned off, for those whose software types letters.
 */
import type { What } from './open.ts'

/** Where letters are typed, and keys belong to what is typed. */
const TYPING =
  'textarea, select, input:not([type=range], [type=checkbox], [type=radio]), [contenteditable], .monaco-editor'

/** Read without src/record/settings.ts, which every page would have to load. */
function singleKeys(): boolean {
  try {
    return localStorage.getItem('lockstep-setting/single-keys') !== 'false'
  } catch {
    return true
  }
}

const open = (what: What): void => {
  void import('./open.ts').then((part) => part.open(what))
}

addEventListener('keydown', (event) => {
  const { key, target } = event
  if (event.defaultPrevented || event.isComposing || (target as Element).closest(TYPING)) return
  const withControl = event.ctrlKey || event.metaKey
  const what =
    withControl || event.altKey
      ? withControl && !event.altKey && key === 'k' && 'palette'
      : singleKeys() && ((key === '/' && 'search') || (key === '?' && 'palette'))
  if (!what) return
  event.preventDefault()
  open(what)
})

for (const button of document.querySelectorAll<HTMLElement>('[data-opens]')) {
  button.hidden = false
  button.addEventListener('click', () => open(button.dataset.opens as What))
}

// The link has led to its part by then, and the bar of the browser shows its address.
addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a.anchor')
  if (link) void import('./copy.ts').then((part) => part.copyAddress(link.href))
})
