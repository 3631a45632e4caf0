/** The figures and the questions of the page on RedLock. */
import type { System } from '../../../engine/actors/system.ts'
import { program } from '../../../engine/clients/program.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Action } from '../../../engine/model.ts'
import { notesOf, processOf } from '../../../engine/trace/process-parts.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { type Setup, redlock } from '../../../exercises/lock-redlock/exercise.ts'
import whereGranted from '../../../exercises/lock-redlock/mutants/releases-where-granted.ts?program'
import solution from '../../../exercises/lock-redlock/solution.ts?program'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play, processAt, serverAt } from '../services/script.ts'
import { figure } from './declared.ts'
import { instancesOf } from './instances.ts'
import { UNHEARD, faults, held, jumped, restarted, rounds, writing } from './redlock.ts'
import { goOn, isNoted, until } from './runs.ts'

const LISTING = 'exercises/lock-redlock/solution.ts'
const THREE = instancesOf(3)
const FIVE = instancesOf(5)

/** For how long a key lives, in milliseconds, as the worker asks for it. */
const TTL_MS = 1000

interface FigureParts extends Partial<Pick<FigureDefinition, 'lanes' | 'variants'>> {
  readonly listing?: string
  readonly round?: string
  readonly usable?: string
}

const figureOf = (
  id: string,
  system: FigureDefinition['system'],
  script: FigureDefinition['script'],
  servers: readonly string[],
  {
    lanes = ['A', ...servers, 'B'],
    listing = LISTING,
    round = 'round',
    usable = 'usable',
    variants = ['script'],
  }: FigureParts = {},
): FigureDefinition =>
  figure({
    id,
    variants,
    system,
    script,
    lanes,
    services: {
      listing,
      begins: 'export async function acquire',
      drawn: { kind: 'instances', servers, key: 'lock', round, usable },
      servers: [],
      spec: { lock: { kind: 'majority', servers, key: 'lock' }, note: usable },
    },
  })

const ended = (id: string) => (frame: Frame) => processAt(frame, id).ended !== null
const keysAt = (frame: Frame, server: string) =>
  nodeOf(frame, server).up ? serverAt(frame, server, 'keys').keys.filter(({ key }) => key === 'lock') : []
const grantedBy = (frame: Frame, servers: readonly string[]): number =>
  servers.filter((server) => keysAt(frame, server).length > 0).length

const five = (): System => rounds({ instances: 5, workMs: 300, attempts: 2 })
const alone = (): System => rounds({ instances: 5, clients: ['A'], workMs: 300, attempts: 1 })
const heldUp = (): System =>
  rounds({ instances: 5, clients: ['A'], workMs: 300, attempts: 1, time: faults.pause.time })

const minority: readonly Moment[] = ['r4', 'r5'].map((node) => ({
  once: () => true,
  then: { kind: 'crash', node },
}))

/** A’s request to the third instance is lost; when it has the lock on the other two, the first one restarts empty. */
const forgets: readonly Moment[] = [
  { once: (frame) => frame.inFlight.some(({ to }) => to === 'r3'), then: losesTo('r3') },
  { once: (frame) => isNoted(frame, 'A', 'usable'), then: { kind: 'crash', node: 'r1' } },
  { once: (frame) => !nodeOf(frame, 'r1').up, then: { kind: 'restart', node: 'r1' } },
]

function losesTo(server: string) {
  return (actions: readonly Action[]): Action | undefined =>
    actions.find((action) => action.kind === 'drop' && action.to === server)
}

/** The same loss, and then the clock of the first one jumps. */
const jumps: readonly Moment[] = [
  forgets[0]!,
  {
    once: (frame) => isNoted(frame, 'A', 'usable'),
    then: { kind: 'jump', node: 'r1', milliseconds: TTL_MS },
  },
]

/** What happens to instances that are safe from it. */
const mended = (system: () => System, moments: readonly Moment[]) => () => play(system(), moments, ended('A'))

/** A is held up between its two steps at the table. */
const heldUpAtTable = (): readonly Action[] =>
  play(
    writing('compares'),
    [
      {
        once: (frame) => isNoted(frame, 'A', 'usable') && processAt(frame, 'A').sleeps.length > 0,
        then: { kind: 'pause', node: 'A', milliseconds: 1100 },
      },
    ],
    (frame) => ended('A')(frame) && ended('B')(frame),
  )

const TABLE = figureOf(
  'locks/redlock-table',
  (variant) => writing(variant as 'looks' | 'compares'),
  { runs: { looks: { check: 'E7/pause-looks' }, compares: heldUpAtTable } },
  THREE,
  {
    variants: ['looks', 'compares'],
    lanes: ['A', ...THREE, 'B', 'db'],
    listing: 'src/course/locks/processes/redlock-writes.process.ts',
  },
)

export const figures: readonly FigureDefinition[] = [
  figureOf('locks/redlock', five, () => play(five(), [], ended('A')), FIVE),
  figureOf('locks/redlock-minority', alone, () => play(alone(), minority, ended('A')), FIVE, {
    lanes: ['A', ...FIVE],
  }),
  figureOf(
    'locks/redlock-late',
    heldUp,
    () =>
      play(
        heldUp(),
        [
          {
            once: (frame) => grantedBy(frame, FIVE) === FIVE.length,
            then: { kind: 'pause', node: 'A', milliseconds: 1100 },
          },
        ],
        ended('A'),
      ),
    FIVE,
    { lanes: ['A', ...FIVE] },
  ),
  figureOf(
    'locks/redlock-left',
    () => redlock({ program: program(whereGranted.code) }, { ...UNHEARD, properties: ['nothing-left'] }),
    { check: 'C11/where-granted' },
    ['R1', 'R2', 'R3'],
    {
      lanes: ['A', 'R1', 'R2', 'R3'],
      listing: 'exercises/lock-redlock/mutants/releases-where-granted.ts',
      round: 'busy',
      usable: 'inside',
    },
  ),
  figureOf('locks/redlock-pause', () => held(FIVE.length), { check: 'E7/pause-five' }, FIVE),
  {
    ...TABLE,
    services: {
      ...TABLE.services!,
      begins: 'export async function looks',
      servers: ['db'],
      spec: { ...TABLE.services!.spec, resource: { server: 'db', word: 'update counter set number' } },
    },
  },
  figureOf(
    'locks/redlock-jump',
    (variant) => jumped[variant as keyof typeof jumped](),
    {
      runs: {
        jump: { check: 'E7/jump' },
        tenth: { check: 'E7/jump-tenth' },
        monotonic: mended(jumped.monotonic, jumps),
      },
    },
    THREE,
    { variants: Object.keys(jumped) },
  ),
  figureOf(
    'locks/redlock-restart',
    (variant) => restarted[variant as keyof typeof restarted](),
    {
      runs: {
        empty: { check: 'E7/restart' },
        'every-second': { check: 'E7/restart-every-second' },
        early: { check: 'E7/restart-early' },
        disk: mended(restarted.disk, forgets),
        away: mended(restarted.away, forgets),
      },
    },
    THREE,
    { variants: ['empty', 'every-second', 'early', 'disk', 'away'] },
  ),
]

/** The exercise’s system with these instances, and one client. */
const among = (kinds: Setup['kinds']) => (): System =>
  redlock({ program: program(solution.code) }, { clients: { A: {} }, kinds, properties: ['available'] })

const half = among(['silent', 'refuses', 'up', 'up'])
const mixed = among(['up', 'up', 'stale', 'silent', 'silent'])

const notesAt = ({ record }: Run, id: string) => notesOf(processOf(nodeOf(record.frames.at(-1)!, id)))
/** Has the client asked to release? */
const releases = (frame: Frame): boolean =>
  processAt(frame, 'A').asks.some(({ command }) => /eval/i.test(JSON.stringify(command)))

export const predictions: readonly Prediction[] = [
  {
    id: 'locks/redlock-half',
    system: half,
    before: () => until(half(), (frame) => grantedBy(frame, ['R3', 'R4']) === 2),
    next: (before) => goOn(half(), before, ended('A')),
    answer: (run) => (notesAt(run, 'A').had === undefined ? 'no' : 'yes'),
  },
  {
    id: 'locks/redlock-release',
    system: mixed,
    before: () => until(mixed(), (frame) => grantedBy(frame, ['R1', 'R2', 'R3']) === 3),
    next: (before) => goOn(mixed(), before, releases),
    answer: ({ record }) =>
      String(
        new Set(
          record.steps
            .at(-1)!
            .sent.filter(({ type }) => type === 'request')
            .map(({ to }) => to),
        ).size,
      ),
  },
  {
    id: 'locks/redlock-valid',
    system: alone,
    before: () => until(alone(), (frame) => grantedBy(frame, FIVE) === FIVE.length),
    next: (before) => goOn(alone(), before, (frame) => isNoted(frame, 'A', 'usable')),
    answer(run) {
      const usable = Number(notesAt(run, 'A').usable)
      const spent = run.record.frames.at(-1)!.now!
      return usable >= TTL_MS ? 'full' : usable >= TTL_MS - spent ? 'less' : 'least'
    },
  },
  {
    id: 'locks/redlock-empty',
    system: restarted.empty,
    before: () =>
      until(
        restarted.empty(),
        (frame) =>
          isNoted(frame, 'A', 'usable') && nodeOf(frame, 'r1').up && keysAt(frame, 'r1').length === 0,
        forgets,
      ),
    next: (before) => goOn(restarted.empty(), before, (frame) => keysAt(frame, 'r1').length > 0),
    answer: ({ record }) => keysAt(record.frames.at(-1)!, 'r1')[0]?.value.split('-')[0] ?? 'nobody',
  },
]
