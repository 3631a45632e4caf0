/** The code of a cell as something to share, and the code that came with a link to it. Loaded when either is wanted. */
import { mount, unmount } from 'svelte'
import { cellAnchor } from '../course/anchors.ts'
import type { Session } from '../exercise/session.svelte.ts'
import type { CellPage } from '../notebook/page.ts'
import type { Words } from '../widgets/figure.ts'
import { arrivedIn, forgetArrived } from './arrived.ts'
import CellArrived from './CellArrived.svelte'
import { hashOf } from './model-hash.ts'
import { openSharing } from './sharing.ts'

/** What is around the part that can be changed. */
const modelOf = ({ part }: CellPage): string => hashOf(JSON.stringify([part.before, part.after]))

/** Opens the dialog for a cell as it stands. @param words of runs; without any there is no run yet */
export async function shareCell(
  page: CellPage,
  session: Session,
  words: Words,
  cell: HTMLElement,
): Promise<void> {
  const { id, version, title } = page
  await openSharing({
    title,
    anchor: cellAnchor(id),
    shared: { kind: 'cell', of: id, version, model: modelOf(page), code: session.draft.code },
    record: session.checkIsOfCode ? (session.check?.record ?? null) : null,
    step: session.cursor.step,
    words,
    among: cell,
  })
}

/** Shows the code that came with the page’s address, if it is of this cell. @param take puts it into the cell */
export async function arrive(page: CellPage, cell: HTMLElement, take: (code: string) => void): Promise<void> {
  const isMeant = location.hash.split('.')[2] === cellAnchor(page.id)
  const found = isMeant
    ? await arrivedIn(location.hash, { kind: 'cell', id: page.id, version: page.version })
    : null
  if (!found) return
  const { say, shared, remarks } = found
  const code = shared?.code
  const place = document.createElement('div')
  cell.prepend(place)
  const changed = remarks.length === 0 && shared?.model !== modelOf(page) ? [say('arrived.model')] : []
  const notice = mount(CellArrived, {
    target: place,
    props: {
      say,
      text: code === undefined ? remarks : [say('arrived.cell'), ...remarks, ...changed],
      code: code ?? null,
      from: page.part.firstLine,
      take: () => {
        if (code !== undefined) take(code)
        leave()
      },
      leave,
    },
  })
  function leave(): void {
    forgetArrived()
    void unmount(notice)
    place.remove()
    cell.querySelector('textarea')?.focus()
  }
}
