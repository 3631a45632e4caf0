/** Runs of this chapter's systems, told by moments; see services/script.ts. */
import type { System } from '../../../engine/actors/system.ts'
import type { Action } from '../../../engine/model.ts'
import { notesOf, processOf } from '../../../engine/trace/process-parts.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { type Moment, nodeOf, play } from '../services/script.ts'

/** What happens by itself, from the start, until something holds. */
export function until(
  system: System,
  end: (frame: Frame) => boolean,
  moments: readonly Moment[] = [],
): readonly Action[] {
  return play(system, moments, end)
}

/** What happens after a run by itself, until something holds, or nothing is left. @returns the new actions alone */
export function goOn(
  system: System,
  before: readonly Action[],
  end: (frame: Frame) => boolean = () => false,
  moments: readonly Moment[] = [],
): readonly Action[] {
  const again = before.map((then): Moment => ({ once: () => true, then }))
  return play(system, [...again, ...moments], end).slice(before.length)
}

/** Does a process have this note? One that is down has none. */
export function isNoted(frame: Frame, id: string, name: string): boolean {
  const node = nodeOf(frame, id)
  return node.up && Boolean(notesOf(processOf(node))[name])
}
