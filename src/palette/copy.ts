/** Copies the address of a part of the page when its link is followed, and says so. */
import { element } from './elements.ts'
import { siteGuide } from './site-guide.ts'
import './note.css'

/** How long it stays said, in milliseconds. */
const SHOWN_MS = 2500

let note: HTMLElement | undefined
let leaving: ReturnType<typeof setTimeout> | undefined

export async function copyAddress(address: string): Promise<void> {
  const { words } = await siteGuide()
  // The region has to be there before anything is said in it.
  if (!note) {
    note = element('p', { class: 'way-note', role: 'status', hidden: true })
    document.body.append(note)
  }
  try {
    await navigator.clipboard.writeText(address)
  } catch {
    // The address is in the bar of the browser, too.
    return
  }
  clearTimeout(leaving)
  note.hidden = false
  note.textContent = words['anchor.copied']
  leaving = setTimeout(() => {
    note!.hidden = true
    note!.textContent = ''
  }, SHOWN_MS)
}
