/** What the scenarios of one lock share: its servers, the log, and processes that are started as they are needed. */
import path from 'node:path'
import { temporaryFolder } from '../fidelity/servers.ts'
import {
  type Fault,
  type Hold,
  type Rule,
  type Write,
  holdsOf,
  overlapsIn,
  refusedWrites,
  staleWrites,
} from './judge.ts'
import { type Entry, LogReader, now } from './log.ts'
import { type Outcome, Puppet } from './puppet.ts'
import type { Server } from './servers.ts'
import type { LockName } from './session.ts'

/** How often at least a lock that must be free is asked for before it counts as stranded. */
const ATTEMPTS = 10

export interface Play {
  readonly lock: LockName
  /** The learner’s file. */
  readonly file: string
  readonly servers: readonly Server[]
  /** The lease of those who take the lock, or the timeout of their sessions. */
  readonly ttlMs: number
  /** How long to wait for an answer that will never come. */
  readonly patienceMs: number
  /** Sets apart the names of what runs against the same servers. */
  readonly label: string
}

export class Stage {
  readonly play: Play
  readonly log: LogReader
  readonly #path: string
  readonly #cast = new Map<string, Puppet>()
  #keys = 0
  #born = 0
  /** Locks that a scenario has taken, for which it has not been judged. */
  #unjudged: string[] = []
  /** What was found and judged. */
  readonly faults: Fault[] = []
  /** What was found since. */
  #found: Fault[] = []

  constructor(play: Play) {
    this.play = play
    this.#path = path.join(temporaryFolder('locks'), 'log')
    this.log = new LogReader(this.#path)
  }

  get ttlMs(): number {
    return this.play.ttlMs
  }

  get urls(): readonly string[] {
    return this.play.servers.flatMap(({ urls }) => urls)
  }

  /** Does the lock wait until it is free, for as long as it is told? */
  get waits(): boolean {
    return ['lock-unique-index', 'lock-redis', 'lock-zookeeper'].includes(this.play.lock)
  }

  /** A lock that nobody has ever asked for. */
  async key(): Promise<string> {
    const key = `${this.play.label}-${++this.#keys}`
    for (const server of this.play.servers) await server.prepare(key)
    this.#unjudged.push(key)
    return key
  }

  /** The process of this part; another one where it is dead. */
  async actor(part: string, urls: readonly string[] = this.urls): Promise<Puppet> {
    const known = this.#cast.get(part)
    if (known?.alive) return known
    const { lock, file, label } = this.play
    const name = `${label}-${part}.${++this.#born}`
    const setup = { lock, file, name, urls, log: this.#path, sessionTimeout: this.ttlMs }
    const puppet = new Puppet(setup, this.log, this.play.patienceMs)
    this.#cast.set(part, puppet)
    await puppet.ready()
    return puppet
  }

  /** The process of this part, if it is there. */
  started(part: string): Puppet | null {
    const known = this.#cast.get(part)
    return known?.isReady === true ? known : null
  }

  actors(...parts: readonly string[]): Promise<Puppet[]> {
    return Promise.all(parts.map((part) => this.actor(part)))
  }

  add(fault: Fault): void {
    this.#found.push(fault)
  }

  /** Asks for the lock until it is there. @returns the order, to whose second answer the leaving is */
  async takeSoon(
    puppet: Puppet,
    key: string,
    withinMs = this.ttlMs + this.play.patienceMs / 2,
  ): Promise<{ readonly order: number; readonly outcome: Outcome }> {
    const last = now() + withinMs
    for (let attempt = 1; ; attempt++) {
      const order = puppet.take(key, { ttlMs: this.ttlMs, waitMs: this.ttlMs / 4 })
      const outcome = await puppet.answer(order)
      if (outcome === 'entered') return { order, outcome }
      if (outcome === 'dead' || outcome === 'stuck') return { order, outcome }
      if (attempt >= ATTEMPTS && now() > last) return { order, outcome }
      await pause(10)
    }
  }

  /** Nobody has the lock, or nobody who could give it back: with the lease it must be free. */
  async mustBeFree(puppet: Puppet, key: string, why: string): Promise<void> {
    const { order, outcome } = await this.takeSoon(puppet, key)
    if (outcome !== 'entered') {
      const kind = outcome === 'stuck' ? 'stuck' : 'stranded'
      return this.add({ kind, text: `${why}: nobody ever gets the lock again` })
    }
    puppet.leave()
    await puppet.answer(order)
  }

  /** What is wrong with what happened to the locks that were not judged yet. */
  async judge(): Promise<readonly Fault[]> {
    const all = this.log.read()
    const holds = holdsOf(all, this.rule)
    for (const key of this.#unjudged) {
      const own = holds.filter((hold) => hold.key === key)
      for (const fault of await this.#judged(key, all, own)) this.add(fault)
    }
    const found = this.#found
    this.#unjudged = []
    this.#found = []
    return found
  }

  async #judged(key: string, all: readonly Entry[], holds: readonly Hold[]): Promise<Fault[]> {
    const writes: Write[] = []
    for (const server of this.play.servers) writes.push(...(await server.writes(key)))
    const entries = all.filter((entry) => entry.key === key)
    return [...overlapsIn(holds), ...staleWrites(writes, holds), ...refusedWrites(entries, holds)]
  }

  get rule(): Rule {
    if (this.play.lock === 'lock-redlock') return { kind: 'validity' }
    if (this.play.lock === 'lock-zookeeper') return { kind: 'session', timeoutMs: this.ttlMs }
    return { kind: 'lease' }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#cast.values()].map((puppet) => puppet.end()))
    this.log.read()
    this.log.close()
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
