/** What the sandbox's scripts are called: an exercise's by its id, those of a chapter's cells and figures by its chapter. */

/** What stands before the chapter in the name of the script of its cells. No exercise is called so. */
export const CELLS_SCRIPT = 'cells-of-'

/** The same for its figures that take answers. */
export const ANSWERS_SCRIPT = 'answers-in-'

/** The script that grades a cell. @param cell its id, as `paxos/promise-rule` */
export function scriptOfCell(cell: string): string {
  return CELLS_SCRIPT + cell.split('/')[0]
}

/** The script that runs answers in a figure. @param figure its id, as `raft/partition` */
export function scriptOfAnswers(figure: string): string {
  return ANSWERS_SCRIPT + figure.split('/')[0]
}
