/** The figures of the chapter in which a reader's own answer can run, by id, as the sandbox needs them. */
import type { Answered } from '../../sandbox/answered-run.ts'
import { figures } from './figures.ts'

export const answered: Readonly<Record<string, Answered>> = Object.fromEntries(
  figures.flatMap((figure) => (figure.answered ? [[figure.id, figure.answered]] : [])),
)
