/** Opens the search or the commands, one at a time, and makes each when it is first asked for. */
import { sayer } from './guide.ts'
import type { Sheet } from './sheet.ts'
import { siteGuide } from './site-guide.ts'

export type What = 'search' | 'palette'

const sheets = new Map<What, Promise<Sheet>>()

async function make(what: What): Promise<Sheet> {
  const site = await siteGuide()
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
