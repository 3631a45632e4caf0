/**
 * compare: a failing run taken once more with the answer and, side by side, with the solution, up to the first step at
 * which the two differ in what others can see. Only what led to the failure is compared, and not every difference is a
 * mistake: the solution is one of several.
 */
import type { System } from '../actors/system.ts'
import type { Ending } from '../clients/process-state.ts'
import type { NodeId } from '../api.ts'
import { Run } from '../drivers/run.ts'
import type { AnyAnswer, Exercise } from '../exercise.ts'
import { Fault } from '../fault.ts'
import type { Action } from '../model.ts'
import { canonical } from '../plain.ts'
import type { CheckReport } from '../report.ts'
import { errorText } from '../uncaught.ts'
import { nodeIn, processOf } from './process-parts.ts'
import { pastOfAction } from './find-message.ts'
import { type Frame, type MessageRecord, type RunRecord, type StepRecord, failurePast } from './record.ts'
import { wireKind } from './wire-kind.ts'

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
 * are pending. `stuck`: nothing more can happen with the answer, and something could with the solution. `ended`: a process
 * has ended, and with the solution it has not, or otherwise.
 */
export type Difference = 'sent' | 'threw' | 'impossible' | 'seen' | 'timers' | 'stuck' | 'ended'

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
  /** The answer is the code of a process. Left out: it is handlers. */
  readonly process?: true
  /** For `ended`: how the process has ended after the step; null where it goes on. */
  readonly ended?: { readonly answer: Ended | null; readonly solution: Ended | null }
}

/** How a process has ended. */
export interface Ended {
  readonly kind: Ending['kind']
  /** What it threw, as `Error: text`; empty where it returned. */
  readonly error: string
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
    const process = hasProcess(record, answered) || hasProcess(theirs.record, solved)
    return {
      ...NOTHING,
      kind: 'sent',
      answer: answered.map(plain),
      solution: solved.map(plain),
      line,
      ...(process && { process }),
    }
  }
  let timers: Comparison | null = null
  for (const step of record.steps) {
    const counts = relevant === null || relevant.has(step.number)
    const taken = takeLike(theirs, step, heard)
    // What played no part is taken as far as it can be, so that its messages are there; it is not compared.
    if (!counts) continue
    if (taken === null) return timers ?? differing('impossible', step, [], record)
    const others = step.node !== null && seenAfter(theirs, step.node) !== seen[step.number - 1]
    const messages = same(step.sent.filter(heard), taken.sent.filter(heard))
    const ended = otherEnd(step, record, theirs.record)
    if (ended && (messages || ended.ended?.answer?.kind === 'thrown')) return ended
    if (!messages || (others && !same(step.sent, taken.sent)))
      return differing('sent', step, taken.sent, record)
    if (others) return differing('seen', step, taken.sent, record)
    timers ??= otherTimers(step, record, theirs.record)
  }
  if (threw && last) return atThrow(theirs, last, record)
  return timers ?? (missed && mine.stuck ? whatCouldHappen(theirs, record) : null)
}

/**
 * The same for a failing check of a report, where the solution was not at hand when it was graded.
 * @returns null where there is no run, or nothing differs
 */
export function compareCheck<A extends AnyAnswer>(
  exercise: Exercise<A>,
  check: ComparedCheck,
  answer: A,
  solution: A,
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

function differing(
  kind: Difference,
  step: StepRecord,
  solution: readonly MessageRecord[],
  record: RunRecord,
): Comparison {
  return {
    ...NOTHING,
    kind,
    step: step.number,
    node: step.node,
    action: step.action,
    answer: step.sent.map(plain),
    solution: solution.map(plain),
    line: lineOfDifference(step.sent, solution, step.lines),
    ...processAt(record, step.number, step.node),
  }
}

/** Whether the step was one of a process. */
function processAt({ frames }: RunRecord, step: number, node: NodeId | null): { process?: true } {
  const isProcess = [step, step - 1].some((number) => processOf(nodeIn(frames[number], node)) !== null)
  return isProcess ? { process: true } : {}
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

/** The number of a request is the library's business, and depends on what else is under way. */
function textOf(message: Pick<MessageRecord, 'to' | 'type' | 'fields'>): string {
  const { to, type, fields } = message
  const compared = wireKind(message) === null ? fields : { ...(fields as object), request: 0 }
  return canonical([to, type, compared], 'message')
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
  const action = likeIn(run, step.action)
  if (!('crashAfter' in action) || action.crashAfter === undefined) return attempt(run, action)
  const cut = cutLike(run, action, step, heard)
  return cut === null ? null : attempt(run, { ...action, crashAfter: cut })
}

/**
 * The action as it is called in the other run. Numbers of requests and of timers are given in the order in which a process
 * needs them, so that there they may be others.
 */
function likeIn(run: Run, action: Action): Action {
  const like = run.enabled().filter((other) => isLike(action, other))
  const other = like.find((one) => nameOf(one) === nameOf(action)) ?? like[0]
  if (action.kind === 'fire' && other?.kind === 'fire') return { ...action, timer: other.timer }
  return action.kind === 'deliver' && other?.kind === 'deliver'
    ? { ...action, message: other.message }
    : action
}

function isLike(action: Action, other: Action): boolean {
  if (action.kind === 'fire' && other.kind === 'fire')
    return action.node === other.node && WAKE.test(action.timer) && WAKE.test(other.timer)
  return (
    action.kind === 'deliver' &&
    other.kind === 'deliver' &&
    action.to === other.to &&
    action.message.from === other.message.from &&
    wireKind(action.message) !== null &&
    textOf({ to: action.to, ...action.message }) === textOf({ to: other.to, ...other.message })
  )
}

/** A timer of a process; see `processNode`. */
const WAKE = /^wake:\d+$/

/** What tells an action from others that are like it. */
function nameOf(action: Action): string {
  return action.kind === 'fire'
    ? action.timer
    : action.kind === 'deliver'
      ? canonical(action.message.fields, 'message')
      : ''
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

/** Did a process of the answer end in this step, and not so with the solution, or the other way round? */
function otherEnd(step: StepRecord, mine: RunRecord, theirs: RunRecord): Comparison | null {
  const answer = endedIn(mine.frames[step.number], step.node)
  const solution = endedIn(theirs.frames.at(-1), step.node)
  if (answer?.kind === solution?.kind && answer?.error === solution?.error) return null
  return { ...differing('ended', step, [], mine), ended: { answer, solution } }
}

function endedIn(frame: Frame | undefined, node: NodeId | null): Ended | null {
  const ended = processOf(nodeIn(frame, node))?.ended ?? null
  if (ended === null || ended.kind === 'returned') return ended && { kind: ended.kind, error: '' }
  return { kind: ended.kind, error: errorText(ended.error) }
}

/** Were any of these sent by a process? */
function hasProcess({ frames }: RunRecord, sent: readonly MessageRecord[]): boolean {
  return sent.some(({ from }) => processOf(nodeIn(frames[0], from)) !== null)
}

function otherTimers(step: StepRecord, mine: RunRecord, theirs: RunRecord): Comparison | null {
  const timersIn = (frame: RunRecord['frames'][number] | undefined): readonly string[] => {
    const node = nodeIn(frame, step.node)
    const process = processOf(node)
    // Without clocks a timer may fire at any time, however it was set.
    if (process)
      return process.sleeps.map((milliseconds) => (node?.clock ? `${milliseconds} ms` : 'sleep')).sort()
    return node?.timers ?? []
  }
  const answer = timersIn(mine.frames[step.number])
  const solution = timersIn(theirs.frames.at(-1))
  if (answer.join() === solution.join()) return null
  return { ...differing('timers', step, [], mine), timers: { answer, solution } }
}

/** The step in which the answer threw, as the solution takes it. */
function atThrow(run: Run, action: Action, record: RunRecord): Comparison {
  const step = record.steps.length + 1
  const whole = { ...action } as { crashAfter?: number } & Action
  delete whole.crashAfter
  const node = action.kind === 'deliver' ? action.to : 'node' in action ? action.node : null
  const taken = attempt(run, whole)
  const solution = taken?.sent.map(plain) ?? []
  return {
    ...NOTHING,
    kind: taken ? 'threw' : 'impossible',
    step,
    node,
    action,
    solution,
    ...processAt(record, step, node),
  }
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
