/** The processes of a run, started as they are needed and again when they have died, and what they have said. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Command, Mishap, Said, Setup, Task } from './process.ts'

/** Whoever has not answered by then never will, however slow the machine. */
const PATIENCE_MS = 60_000

/** How a command ended: after so many answers, or with the death of its process. */
export type Outcome = { readonly kind: 'done'; readonly calls: number } | { readonly kind: 'dead' | 'stuck' }

const living = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

class Member {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (outcome: Outcome) => void>()
  readonly #ended: Promise<void>
  #commands = 0
  alive = true

  constructor(setup: Setup, placed: (order: string) => void) {
    this.#child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), [JSON.stringify(setup)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    living.add(this.#child)
    this.#child.on('message', (said: Said) => {
      if (said.kind === 'placed') placed(said.order)
      else this.#tell(said.id, { kind: 'done', calls: said.calls })
    })
    this.#child.on('error', () => undefined)
    this.ready = this.#answer(0)
    this.#ended = new Promise((resolve) => {
      this.#child.on('exit', () => {
        this.alive = false
        living.delete(this.#child)
        for (const id of [...this.#waiting.keys()]) this.#tell(id, { kind: 'dead' })
        resolve()
      })
    })
  }

  /** Comes when it has started. */
  readonly ready: Promise<Outcome>

  command(task: Task, mishap: Mishap | null, again: boolean): Promise<Outcome> {
    const id = ++this.#commands
    const command: Command = { id, task, mishap, again }
    const outcome = this.#answer(id)
    if (this.alive && this.#child.connected) this.#child.send(command, () => undefined)
    return outcome
  }

  #answer(id: number): Promise<Outcome> {
    if (!this.alive) return Promise.resolve({ kind: 'dead' })
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#tell(id, { kind: 'stuck' }), PATIENCE_MS)
      this.#waiting.set(id, (outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      })
    })
  }

  #tell(id: number, outcome: Outcome): void {
    this.#waiting.get(id)?.(outcome)
    this.#waiting.delete(id)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/** Who does what: one process a part. */
export class Crew {
  readonly #setup: Setup
  readonly #members = new Map<string, Member>()
  #next: Member | null = null
  /** The orders that a shop was told are placed. */
  readonly placed = new Set<string>()
  kills = 0

  constructor(setup: Setup) {
    this.#setup = setup
  }

  #start(): Member {
    return new Member(this.#setup, (order) => this.placed.add(order))
  }

  async #member(part: string): Promise<Member> {
    const known = this.#members.get(part)
    if (known?.alive) return known
    const member = this.#next ?? this.#start()
    this.#members.set(part, member)
    // The one that will take the place of the next that dies starts meanwhile.
    this.#next = this.#start()
    const outcome = await member.ready
    if (outcome.kind !== 'done') throw new Error(`${part} did not start: ${outcome.kind}`)
    return member
  }

  /** Gives a command to a part; one that is dead is started first. */
  async does(part: string, task: Task, mishap: Mishap | null = null): Promise<Outcome> {
    const outcome = await (await this.#member(part)).command(task, mishap, false)
    if (outcome.kind === 'dead') this.kills++
    return outcome
  }

  /** Lets a part do something without end. */
  async begins(part: string, task: Task): Promise<void> {
    void (await this.#member(part)).command(task, null, true)
  }

  async kill(part: string): Promise<void> {
    this.kills++
    await this.#members.get(part)?.kill()
  }

  async end(): Promise<void> {
    await Promise.all(
      [...this.#members.values(), ...(this.#next ? [this.#next] : [])].map((member) => member.kill()),
    )
    this.#members.clear()
    this.#next = null
  }
}
