/** Code and runs of an exercise as something to share. Loaded when somebody does. */
import type { RunRecord } from '../../engine/trace/record.ts'
import { TELLING } from '../../engine/trace/transcript.ts'
import type { Room } from '../exercise/context.ts'
import { ARRIVED } from './arrived.ts'
import type { Shared, SharedRun } from './shared.ts'
import { openSharing } from './sharing.ts'

interface Shown {
  readonly code: string
  readonly record: RunRecord | null
  readonly run: SharedRun | null
  readonly step: number
}

/** Opens the dialog for the code as it stands, or for the run that is shown and the code that it is of. */
export async function shareExercise({ page, session }: Room, of: 'code' | 'run'): Promise<void> {
  const shown = of === 'run' ? shownRun(session) : session.checkIsOfCode ? shownRun(session) : null
  const { code, record, run, step } = shown ?? { code: session.draft.code, record: null, run: null, step: 0 }
  const { id, version, model } = page
  await openSharing({
    title: page.title,
    shared: { kind: 'exercise', of: id, version, model, code, ...(run && { run, step }) },
    record,
    step,
    words: page.runWords,
    telling: TELLING,
    among: document.getElementById('run')!,
    open: (shared: Shared) => document.dispatchEvent(new CustomEvent(ARRIVED, { detail: shared })),
  })
}

/** The run by hand, or the one that shows how a check came out. */
function shownRun({ driving, check, cursor, checkCode }: Room['session']): Shown | null {
  if (driving?.record) {
    const { record, configuration, source, cursor } = driving
    const actions = record.steps.map(({ action }) => action)
    return { code: source, record, run: { configuration, actions }, step: cursor.step }
  }
  if (!check?.trace || !check.record) return null
  const { configuration, actions, loopFrom } = check.trace
  const run = {
    configuration,
    actions,
    ...(loopFrom !== undefined && { loopFrom }),
    property: check.property,
  }
  return { code: checkCode, record: check.record, run, step: cursor.step }
}
