/**
 * The dialog that search and commands have in common: a field, what is found under it, and a line for those who hear the page.
 * The arrow keys move between field and findings, Enter in the field takes the first of them, Escape closes, and the focus goes back
 * to where it was.
 */
import { element } from './elements.ts'
import type { Say } from './guide.ts'
import './sheet.css'

export interface Sheet {
  readonly dialog: HTMLDialogElement
  readonly field: HTMLInputElement
  /** Where findings are put; the arrow keys go through its links and buttons. */
  readonly found: HTMLElement
  /** Says something to those who hear the page. */
  tell(text: string): void
  open(): void
  close(): void
}

export interface SheetWords {
  readonly title: string
  readonly label: string
}

export function makeSheet(
  kind: string,
  { title, label }: SheetWords,
  say: Say,
  changed: (words: string) => void,
): Sheet {
  const field = element('input', {
    type: 'text',
    role: 'searchbox',
    inputmode: 'search',
    enterkeyhint: 'go',
    'aria-label': label,
    placeholder: label,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    autofocus: true,
  })
  const found = element('div', { class: 'found' })
  const told = element('p', { class: 'visually-hidden', role: 'status' })
  const close = element('button', {
    type: 'button',
    class: 'close',
    'aria-label': say('way.close'),
    title: say('way.close'),
  })
  const dialog = element(
    'dialog',
    { class: `way-sheet ${kind}`, 'aria-label': title },
    element('div', { class: 'field' }, field, close),
    told,
    found,
  )
  const stops = (): HTMLElement[] =>
    [...found.querySelectorAll<HTMLElement>('a[href], button')].filter((stop) => stop.offsetParent !== null)

  /** Where nothing had the focus before, the field would keep it until the next frame, and with it the next key. */
  const shut = (): void => {
    dialog.close()
    if (dialog.contains(document.activeElement)) (document.activeElement as HTMLElement).blur()
  }
  close.addEventListener('click', shut)
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) shut()
  })
  field.addEventListener('input', () => changed(field.value))
  dialog.addEventListener('keydown', (event) => {
    // The page behind has keys of its own.
    event.stopPropagation()
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault()
      shut()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const all = stops()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const inField = document.activeElement === field
    const to =
      event.key === 'ArrowDown'
        ? all[at + 1]
        : event.key === 'ArrowUp'
          ? (all[at - 1] ?? field)
          : event.key === 'End' && !inField
            ? all.at(-1)
            : event.key === 'Home' && !inField
              ? all[0]
              : undefined
    if (event.key === 'Enter' && inField) {
      event.preventDefault()
      all[0]?.click()
    } else if (['ArrowDown', 'ArrowUp'].includes(event.key) || to) {
      event.preventDefault()
      to?.focus()
      to?.scrollIntoView({ block: 'nearest' })
    } else if (!inField && event.key.length === 1 && event.key !== ' ') {
      // What is typed goes on in the field.
      field.focus()
    }
  })
  document.body.append(dialog)
  return {
    dialog,
    field,
    found,
    tell: (text) => (told.textContent = text),
    open() {
      if (!dialog.open) dialog.showModal()
      field.select()
    },
    close: shut,
  }
}
