/** What the sandbox's scripts are called: an exercise's by its id, that of a chapter's cells by its chapter. */

/** What stands before the chapter in the name of the script of its cells. No exercise is called so. */
export const CELLS_SCRIPT = 'cells-of-'

/** The script that grades a cell. @param cell its id, as `paxos/promise-rule` */
export function scriptOfCell(cell: string): string {
  return CELLS_SCRIPT + cell.split('/')[0]
}
