/**
 * The comparison of all locks: rows that ask a question, columns that are the locks, and in each cell what the engine says
 * and the run that shows it. No answer is written down: a row says which system it puts to each lock, and how words come of
 * what happens. Three questions of the page are answered by the cells as well.
 */
import type { System } from '../../../engine/actors/system.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { Comparison, Shown } from '../comparison.ts'
import type { Prediction } from '../prediction.ts'
import { SHOWN_MS, fair, handover, messages, numbered, waiting } from './comparison-costs.ts'
import { crash, down, jump, lost, partition, pause, restart, restartDisk } from './comparison-faults.ts'
import { workerAt } from './comparison-runs.ts'
import { type Row, answerOf } from './comparison-search.ts'
import {
  LATENCY_MS,
  MECHANISMS,
  type Mechanism,
  RETRY_MS,
  TTL_MS,
  lockOf,
  serversOf,
} from './comparison-workers.ts'

export const rows: readonly Row[] = [
  crash,
  pause,
  restart,
  restartDisk,
  down,
  lost,
  jump,
  partition,
  messages,
  waiting,
  handover,
  fair,
  numbered,
]

/** How the run of a cell is drawn. */
function shownOf(row: Row, mechanism: Mechanism): Shown {
  const { record } = answerOf(row, mechanism)
  const nodes = record.frames[0]!.nodes
  const instances = nodes.filter(({ role }) => role === 'server').length
  const [first, ...others] = nodes.filter(({ role }) => role === 'client').map(({ id }) => id)
  const lock = lockOf(mechanism, instances)
  return {
    lanes: [first!, ...serversOf(mechanism, instances), ...others],
    servers: instances === 1 ? serversOf(mechanism) : [],
    spec: { note: 'inside', ...(lock && { lock }) },
  }
}

export const comparison: Comparison = {
  id: 'locks',
  columns: MECHANISMS,
  rows: rows.map(({ id, group }) => ({ id, group })),
  cell(row, column) {
    const asked = rows.find(({ id }) => id === row)!
    const mechanism = column as Mechanism
    return { ...answerOf(asked, mechanism), ...shownOf(asked, mechanism) }
  },
  conditions: { ttl: TTL_MS, latency: LATENCY_MS, retry: RETRY_MS, shown: SHOWN_MS },
}

/** The run of a cell as a question: what has happened before a frame, and what comes then. */
function asked(
  row: Row,
  mechanism: Mechanism,
  from: (frame: Frame) => boolean,
): Pick<Prediction, 'system' | 'before' | 'next'> {
  const run = () => {
    const { record } = answerOf(row, mechanism)
    const at = record.frames.findIndex(from)
    const actions = record.steps.map(({ action }) => action)
    return { before: actions.slice(0, at), next: actions.slice(at) }
  }
  return {
    system: (): System => answerOf(row, mechanism).system,
    before: () => run().before,
    next: () => run().next,
  }
}

/** The only option that is right. @throws Error where several are, or none is */
function only(options: Readonly<Record<string, boolean>>): string {
  const right = Object.keys(options).filter((option) => options[option])
  if (right.length !== 1) throw new Error(`the engine says that ${right.join(' and ') || 'nothing'} is right`)
  return right[0]!
}

const isGood = (row: Row) => (mechanism: Mechanism) => answerOf(row, mechanism).good === true
const countOf = (mechanism: Mechanism) => Number(answerOf(messages, mechanism).values['count'])

export const predictions: readonly Prediction[] = [
  {
    id: 'locks/which-survives',
    ...asked(pause, 'note-row', ({ nodes }) => nodes.some(({ paused }) => paused)),
    answer: () =>
      only({
        index: isGood(pause)('note-row'),
        setnx: isGood(pause)('key'),
        zookeeper: isGood(pause)('line'),
      }),
  },
  {
    id: 'locks/which-fair',
    ...asked(fair, 'key', (frame) => workerAt(frame, 'C').asking),
    answer() {
      const inOrder = MECHANISMS.filter(isGood(fair))
      return only({
        all: inOrder.length === MECHANISMS.length,
        none: inOrder.length === 0,
        zookeeper: inOrder.join() === 'line',
      })
    },
  },
  {
    id: 'locks/which-messages',
    ...asked(messages, 'redlock', (frame) => workerAt(frame, 'A').had === 1),
    answer: () =>
      only({
        more: countOf('redlock') > countOf('key'),
        same: countOf('redlock') === countOf('key'),
        fewer: countOf('redlock') < countOf('key'),
      }),
  },
]
