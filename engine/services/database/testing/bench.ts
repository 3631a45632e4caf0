/** Bench: a database and its clients for tests, where what came of a query stands in one line. */
import type { Plain } from '../../../api.ts'
import { type Answer, type ServerContext, advance } from '../../service.ts'
import { database } from '../server.ts'
import type { DatabaseState } from '../state.ts'

/** What came of a query: its rows or the number of them, `waits`, or the code of its error. */
export type Outcome = unknown

export class Bench {
  state: DatabaseState
  readonly #setup: string
  #requests = 0
  readonly #clients = new Map<number, string>()
  readonly #answers = new Map<string, Answer>()

  constructor(setup: string, state?: DatabaseState) {
    this.#setup = setup
    this.state = state ?? database.init({ setup })
  }

  get #ctx(): ServerContext {
    return {
      reply: (_, request, answer) => {
        this.#answers.set(this.#clients.get(request)!, answer)
        this.#clients.delete(request)
      },
      notify: () => {},
      close: () => {},
      send: () => {},
    }
  }

  /** Sends a query; a client connects with its first one. */
  query(client: string, text: string, ...values: Plain[]): Outcome {
    if (!Object.hasOwn(this.state.sessions, client)) database.connect(this.state, client, null, this.#ctx)
    this.#clients.set(++this.#requests, client)
    this.#answers.delete(client)
    database.request(
      this.state,
      client,
      this.#requests,
      { text, values: values.length === 0 ? null : values },
      this.#ctx,
    )
    return this.outcome(client)
  }

  /** What has come of a client’s last query by now. */
  outcome(client: string): Outcome {
    const answer = this.#answers.get(client)
    if (answer === undefined) return 'waits'
    if ('error' in answer) return answer.error.code
    const { rows, rowCount, command } = answer.value as {
      rows: Plain[]
      rowCount: number | null
      command: string
    }
    if (rows.length > 0 || command === 'SELECT') return rows
    return rowCount ?? command
  }

  /** The error of a client’s last query, as the client gets it. */
  error(client: string): { [field: string]: Plain } {
    const answer = this.#answers.get(client)
    if (answer === undefined || !('error' in answer)) return {}
    return { message: answer.error.message, code: answer.error.code, ...answer.error.details }
  }

  disconnect(client: string): void {
    database.disconnect(this.state, client, this.#ctx)
  }

  advance(milliseconds: number): void {
    advance(database as never, this.state, milliseconds, this.#ctx)
  }

  due(name: string): void {
    database.due(this.state, name, this.#ctx)
  }

  restart(): void {
    this.state = database.restart(this.state, { setup: this.#setup })
  }
}
