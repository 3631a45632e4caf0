/**
 * LiveMessages: which messages in an inbox can still make a difference. A message is *dead* at a node in a local state
 * when the node does nothing with it, now and in every local state that it can come to. Its delivery commutes with
 * every other step and no property sees it, so it may as well be delivered at once, and an inbox is kept without it:
 * partial-order reduction with the delivery of a dead message as a persistent set of one step.
 * Reference: P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996, chapter 4.
 *
 * What a node can come to is known only when everything has been explored. So a message without effect is presumed
 * dead, the presumption is carried along every step that the node is later seen to take, and where it turns out wrong
 * the search begins anew with the messages of that type, to nodes of that role, never presumed dead again. In the
 * search that comes to its end every presumption has been tried in every local state that the node came to after it,
 * which proves it: by induction on the length of a run, the run with dead messages left out visits the same local states.
 */
import { Fault } from '../fault.ts'
import type { Behaviour, Outcome } from './behaviour.ts'
import type { System } from './system.ts'

/** A presumption turned out wrong: a message that was left out as dead has an effect after all. */
export class NotDead extends Error {
  readonly role: string
  readonly type: string

  constructor(role: string, type: string) {
    super(`messages '${type}' to the role '${role}' were presumed dead and have an effect`)
    this.name = 'NotDead'
    this.role = role
    this.type = type
  }
}

export class LiveMessages {
  /**
   * Is told of each message that was tried on a node in a local state and found without effect. What is left out is never
   * delivered, and who compares nodes by what they do with messages would not see it.
   */
  tried: ((node: number, local: number, message: number) => void) | null = null
  readonly #system: System
  readonly #behaviour: Behaviour
  /** Roles and types of which messages are kept always; see `keep`. */
  readonly #kept: ReadonlySet<string>
  /** By node and local state: messages that were presumed dead there, and the local states that steps lead to. */
  readonly #dead: Map<number, Set<number>>[]
  readonly #next: Map<number, Set<number>>[]

  /** @param kept from `keep`: what earlier searches found out */
  constructor(system: System, behaviour: Behaviour, kept: ReadonlySet<string>) {
    this.#system = system
    this.#behaviour = behaviour
    this.#kept = kept
    this.#dead = system.nodes.map(() => new Map())
    this.#next = system.nodes.map(() => new Map())
  }

  /** The messages of an inbox that are not dead, in their order; the same list where none is. */
  of(node: number, local: number, inbox: readonly number[]): readonly number[] {
    if (inbox.length === 0 || !this.#behaviour.locals.values[local]!.up) return inbox
    const live = inbox.filter((message) => !this.#isDead(node, local, message))
    return live.length === inbox.length ? inbox : live
  }

  /**
   * Takes note that a step of a node leads from one local state to another.
   * @throws NotDead where a message that was left out before has an effect after it
   */
  step(node: number, from: number, to: number): void {
    if (from === to) return
    const next = this.#next[node]!
    const known = next.get(from)
    if (known?.has(to)) return
    if (known) known.add(to)
    else next.set(from, new Set([to]))
    for (const message of this.#dead[node]!.get(from) ?? []) {
      if (!this.#presume(node, to, message)) throw this.#wrong(node, message)
    }
  }

  #isDead(node: number, local: number, message: number): boolean {
    if (this.#dead[node]!.get(local)?.has(message)) return true
    const { role } = this.#system.nodes[node]!
    if (this.#kept.has(keep(role, this.#behaviour.messages.values[message]!.type))) return false
    return this.#presume(node, local, message)
  }

  /** Presumes a message dead in a local state and in all that are known to follow; false where it has an effect. */
  #presume(node: number, local: number, message: number): boolean {
    const dead = this.#dead[node]!
    const found: number[] = []
    const open = [local]
    const seen = new Set(open)
    while (open.length > 0) {
      const state = open.pop()!
      if (dead.get(state)?.has(message)) continue
      if (!this.#idle(node, state, message)) return false
      found.push(state)
      for (const next of this.#next[node]!.get(state) ?? []) {
        if (seen.has(next)) continue
        seen.add(next)
        open.push(next)
      }
    }
    for (const state of found) {
      const messages = dead.get(state)
      if (messages) messages.add(message)
      else dead.set(state, new Set([message]))
    }
    // Only now that all are noted: who is told may take note of more steps.
    for (const state of found)
      if (this.#behaviour.locals.values[state]!.up) this.tried?.(node, state, message)
    return true
  }

  /** Does the node do nothing with the message in this local state? A node that is down takes no messages. */
  #idle(node: number, local: number, message: number): boolean {
    if (!this.#behaviour.locals.values[local]!.up) return true
    let outcome: Outcome
    try {
      outcome = this.#behaviour.deliver(node, local, message)
    } catch (error) {
      // A handler that fails is no handler without effect. The search reports it where the message is delivered.
      if (error instanceof Fault) return false
      throw error
    }
    const { local: after, sendings } = outcome
    if (after !== local || sendings.some(({ absorbed }) => !absorbed)) return false
    if (this.#behaviour.crashes(node) && !this.#idleWhenCut(node, local, message, outcome)) return false
    // What nobody handles, and what changes nothing, may still be worth a record in the system's history.
    const { history, nodes } = this.#system
    if (!history) return true
    const { id, role } = nodes[node]!
    const sent = sendings.map((sending) => {
      const { type, fields } = this.#behaviour.messages.values[sending.message]!
      return { to: nodes[sending.to]!.id, type, fields }
    })
    return (
      history.record({ node: id, role, received: this.#behaviour.messages.values[message]!, sent }) === null
    )
  }

  /**
   * Does a crash in the middle of a handler that does nothing equal one before it? It does not where the handler changes the
   * disk and changes it back.
   */
  #idleWhenCut(node: number, local: number, message: number, outcome: Outcome): boolean {
    const cuts = this.#behaviour.cuts(node, outcome, local)
    if (cuts.length === 0) return true
    const crashed = this.#behaviour.crash(node, local).local
    return cuts.every((cut) => this.#behaviour.deliver(node, local, message, cut).local === crashed)
  }

  #wrong(node: number, message: number): NotDead {
    return new NotDead(this.#system.nodes[node]!.role, this.#behaviour.messages.values[message]!.type)
  }
}

/** The role of a receiver and the type of a message as one text, for the set of what is never presumed dead. */
export function keep(role: string, type: string): string {
  return `${role} ${type}`
}
