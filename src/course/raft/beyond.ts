/** What the page on what a real Raft needs besides claims, shows and asks. */
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { Seen } from '../../../exercises/raft-safety/messages.ts'
import preVote from '../../../exercises/raft-safety/variants/pre-vote.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play } from '../services/script.ts'
import { answersReads, reader, readerRole, readingRole } from './reads.ts'
import { type Own, takingAnswers } from './taking-answers.ts'
import { A_TO_C, FEWER_HEARTBEATS, K, always, cluster, raft } from './systems.ts'

/** The client that reads, on the side of the old leader, and one that writes on the other. */
const R = 'R'
const L = 'L'

type Shown = Seen & { readonly applied: number }
const shownBy = (frame: Frame, id: string): Shown | null => nodeOf(frame, id).state as Shown | null
const leads = (frame: Frame, id: string): boolean => shownBy(frame, id)?.role === 'leader'
const applied = (frame: Frame, ids: readonly string[], places: number): boolean =>
  ids.every((id) => (shownBy(frame, id)?.applied ?? 0) >= places)

const early =
  (node: string, timer: string): Moment['then'] =>
  (actions: readonly Action[]) =>
    actions.find((action) => action.kind === 'fire' && action.node === node && action.timer === timer)

/** Three servers, K and L, which write, and R, which reads at A. */
export function reading(rule: string, own: Own = {}): System {
  const whole = cluster({
    servers: A_TO_C,
    clients: { [K]: { commands: ['SET 5'], first: 'A' }, [L]: { commands: ['SET 8'], first: 'C' } },
    ...own,
    role: readingRole,
    time: FEWER_HEARTBEATS,
    timeouts: { A: [150, ...always(290)], B: always(280), C: always(200) },
  })
  return {
    ...whole,
    nodes: [
      ...whole.nodes.map((one) =>
        one.role === 'server'
          ? { ...one, definition: answersReads(one.definition, rule === 'first' ? 'asks first' : 'at once') }
          : one,
      ),
      { id: R, role: 'reader', definition: reader('A') },
    ],
    roles: { ...whole.roles, reader: readerRole },
  }
}

const told = (frame: Frame, client: string): boolean =>
  (nodeOf(frame, client).state as { readonly done: readonly string[] }).done.length > 0

/** A commits SET 5 and is cut off together with R. C leads, and L is told that SET 8 is done. */
export const OVERTAKEN: readonly Moment[] = [
  { once: (frame) => leads(frame, 'A'), then: early(K, 'ask:SET 5') },
  {
    once: (frame) => applied(frame, A_TO_C, 1) && told(frame, K),
    then: {
      kind: 'partition',
      groups: [
        [R, 'A'],
        [K, L, 'B', 'C'],
      ],
    },
  },
  { once: (frame) => leads(frame, 'C'), then: early(L, 'ask:SET 8') },
]
const READ: readonly Moment[] = [...OVERTAKEN, { once: (frame) => told(frame, L), then: early(R, 'read') }]

/** So long R waits in vain, in milliseconds, before the figure ends. */
const IN_VAIN = 200

const readingEnds = (rule: string): ((frame: Frame) => boolean) => {
  let asked: number | null = null
  return (frame) => {
    if (told(frame, L)) asked ??= frame.now!
    return answers(frame).length > 0 || (asked !== null && rule === 'first' && frame.now! >= asked + IN_VAIN)
  }
}

export const answers = (frame: Frame): readonly string[] =>
  (nodeOf(frame, R).state as { readonly told: readonly string[] }).told

const readingRun = (rule: string): readonly Action[] => play(reading(rule), READ, readingEnds(rule))

/** Three servers of which C is cut off for a while. */
const returning = (rule: string, own: Own = {}): System =>
  cluster({
    servers: A_TO_C,
    commands: ['SET 5'],
    runs: (rule === 'pre-vote' ? preVote : raft) as AnyNodeDefinition,
    ...own,
    time: FEWER_HEARTBEATS,
    timeouts: { A: [150, ...always(290)], B: always(280), C: always(200) },
  })

/** When the network is whole again. */
const BACK_AT = 700

const AWAY: readonly Moment[] = [
  {
    once: (frame) => leads(frame, 'A'),
    then: { kind: 'partition', groups: [[K, 'A', 'B'], ['C']] },
  },
  { once: () => true, then: early(K, 'ask:SET 5') },
]
const BACK: readonly Moment[] = [...AWAY, { once: (frame) => frame.now! >= BACK_AT, then: { kind: 'heal' } }]

/** C has what the others have, and all are in one term. */
const together = (frame: Frame): boolean =>
  applied(frame, A_TO_C, 1) &&
  new Set(A_TO_C.map((id) => shownBy(frame, id)!.term)).size === 1 &&
  A_TO_C.some((id) => leads(frame, id))

const returningRun = (rule: string): readonly Action[] =>
  play(returning(rule), BACK, (frame) => frame.now! > BACK_AT && together(frame))

export const checks: readonly Check[] = []

export const figures: readonly FigureDefinition[] = [
  {
    id: 'raft/stale-read',
    variants: ['once', 'first'],
    system: (rule) => reading(rule),
    answered: takingAnswers((own) => reading('once', own)),
    script: readingRun,
    fields: { server: ['term'], reader: ['told'], client: ['done'] },
    timers: true,
    log: 'raft',
    lanes: [R, K, ...A_TO_C, L],
  },
  {
    id: 'raft/comes-back',
    variants: ['paper', 'pre-vote'],
    system: (rule) => returning(rule),
    answered: takingAnswers((own) => returning('paper', own)),
    script: returningRun,
    fields: { server: ['term'] },
    timers: true,
    log: 'raft',
    lanes: [K, ...A_TO_C],
  },
]

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!

export const predictions: readonly Prediction[] = [
  {
    id: 'raft/reads-at-old-leader',
    system: () => reading('once'),
    before: () => play(reading('once'), OVERTAKEN, (frame) => told(frame, L)),
    next: (before) => readingRun('once').slice(before.length),
    answer: (run) => answers(lastFrame(run))[0] ?? 'nothing',
  },
  {
    id: 'raft/asks-first',
    system: () => reading('first'),
    before: () => play(reading('first'), OVERTAKEN, (frame) => told(frame, L)),
    next: (before) => readingRun('first').slice(before.length),
    answer: (run) => answers(lastFrame(run))[0] ?? 'nothing',
  },
  {
    id: 'raft/comes-back',
    system: () => returning('paper'),
    before: () => play(returning('paper'), BACK, () => true),
    next: (before) => returningRun('paper').slice(before.length),
    answer: ({ record }, from) => {
      const before = record.frames[from - 1]!
      const term = shownBy(before, 'A')!.term
      return leads(lastFrame({ record } as Run), 'A') && shownBy(record.frames.at(-1)!, 'A')!.term === term
        ? 'stays'
        : 'ends'
    },
  },
]
