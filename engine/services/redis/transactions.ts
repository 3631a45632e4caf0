/**
 * How the simulated Redis server takes a command in, at once or into the queue of a transaction, and the commands for that.
 * Reference: Redis 7.0, server.c (`processCommand`) and multi.c.
 */
import { COMMANDS, type CommandSpec, READ_ONLY, integer, misspelt, runForScript } from './commands.ts'
import { type Session, type Work, sessionOf, tidy, watch, watchesExpired } from './keyspace.ts'
import { type ErrorReply, OK, type Reply, isError, wrong } from './replies.ts'
import { replicaOf } from './replication.ts'
import { runScript } from './script.ts'

/** The commands that scripts may not call. */
const OTHERS: ReadonlyMap<string, CommandSpec> = new Map(
  Object.entries({
    multi: other(1, (session) => {
      if (session.queue !== null) return wrong('MULTI calls can not be nested')
      session.queue = []
      return OK
    }),
    exec: other(1, execute),
    discard: other(1, (session) => {
      if (session.queue === null) return wrong('DISCARD without MULTI')
      end(session)
      return OK
    }),
    watch: other(-2, (session, work, [, ...keys]) => {
      if (session.queue !== null) return wrong('WATCH inside MULTI is not allowed')
      for (const key of keys) watch(work.state, session, key)
      return OK
    }),
    unwatch: other(1, (session) => {
      session.watched = []
      session.changed = false
      return OK
    }),
    eval: other(-3, (_, work, words) => evaluate(work, words)),
    replicaof: other(3, (_, work, words) => replicaOf(work, words)),
  }),
)

/** What is not queued within a transaction. */
const AT_ONCE = new Set(['exec', 'discard', 'multi', 'watch'])

function other(
  arity: number,
  run: (session: Session, work: Work, words: readonly string[]) => Reply,
): CommandSpec {
  return {
    arity,
    write: false,
    run: (work, words) => run(sessionOf(work.state, work.connection), work, words),
  }
}

function specOf(words: readonly string[]): CommandSpec | undefined {
  const name = words[0]!.toLowerCase()
  return OTHERS.get(name) ?? COMMANDS.get(name)
}

/** Runs a command of a connection, or queues it. @param words the command's name and its arguments */
export function handle(work: Work, words: readonly string[]): Reply {
  const session = sessionOf(work.state, work.connection)
  const reply = taken(work, session, words)
  tidy(work.state)
  return reply
}

function taken(work: Work, session: Session, words: readonly string[]): Reply {
  const spec = specOf(words)
  const name = words[0]!.toLowerCase()
  const writes = spec?.write === true || (name === 'exec' && (session.queue ?? []).some(isWrite))
  const refusal = misspelt(spec, words) ?? (writes && work.state.primary !== null ? READ_ONLY : null)
  if (refusal !== null) return refuse(session, name, refusal)
  if (session.queue === null || AT_ONCE.has(name)) return spec!.run(work, words)
  session.queue.push([...words])
  return { status: 'QUEUED' }
}

function isWrite(words: readonly string[]): boolean {
  return specOf(words)!.write
}

/** A command that can't be queued spoils the transaction; EXEC that can't be run ends it. */
function refuse(session: Session, name: string, refusal: ErrorReply): ErrorReply {
  if (name !== 'exec') {
    if (session.queue !== null) session.refused = true
    return refusal
  }
  end(session)
  const reason = refusal.error.replace(/^ERR /, '')
  return { error: `EXECABORT Transaction discarded because of: ${reason}` }
}

function execute(session: Session, work: Work): Reply {
  const { queue, refused } = session
  if (queue === null) return wrong('EXEC without MULTI')
  const changed = session.changed || watchesExpired(work.state, session)
  end(session)
  if (refused) return { error: 'EXECABORT Transaction discarded because of previous errors.' }
  if (changed) return null
  return { list: queue.map((words) => specOf(words)!.run(work, words)) }
}

function end(session: Session): void {
  session.queue = null
  session.refused = false
  session.watched = []
  session.changed = false
}

/**
 * MULTI, the commands and EXEC, as a client sends them in one go.
 * @returns the first error among the answers, as the client reports it; else that of EXEC
 */
export function handleTransaction(work: Work, commands: readonly (readonly string[])[]): Reply {
  const replies = [['MULTI'], ...commands, ['EXEC']].map((words) => handle(work, words))
  return replies.find(isError) ?? replies.at(-1)!
}

/** `EVAL script numkeys [key …] [arg …]` Reference: Redis 7.0, eval.c, `evalGenericCommand`. */
function evaluate(work: Work, [, script, count, ...rest]: readonly string[]): Reply {
  const keys = integer(count!)
  if (keys === null) return wrong('value is not an integer or out of range')
  if (keys > BigInt(rest.length)) return wrong("Number of keys can't be greater than number of args")
  if (keys < 0n) return wrong("Number of keys can't be negative")
  const names = rest.slice(0, Number(keys))
  const args = rest.slice(Number(keys))
  return runScript(work, script!, names, args, (inner, words) => runForScript(inner, words, OTHERS))
}
