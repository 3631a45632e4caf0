/**
 * What comes between a real ZooKeeper server and its clients: links that can be cut or lose the answers, and intruders that
 * take up a session without its client.
 */
import { createRequire } from 'node:module'
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'
import { type RealClient, SESSION_TIMEOUT_SHORT, lastZxid } from './zookeeper-real.ts'

const require = createRequire(import.meta.url)
const jute = require('node-zookeeper-client/lib/jute') as {
  readonly XID_PING: number
  readonly OP_CODES: { readonly PING: number }
  readonly Request: new (header: unknown, payload: unknown) => unknown
  readonly protocol: { readonly RequestHeader: new (xid: number, type: number) => unknown }
}

/** Number of the real protocol's pings. */
const XID_PING = -2
const TYPE_CLOSE = -11

/** The way between one client and the server. It can be deaf: what the server says is lost; and cut. */
export class Link {
  readonly #serverPort: number
  readonly #listener: Server
  readonly #waiters: { done: () => boolean; resolve: () => void }[] = []
  #client: Socket | null = null
  #server: Socket | null = null
  /** What the client has said that the server was not told yet. */
  #held: Buffer[] = []
  #frames = Buffer.alloc(0)
  #greeted = false
  #deaf = false
  /** Are connections held up? */
  #down = false
  #bytesToClient = 0
  #pings = 0

  constructor(serverPort: number) {
    this.#serverPort = serverPort
    this.#listener = createServer((socket) => this.#accept(socket))
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#listener.listen(0, '127.0.0.1', () => resolve((this.#listener.address() as AddressInfo).port))
    })
  }

  /** Ends the connection and holds up the next. Comes when the client has said what it has to say at the next. */
  async cut(): Promise<void> {
    this.#down = true
    this.#client?.destroy()
    this.#drop()
    await this.whenHeld()
  }

  /** Comes when the client waits at a connection that is held up. */
  whenHeld(): Promise<void> {
    this.#down = true
    return this.#when(() => this.#server === null && this.#held.length > 0)
  }

  /** Lets the connection that is held up through. */
  restore(): void {
    this.#down = false
    if (this.#held.length > 0) this.#reach()
  }

  /** From now on the client hears nothing. */
  deafen(): void {
    this.#deaf = true
  }

  /**
   * Comes when the server has done all that this client asked for, and the client has heard all that the server said meanwhile,
   * unless the link is deaf: the server answers pings in their turn.
   */
  async settled(client: RealClient): Promise<void> {
    const before = this.#pings
    client.connectionManager.queue(
      new jute.Request(new jute.protocol.RequestHeader(jute.XID_PING, jute.OP_CODES.PING), null),
    )
    await this.#when(() => this.#pings > before)
    while (!this.#deaf && (client.connectionManager.socket?.bytesRead ?? 0) < this.#bytesToClient)
      await new Promise((resolve) => setImmediate(resolve))
  }

  end(): void {
    this.#listener.close()
    this.#client?.destroy()
    this.#drop()
  }

  #accept(socket: Socket): void {
    socket.setNoDelay()
    this.#drop()
    this.#client = socket
    this.#held = []
    this.#bytesToClient = 0
    this.#deaf = false
    socket.on('data', (chunk) => {
      if (this.#client !== socket) return
      if (this.#server !== null) this.#server.write(chunk)
      else {
        this.#held.push(chunk)
        this.#check()
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (this.#client === socket) this.#drop()
    })
    if (!this.#down) this.#reach()
  }

  #reach(): void {
    const server = connect({ host: '127.0.0.1', port: this.#serverPort })
    server.setNoDelay()
    this.#server = server
    this.#frames = Buffer.alloc(0)
    this.#greeted = false
    for (const chunk of this.#held) server.write(chunk)
    this.#held = []
    server.on('data', (chunk) => {
      if (this.#server === server) this.#hear(chunk)
    })
    server.on('error', () => undefined)
    server.on('close', () => {
      if (this.#server !== server) return
      this.#server = null
      this.#held = []
      this.#client?.end()
    })
  }

  /** Takes what the server says apart into its frames. */
  #hear(chunk: Buffer): void {
    this.#frames = Buffer.concat([this.#frames, chunk])
    while (this.#frames.length >= 4) {
      const end = 4 + this.#frames.readInt32BE(0)
      if (this.#frames.length < end) break
      const frame = this.#frames.subarray(0, end)
      this.#frames = this.#frames.subarray(end)
      if (this.#greeted && frame.readInt32BE(4) === XID_PING) this.#pings++
      this.#greeted = true
      if (this.#deaf) continue
      this.#bytesToClient += frame.length
      this.#client?.write(frame)
    }
    this.#check()
  }

  #drop(): void {
    const server = this.#server
    this.#server = null
    server?.destroy()
  }

  #when(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ done, resolve }))
  }

  #check(): void {
    for (let index = this.#waiters.length - 1; index >= 0; index--) {
      const { done, resolve } = this.#waiters[index]!
      if (!done()) continue
      this.#waiters.splice(index, 1)
      resolve()
    }
  }
}

/** What takes up a session by hand: a connection that says no more than its greeting. */
export interface Intruder {
  /** Did the server accept the session and its password? */
  readonly accepted: boolean
  /** Ends the connection; the session lives on. */
  leave(): void
  /** Ends the session. */
  close(): Promise<void>
}

/** Takes up a session without its client. @param timeout in milliseconds, the session's from now on */
export function intrude(port: number, id: Buffer, password: Buffer, timeout: number): Promise<Intruder> {
  const body = Buffer.alloc(45)
  body.writeInt32BE(timeout, 12)
  id.copy(body, 16)
  body.writeInt32BE(16, 24)
  password.copy(body, 28)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    const ended = new Promise<void>((end) => socket.on('close', () => end()))
    socket.on('connect', () => socket.write(framed(body)))
    socket.on('error', reject)
    socket.once('data', (greeting) => {
      resolve({
        accepted: greeting.readInt32BE(8) > 0,
        leave: () => socket.destroy(),
        async close() {
          const request = Buffer.alloc(8)
          request.writeInt32BE(TYPE_CLOSE, 4)
          socket.write(framed(request))
          await ended
        },
      })
    })
  })
}

/** Lets a session expire whose client is away: the server hears that its timeout is short, and then nothing any more. */
export async function expire(port: number, id: Buffer, password: Buffer): Promise<void> {
  const before = (await lastZxid(port))!
  const intruder = await intrude(port, id, password, SESSION_TIMEOUT_SHORT)
  intruder.leave()
  // The end of a session is a transaction.
  while ((await lastZxid(port))! <= before) await new Promise((resolve) => setTimeout(resolve, 2))
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}
