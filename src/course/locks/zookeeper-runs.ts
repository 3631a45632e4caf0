/** The figures and the questions of the page on ZooKeeper. */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { TreeView } from '../../../engine/services/zookeeper/view.ts'
import { notesOf, processOf } from '../../../engine/trace/process-parts.ts'
import type { Frame, MessageRecord, StepRecord } from '../../../engine/trace/record.ts'
import { wireKind } from '../../../engine/trace/wire-kind.ts'
import type { FigureDefinition, ServiceParts } from '../../widgets/figure.ts'
import { nodeOfSession } from '../../widgets/services/claims.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play, processAt, serverAt } from '../services/script.ts'
import { figure } from './declared.ts'
import { goOn, isNoted, until } from './runs.ts'
import { clients, clientsOf, files, inBetween, numberOf, settings, watching, writing } from './zookeeper.ts'

const { CLOCKS, CRASH, LONG, PAUSED, PAUSE_MS, TWO, THREE } = settings
const { line, notYet, sequence } = files

/** What those figures have in common that show the line. */
const inLine: Pick<ServiceParts, 'servers' | 'spec' | 'drawn'> = {
  drawn: { kind: 'queue', server: 'zk', path: '/lock' },
  servers: [],
  spec: { lock: { kind: 'first', server: 'zk', path: '/lock' }, note: 'inside' },
}

const figureOf = (
  id: string,
  file: string,
  system: () => System,
  script: FigureDefinition['script'],
  lanes: readonly string[],
  more: Partial<ServiceParts> = {},
): FigureDefinition =>
  figure({
    id,
    system,
    script,
    lanes,
    services: {
      listing: `src/course/locks/processes/${file}.process.ts`,
      begins: 'export async function',
      ...inLine,
      ...more,
    },
  })

const three = (): System => clients(line, THREE, CLOCKS)
const crashing = (): System => clients(line, TWO, { ...CLOCKS, ...CRASH })
const crashInside: readonly Moment[] = [
  { once: (frame) => isNoted(frame, 'A', 'inside'), then: { kind: 'crash', node: 'A' } },
]

export const figures: readonly FigureDefinition[] = [
  figureOf('locks/watch', 'watch', () => watching(CLOCKS), { check: 'E9/once' }, ['A', 'zk', 'B'], {
    begins: 'export async function reader',
    drawn: { kind: 'tree', server: 'zk' },
    spec: {},
  }),
  figureOf(
    'locks/line',
    'line',
    three,
    () => play(three(), [], (frame) => processAt(frame, 'C').ended !== null),
    ['A', 'B', 'C', 'zk'],
  ),
  figureOf('locks/lost-wake-up', 'lost-wake-up', inBetween, { check: 'E10/lost' }, ['A', 'zk', 'B']),
  figureOf('locks/not-yet', 'not-yet', () => clients(notYet, THREE, LONG), { check: 'E12/taken' }, [
    'A',
    'C',
    'zk',
    'B',
  ]),
  figureOf(
    'locks/timeout',
    'line',
    crashing,
    () => play(crashing(), crashInside, (frame) => processAt(frame, 'B').ended !== null),
    ['A', 'zk', 'B'],
  ),
  figureOf('locks/old-holder', 'line', () => clients(line, TWO, PAUSED), { check: 'E11/believes' }, [
    'A',
    'zk',
    'B',
  ]),
  figureOf(
    'locks/fenced-zookeeper',
    'fenced-line',
    () => writing(PAUSED),
    { check: 'E11/refused' },
    ['A', 'zk', 'B', 'db'],
    {
      begins: 'async function acquire',
      servers: ['db'],
      spec: { ...inLine.spec, resource: { server: 'db', word: 'update' } },
    },
  ),
]

/** The names of all nodes that a client has created by the end of a run. */
const createdBy = ({ record }: Run, id: string): readonly string[] =>
  (notesOf(processOf(nodeOf(record.frames.at(-1)!, id))).created ?? []) as readonly string[]

/** Those who are told something in the last step. */
const toldIn = ({ record }: Run): string[] => [
  ...new Set(
    record.steps
      .at(-1)!
      .sent.filter((message) => wireKind(message) === 'notice')
      .map(({ to }) => to),
  ),
]

const alone = (): System => clients(sequence, ['A'], CLOCKS)
const watched = (): System => watching(CLOCKS)
const paused = (): System => clients(line, TWO, PAUSED)
const givingUp = (): System => clients(line, THREE, LONG)

const pause: readonly Moment[] = [
  {
    once: (frame) => isNoted(frame, 'A', 'inside'),
    then: { kind: 'pause', node: 'A', milliseconds: PAUSE_MS },
  },
]

export const predictions: readonly Prediction[] = [
  {
    id: 'locks/next-number',
    system: alone,
    before: () => until(alone(), (frame) => isNoted(frame, 'A', 'removed')),
    next: (before) => goOn(alone(), before, (frame) => processAt(frame, 'A').ended !== null),
    answer: (run) => String(numberOf(createdBy(run, 'A').at(-1)!)),
  },
  {
    id: 'locks/watch-twice',
    system: watched,
    before: () =>
      until(watched(), (frame) => versionOf(frame, '/settings') === 0 && hasWatch(frame, '/settings')),
    next: (before) =>
      goOn(watched(), before, (frame) => processAt(frame, 'B').ended !== null && !inFlight(frame)),
    answer({ view, record }, from) {
      const { told } = clientsOf(view).find(({ id }) => id === 'A')!
      if (told === 2) return 'both'
      // Which change was it that A was told of?
      const tells = ({ number, sent }: StepRecord): boolean =>
        number >= from && sent.some((message) => isNotice(message) && message.to === 'A')
      const at = record.steps.find(tells)?.number ?? 0
      return versionOf(record.frames[at]!, '/settings') === 1 ? 'one' : 'last'
    },
  },
  {
    // B crashes while it waits: whom does that let in?
    id: 'locks/predecessor-gone',
    system: givingUp,
    before: () =>
      until(givingUp(), (frame) => !nodeOf(frame, 'B').up, [
        {
          once: (frame) => ['B', 'C'].every((id) => hasWatchOf(frame, id)),
          then: { kind: 'crash', node: 'B' },
        },
      ]),
    next: (before) =>
      goOn(
        givingUp(),
        before,
        (frame) =>
          lineAt(frame).length === 2 && processAt(frame, 'C').asks.length === 0 && hasWatchOf(frame, 'C'),
      ),
    answer: ({ record }) => (isNoted(record.frames.at(-1)!, 'C', 'inside') ? 'yes' : 'no'),
  },
  {
    id: 'locks/session-over',
    system: paused,
    before: () => until(paused(), (frame) => nodeOf(frame, 'A').paused === true, pause),
    next: (before) => goOn(paused(), before, (frame) => isNoted(frame, 'B', 'inside')),
    answer: ({ view }) => {
      const inside = clientsOf(view).filter((client) => client.inside)
      return inside.length === 2 ? 'both' : inside[0]!.id
    },
  },
  {
    id: 'locks/who-is-told',
    system: three,
    before: () =>
      until(three(), (frame) =>
        processAt(frame, 'A').asks.some(({ command }) => /remove/.test(JSON.stringify(command))),
      ),
    next: (before) => goOn(three(), before, (frame) => lineAt(frame).length === 2),
    answer(run) {
      const told = toldIn(run).filter((id) => id !== 'A')
      return told.length === 0 ? 'nobody' : told.length === 1 ? told[0]! : 'both'
    },
  },
]

const nodesAt = (frame: Frame): TreeView['nodes'] => serverAt(frame, 'zk', 'tree').nodes
const lineAt = (frame: Frame): TreeView['nodes'] =>
  nodesAt(frame).filter(({ path }) => path.startsWith('/lock/'))
const versionOf = (frame: Frame, path: string): number | undefined =>
  nodesAt(frame).find((node) => node.path === path)?.version
const hasWatch = (frame: Frame, path: string): boolean =>
  nodesAt(frame).some((node) => node.path === path && node.watchedBy.length > 0)
const hasWatchOf = (frame: Frame, id: string): boolean =>
  nodesAt(frame).some(({ watchedBy }) => watchedBy.map(nodeOfSession).includes(id))

const isNotice = (message: MessageRecord): boolean => wireKind(message) === 'notice'
const inFlight = (frame: Frame): boolean => frame.inFlight.length > 0
