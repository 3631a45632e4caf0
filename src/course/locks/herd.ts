/** The herd: how many are told of one release, where all who wait watch the same, and where each watches the one before it. */
import type { Run } from '../../../engine/drivers/run.ts'
import { notesOf, processOf } from '../../../engine/trace/process-parts.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { wireKind } from '../../../engine/trace/wire-kind.ts'
import type { Check, Series } from '../check.ts'
import { played, serverAt } from '../services/script.ts'
import herdFile from './processes/herd.process.ts?program'
import lineFile from './processes/line.process.ts?program'
import { withZooKeeper } from './zookeepers.ts'

/** What those who wait watch. */
export type Watching = 'herd' | 'line'

/** More steps than any client has until the first has released the lock. */
const STEPS_EACH = 20

const FILES = { herd: herdFile, line: lineFile }

/** Clients that want the same lock. */
export function crowd(watching: Watching, clients: readonly string[]) {
  return withZooKeeper(clients, FILES[watching])
}

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `c${index + 1}`)

/** How many stand below the lock. */
const standing = (frame: Frame): number =>
  serverAt(frame, 'zk', 'tree').nodes.filter(({ path }) => path.startsWith('/lock/')).length

/** One holds the lock and all others wait; then it is released. */
export function released(watching: Watching, count: number): Run {
  let most = 0
  const isReleased = (frame: Frame): boolean => {
    const now = standing(frame)
    most = Math.max(most, now)
    return most === count && now < count
  }
  return played(crowd(watching, namesOf(count)), [], isReleased, STEPS_EACH * count)
}

/** Of those who wait, how many are told of the release with which the run ends. */
export function told({ record }: Run): number {
  const waiting = record.frames
    .at(-1)!
    .nodes.filter((node) => processOf(node) !== null && notesOf(processOf(node))['inside'] === undefined)
  const releasing = record.steps.at(-1)!.received?.from
  return record.steps
    .at(-1)!
    .sent.filter(
      (message) =>
        wireKind(message) === 'notice' &&
        message.to !== releasing &&
        waiting.some(({ id }) => id === message.to),
    ).length
}

/** How many clients there are, the one included that holds the lock. */
const CROWDS = [2, 4, 8, 16, 32, 64]

/** That a release is told to so many of those who wait. */
export function counted(
  watching: Watching,
  expected: (clients: number) => number,
  crowds: readonly number[] = CROWDS,
): Series {
  return {
    kind: 'series',
    id: `C16/${watching}`,
    from: crowds[0]!,
    to: crowds.at(-1)!,
    over: crowds,
    system: (count) => crowd(watching, namesOf(count)),
    script: (count) => released(watching, count),
    shows: (run, count) => told(run) === expected(count),
    measure: told,
    words: 'check.told',
    axes: { x: 'clients', y: 'told' },
  }
}

export const checks: readonly Check[] = [counted('herd', (clients) => clients - 1), counted('line', () => 1)]
