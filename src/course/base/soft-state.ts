/** The page on soft state: replicas that differ for a while, how long, and what a reader sees of it. */
import type { Crashes, System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check, Measured } from '../check.ts'
import { once } from '../measured.ts'
import { explored } from '../locks/declared.ts'
import { type Prediction, reachableFrom } from '../prediction.ts'
import { type Line, followAll } from '../script.ts'
import { type Counted, type Deed, READER, type Reading, WRITER, heldIn, lagging, replicated } from './lag.ts'

/** Milliseconds of lag that the plot shows. */
const LAGS = [0, 25, 50, 75, 100, 125, 150, 175, 200]

const systems: Readonly<Record<Reading, Measured['system']>> = {
  'in turn': once((lag) => lagging(lag, 'in turn')),
  'at one': once((lag) => lagging(lag, 'at one')),
  'at A': once((lag) => lagging(lag, 'at A')),
}

const measured = (
  id: string,
  reading: Reading,
  what: 'stale' | 'back',
  expect: Measured['expect'],
): Measured => ({
  kind: 'measured',
  id,
  system: systems[reading],
  at: 100,
  over: LAGS,
  counted: (_view, history) => {
    const counted = history as Counted
    return { had: counted[what], of: counted.reads }
  },
  runs: 8,
  seed: 1,
  milliseconds: 5000,
  expect,
  words: `check.${what}-reads`,
  axes: { x: 'lag', y: 'reads' },
})

const B: Deed = { read: 'B' }
const C: Deed = { read: 'C' }
const A: Deed = { read: 'A' }

/** Somebody writes, and reads what she wrote. @param session does she say what she knows of? */
const own = (where: Deed, session = false): System => replicated({ [WRITER]: ['write', where] }, { session })
/** One writes twice, another reads twice. */
const others = (first: Deed, second: Deed, session = false): System =>
  replicated({ [WRITER]: ['write', 'write'], [READER]: [first, second] }, { session })
const FOR_GOOD: Crashes = { roles: ['replica'], limit: 1, restart: 'never' }
const crashing = (): System => replicated({ [WRITER]: ['write'] }, { crashes: FOR_GOOD })
const writes = (): System => replicated({ [WRITER]: ['write', 'write'] })

const ACKNOWLEDGED: readonly Line[] = [
  [WRITER, 'write', 'A'],
  ['A', 'written', WRITER],
]

export const checks: readonly Check[] = [
  measured('C29/in-turn', 'in turn', 'stale', { least: 0.3 }),
  measured('C29/at-one', 'at one', 'stale', { least: 0.5 }),
  measured('C29/back', 'in turn', 'back', { least: 0.1 }),
  measured('C29/never-back', 'at one', 'back', { most: 0 }),
  measured('C29/at-A', 'at A', 'stale', { most: 0 }),
  explored('C29/differ', 'reached', 'differ', writes),
  explored('C29/equal', 'holds', 'equal', writes),
  { ...explored('soft/lost', 'fails', 'kept', crashing), after: [...ACKNOWLEDGED, { crash: 'A' }] },
  explored('soft/own', 'fails', 'own-write', () => own(B)),
  explored('soft/own-session', 'holds', 'own-write', () => own(B, true)),
  explored('soft/own-at-A', 'holds', 'own-write', () => own(A)),
  explored('soft/back', 'fails', 'never-back', () => others(B, C)),
  explored('soft/back-at-one', 'holds', 'never-back', () => others(B, B)),
  explored('soft/back-session', 'holds', 'never-back', () => others(B, C, true)),
]

const FIELDS = { replica: ['value'], client: ['wrote', 'reads'] }

export const figures: readonly FigureDefinition[] = [
  {
    id: 'base/own',
    variants: ['own', 'session', 'at-A'],
    system: (variant) => own(variant === 'at-A' ? A : B, variant === 'session'),
    script: {
      runs: {
        own: { check: 'soft/own' },
        session: () =>
          followAll(own(B, true), [
            ...ACKNOWLEDGED,
            [WRITER, 'read', 'B'],
            { fire: 'A', timer: 'copy:B 1' },
            ['A', 'copy', 'B'],
            ['B', 'value', WRITER],
          ]),
        'at-A': () => followAll(own(A), [...ACKNOWLEDGED, [WRITER, 'read', 'A'], ['A', 'value', WRITER]]),
      },
    },
    fields: FIELDS,
    lanes: [WRITER, 'A', 'B', 'C'],
  },
  {
    id: 'base/back',
    variants: ['script'],
    system: () => others(B, C),
    script: { check: 'soft/back' },
    fields: FIELDS,
    lanes: [WRITER, 'A', 'B', 'C', READER],
  },
]

function readsOf({ record }: Run, client: string): readonly number[] {
  const { state } = record.frames.at(-1)!.nodes.find(({ id }) => id === client)!
  return (state as unknown as { reads: readonly number[] }).reads
}

const readsAtB = (): System => replicated({ [WRITER]: ['write', B] })
const COPIED: readonly Line[] = [...ACKNOWLEDGED, { fire: 'A', timer: 'copy:B 1' }, ['A', 'copy', 'B']]

export const predictions: readonly Prediction[] = [
  {
    id: 'base/before-the-copy',
    system: readsAtB,
    before: ACKNOWLEDGED,
    next: [
      [WRITER, 'read', 'B'],
      ['B', 'value', WRITER],
    ],
    answer: (run) => String(readsOf(run, WRITER).at(-1)),
  },
  {
    // B has the new value, C has not; the reader has seen it at B. May C take it back, whatever comes next?
    id: 'base/two-readers',
    system: () => others(B, C),
    before: [...COPIED, [READER, 'read', 'B'], ['B', 'value', READER]],
    next: { shortest: 'went-back' },
    answer(run) {
      const reads = readsOf(run, READER)
      return reads.at(-1)! < reads.at(-2)! ? 'may' : 'never'
    },
  },
  {
    id: 'base/acknowledged-and-gone',
    system: crashing,
    before: [...ACKNOWLEDGED],
    next: [{ crash: 'A' }],
    answer: ({ system, record, view }) => {
      const actions = record.steps.map(({ action }) => action)
      const lives = reachableFrom(
        {
          ...system,
          properties: [{ id: 'lives', kind: 'sometimes', reached: (now) => heldIn(now).includes(1) }],
        },
        actions,
        'lives',
      )
      return lives === null ? String(heldIn(view)[0]) : 'either'
    },
  },
]
