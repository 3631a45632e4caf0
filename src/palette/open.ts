/** Opens the search or the commands, one at a time, and makes each when it is first asked for. */
import { sayer, type Guide } from './guide.ts'
import type { Sheet } from './sheet.ts'

export type What = 'search' | 'palette'

const sheets = new Map<What, Promise<Sheet>>()

async function guide(): Promise<Guide> {
  const address = document.querySelector<HTMLElement>('[data-guide]')!.dataset.guide!
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
  return (await answer.json()) as Guide
}

let known: Promise<Guide> | undefined

async function make(what: What): Promise<Sheet> {
  // What failed is asked for again.
  known ??= guide().catch((error: unknown) => {
    known = undefined
    throw error
  })
  const site = await known
  const say = sayer(site)
  if (what === 'search') return (await import('../search/search.ts')).searchSheet(site, say)
  return (await import('./palette.ts')).paletteSheet(site, say, () => void open('search'))
}

export async function open(what: What): Promise<void> {
  let sheet = sheets.get(what)
  if (!sheet) {
    sheet = make(what)
    sheets.set(what, sheet)
    sheet.catch(() => sheets.delete(what))
  }
  const { open: show } = await sheet
  for (const other of document.querySelectorAll<HTMLDialogElement>('dialog.way-sheet[open]')) other.close()
  show()
}
