/**
 * compare: a failing run taken once more with the answer and, side by side, with the solution, up to the first step at
 * which the two differ in what others can see. Only what led to the failure is compared, and not every difference is a
 * mistake: the solution is one of several.
 */
import type { System } from '../actors/system.ts'
import type { NodeId } from '../api.ts'
import { Run } from '../drivers/run.ts'
import type { Answer, Exercise } from '../exercise.ts'
import { Fault } from '../fault.ts'
import type { Action } from '../model.ts'
import { canonical } from '../plain.ts'
import type { CheckReport } from '../report.ts'
import { type MessageRecord, type RunRecord, type StepRecord, failurePast, pastOfAction } from './record.ts'

/** A message that was sent, or would have been. */
export interface ComparedMessage {
  readonly to: NodeId
  readonly type: string
  readonly fields: unknown
}

/**
 * How the two differ.
 * `sent`: other messages. `threw`: the answer's handler came to no end. `impossible`: with the solution this step could
 * not have happened. `seen`: the same messages, but properties see something else of the node. `timers`: other timers
 * are pending. `stuck`: nothing more can happen with the answer, and something could with the solution.
 */
export type Difference = 'sent' | 'threw' | 'impossible' | 'seen' | 'timers' | 'stuck'

/** The first step at which an answer and the solution differ. Plain data. */
export interface Comparison {
  readonly kind: Difference
  /** The number of the step; 0 for the start. */
  readonly step: number
  readonly node: NodeId | null
  /** What happened in the step, or for `stuck` what could still happen with the solution; null for the start. */
  readonly action: Action | null
  /** What the answer sent, and what the solution would have sent. */
  readonly answer: readonly ComparedMessage[]
  readonly solution: readonly ComparedMessage[]
  /** For `timers`: those that are pending at the node after the step. */
  readonly timers: { readonly answer: readonly string[]; readonly solution: readonly string[] } | null
  /** The line of the answer's file where the difference shows; 0 where none of its lines ran. */
  readonly line: number
}

/** The run that is compared. */
export interface ComparedRun {
  /** From the initial state. With `threw` the last one is the action that could not be carried out. */
  readonly actions: readonly Action[]
  /** The run ended in a handler that threw. */
  readonly threw?: boolean
  /** The run failed because a goal was not reached: every step counts then, for what was left undone has no effects. */
  readonly missed?: boolean
}

/**
 * The first difference between an answer and the solution along a run.
 * @param answer the configuration's system around the answer
 * @param solution the same around the solution
 * @returns null where nothing that others can see differs
 */
export function compare(answer: System, solution: System, run: ComparedRun): Comparison | null {
  const { threw = false, missed = false } = run
  const done = threw ? run.actions.slice(0, -1) : run.actions
  const mine = new Run(answer)
  const seen = done.map((action) => seenAfter(mine, mine.take(action).node))
  const { record } = mine
  const last = run.actions.at(-1)
  const relevant = missed ? null : threw && last ? pastOfAction(record, last) : failurePast(record)
  const theirs = new Run(solution)
  const heard = hearing(answer, solution)

  if (!same(record.started.filter(heard), theirs.record.started.filter(heard))) {
    const [answered, solved] = [record.started, theirs.record.started]
    const line = lineOfDifference(answered, solved, [])
    return { ...NOTHING, kind: 'sent', answer: answered.map(plain), solution: solved.map(plain), line }
  }
  let timers: Comparison | null = null
  for (const step of record.steps) {
    const counts = relevant === null || relevant.has(step.number)
    const taken = takeLike(theirs, step, heard)
    // What played no part is taken as far as it can be, so that its messages are there; it is not compared.
    if (!counts) continue
    if (taken === null) return timers ?? differing('impossible', step, [])
    const others = step.node !== null && seenAfter(theirs, step.node) !== seen[step.number - 1]
    const messages = same(step.sent.filter(heard), taken.sent.filter(heard))
    if (!messages || (others && !same(step.sent, taken.sent))) return differing('sent', step, taken.sent)
    if (others) return differing('seen', step, taken.sent)
    timers ??= otherTimers(step, record, theirs.record)
  }
  if (threw && last) return atThrow(theirs, last, record.steps.length + 1)
  return timers ?? (missed && mine.stuck ? whatCouldHappen(theirs, record) : null)
}

/**
 * The same for a failing check of a report, where the solution was not at hand when it was graded.
 * @returns null where there is no run, or nothing differs
 */
export function compareCheck(
  exercise: Exercise,
  check: ComparedCheck,
  answer: Answer,
  solution: Answer,
): Comparison | null {
  const { configuration: id, verdict, kind, trace } = check
  const configuration = exercise.configurations.find((candidate) => candidate.id === id)
  if (!configuration || trace === null) return null
  return compare(configuration.system(answer), configuration.system(solution), {
    actions: trace.actions,
    threw: verdict === 'error',
    missed: verdict === 'failed' && kind === 'eventually',
  })
}

/** What `compareCheck` wants to know of a check. */
export type ComparedCheck = Pick<CheckReport, 'verdict' | 'kind' | 'trace'> & {
  readonly configuration: string
}

const NOTHING: Comparison = {
  kind: 'sent',
  step: 0,
  node: null,
  action: null,
  answer: [],
  solution: [],
  timers: null,
  line: 0,
}

function differing(kind: Difference, step: StepRecord, solution: readonly MessageRecord[]): Comparison {
  return {
    ...NOTHING,
    kind,
    step: step.number,
    node: step.node,
    action: step.action,
    answer: step.sent.map(plain),
    solution: solution.map(plain),
    line: lineOfDifference(step.sent, solution, step.lines),
  }
}

/** What properties see of a node now. */
function seenAfter(run: Run, node: NodeId | null): string {
  return canonical(run.view.find(({ id }) => id === node)?.seen, 'observation')
}

/** Can a message be heard by its receiver, in one of the two systems? What nobody hears is seen only by properties. */
function hearing(answer: System, solution: System): (message: MessageRecord) => boolean {
  const handlers = new Set<string>()
  for (const { id, definition } of [...answer.nodes, ...solution.nodes]) {
    for (const type of Object.keys(definition.on)) handlers.add(`${id} ${type}`)
  }
  return ({ to, type }) => handlers.has(`${to} ${type}`)
}

/** The same messages, in whatever order? */
function same(ones: readonly MessageRecord[], others: readonly MessageRecord[]): boolean {
  return ones.length === others.length && textsOf(ones).join('\n') === textsOf(others).join('\n')
}

function textsOf(messages: readonly MessageRecord[]): string[] {
  return messages.map(textOf).sort()
}

function textOf({ to, type, fields }: MessageRecord): string {
  return canonical([to, type, fields], 'message')
}

function plain({ to, type, fields }: MessageRecord): ComparedMessage {
  return { to, type, fields }
}

/** The line that sent what the solution did not, or else the last line that ran. */
function lineOfDifference(
  answer: readonly MessageRecord[],
  solution: readonly MessageRecord[],
  lines: readonly number[],
): number {
  const known = new Set(solution.map(textOf))
  return answer.find((message) => !known.has(textOf(message)))?.line || (lines.at(-1) ?? 0)
}

/** Takes the step in the other run; null where it can't happen there. */
function takeLike(run: Run, step: StepRecord, heard: (message: MessageRecord) => boolean): StepRecord | null {
  const { action } = step
  if (!('crashAfter' in action) || action.crashAfter === undefined) return attempt(run, action)
  const cut = cutLike(run, action, step, heard)
  return cut === null ? null : attempt(run, { ...action, crashAfter: cut })
}

/**
 * Where the other run's handler is cut off. Effects are counted differently there, so the place is told by what had
 * been sent by then; among places that are alike in this, by how often the disk had been written.
 */
function cutLike(
  run: Run,
  action: Action,
  step: StepRecord,
  heard: (message: MessageRecord) => boolean,
): number | null {
  const { length } = run
  let best: { cut: number; score: readonly number[] } | null = null
  for (let cut = 0; ; cut++) {
    const taken = attempt(run, { ...action, crashAfter: cut } as Action)
    if (taken === null) return best?.cut ?? null
    run.backTo(length)
    const score = [
      Number(same(step.sent, taken.sent)),
      Number(same(step.sent.filter(heard), taken.sent.filter(heard))),
      -Math.abs(step.persisted.length - taken.persisted.length),
      cut,
    ]
    if (best === null || isLarger(score, best.score)) best = { cut, score }
  }
}

function isLarger(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((value, position) => value !== other[position])
  return index >= 0 && one[index]! > other[index]!
}

function attempt(run: Run, action: Action): StepRecord | null {
  try {
    return run.take(action)
  } catch (error) {
    if (error instanceof Fault) return null
    throw error
  }
}

function otherTimers(step: StepRecord, mine: RunRecord, theirs: RunRecord): Comparison | null {
  const timersIn = (frame: RunRecord['frames'][number] | undefined): readonly string[] =>
    frame?.nodes.find(({ id }) => id === step.node)?.timers ?? []
  const answer = timersIn(mine.frames[step.number])
  const solution = timersIn(theirs.frames.at(-1))
  if (answer.join() === solution.join()) return null
  return { ...differing('timers', step, []), timers: { answer, solution } }
}

/** The step in which the answer threw, as the solution takes it. */
function atThrow(run: Run, action: Action, step: number): Comparison {
  const whole = { ...action } as { crashAfter?: number } & Action
  delete whole.crashAfter
  const node = action.kind === 'deliver' ? action.to : 'node' in action ? action.node : null
  const taken = attempt(run, whole)
  const solution = taken?.sent.map(plain) ?? []
  return { ...NOTHING, kind: taken ? 'threw' : 'impossible', step, node, action, solution }
}

/** After a run that came to a standstill: something that could still happen with the solution and makes a difference. */
function whatCouldHappen(run: Run, record: RunRecord): Comparison | null {
  const { length } = run
  for (const action of run.enabled()) {
    const taken = attempt(run, action)
    if (taken === null) continue
    run.backTo(length)
    if (taken.ignored) continue
    const { node, sent } = taken
    const step = record.steps.length
    return { ...NOTHING, kind: 'stuck', step, node, action, solution: sent.map(plain) }
  }
  return null
}
