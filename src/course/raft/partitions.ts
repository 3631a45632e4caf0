/** What the page on partitions and healing claims, shows and asks. */
import type { AnyNodeDefinition, System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { logsIn } from '../../../exercises/raft-replication/properties.ts'
import { type Trial, system as tried } from '../../../exercises/raft-replication/trials.ts'
import { stage } from '../../../exercises/raft-safety/exercise.ts'
import type { Seen } from '../../../exercises/raft-safety/messages.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play } from '../services/script.ts'
import { figure3 } from './left-out.ts'
import { type Own, takingAnswers } from './taking-answers.ts'
import { A_TO_E, FEWER_HEARTBEATS, K, always, cluster, raft } from './systems.ts'

/** The client on the other side. */
const L = 'L'

/** Five servers, a client that knows A, and one that knows C. A leads first, and of the others C is the first to miss it. */
const five = (own: Own = {}): System =>
  cluster({
    ...own,
    servers: A_TO_E,
    clients: {
      [K]: { commands: ['SET 5', 'SET 6', 'SET 7'], first: 'A' },
      [L]: { commands: ['SET 8', 'SET 9'], first: 'C' },
    },
    time: FEWER_HEARTBEATS,
    timeouts: { A: [150, ...always(290)], B: always(280), C: always(200), D: always(270), E: always(260) },
  })

/** What a server of the figures shows. */
type Shown = Seen & { readonly applied: number }

const shownBy = (frame: Frame, id: string): Shown | null => nodeOf(frame, id).state as Shown | null
const leads = (frame: Frame, id: string): boolean => shownBy(frame, id)?.role === 'leader'
const have = (frame: Frame, ids: readonly string[], places: number): boolean =>
  ids.every((id) => (shownBy(frame, id)?.log.length ?? 0) >= places)
const applied = (frame: Frame, ids: readonly string[], places: number): boolean =>
  ids.every((id) => (shownBy(frame, id)?.applied ?? 0) >= places)

const asks =
  (client: string, command: string): Moment['then'] =>
  (actions: readonly Action[]) =>
    actions.find(
      (action) => action.kind === 'fire' && action.node === client && action.timer === `ask:${command}`,
    )

/** A commits SET 5 everywhere. Then the network falls apart: A and B on one side, C, D and E on the other. */
const CUT: readonly Moment[] = [
  { once: (frame) => leads(frame, 'A'), then: asks(K, 'SET 5') },
  {
    once: (frame) => applied(frame, A_TO_E, 1),
    then: {
      kind: 'partition',
      groups: [
        [K, 'A', 'B'],
        [L, 'C', 'D', 'E'],
      ],
    },
  },
]
/** Its client asks the old leader for SET 6. */
const ASKED: readonly Moment[] = [...CUT, { once: () => true, then: asks(K, 'SET 6') }]
/** On the other side C leads, and the client there asks for SET 8. */
const BOTH: readonly Moment[] = [...ASKED, { once: (frame) => leads(frame, 'C'), then: asks(L, 'SET 8') }]
/** Once that is carried out there, the network is whole again. */
const HEALED: readonly Moment[] = [
  ...BOTH,
  { once: (frame) => applied(frame, ['C', 'D', 'E'], 2), then: { kind: 'heal' } },
]

const appliedBy =
  (ids: readonly string[], places: number) =>
  (frame: Frame): boolean =>
    applied(frame, ids, places)

/** The same in every interleaving: messages take any time, and what C sends to A and B arrives sooner or later. */
const ANSWERS = { A: 'answer', B: 'answer', C: 'answer', D: 'answer', E: 'answer' } as const
const SIDES: Trial = {
  servers: ANSWERS,
  requests: [
    { command: 'SET 5', to: ['A'] },
    { command: 'SET 6', to: ['A'] },
    { command: 'SET 8', to: ['C'] },
  ],
  before: [
    { leads: 'A', with: ['B', 'C', 'D', 'E'] },
    { command: 'SET 5', at: 'A' },
    { among: A_TO_E },
    { command: 'SET 6', at: 'A' },
    { among: ['A', 'B'] },
    { lost: {} },
    { leads: 'C', with: ['D', 'E'] },
    { command: 'SET 8', at: 'C' },
    { among: ['C', 'D', 'E'] },
  ],
  terms: 2,
  standing: { A: 1, C: 1 },
  heartbeats: 1,
  statesMax: 200_000,
}

function sides(): System {
  const whole = tried(SIDES, { definition: raft as AnyNodeDefinition, probe: null }, stage)
  return {
    ...whole,
    properties: [
      ...whole.properties,
      figure3,
      {
        id: 'replaced',
        kind: 'eventually',
        reached: (view) =>
          logsIn(view).every(
            ({ seen }) => seen.now?.log.map(({ command }) => command).join() === 'SET 5,SET 8',
          ),
      },
    ],
  }
}

export const checks: readonly Check[] = [
  {
    id: 'C39/replaced',
    system: sides,
    property: 'replaced',
    expect: 'holds',
    words: null,
    statesMax: SIDES.statesMax,
  },
  {
    id: 'C39/kept',
    system: sides,
    property: 'figure-3',
    expect: 'holds',
    words: 'raft-safety',
    statesMax: SIDES.statesMax,
  },
]

export const figures: readonly FigureDefinition[] = [
  {
    id: 'raft/partition',
    variants: ['script'],
    system: () => five(),
    script: () => play(five(), HEALED, appliedBy(A_TO_E, 2)),
    fields: { server: ['term'] },
    answered: takingAnswers(five),
    timers: true,
    log: 'raft',
    lanes: [K, ...A_TO_E, L],
  },
]

/**
 * A question about how a run goes on.
 * @param before what has been done by then, and the first frame in which the question is asked
 * @param next all that is done, and where the run ends
 */
const asked = (
  id: string,
  before: readonly [readonly Moment[], (frame: Frame) => boolean],
  next: readonly [readonly Moment[], (frame: Frame) => boolean],
  answer: Prediction['answer'],
): Prediction => ({
  id,
  system: five,
  before: () => play(five(), ...before),
  next: (first) => play(five(), ...next).slice(first.length),
  answer,
})

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!

/** Does a client hear in these steps that a command was carried out? */
const hears = ({ record }: Run, from: number, client: string, command: string): boolean =>
  record.steps
    .slice(from - 1)
    .some(
      ({ node, received }) =>
        node === client &&
        received?.type === 'applied' &&
        (received.fields as { command: string }).command === command,
    )

const bothLead = (frame: Frame): boolean => leads(frame, 'A') && leads(frame, 'C')

export const predictions: readonly Prediction[] = [
  asked(
    'raft/minority-write',
    [ASKED, (frame) => have(frame, ['A'], 2)],
    [ASKED, (frame) => leads(frame, 'C')],
    (run, from) =>
      hears(run, from, K, 'SET 6') ? 'told' : applied(lastFrame(run), ['A'], 2) ? 'committed' : 'written',
  ),
  asked(
    'raft/two-leaders',
    [ASKED, (frame) => have(frame, ['A', 'B'], 2)],
    [ASKED, (frame) => leads(frame, 'C')],
    (run) =>
      bothLead(lastFrame(run)) &&
      five().properties.every((one) => one.kind !== 'always' || !one.violated(run.view))
        ? 'legal'
        : 'broken',
  ),
  asked(
    'raft/after-healing',
    [HEALED, () => true],
    [HEALED, appliedBy(A_TO_E, 2)],
    (run) => shownBy(lastFrame(run), 'A')!.log[1]!.command,
  ),
  asked('raft/asked-again', [HEALED, appliedBy(A_TO_E, 2)], [HEALED, appliedBy(A_TO_E, 3)], (run, from) =>
    hears(run, from, K, 'SET 6') ? 'again' : 'never',
  ),
]
