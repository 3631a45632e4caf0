/** databaseLink: how a process is connected to a simulated database: by a pool of connections, which are opened as they are needed. */
import type { NodeId, Plain } from '../../api.ts'
import { type Link, OPENING } from '../../clients/link.ts'
import { Fault } from '../../fault.ts'
import type { ServiceError } from '../service.ts'
import { databasePool } from './client.ts'
import { parsedQuery } from './prepare-query.ts'
import { SqlError } from './sql-error.ts'
import type { Command } from './state.ts'

/** What the library asks of the link. */
type LinkCommand =
  | { readonly op: 'open'; readonly connection: number }
  | { readonly op: 'close'; readonly connection: number }
  | { readonly op: 'query'; readonly connection: number; readonly command: Command }

/** One open connection: the request that opened it, until it is answered, and those that were sent over it. */
interface OpenConnection {
  opening: number | null
  requests: number[]
}

type State = { [connection: string]: OpenConnection }

/** What a query fails with whose connection is lost, as in pg. Whether it was carried out is not known. */
const LOST: ServiceError = { name: 'Error', code: '', message: 'Connection terminated unexpectedly' }

/** @param server the node of the server */
export function databaseLink(server: NodeId): Link<State> {
  return {
    library(send) {
      const ask = (command: LinkCommand): PromiseLike<Plain> => send(command)
      const { pool, held, lost } = databasePool(
        (connection) => ({
          opened: ask({ op: 'open', connection }),
          send: (command) => ask({ op: 'query', connection, command }),
          close: () => void ask({ op: 'close', connection }).then(nothing, nothing),
        }),
        refuseNotModelled,
      )
      return {
        api: pool,
        state: held,
        notice: (connection) => lost(connection as number),
        // The pool forgets the connection, and nobody is told.
        listens: () => false,
      }
    },
    server,
    opened: [],
    init: () => ({}),
    start: nothing,
    request(state, request, asked, ctx) {
      const command = asked as unknown as LinkCommand
      const name = String(command.connection)
      if (command.op === 'open') {
        state[name] = { opening: request, requests: [] }
        ctx.open(name, OPENING, null)
        return
      }
      const connection = state[name]
      if (command.op === 'close') {
        delete state[name]
        if (connection) ctx.close(name)
        ctx.answer(request, { value: null })
        for (const other of connection?.requests ?? []) ctx.answer(other, { error: LOST })
        return
      }
      if (!connection) return ctx.answer(request, { error: LOST })
      connection.requests.push(request)
      connection.requests.sort((one, other) => one - other)
      ctx.send(name, request, command.command as unknown as Plain)
    },
    answered(state, name, request, answer, ctx) {
      const connection = state[name]
      if (!connection) return
      if (request === OPENING) {
        const { opening } = connection
        connection.opening = null
        if (opening !== null) ctx.answer(opening, answer)
        return
      }
      connection.requests = connection.requests.filter((other) => other !== request)
      ctx.answer(request, answer)
    },
    lost(state, name, ctx) {
      const connection = state[name]
      if (!connection) return
      delete state[name]
      const { opening, requests } = connection
      for (const request of opening === null ? requests : [opening, ...requests])
        ctx.answer(request, { error: LOST })
      ctx.notify(Number(name))
    },
  }
}

/**
 * Nothing can be said of a file with a statement that the simulation does not model. An error of the server would blame the file, where
 * a real server might have done what it asks for.
 * @throws Fault `sql-not-modelled`
 */
function refuseNotModelled(command: Command): void {
  try {
    parsedQuery(command)
  } catch (error) {
    // What else is wrong with it the server says, as PostgreSQL does.
    if (!(error instanceof SqlError)) throw error
    if (error.code === '0A000') throw new Fault('sql-not-modelled', { message: error.message })
  }
}

function nothing(): void {
  // Nobody waits for it.
}
