/** The two rules by name, and the lanes of their run: what the page shares with its worker, which alone needs the engine. */
export type RuleId = 'note' | 'paxos'

export const RULES: readonly RuleId[] = ['note', 'paxos']

/** Nodes from left to right in the run over time. */
export const LANES = ['A', 'B', 'C', 'X', 'Y', 'Z'] as const
