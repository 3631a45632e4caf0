/**
 * The database compared with PostgreSQL 15. Scripts are queries of up to three clients; after each step it is observed who
 * was answered what, and who waits.
 */
import type { Random } from '../../engine/random.ts'
import { database } from '../../engine/services/database/server.ts'
import type { DatabaseState } from '../../engine/services/database/state.ts'
import { type Answer, type ServerContext, advance } from '../../engine/services/service.ts'
import { RealDatabase, RealRun, programs } from './database-real.ts'
import { randomScript } from './database-random.ts'
import { SCRIPTS } from './database-scripts.ts'
import type { Observation, Subject } from './subject.ts'

/** What happens next. A client connects with its first query. */
export type Step =
  | {
      readonly kind: 'query'
      readonly client: string
      readonly text: string
      readonly values?: readonly (null | boolean | number | string)[]
    }
  /** The client’s connection is cut. */
  | { readonly kind: 'disconnect'; readonly client: string }
  | { readonly kind: 'sleep'; readonly milliseconds: number }
  /** The server crashes and is started again. */
  | { readonly kind: 'restart' }

export type Answered = { readonly value: unknown } | { readonly error: unknown }

export interface TestTable {
  readonly name: string
  readonly create: string
  readonly fill: string
}

/** The tables of all scripts, as both servers get them. */
const TABLES: readonly TestTable[] = [
  {
    name: 'locks',
    create: `create table locks (
      name text primary key, owner text, count integer not null default 1, expires timestamptz);`,
    fill: '',
  },
  {
    name: 'accounts',
    create: `create table accounts (id integer primary key, balance integer not null, note text unique,
      constraint covered check (balance >= 0));`,
    fill: "insert into accounts (id, balance, note) values (1, 100, 'one'), (2, 50, null), (3, 0, 'three');",
  },
  {
    name: 'jobs',
    create: `create table jobs (id serial primary key, state text not null default 'new', worker text, price bigint,
      urgent boolean default false);`,
    fill: `insert into jobs (worker, price) values (null, 10), ('ann', 9007199254740993);
      insert into jobs (state, urgent) values ('done', true);`,
  },
  {
    name: 'pairs',
    create: `create table pairs (a integer, b integer, c text, d integer default 7, primary key (a, b));
      create unique index pairs_c on pairs (c);`,
    fill: "insert into pairs values (1, 1, 'x'), (1, 2, 'y');",
  },
]

export const SETUP = TABLES.map(({ create, fill }) => `${create}\n${fill}`).join('\n')

/** What is looked at in the end, without the order of an `order by`: rows come as they were written. */
export const CONTENTS = [
  'select name, owner, count from locks',
  ...['accounts', 'jobs', 'pairs'].map((name) => `select * from ${name}`),
]

/** The simulated database under the same steps. */
export class SimulatedRun {
  readonly #setup: string
  readonly #contents: readonly string[]
  state: DatabaseState
  #requests = 0
  #pending = new Map<number, string>()
  #answers: { [client: string]: Answered } = {}
  readonly #ctx: ServerContext = {
    reply: (_, request, answer) => {
      const client = this.#pending.get(request)
      this.#pending.delete(request)
      if (client !== undefined) this.#answers[client] = shown(answer)
    },
    notify: () => {},
    close: () => {},
    send: () => {},
  }

  /** @param state where it goes on from; else an empty server */
  constructor(setup: string, contents: readonly string[], state: DatabaseState = database.init({ setup })) {
    this.#setup = setup
    this.#contents = contents
    this.state = state
  }

  /** A run that goes on by itself from here. */
  copy(): SimulatedRun {
    const copy = new SimulatedRun(this.#setup, this.#contents, structuredClone(this.state))
    copy.#requests = this.#requests
    copy.#pending = new Map(this.#pending)
    return copy
  }

  /** The clients that wait. */
  get waiting(): string[] {
    return [...this.#pending.values()]
  }

  step(step: Step): Observation {
    // Through text and back: the state must be plain data, and nothing may hang on the identity of its parts.
    this.state = JSON.parse(JSON.stringify(this.state)) as DatabaseState
    switch (step.kind) {
      case 'query': {
        const { client, text, values } = step
        if (this.waiting.includes(client)) return 'busy'
        if (!Object.hasOwn(this.state.sessions, client)) database.connect(this.state, client, null, this.#ctx)
        this.#pending.set(++this.#requests, client)
        database.request(this.state, client, this.#requests, { text, values: values ?? null }, this.#ctx)
        break
      }
      case 'disconnect':
        for (const [request, client] of this.#pending) {
          if (client === step.client) this.#pending.delete(request)
        }
        database.disconnect(this.state, step.client, this.#ctx)
        break
      case 'sleep':
        advance(database as never, this.state, step.milliseconds, this.#ctx)
        break
      case 'restart':
        this.#pending.clear()
        this.state = database.restart(this.state, { setup: this.#setup })
        break
    }
    const observation: { [client: string]: unknown } = { ...this.#answers }
    for (const client of this.waiting) observation[client] = 'waits'
    this.#answers = {}
    return observation
  }

  /** What a transaction sees that begins now. */
  contents(): Observation {
    const contents: { [query: string]: unknown } = {}
    for (const text of this.#contents) {
      const observation = this.step({ kind: 'query', client: 'watcher', text }) as {
        [client: string]: Answered
      }
      const answer = observation.watcher as { value: { rows: unknown } }
      contents[text] = answer.value.rows
    }
    return contents
  }
}

function shown(answer: Answer): Answered {
  if ('value' in answer) return { value: answer.value }
  const { name, code, message, details } = answer.error
  const { detail, hint, table, column, constraint } = (details ?? {}) as {
    [field: string]: string | undefined
  }
  return { error: { name, code, message, detail, hint, table, column, constraint } }
}

/** Leaves out what the simulation does not have: see `NOT_MODELLED`. */
function comparable(observation: Observation): Observation {
  if (typeof observation !== 'object' || observation === null) return observation
  const result: { [client: string]: unknown } = {}
  for (const [client, answer] of Object.entries(observation)) result[client] = comparableAnswer(answer)
  return result
}

interface ErrorFields {
  readonly code?: string
  readonly detail?: string
  readonly hint?: string
}

function comparableAnswer(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return answer
  const error = answer.error as ErrorFields
  const { code } = error
  // The numbers of processes and transactions are another matter each time.
  const detail = code === '40P01' ? undefined : error.detail?.replace(/ pivot \d+/, ' pivot')
  const hint = code === '42703' || code === '42P01' ? undefined : error.hint
  return { error: { ...error, detail, hint } }
}

let run: RealRun | null = null

export const subject: Subject<Step> = {
  name: 'database',
  packages: ['postgresql'],
  installed: () => programs() !== null,
  async start(folder, port) {
    const server = new RealDatabase(folder, port)
    await server.start()
    run = new RealRun(server, TABLES, CONTENTS)
    return server
  },
  scripts: SCRIPTS,
  random: { scripts: 600, stepsMax: 30 },
  script: (random: Random, steps: number) => randomScript(random, steps, new SimulatedRun(SETUP, CONTENTS)),
  async real(steps) {
    return (await run!.run(steps)).map(comparable)
  },
  simulated(steps) {
    const simulated = new SimulatedRun(SETUP, CONTENTS)
    return [...steps.map((step) => simulated.step(step)), simulated.contents()].map(comparable)
  },
  async close() {
    await run?.close()
  },
}
