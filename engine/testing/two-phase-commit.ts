/**
 * Two-phase commit in the semantics of the TLA+ specification, as nodes with handlers: for the counts that others have
 * published, and for the benchmark.
 * Reference: L. Lamport, J. Gray, "Consensus on Transaction Commit", 2004; TwoPhase.tla of the TLA+ examples.
 *
 * Where the specification lets something happen at any moment, a timer is pending: a resource manager that works may
 * prepare or abort of itself, the transaction manager may abort at any moment and commit once all have prepared.
 * Messages stay in the network for ever (`duplicates: 'unlimited'`), as they stay in the specification's `msgs`.
 */
import { fields } from '../actors/fields.ts'
import type { AnyNodeDefinition, Role, System, View } from '../actors/system.ts'
import { node } from '../api.ts'

interface Messages {
  prepared: Record<string, never>
  commit: Record<string, never>
  abort: Record<string, never>
}

/** Kept as small as the specification's variables: a state too many would be a state that is counted. */
interface ResourceManagerState {
  phase: 'working' | 'prepared' | 'committed' | 'aborted'
}

const resourceManager: AnyNodeDefinition = node<ResourceManagerState, Messages>({
  init(ctx) {
    ctx.setTimer('prepare')
    ctx.setTimer('abort')
    return { phase: 'working' }
  },
  on: {
    commit(state, _message, ctx) {
      settle(state, 'committed', ctx)
    },
    abort(state, _message, ctx) {
      settle(state, 'aborted', ctx)
    },
  },
  timers: {
    prepare(state, ctx) {
      settle(state, 'prepared', ctx)
      ctx.broadcast('transaction manager', 'prepared', {})
    },
    abort(state, ctx) {
      settle(state, 'aborted', ctx)
    },
  },
})

function settle(
  state: ResourceManagerState,
  phase: ResourceManagerState['phase'],
  ctx: { cancelTimer(name: string): void },
): void {
  state.phase = phase
  ctx.cancelTimer('prepare')
  ctx.cancelTimer('abort')
}

interface TransactionManagerState {
  phase: 'init' | 'committed' | 'aborted'
  /** Who has prepared, sorted. */
  prepared: string[]
}

const transactionManager: AnyNodeDefinition = node<TransactionManagerState, Messages>({
  init(ctx) {
    ctx.setTimer('abort')
    return { phase: 'init', prepared: [] }
  },
  on: {
    prepared(state, _message, ctx) {
      if (state.phase !== 'init' || state.prepared.includes(ctx.from)) return
      state.prepared = [...state.prepared, ctx.from].sort()
      if (state.prepared.length === ctx.nodes('resource manager').length) ctx.setTimer('commit')
    },
  },
  timers: {
    commit(state, ctx) {
      state.phase = 'committed'
      ctx.cancelTimer('abort')
      ctx.broadcast('resource manager', 'commit', {})
    },
    abort(state, ctx) {
      state.phase = 'aborted'
      ctx.cancelTimer('commit')
      ctx.broadcast('resource manager', 'abort', {})
    },
  },
})

const nothing = fields({})

const roles: Record<string, Role> = {
  'transaction manager': { sends: { commit: nothing, abort: nothing }, observe: () => null },
  'resource manager': {
    sends: { prepared: nothing },
    observe: ({ state }) => (state as ResourceManagerState).phase,
  },
}

/** The specification's TCConsistent: no resource manager has committed while another has aborted. */
function inconsistent(view: View): Record<string, string> | null {
  const committed = view.find(({ seen }) => seen === 'committed')
  const aborted = view.find(({ seen }) => seen === 'aborted')
  return committed && aborted ? { committed: committed.id, aborted: aborted.id } : null
}

/** A transaction manager and so many resource managers. */
export function twoPhaseCommit(resourceManagers: number): System {
  return {
    nodes: [
      { id: 'TM', role: 'transaction manager', definition: transactionManager },
      ...Array.from({ length: resourceManagers }, (_, index) => ({
        id: `RM${index + 1}`,
        role: 'resource manager',
        definition: resourceManager,
      })),
    ],
    roles,
    network: { duplicates: 'unlimited', drops: 0 },
    crashes: null,
    properties: [{ id: 'consistent', kind: 'always', violated: inconsistent }],
  }
}
