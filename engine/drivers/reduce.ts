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
import { type Action, type Model, noSuccessors, successorRows } from '../model.ts'
import { canonical } from '../plain.ts'
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
      else throw error
    }
  }
}

/**
 * The model as if it began where a run ends. A message that is dead has been left out: its arrival changes nothing, nor does
 * its loss.
 * @throws AuthorFault where something of the run can't happen
 */
function continuing(model: ActorModel, before: readonly Action[]): Model {
  return {
    width: model.width,
    properties: model.properties,
    initial: () => [rowAfter(model, before)],
    successors: (row, out) => model.successors(row, out),
    actionAt: (row, index) => model.actionAt(row, index),
    inspect: (row) => model.inspect(row),
    explain: (row, property) => model.explain(row, property),
    handlerCalls: model.handlerCalls,
  }
}

function rowAfter(model: ActorModel, before: readonly Action[]): Int32Array {
  const row = model.initial()[0]!
  const out = noSuccessors()
  for (const action of before) {
    const text = canonical(action, 'action')
    model.successors(row, out)
    const index = Array.from({ length: out.count }, (_, index) => index).find(
      (index) => canonical(model.actionAt(row, index), 'action') === text,
    )
    if (index !== undefined) row.set(successorRows(model, row)[index]!)
    else if (action.kind !== 'deliver' && action.kind !== 'drop')
      authored({ part: 'system', id: 'before' }, () => {
        throw new Error(`${text} can’t happen where \`before\` has it`)
      })
  }
  return row
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
