/** What goes wrong in the comparison, a row for each: what may happen to the holder, to a server and to the network. */
import type { System } from '../../../engine/actors/system.ts'
import { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import { withCutLink } from '../../../engine/trace/cut-links.ts'
import type { Frame, RunRecord } from '../../../engine/trace/record.ts'
import {
  type Told,
  atStep,
  everybodyEntered,
  onceInside,
  otherEntered,
  tell,
  upTo,
  workerAt,
  worstOf,
} from './comparison-runs.ts'
import { type Answer, type Row, SHORT, answerOf, brief, broken, search } from './comparison-search.ts'
import { type Mechanism, type Setting, TTL_MS, WORK_MS, serversOf, workers } from './comparison-workers.ts'

/** A row that asks whether two may be inside. */
interface Fault {
  readonly id: string
  readonly setting: Setting
  /** The same fault in a run that is told, where none breaks the property: done as soon as A is inside. */
  readonly example: (mechanism: Mechanism) => Action
}

/** Do its servers keep nothing on their disks, unless they are told to? */
const keepsInMemory = (mechanism: Mechanism): boolean => !['note-row', 'row', 'line'].includes(mechanism)

function exclusionUnder({ id, setting, example }: Fault): Row {
  return {
    id,
    group: 'survives',
    answer(mechanism) {
      const alone = search(workers(mechanism, setting), 'two-inside')
      if (alone.run !== null) return broken(workers(mechanism, setting), alone, 'two-inside')
      // With several servers one fault alone may be what they are there for. Once more, and a message has been lost before.
      const several = serversOf(mechanism).length > 1
      const besides = workers(mechanism, { ...setting, drops: 1 })
      const both = several ? search(besides, 'two-inside', losesOne(besides)) : null
      if (both?.run) return broken(besides, both, 'two-inside-besides')
      const { system, record } = tell(
        workers(mechanism, setting),
        [onceInside('A', () => example(mechanism))],
        everybodyEntered,
      )
      return {
        code: 'one-inside',
        values: {},
        good: true,
        states: alone.states + (both?.states ?? 0),
        system,
        record,
      }
    },
  }
}

/** The last of A’s first messages is lost. */
function losesOne(system: System): Action[] {
  const last = new Run(system).handActions().findLast(({ kind }) => kind === 'drop')
  if (!last) throw new Error('there is nothing to be lost at the start')
  return [last]
}

const SERVER_RESTARTS: Setting = {
  workers: SHORT,
  crashes: { roles: ['server'], limit: 1, restart: 'at once' },
}
const restarts = (mechanism: Mechanism): Action => ({
  kind: 'crash',
  node: serversOf(mechanism)[0]!,
  restarts: true,
})

/** Longer than a lease. */
const PAUSE_MS = TTL_MS + 100

const faults: readonly Fault[] = [
  {
    id: 'pause',
    setting: {
      workers: brief(PAUSE_MS - 50),
      time: { pauses: { roles: ['client'], milliseconds: [PAUSE_MS], limit: 1 } },
    },
    example: () => ({ kind: 'pause', node: 'A', milliseconds: PAUSE_MS }),
  },
  { id: 'restart', setting: SERVER_RESTARTS, example: restarts },
  { id: 'restart-disk', setting: { ...SERVER_RESTARTS, onDisk: true }, example: restarts },
  {
    id: 'jump',
    setting: {
      workers: SHORT,
      time: { jumps: { roles: ['server'], milliseconds: [TTL_MS], limit: 1 } },
    },
    example: (mechanism) => ({ kind: 'jump', node: serversOf(mechanism)[0]!, milliseconds: TTL_MS }),
  },
]

/** How long until others get in, after the worst of several runs. */
function entersAfter(told: readonly Told[]): Answer {
  const { came, took, system, record } = worstOf(told)
  return {
    code: came ? 'enters-after' : 'never',
    values: came ? { milliseconds: took } : {},
    good: came,
    runs: told.length,
    system,
    record,
  }
}

/** A crashes: after each step, its own or a server’s, that its lock has led to. */
export const crash: Row = {
  id: 'crash',
  group: 'survives',
  answer(mechanism) {
    const system = (): System =>
      workers(mechanism, { crashes: { roles: ['client'], limit: 1, restart: 'never' } })
    const { record } = tell(system(), [], (frame) => workerAt(frame, 'A').had > 0)
    const moments = record.steps
      .filter(({ node, received }) => node === 'A' || received?.from === 'A')
      .map(({ number }) => number)
    return entersAfter(
      moments.map((step) =>
        tell(system(), [atStep(step, () => ({ kind: 'crash', node: 'A' }))], otherEntered),
      ),
    )
  },
}

/** So long it takes a service of several servers to go on after one of them has crashed. */
const TAKEOVER_MS = 200

/** A server crashes while A is inside, and stays away. ZooKeeper is an ensemble, of which another server takes over. */
export const down: Row = {
  id: 'down',
  group: 'survives',
  answer(mechanism) {
    const node = serversOf(mechanism)[0]!
    const system = workers(mechanism, {
      workers: { A: {}, B: { beginsAt: WORK_MS / 2 } },
      crashes: { roles: ['server'], limit: 1, restart: 'later' },
    })
    let since = 0
    const told = tell(
      system,
      [
        onceInside('A', (frame) => {
          since = frame.now!
          return { kind: 'crash', node }
        }),
        ...(mechanism === 'line'
          ? [
              (frame: Frame): Action | null =>
                frame.now! >= since + TAKEOVER_MS ? { kind: 'restart', node } : null,
            ]
          : []),
      ],
      otherEntered,
    )
    const answer = entersAfter([{ ...told, took: told.record.frames.at(-1)!.now! - since }])
    return mechanism === 'line' && told.came
      ? { ...answer, code: `${answer.code}-takeover`, values: { ...answer.values, takeover: TAKEOVER_MS } }
      : answer
  },
}

/** The link between A and a server is cut while A is inside, and stays so. */
export const partition: Row = {
  id: 'partition',
  group: 'survives',
  answer(mechanism) {
    const system = workers(mechanism)
    const ids = system.nodes.map(({ id }) => id)
    const groups = withCutLink(ids, null, 'A', serversOf(mechanism)[0]!)
    return entersAfter([tell(system, [onceInside('A', () => ({ kind: 'partition', groups }))], otherEntered)])
  },
}

/** While A takes the lock, a message between it and a server is lost: each of them, one at a time. */
export const lost: Row = {
  id: 'lost',
  group: 'survives',
  answer(mechanism) {
    const system = (): System => workers(mechanism, { drops: 1 })
    const quiet = tell(system(), [], everybodyEntered)
    const usual = quiet.record.frames.at(-1)!.now!
    const told = upTo(quiet.record.steps.length)
      .filter((step) => workerAt(quiet.record.frames[step]!, 'A').asking)
      .flatMap((step) => dropsAt(system(), quiet.record, step).map((action) => ({ step, action })))
      .map(({ step, action }) => tell(system(), [atStep(step, () => action)], everybodyEntered))
      // What counts is how much later everybody has had the lock than without the loss.
      .map((one) => ({ ...one, took: one.record.frames.at(-1)!.now! - usual }))
    const worst = worstOf(told)
    const { came, took } = worst
    return {
      code: came ? 'later' : 'never',
      values: { milliseconds: Math.max(0, took) },
      // That it is late is neither good nor bad: a deadline frees it.
      ...((!came || took <= SLIGHT_MS) && { good: came }),
      runs: told.length,
      system: worst.system,
      record: worst.record,
    }
  },
}

/** What it takes to ask again. */
const SLIGHT_MS = 150

/** The messages from and to A that may be lost after so many steps of a run. */
function dropsAt(system: System, { steps }: RunRecord, count: number): Action[] {
  const drops: Action[] = []
  tell(
    system,
    [
      atStep(count, (_, run) => {
        drops.push(
          ...run
            .handActions()
            .filter((action) => action.kind === 'drop' && [action.to, action.message.from].includes('A')),
        )
        return steps[count]!.action
      }),
    ],
    () => true,
  )
  return drops
}

export const [pause, restart, onDisk, jump] = faults.map(exclusionUnder) as [Row, Row, Row, Row]

/** The others always write to their disks: for them it is the same question once more. */
export const restartDisk: Row = {
  ...onDisk,
  answer: (mechanism) => answerOf(keepsInMemory(mechanism) ? onDisk : restart, mechanism),
}
