/** A process as the one that started it sees it: tells it what to do, and sends it signals. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Entry, type LogReader, LogWriter, now } from './log.ts'
import type { Done, Mishap, Order, Setup } from './process.ts'

/** Eight that start at once on a slow machine take a while. */
const START_MS_MAX = 120_000

/** Whoever has not answered by then never will, however slow the machine; one that is known to be wrong is not waited for as long. */
export const PATIENCE_MS = { right: 60_000, wrong: 8_000 }
const POLL_MS = 5

export type Outcome = Done['outcome'] | 'dead' | 'stuck'

type Unnumbered<Given> = Given extends { readonly id: number } ? Omit<Given, 'id'> : never

/** All processes that were started and have not ended. None outlives this one, also if it has stopped. */
const living = new Set<Puppet>()
process.on('exit', () => {
  for (const puppet of living) puppet.signal('SIGKILL')
})

/** Ends all that this file has started. */
export async function endAll(): Promise<void> {
  await Promise.all([...living].map((puppet) => puppet.end()))
}

export class Puppet {
  readonly name: string
  readonly #child: ChildProcess
  readonly #log: LogReader
  readonly #writer: LogWriter
  readonly #ended: Promise<void>
  #alive = true
  #isReady = false
  #orders = 0
  readonly #patienceMs: number
  /** Answers that nobody has asked for yet, and those who wait for one, by the number of the order. */
  readonly #answers = new Map<number, Outcome[]>()
  readonly #waiting = new Map<number, (outcome: Outcome) => void>()

  /** @param log where all processes of this run write */
  constructor(setup: Setup, log: LogReader, patienceMs = PATIENCE_MS.right) {
    this.#patienceMs = patienceMs
    this.name = setup.name
    this.#log = log
    this.#writer = new LogWriter(setup.log)
    this.#child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), [JSON.stringify(setup)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    living.add(this)
    this.#child.on('message', ({ id, outcome }: Done) => this.#answer(id, outcome))
    this.#child.on('error', () => undefined)
    this.#ended = new Promise((resolve) => {
      this.#child.on('exit', () => {
        this.#alive = false
        living.delete(this)
        for (const id of [...this.#waiting.keys()]) this.#answer(id, 'dead')
        resolve()
      })
    })
  }

  /** Comes when it is connected to its servers. @throws Error where it ended before */
  async ready(): Promise<void> {
    const outcome = await this.answer(0, START_MS_MAX)
    if (outcome !== 'done') throw new Error(`${this.name} did not start: ${outcome}`)
    this.#isReady = true
  }

  /** Is it connected, and alive? */
  get isReady(): boolean {
    return this.#isReady && this.#alive
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Comes when it is dead. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** Gives an order. @returns its number, for `answer` */
  tell(order: Unnumbered<Order>): number {
    const id = ++this.#orders
    // An order to one that has just died is lost, and its answer says so.
    if (this.#alive && this.#child.connected) this.#child.send({ ...order, id }, () => undefined)
    return id
  }

  /** The next answer to an order: of a take that has the lock there are two. */
  answer(id: number, milliseconds = this.#patienceMs): Promise<Outcome> {
    return new Promise((resolve) => {
      const come = this.#answers.get(id)?.shift()
      if (come !== undefined) return resolve(come)
      if (!this.#alive) return resolve('dead')
      const timer = setTimeout(() => this.#answer(id, 'stuck'), milliseconds)
      this.#waiting.set(id, (outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      })
    })
  }

  #answer(id: number, outcome: Outcome): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting !== undefined) waiting(outcome)
    else this.#answers.set(id, [...(this.#answers.get(id) ?? []), outcome])
  }

  /** Tells it to take the lock. */
  take(
    key: string,
    options: {
      readonly ttlMs: number
      readonly waitMs: number
      readonly mishap?: Mishap | null
      readonly until?: 'told' | 'over' | 'entered'
      readonly nested?: boolean
    },
  ): number {
    return this.tell({ kind: 'take', key, mishap: null, until: 'told', nested: false, ...options })
  }

  leave(): void {
    this.tell({ kind: 'leave' })
  }

  /** Comes when it has stopped, or will not, or has not after so long: then false. @param after how long the log was before */
  async hasStopped(after: number, milliseconds = this.#patienceMs): Promise<boolean> {
    const ends = ['stops', 'gave back', 'refused', 'failed']
    const found = await this.#said(after, ({ event }) => ends.includes(event), milliseconds)
    return found?.event === 'stops'
  }

  /** Lets it go on, and comes when it has. A process that is only just stopping misses a SIGCONT: it is sent until it is heard. */
  async goOn(): Promise<void> {
    const after = this.#log.entries.findLastIndex(
      ({ process, event }) => process === this.name && event === 'stops',
    )
    const timer = setInterval(() => this.signal('SIGCONT'), POLL_MS)
    await this.#said(after, ({ event }) => event === 'goes on')
    clearInterval(timer)
  }

  /** Waits until it says something, after the entry of this number. */
  async #said(
    after: number,
    wanted: (entry: Entry) => boolean,
    milliseconds = this.#patienceMs,
  ): Promise<Entry | null> {
    const last = now() + milliseconds
    for (let index = Math.max(after, 0); ;) {
      const entries = this.#log.read()
      for (; index < entries.length; index++) {
        const entry = entries[index]!
        if (entry.process === this.name && wanted(entry)) return entry
      }
      if (!this.#alive || now() > last) return null
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Stops it from outside. */
  stop(): void {
    if (!this.#alive) return
    this.#writer.write(this.name, '', 0, { event: 'is stopped' })
    this.signal('SIGSTOP')
  }

  /** Kills it. From before this on, it counts as dead. */
  async kill(): Promise<void> {
    if (!this.#alive) return
    this.#writer.write(this.name, '', 0, { event: 'dies', call: 0, method: '' })
    await this.end()
  }

  /** Ends it, without a word in the log. */
  async end(): Promise<void> {
    this.signal('SIGKILL')
    await this.#ended
  }
}
