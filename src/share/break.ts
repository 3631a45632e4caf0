/** A run of an exercise in which something is broken: shared, and as it came in, with how far it can be taken here. Loaded when wanted. */
import { Attempt, configurationOf } from '../../engine/break/judge.ts'
import type { Telling } from '../../engine/trace/plain-transcript.ts'
import type { Room } from '../break/context.ts'
import { loadPart } from '../break/exercises.ts'
import { ARRIVED } from './arrived.ts'
import { modelHash } from './model-hash.ts'
import { type Replayable, taken } from './replayable.ts'
import type { SharedRun } from './shared.ts'
import { openSharing } from './sharing.ts'

/** The hash of the system of an exercise’s part. */
export async function modelOfPart(id: string, part: string | null): Promise<string> {
  return modelHash((await loadPart(id, part)).system())
}

/** The name that a part goes by in runs. */
export function configurationOfPart(part: string | null): string {
  return configurationOf(part === null ? {} : { part })
}

/** How far a run goes, by the rules that hold here, in a system that nobody looks at. */
export async function attempted(id: string, part: string | null, run: SharedRun): Promise<Replayable> {
  const attempt = new Attempt(await loadPart(id, part))
  return taken(run.actions, (action) => void attempt.take(action))
}

/** Opens the dialog for a run as it stands. @param among where its views are on the page */
export async function shareRun({ page, session }: Room, telling: Telling, among: HTMLElement): Promise<void> {
  const { trace, record, cursor } = session
  if (trace === null) return
  const { step } = cursor
  await openSharing({
    title: page.name === '' ? page.title : `${page.title}: ${page.name}`,
    shared: {
      kind: 'break',
      of: page.id,
      version: page.version,
      model: await modelOfPart(page.id, page.part),
      run: { configuration: trace.configuration, actions: trace.actions },
      step,
    },
    record,
    step,
    words: page.runWords,
    telling,
    among,
    open: (shared) => document.dispatchEvent(new CustomEvent(ARRIVED, { detail: shared })),
  })
}
