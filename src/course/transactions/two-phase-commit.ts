/** The page on two-phase commit: its two phases, and what holds where nothing fails. */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { explored } from '../locks/declared.ts'
import { goOn } from '../locks/runs.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play } from '../services/script.ts'
import { C, LATENCY, THREE, TWO, type Phase, type Rule, all, twoPhase } from './two-phase-systems.ts'

export const checks: readonly Check[] = [
  explored('C20/two', 'holds', 'all-alike', () =>
    twoPhase({ participants: all(TWO, 'impatient'), still: true }),
  ),
  explored('C20/three', 'holds', 'all-alike', () =>
    twoPhase({ participants: { ...all(TWO, 'impatient'), payment: 'participant' }, still: true }),
  ),
  explored('C20/unanimous', 'holds', 'all-said-yes', () =>
    twoPhase({ participants: { ...all(TWO, 'impatient'), payment: 'participant' }, still: true }),
  ),
  explored('C20/decided', 'holds', 'all-decided', () =>
    twoPhase({ participants: all(TWO, 'impatient'), still: true }),
  ),
  explored('C20/commits', 'reached', 'all-committed', () =>
    twoPhase({ participants: all(THREE, 'participant'), still: true }),
  ),
]

/** In figures everybody may crash, and messages may be lost, by hand. */
const shown = (participants: Readonly<Record<string, Rule>>): System =>
  twoPhase({
    participants,
    crashes: { roles: ['coordinator', 'participant'], limit: 'unlimited', restart: 'later' },
    time: {},
  })
const both = (): System => shown(all(TWO, 'participant'))
const noBook = (): System => shown({ orders: 'participant', stock: 'unable' })

const phaseAt = (frame: Frame, id: string): Phase | null =>
  (nodeOf(frame, id).state as { phase: Phase } | null)?.phase ?? null
const decisionAt = (frame: Frame): string | null =>
  (nodeOf(frame, C).state as { decision: string | null } | null)?.decision ?? null
const have = (frame: Frame, phase: Phase): boolean => TWO.every((id) => phaseAt(frame, id) === phase)
/** Both have come to an end, and the coordinator need not tell anybody any more. */
const isOver = (frame: Frame): boolean =>
  TWO.every((id) => ['committed', 'aborted'].includes(String(phaseAt(frame, id)))) &&
  frame.inFlight.length === 0

const LANES = ['orders', C, 'stock']
const FIELDS = { coordinator: ['yes', 'decision'], participant: ['phase', 'lock'] }

export const figures: readonly FigureDefinition[] = [
  {
    id: 'transactions/prepare',
    pictures: ['F3'],
    variants: ['script'],
    system: both,
    // The votes are about to arrive.
    script: () => play(both(), [], (frame) => have(frame, 'prepared') && frame.now! > LATENCY),
    fields: FIELDS,
    lanes: LANES,
  },
  {
    id: 'transactions/commit',
    pictures: ['F4'],
    variants: ['commit', 'abort'],
    system: (variant) => (variant === 'commit' ? both() : noBook()),
    script: (variant) => play(variant === 'commit' ? both() : noBook(), [], isOver),
    fields: FIELDS,
    lanes: LANES,
  },
]

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!

/** Loses the first message of a kind that is on its way from a node. */
const loses =
  (type: string, from: string) =>
  (actions: readonly Action[]): Action | undefined =>
    actions.find((one) => one.kind === 'drop' && one.message.type === type && one.message.from === from)
const isSent = (frame: Frame, type: string, from: string): boolean =>
  frame.inFlight.some((message) => message.type === type && message.from === from)

const crashOfC: Moment['then'] = { kind: 'crash', node: C }
const isDown = (frame: Frame): boolean => !nodeOf(frame, C).up
const comesBack: readonly Moment[] = [{ once: isDown, then: { kind: 'restart', node: C } }]

/** Asked after some moments, and told from what comes of it. */
const asked = (
  id: string,
  system: () => System,
  [moments, now]: readonly [readonly Moment[], (frame: Frame) => boolean],
  next: readonly Moment[],
  answer: Prediction['answer'],
): Prediction => ({
  id,
  system,
  before: () => play(system(), moments, now),
  next: (before) => goOn(system(), before, isOver, next),
  answer,
})

/** The decision is made, and both messages that tell of it are lost with the coordinator's memory. */
const DECIDED: readonly Moment[] = [
  { once: (frame) => decisionAt(frame) !== null, then: loses('decision', C) },
  { once: (frame) => isSent(frame, 'decision', C), then: loses('decision', C) },
  { once: () => true, then: crashOfC },
]
const outcome = (run: Run): string => phaseAt(lastFrame(run), 'orders') ?? 'nothing'

export const predictions: readonly Prediction[] = [
  asked(
    'transactions/one-no',
    noBook,
    [[], (frame) => phaseAt(frame, 'orders') === 'prepared' && phaseAt(frame, 'stock') === 'aborted'],
    [],
    outcome,
  ),
  asked(
    'transactions/lost-vote',
    both,
    [
      [{ once: (frame) => isSent(frame, 'vote', 'stock'), then: loses('vote', 'stock') }],
      (frame) => have(frame, 'prepared'),
    ],
    [],
    outcome,
  ),
  asked(
    'transactions/crash-before-decision',
    both,
    [[{ once: (frame) => have(frame, 'prepared'), then: crashOfC }], isDown],
    comesBack,
    outcome,
  ),
  asked('transactions/crash-after-decision', both, [DECIDED, isDown], comesBack, outcome),
]
