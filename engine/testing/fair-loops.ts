/**
 * Fair loops as one would look for them first: on a graph whose steps are listed, by the definition. The tests of
 * `drivers/liveness.ts` take it as the truth. It shares no code with the engine; `graphModel` alone makes a model of a
 * graph, to be explored.
 */
import { GuardedModel } from '../guarded-model.ts'
import type { Action } from '../model.ts'

/** One step. A step that leads where it comes from changes nothing. */
export interface Edge {
  readonly from: number
  readonly to: number
  /** The name of its action. Several steps may have one name. */
  readonly action: string
  /** `fair`: it may not be left out for ever. `unfair`: it may. `fault`: it happens only so often. */
  readonly kind: 'fair' | 'unfair' | 'fault'
}

export interface Graph {
  readonly initial: readonly number[]
  /** The states in which the goal is reached. */
  readonly goal: ReadonlySet<number>
  readonly edges: readonly Edge[]
}

/** The steps of paths, as `[0, 2, 4, 2]`; fair, and each with a name of its own if none is given. */
export function pathsOf(paths: readonly (readonly number[])[], more: Partial<Edge> = {}): Edge[] {
  const edges = new Map<string, Edge>()
  for (const path of paths) {
    path.slice(1).forEach((to, index) => {
      const from = path[index]!
      edges.set(`${from} ${to}`, { from, to, action: `${from} to ${to}`, kind: 'fair', ...more })
    })
  }
  return [...edges.values()]
}

/** The graph as a model with the property `goal`: that it is reached or, for `always`, that it is not. */
export function graphModel(
  { initial, goal, edges }: Graph,
  kind: 'eventually' | 'always' = 'eventually',
): GuardedModel<{ at: number }> {
  return new GuardedModel<{ at: number }>({
    initial: initial.map((at) => ({ at })),
    *transitions({ at }) {
      for (const edge of edges) {
        if (edge.from !== at) continue
        yield {
          name: edge.action,
          parameters: [],
          next: { at: edge.to },
          fair: edge.kind === 'fair',
          fault: edge.kind === 'fault',
        }
      }
    },
    properties: [{ id: 'goal', kind, holds: ({ at }) => goal.has(at) === (kind === 'eventually') }],
  })
}

/** The states that can be reached without the goal being reached, and the fewest steps to each. */
export function withoutGoal({ initial, goal, edges }: Graph): Map<number, number> {
  const lengths = new Map<number, number>()
  let level = initial.filter((state) => !goal.has(state))
  for (let length = 0; level.length > 0; length++) {
    for (const state of level) if (!lengths.has(state)) lengths.set(state, length)
    const next = level.flatMap((state) => edges.filter(({ from }) => from === state).map(({ to }) => to))
    level = [...new Set(next)].filter((state) => !goal.has(state) && !lengths.has(state))
  }
  return lengths
}

/** Is a run fair that from some moment on is in these states, and takes these steps, again and again? */
export function isFair(graph: Graph, states: readonly number[], taken: readonly Edge[]): boolean {
  const fair = new Set(graph.edges.filter(({ kind }) => kind === 'fair').map(({ action }) => action))
  return [...fair].every((action) => {
    const steps = graph.edges.filter((edge) => edge.action === action && edge.kind === 'fair')
    const enabled = states.every((state) => steps.some(({ from }) => from === state))
    const changesNothing = steps.some(({ from, to }) => from === to && states.includes(from))
    return !enabled || changesNothing || taken.some((edge) => edge.action === action)
  })
}

/** Is there a fair run that from some moment on is in all of these states again and again, and in no other? */
export function holdsFairLoop(graph: Graph, states: readonly number[]): boolean {
  const inside = graph.edges.filter(
    ({ from, to, kind }) => kind !== 'fault' && states.includes(from) && states.includes(to),
  )
  const reached = (start: number): number[] => {
    const seen = [start]
    for (const state of seen) {
      for (const { from, to } of inside) if (from === state && !seen.includes(to)) seen.push(to)
    }
    return seen
  }
  return states.every((state) => reached(state).length === states.length) && isFair(graph, states, inside)
}

/** The states that can be reached without the goal, those together that lead to one another without goal and faults. */
export function componentsWithoutGoal(graph: Graph): number[][] {
  const states = withoutGoal(graph)
  const next = new Map([...states.keys()].map((state): [number, Set<number>] => [state, new Set()]))
  for (const { from, to, kind } of graph.edges) {
    if (kind !== 'fault' && states.has(from) && states.has(to)) next.get(from)!.add(to)
  }
  const reached = new Map<number, Set<number>>()
  for (const start of states.keys()) {
    const seen = new Set([start])
    for (const state of seen) for (const to of next.get(state)!) seen.add(to)
    reached.set(start, seen)
  }
  const components: number[][] = []
  for (const state of states.keys()) {
    if (components.some((component) => component.includes(state))) continue
    components.push([...reached.get(state)!].filter((other) => reached.get(other)!.has(state)))
  }
  return components
}

/** Every set of states in which a run can stay for ever without reaching the goal. For graphs of a few states. */
export function fairSets(graph: Graph): number[][] {
  const states = [...withoutGoal(graph).keys()]
  const sets: number[][] = []
  for (let bits = 1; bits < 1 << states.length; bits++) {
    const set = states.filter((_, index) => bits & (1 << index))
    if (holdsFairLoop(graph, set)) sets.push(set)
  }
  return sets
}

/**
 * What is wrong with a run that is to be a fair one without the goal: the problems of the best of the ways that its
 * actions can lead; none where all is well.
 * @param loopFrom the number of the first action that repeats, null where the run stays where it ends
 */
export function problemsOf(graph: Graph, actions: readonly Action[], loopFrom: number | null): string[] {
  let ways: { states: number[]; edges: Edge[] }[] = graph.initial.map((state) => ({
    states: [state],
    edges: [],
  }))
  for (const action of actions) {
    ways = ways.flatMap(({ states, edges }) =>
      graph.edges
        .filter((edge) => edge.from === states.at(-1) && action.kind === 'act' && edge.action === action.name)
        .map((edge) => ({ states: [...states, edge.to], edges: [...edges, edge] })),
    )
  }
  if (ways.length === 0) return ['a step can’t happen']
  const problems = ways.map(({ states, edges }) => {
    const start = loopFrom === null ? actions.length : loopFrom - 1
    const found: string[] = []
    if (states.some((state) => graph.goal.has(state))) found.push('the goal is reached')
    if (states[start] !== states.at(-1)) found.push('the loop does not return')
    if (loopFrom !== null && start >= actions.length) found.push('the loop has no steps')
    const loop = edges.slice(start)
    if (loop.some(({ kind }) => kind === 'fault')) found.push('there is a fault in the loop')
    if (!isFair(graph, states.slice(start), loop)) found.push('the run is not fair')
    return found
  })
  return problems.sort((one, other) => one.length - other.length)[0]!
}
