/**
 * zookeeperLink: how a process is connected to a simulated ZooKeeper: by a session, which outlives its connections. When one
 * is lost the next is opened, until the session has expired or was closed.
 */
import type { NodeId, Plain } from '../../api.ts'
import { type Link, type LinkContext, OPENING } from '../../clients/link.ts'
import type { Answer } from '../service.ts'
import { type Send, zookeeperClient } from './client.ts'
import type { Command, Notice } from './protocol.ts'
import {
  type ClientCommand,
  type ClientNotice,
  type Session,
  type SessionContext,
  answered,
  lost,
  newSession,
  noticed,
  open,
  ping,
  pingInterval,
  request,
  wantsConnection,
} from './session.ts'

export interface ZooKeeperLinkOptions {
  /** After so many milliseconds without a word from the client its session ends. Left out: the client's default. */
  readonly timeout?: number
  /** Does the client ping? Only where there is a clock: without one a session may expire at any moment all the same. */
  readonly pings?: boolean
}

/** @param server the node of the server */
export function zookeeperLink(
  server: NodeId,
  { timeout, pings = false }: ZooKeeperLinkOptions = {},
): Link<Session> {
  const connect = (session: Session, ctx: LinkContext): void => {
    ctx.open('', OPENING, open(session) as unknown as Plain)
  }
  return {
    library: (send) => {
      const { client, notice, listens, state } = zookeeperClient(send as Send)
      return { api: client, notice: (given) => notice(given as unknown as ClientNotice), listens, state }
    },
    server,
    opened: [],
    init: () => newSession(timeout),
    start: (session, ctx) => connect(session, ctx),
    request: (session, number, command, ctx) =>
      request(session, number, command as unknown as ClientCommand, contextOf(ctx)),
    answered(session, _connection, number, answer: Answer, ctx) {
      if (number !== OPENING) answered(session, number, answer, contextOf(ctx))
    },
    noticed(session, _connection, notice, ctx) {
      const said = notice as unknown as Notice
      noticed(session, said, contextOf(ctx))
      if (pings && said.kind === 'connected') ctx.setTimer(pingInterval(session))
    },
    lost(session, _connection, ctx) {
      lost(session, contextOf(ctx))
      if (wantsConnection(session)) connect(session, ctx)
      else if (pings) ctx.setTimer(null)
    },
    timer(session, ctx) {
      ping(session, contextOf(ctx))
      if (session.phase === 'connected') ctx.setTimer(pingInterval(session))
    },
    show: ({ phase, key, timeout: granted }) => ({ phase, session: key?.id ?? null, timeout: granted }),
  }
}

function contextOf(ctx: LinkContext): SessionContext {
  return {
    send: (number: number, command: Command) => ctx.send('', number, command as unknown as Plain),
    answer: (number, answer) => ctx.answer(number, answer),
    notify: (notice) => ctx.notify(notice as unknown as Plain),
  }
}
