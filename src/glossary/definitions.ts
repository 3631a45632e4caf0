/**
 * Shows the definition of a word beside it, under the pointer or the keyboard, as long as pointer or focus is on the
 * word or on the definition itself. Escape puts it away. A finger's first touch shows it, the second follows the link.
 */

/** Space between a word and its definition, in pixels. */
const GAP = 6
/** How long the pointer rests on a word that is meant, and not only crossed, in milliseconds. */
const INTENT = 120
/** How long the pointer may be elsewhere on its way from the word to the definition, in milliseconds. */
const GRACE = 150

let shown: { readonly word: HTMLElement; readonly box: HTMLElement } | null = null
let leaving: number | undefined
let coming: number | undefined

function hide(): void {
  clearTimeout(leaving)
  clearTimeout(coming)
  shown?.box.hidePopover()
  shown = null
}

/** @param at where the pointer is: a word that is broken over two lines is in two places */
function show(word: HTMLElement, at?: { readonly y: number }): void {
  const box = document.getElementById(word.getAttribute('aria-describedby') ?? '')
  clearTimeout(leaving)
  clearTimeout(coming)
  if (!box?.showPopover || shown?.word === word) return
  hide()
  box.showPopover()
  shown = { word, box }
  const lines = [...word.getClientRects()]
  const line = lines.find(({ top, bottom }) => at && top <= at.y && at.y <= bottom) ?? lines[0]!
  const { width, height } = box.getBoundingClientRect()
  const page = document.documentElement
  const margin = 12
  const left = Math.max(margin, Math.min(line.left, page.clientWidth - width - margin))
  const below = line.bottom + GAP
  const fits = below + height <= page.clientHeight
  box.style.left = `${left}px`
  box.style.top = `${fits ? below : line.top - GAP - height}px`
}

const leave = (): void => {
  clearTimeout(coming)
  clearTimeout(leaving)
  leaving = window.setTimeout(hide, GRACE)
}

for (const word of document.querySelectorAll<HTMLElement>('a.term')) {
  const box = document.getElementById(word.getAttribute('aria-describedby') ?? '')
  word.addEventListener('pointerenter', (event) => {
    if (event.pointerType !== 'touch')
      coming = window.setTimeout(show, shown?.word === word ? 0 : INTENT, word, event)
  })
  word.addEventListener('pointerleave', leave)
  box?.addEventListener('pointerenter', () => clearTimeout(leaving))
  box?.addEventListener('pointerleave', leave)
  word.addEventListener('focus', () => {
    if (word.matches(':focus-visible')) show(word)
  })
  word.addEventListener('blur', hide)
  word.addEventListener('click', (event) => {
    const byFinger = event instanceof PointerEvent && event.pointerType === 'touch'
    if (!byFinger || shown?.word === word) return
    event.preventDefault()
    show(word, event)
  })
}
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide()
})
addEventListener('scroll', hide, { passive: true })
addEventListener('pointerdown', (event) => {
  const on = event.target as Node
  if (shown && !shown.word.contains(on) && !shown.box.contains(on)) hide()
})

export {}
