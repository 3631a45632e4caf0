/**
 * A few simulated Redis servers and their clients in one place, for tests: a server answers while it is asked, and what
 * servers tell one another waits until it is delivered.
 */
import type { Plain } from '../../../api.ts'
import { type ServerContext, advance } from '../../service.ts'
import { type Redis, type Send, redisClient } from '../client.ts'
import { type RedisOptions, type RedisState, redisServer } from '../server.ts'

export class Room {
  readonly states: Record<string, RedisState> = {}
  readonly #options: { readonly [server: string]: RedisOptions }
  #messages: { readonly from: string; readonly to: string; readonly message: Plain }[] = []
  #answer: { readonly value: Plain } | { readonly error: unknown } | null = null

  /** @param options the servers by their names */
  constructor(options: { readonly [server: string]: RedisOptions }) {
    this.#options = options
    for (const [server, own] of Object.entries(options)) this.states[server] = redisServer.init(own)
  }

  /** A client of a server, by a connection of that name. */
  client(server: string, connection: string): Redis {
    const send: Send = (command) =>
      immediate(() => {
        this.#answer = null
        redisServer.request(this.states[server]!, connection, 1, command, this.context(server))
        if (this.#answer === null) throw new Error('the server did not answer')
        const answer = this.#answer as { readonly value: Plain } | { readonly error: unknown }
        if ('error' in answer) throw answer.error
        return answer.value
      })
    return redisClient(send)
  }

  context(from: string): ServerContext {
    return {
      reply: (_connection, _request, answer) => (this.#answer = answer),
      notify: () => {},
      close: () => {},
      send: (to, message) => this.#messages.push({ from, to, message }),
    }
  }

  /** What is under way between the servers. */
  get messages(): readonly { readonly from: string; readonly to: string; readonly message: Plain }[] {
    return this.#messages
  }

  /** Delivers what is under way, and what follows from it. */
  deliver(): void {
    for (let next = this.#messages.shift(); next !== undefined; next = this.#messages.shift())
      redisServer.receive!(this.states[next.to]!, next.from, next.message, this.context(next.to))
  }

  /** Time passes on all servers; nothing is delivered meanwhile. */
  wait(milliseconds: number): void {
    for (const [server, state] of Object.entries(this.states))
      advance(redisServer, state, milliseconds, this.context(server))
  }

  /** Servers that were restarted find one another again, and everything is delivered. */
  settle(): void {
    for (const [server, state] of Object.entries(this.states))
      for (const { name } of redisServer.deadlines(state))
        if (!name.startsWith('expire:')) redisServer.due(state, name, this.context(server))
    this.deliver()
  }

  /** A connection ends. */
  disconnect(server: string, connection: string): void {
    redisServer.disconnect(this.states[server]!, connection, this.context(server))
  }

  /** A server crashes and starts again; what it sent and what was on the way to it is lost. */
  restart(server: string): void {
    this.states[server] = redisServer.restart(this.states[server]!, this.#options[server]!)
    this.#messages = this.#messages.filter(({ from, to }) => from !== server && to !== server)
  }
}

/** What happened at once, or failed at once, as a promise that never waits. */
function immediate<T>(run: () => T): PromiseLike<T> {
  const outcome = attempt(run)
  return {
    then: (<A, B>(kept?: ((value: T) => A) | null, broken?: ((error: unknown) => B) | null) =>
      immediate(() => {
        if ('value' in outcome) return kept ? kept(outcome.value) : outcome.value
        if (broken) return broken(outcome.error)
        throw outcome.error
      })) as PromiseLike<T>['then'],
  }
}

function attempt<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() }
  } catch (error) {
    return { error }
  }
}

/** What a promise of this room has come to. @throws what it was rejected with */
export function now<T>(promise: PromiseLike<T>): T {
  let outcome: { readonly value: T } | { readonly error: unknown } | null = null
  promise.then(
    (value) => (outcome = { value }),
    (error: unknown) => (outcome = { error }),
  )
  if (outcome === null) throw new Error('the promise is still open')
  const settled = outcome as { readonly value: T } | { readonly error: unknown }
  if ('error' in settled) throw settled.error
  return settled.value
}
