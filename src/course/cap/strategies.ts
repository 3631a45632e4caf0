/**
 * Every strategy of a register on two nodes, within bounds: what the theorem says is tried out. A strategy is a function from a node’s
 * situation to what it does, for each of the two nodes; all of them are enumerated, and each is put through all runs.
 *
 * One node is asked to write, before the other is asked to read: that is all that happens, and what can’t do this is no register. Time goes
 * in looks. The writer has `LOOKS` of them from the moment it is asked, then the reader has as many: it is asked when the writer’s are
 * over. After each look a node tells the other all that it knows, which is as good as any message: whatever else it might say follows from
 * that. What is said arrives before the next look, or never: the network is whole in a run, or cut. So the nodes even have clocks that
 * agree, and a node that hears nothing knows that the network is cut. What it does not know is what the other was asked.
 * Reference: S. Gilbert, N. Lynch, "Brewer’s Conjecture and the Feasibility of Consistent, Available, Partition-Tolerant Web Services",
 * 2002, theorem 1; with clocks, theorem 2.
 */
import { checkHistory } from '../../../engine/linearizability/check.ts'
import { register } from '../../../engine/linearizability/models.ts'
import type { TimedOperation } from '../../../engine/linearizability/models.ts'

/** How often each node looks at what it knows before it must have answered. */
export const LOOKS = 2

/** What the writer may do at a look while it has not answered. `refuse` says that nothing was written, and never will be. */
export const WRITER_ACTS = ['wait', 'refuse', 'written'] as const
/** What the reader may do: `old` answers what was there at first, `new` what the writer may have been asked to write. */
export const READER_ACTS = ['wait', 'refuse', 'old', 'new'] as const
export type WriterAct = (typeof WRITER_ACTS)[number]
export type ReaderAct = (typeof READER_ACTS)[number]

/** What a node has heard from the other when it looks. Of the reader there is nothing to be heard but that it is there. */
export type WriterHeard = 'nothing' | 'the other'
export type ReaderHeard = 'nothing' | 'no write' | 'a write'

/** A situation: the number of the look, from 0 on, and what was heard. At its first look nobody can have told the writer anything. */
export interface Situation<Heard> {
  readonly look: number
  readonly heard: Heard
}

const looks = Array.from({ length: LOOKS }, (_, look) => look)

export const WRITER_SITUATIONS: readonly Situation<WriterHeard>[] = looks.flatMap((look) =>
  (look === 0 ? (['nothing'] as const) : (['nothing', 'the other'] as const)).map((heard) => ({
    look,
    heard,
  })),
)
export const READER_SITUATIONS: readonly Situation<ReaderHeard>[] = looks.flatMap((look) =>
  (['nothing', 'no write', 'a write'] as const).map((heard) => ({ look, heard })),
)

/** What each node does, by the place of its situation in the lists above. */
export interface Strategy {
  readonly writer: readonly WriterAct[]
  readonly reader: readonly ReaderAct[]
}

/** One of the runs: is the writer asked at all, and is the network cut? */
export interface Setting {
  readonly writes: boolean
  readonly cut: boolean
}
export const SETTINGS: readonly Setting[] = [
  { writes: false, cut: false },
  { writes: true, cut: false },
  { writes: false, cut: true },
  { writes: true, cut: true },
]

/** How a node ends: by what it has answered, and at which look; null: by nothing. */
export type Ended<Act> = { readonly act: Exclude<Act, 'wait'>; readonly look: number } | null

export interface Outcome {
  /** Left out where nobody was asked to write. */
  readonly write?: Ended<WriterAct>
  readonly read: Ended<ReaderAct>
}

function endOf<Act extends string, Heard>(
  acts: readonly Act[],
  situations: readonly Situation<Heard>[],
  heardAt: (look: number) => Heard,
): Ended<Act> {
  for (const look of looks) {
    const heard = heardAt(look)
    const place = situations.findIndex((one) => one.look === look && one.heard === heard)
    const act = acts[place]!
    if (act !== 'wait') return { act: act as Exclude<Act, 'wait'>, look }
  }
  return null
}

/** What a strategy comes to in a run. */
export function outcomeOf({ writer, reader }: Strategy, { writes, cut }: Setting): Outcome {
  const read = endOf(reader, READER_SITUATIONS, () => (cut ? 'nothing' : writes ? 'a write' : 'no write'))
  if (!writes) return { read }
  const write = endOf(writer, WRITER_SITUATIONS, (look) => (cut || look === 0 ? 'nothing' : 'the other'))
  return { write, read }
}

/** Is everybody told what he asked for? A refusal is no answer. */
export const isAvailable = ({ write, read }: Outcome): boolean =>
  write !== null && write?.act !== 'refuse' && read !== null && read.act !== 'refuse'

const OLD = 'old'
const NEW = 'new'
const known = new Map<string, boolean>()

/** Is there an order of what was answered that explains it? The engine’s checker says so. */
export function isConsistent(outcome: Outcome): boolean {
  const key = JSON.stringify(outcome)
  const before = known.get(key)
  if (before !== undefined) return before
  const history = historyOf(outcome)
  const answer = checkHistory(history, register(OLD), { configurationsMax: 1_000 }).verdict === 'linearizable'
  known.set(key, answer)
  return answer
}

/** What was refused has not happened. */
function historyOf({ write, read }: Outcome): TimedOperation[] {
  const answeredAt = <Act>(ended: Ended<Act>, asked: number): number | null =>
    ended && asked + 0.5 + ended.look
  const call = { f: 'write', value: NEW }
  const operations: TimedOperation[] = []
  if (write !== undefined && write?.act !== 'refuse')
    operations.push({ ...call, process: 'writer', invoked: 0, returned: answeredAt(write, 0), call })
  if (read !== null && read.act !== 'refuse')
    operations.push({
      f: 'read',
      value: read.act,
      process: 'reader',
      invoked: LOOKS,
      returned: answeredAt(read, LOOKS),
      call: { f: 'read' },
    })
  return operations
}

/** All functions from so many situations to these acts. */
function* functions<Act>(situations: number, acts: readonly Act[]): Generator<readonly Act[]> {
  if (situations === 0) yield []
  else for (const rest of functions(situations - 1, acts)) for (const act of acts) yield [...rest, act]
}

export function* strategies(): Generator<Strategy> {
  for (const writer of functions(WRITER_SITUATIONS.length, WRITER_ACTS))
    for (const reader of functions(READER_SITUATIONS.length, READER_ACTS)) yield { writer, reader }
}

/** What a strategy does while the network is cut, of what it breaks there. The reader hears nothing, whether somebody writes or not. */
export const BEHAVIOURS = [
  'write-waits',
  'write-refused',
  'read-waits',
  'read-refused',
  'reads-old',
  'reads-new',
] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** The first thing that is amiss with it, the writer’s part before the reader’s. */
export function behaviourOf(strategy: Strategy): Behaviour {
  const { write, read } = outcomeOf(strategy, { writes: true, cut: true })
  if (write == null) return 'write-waits'
  if (write.act === 'refuse') return 'write-refused'
  if (read === null) return 'read-waits'
  return read.act === 'refuse' ? 'read-refused' : `reads-${read.act}`
}

export interface Tried {
  readonly strategies: number
  /** Those that are consistent and available as long as the network is whole. */
  readonly whole: number
  /** Of all, those whose every run in a cut network is available; and consistent; and both. */
  readonly available: number
  readonly consistent: number
  readonly both: number
  /** How many behave so while the network is cut, and how many of these are both while it is whole. */
  readonly by: Readonly<Record<Behaviour, Behaved>>
}
export interface Behaved {
  readonly strategies: number
  readonly whole: number
  /** Whether those keep C and A in a cut network: all of them, or none. */
  readonly consistent: boolean
  readonly available: boolean
}

/** Tries all. @throws Error where strategies that behave alike keep different things: then the table would say too little */
export function tryAll(): Tried {
  const by = new Map<Behaviour, { -readonly [Key in keyof Behaved]: Behaved[Key] }>()
  const all = { strategies: 0, whole: 0, available: 0, consistent: 0, both: 0 }
  for (const strategy of strategies()) {
    const outcomes = (cut: boolean): Outcome[] =>
      SETTINGS.filter((setting) => setting.cut === cut).map((setting) => outcomeOf(strategy, setting))
    const whole = outcomes(false).every((one) => isAvailable(one) && isConsistent(one))
    const available = outcomes(true).every(isAvailable)
    const consistent = outcomes(true).every(isConsistent)
    all.strategies++
    if (whole) all.whole++
    if (available) all.available++
    if (consistent) all.consistent++
    if (available && consistent) all.both++
    const behaviour = behaviourOf(strategy)
    const behaved = by.get(behaviour) ?? { strategies: 0, whole: 0, consistent, available }
    by.set(behaviour, behaved)
    if (behaved.available !== available)
      throw new Error(`strategies that are ${behaviour} are not all alike: ${JSON.stringify(strategy)}`)
    // Who does not answer the write may still answer a read wrongly: what he breaks first is named.
    behaved.consistent &&= consistent
    behaved.strategies++
    if (whole) behaved.whole++
  }
  return { ...all, by: Object.fromEntries(by) as Record<Behaviour, Behaved> }
}

/**
 * The first strategy that behaves so and is consistent and available while the network is whole; of those whose writer fails, one whose
 * reader answers all the same. @throws Error where there is none
 */
export function exampleOf(behaviour: Behaviour): Strategy {
  const isShown = (read: Ended<ReaderAct>): boolean => behaviour.startsWith('read') || read?.act === 'old'
  for (const strategy of strategies()) {
    if (behaviourOf(strategy) !== behaviour) continue
    if (!isShown(outcomeOf(strategy, { writes: true, cut: true }).read)) continue
    const whole = SETTINGS.filter(({ cut }) => !cut).map((setting) => outcomeOf(strategy, setting))
    if (whole.every((one) => isAvailable(one) && isConsistent(one))) return strategy
  }
  throw new Error(`no strategy that is right while the network is whole is ${behaviour}`)
}
