/**
 * Wire: what processes and servers send each other, and the streams on which it keeps its order. A connection is a pair of
 * streams. Either end closes it by saying so; whatever was under way then is not looked at any more, until the other end has
 * said the same. So each end says `close` exactly once for each time that the connection was open, whoever began, and both know
 * what of the streams belongs to which time.
 */
import type { Plain } from '../api.ts'
import type { FieldCheck, Streams } from '../actors/system.ts'
import type { MessageData } from '../model.ts'
import type { Answer, ConnectionId } from './service.ts'

/** The end of a connection, or what is left of it where a stream broke. */
export interface Close {
  readonly connection: ConnectionId
  /**
   * The stream broke: how often the other end had said `close` in what was lost, and whether the connection was open again after that,
   * as far as the other end knows. Left out: nothing was lost, and it says so once.
   */
  readonly lost?: { readonly closes: number; readonly open: boolean }
}

/** From a process to a server. A request's number is one that no unanswered request of its connection has. */
export interface ToServer {
  open: { readonly connection: ConnectionId; readonly request: number; readonly hello: Plain }
  request: { readonly connection: ConnectionId; readonly request: number; readonly command: Plain }
  close: Close
}

/** From a server to a process. */
export interface ToProcess {
  reply: { readonly connection: ConnectionId; readonly request: number; readonly answer: Answer }
  notice: { readonly connection: ConnectionId; readonly notice: Plain }
  close: Close
}

/** From a server to another. */
export interface BetweenServers {
  relay: { readonly message: Plain }
}

const anything: FieldCheck = () => null

/** What a role of processes sends. */
export const PROCESS_SENDS: { readonly [type: string]: FieldCheck } = {
  open: anything,
  request: anything,
  close: anything,
}

/** What a role of servers sends. */
export const SERVER_SENDS: { readonly [type: string]: FieldCheck } = {
  reply: anything,
  notice: anything,
  close: anything,
  relay: anything,
}

/** The streams of processes and servers. Where one breaks, its end learns that the connection is closed. */
export const CONNECTIONS: Streams = {
  of: ({ fields }) => connectionOf(fields) ?? '',
  broken(lost): MessageData {
    const [first] = lost as readonly [MessageData]
    const connection = connectionOf(first.fields)
    // What one server tells another is not lost, unless one of them crashes; nor is the news of a loss.
    if (connection === null || isNews(first)) return first
    const closes = lost.filter(({ type }) => type === 'close').length
    const open = lost.at(-1)!.type !== 'close'
    const news: Close = closes === 1 && !open ? { connection } : { connection, lost: { closes, open } }
    return { from: first.from, type: 'close', fields: news }
  },
}

function isNews({ type, fields }: MessageData): boolean {
  return type === 'close' && (fields as Close).lost !== undefined
}

function connectionOf(fields: unknown): ConnectionId | null {
  return (fields as { connection?: ConnectionId }).connection ?? null
}

/**
 * The name of a connection of a node: a process may have several to one server, and after a crash it has others.
 * @param starts how often the process was started
 */
export function connectionId(node: string, name: string, starts = 1): ConnectionId {
  const process = starts === 1 ? node : `${node}#${starts}`
  return name === '' ? process : `${process}/${name}`
}

/** The node whose connection it is. */
export function nodeOfConnection(connection: ConnectionId): string {
  return connection.split(/[#/]/, 1)[0]!
}
