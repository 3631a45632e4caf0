/**
 * exploreReduced: an exploration that leaves out what makes no difference, as far as that can be shown: states that
 * differ only by an exchange of nodes (`actors/symmetry.ts`) and messages that are dead (`actors/live-messages.ts`).
 * Both are presumed and then verified on what the handlers do. Where a presumption turns out wrong the search begins
 * anew without it; what the handlers did is remembered, so that they are not called again.
 */
import { ActorModel } from '../actors/actor-model.ts'
import { Behaviour } from '../actors/behaviour.ts'
import { LiveMessages, NotDead, keep } from '../actors/live-messages.ts'
import { Asymmetric, SymmetricModel } from '../actors/symmetry.ts'
import { authored } from '../actors/author.ts'
import type { System } from '../actors/system.ts'
import { type Action, type Model, StepFailed, noSuccessors, successorRows } from '../model.ts'
import { Fault } from '../fault.ts'
import { canonical } from '../plain.ts'
import { Run } from './run.ts'
import { type Exploration, type ExploreBounds, type ExploreProgress, explore } from './explore.ts'

/** Which reductions are to be tried. */
export interface Reductions {
  /** One state stands for all that differ by an exchange of nodes of one role. */
  readonly symmetry: boolean
  /** Messages that can't have an effect any more are left out. */
  readonly partialOrder: boolean
}

export const ALL_REDUCTIONS: Reductions = { symmetry: true, partialOrder: true }
export const NO_REDUCTIONS: Reductions = { symmetry: false, partialOrder: false }

/** An exploration and the reductions that held. */
export interface ReducedExploration extends Exploration {
  /** Names of the nodes that were found interchangeable, group by group. */
  readonly symmetric: readonly (readonly string[])[]
  /** Dead messages were left out. */
  readonly partialOrder: boolean
  /** The model with places and tables as the search has left them. */
  readonly model: ActorModel
}

/** Presumptions that may turn out wrong before no more are made: a search that begins again and again is no gain. */
const RETRACTIONS_MAX = 24

/** May anything be left out of a search of this system at all? Reductions are for messages in any order, without a clock. */
export function isReducible({ time, network }: System): boolean {
  return time === undefined && network.streams === undefined
}

/** Explores a system with the reductions that hold for it. */
export function* exploreReduced(
  system: System,
  bounds: ExploreBounds,
  reductions: Reductions = ALL_REDUCTIONS,
): Generator<ExploreProgress, ReducedExploration> {
  assertPossible(system, system.before ?? [])
  const behaviour = new Behaviour(system)
  const unlike = new Set<string>()
  const kept = new Set<string>()
  for (let retractions = 0; ; retractions++) {
    const presuming = retractions <= RETRACTIONS_MAX && isReducible(system)
    const begun = (system.before?.length ?? 0) > 0
    const groups = reductions.symmetry && presuming && !system.history && !begun ? alike(system, unlike) : []
    const partialOrder = reductions.partialOrder && presuming
    const live = partialOrder ? new LiveMessages(system, behaviour, kept) : null
    const model = new ActorModel(system, { behaviour, live })
    try {
      const exploration = system.before?.length
        ? after(system.before, yield* explore(continuing(model, system.before), bounds))
        : yield* explore(groups.length > 0 ? new SymmetricModel(model, groups) : model, bounds)
      const symmetric = groups.map((group) => group.map((node) => system.nodes[node]!.id))
      const reduced = { ...exploration, symmetric, partialOrder, model }
      if (exploration.undecided.length === 0) return reduced
      // There is a loop. Whether it is fair can't be seen where states stand for one another.
      const whole = yield* exploreReduced(system, bounds, { ...reductions, symmetry: false })
      return whole.complete || whole.findings.length > 0 || whole.failure ? whole : reduced
    } catch (error) {
      if (error instanceof Asymmetric) unlike.add(error.pair.join())
      else if (error instanceof NotDead) kept.add(keep(error.role, error.type))
      else if (error instanceof FailedBefore)
        return { ...failedBefore(error.failure), symmetric: [], partialOrder, model }
      else throw error
    }
  }
}

/**
 * The model as if it began where a run ends. A message that is dead has been left out, and its arrival changes nothing. A goal that
 * was reached on the way has been reached.
 * @throws AuthorFault where something of the run can't happen
 */
function continuing(model: ActorModel, before: readonly Action[]): Model {
  const { row, met } = rowAfter(model, before)
  return {
    width: model.width,
    properties: model.properties,
    initial: () => [row],
    successors: (from, out) => model.successors(from, out),
    actionAt: (from, index) => model.actionAt(from, index),
    inspect: (from) => model.inspect(from) | met,
    explain: (from, property) => model.explain(from, property),
    handlerCalls: model.handlerCalls,
  }
}

/** A handler fails in a step of what has happened before, or in one that was possible beside it. */
class FailedBefore extends Error {
  readonly failure: NonNullable<Exploration['failure']>

  constructor(fault: Fault, actions: readonly Action[]) {
    super(fault.message)
    this.failure = { fault, actions }
  }
}

/** An exploration that looked at nothing, because a handler failed before it began. */
const failedBefore = (failure: Exploration['failure']): Exploration => ({
  states: 0,
  steps: 0,
  depth: 0,
  complete: false,
  hit: null,
  findings: [],
  failure,
  undecided: [],
  bytes: 0,
  represented: 0,
})

/** Where a run leads, and the goals that were reached on it, one bit each. */
function rowAfter(model: ActorModel, before: readonly Action[]): { row: Int32Array; met: number } {
  let goals = 0
  model.properties.forEach(({ kind }, index) => {
    if (kind === 'eventually') goals |= 1 << index
  })
  const row = model.initial()[0]!
  let met = model.inspect(row) & goals
  const out = noSuccessors()
  for (const [step, action] of before.entries()) {
    const text = canonical(action, 'action')
    try {
      model.successors(row, out)
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      throw new FailedBefore(error.fault, [...before.slice(0, step), error.action])
    }
    const index = Array.from({ length: out.count }, (_, index) => index).find(
      (index) => canonical(model.actionAt(row, index), 'action') === text,
    )
    if (index !== undefined) row.set(successorRows(model, row)[index]!)
    met |= model.inspect(row) & goals
  }
  return { row, met }
}

/**
 * What has happened before has to be possible: the search itself leaves out what changes nothing, and could not tell.
 * @throws AuthorFault where something of it can't happen
 */
function assertPossible(system: System, before: readonly Action[]): void {
  const run = new Run(system)
  for (const [index, action] of before.entries()) {
    try {
      run.take(action)
    } catch (error) {
      // What a handler throws is the answer's fault, and the search comes upon it.
      if (!(error instanceof Fault) || error.code !== 'diverged') return
      authored({ part: 'system', id: 'before' }, () => {
        throw new Error(
          `action ${index + 1} of \`before\`, ${canonical(action, 'action')}, can’t happen there`,
        )
      })
    }
  }
}

/** What was found after a run, with the run before it. */
function after(before: readonly Action[], found: Exploration): Exploration {
  return {
    ...found,
    findings: found.findings.map((finding) => ({
      ...finding,
      actions: [...before, ...finding.actions],
      ...(finding.loopFrom !== undefined && { loopFrom: before.length + finding.loopFrom }),
    })),
    failure: found.failure && { ...found.failure, actions: [...before, ...found.failure.actions] },
  }
}

/** Nodes of one role of which no two are known to differ, in groups of at least two. */
function alike(system: System, unlike: ReadonlySet<string>): number[][] {
  const groups: number[][] = []
  system.nodes.forEach(({ role }, node) => {
    const group = groups.find(
      ([first, ...others]) =>
        system.nodes[first!]!.role === role &&
        ![first!, ...others].some((other) => unlike.has(`${other},${node}`)),
    )
    if (group) group.push(node)
    else groups.push([node])
  })
  return groups.filter(({ length }) => length > 1)
}
