/**
 * What processes say of themselves: a file to which each adds its lines, with the time of the machine’s monotonic clock, which
 * is the same for all of them.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'

/** Milliseconds of a clock that all processes of this machine share, and that nobody can set. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6

/** How far the clock that shows the time of day is ahead of the one that nobody can set, in milliseconds. */
export function timeOfDayAhead(): number {
  // Between two looks this process may have been interrupted, which makes the difference smaller.
  return Math.max(...Array.from({ length: 20 }, () => Date.now() - now()))
}

/** What a process may say. `take` numbers its attempts to get a lock. */
export type Said =
  /** It asks for a lock, for so long. */
  | { readonly event: 'asks'; readonly ttlMs: number }
  /**
   * It has the lock. `answered` is when the last answer of a server had come, `validMs` how long the answer says that it has it,
   * `session` which session it has with the server.
   */
  | {
      readonly event: 'enters'
      readonly answered: number
      readonly validMs: number | null
      readonly session: string
    }
  /** It is about to give it back. */
  | { readonly event: 'leaves' }
  /** It has given it back. `calls` were answered in all. */
  | { readonly event: 'gave back'; readonly calls: number }
  /** It was told that the lock is not to be had. */
  | { readonly event: 'refused'; readonly calls: number }
  | { readonly event: 'failed'; readonly error: string }
  /** It sends itself SIGSTOP, for so many milliseconds or until it is told to go on. */
  | { readonly event: 'stops'; readonly call: number; readonly method: string; readonly forMs: number | null }
  | { readonly event: 'goes on' }
  /** Another sends it SIGSTOP. */
  | { readonly event: 'is stopped' }
  /** It sends itself SIGKILL, or another does. */
  | { readonly event: 'dies'; readonly call: number; readonly method: string }
  /** The answer to this call was thrown away, and the connection with it. */
  | { readonly event: 'loses'; readonly call: number; readonly method: string }
  /** Its session with the server was alive at `sent`, since a request that was sent then was answered. */
  | { readonly event: 'alive'; readonly session: string; readonly sent: number }
  /** The resource has answered a write. */
  | { readonly event: 'wrote'; readonly value: string; readonly accepted: boolean }

export type Entry = Said & {
  readonly at: number
  readonly process: string
  readonly key: string
  readonly take: number
}

/** Adds lines to a file. Each is written at once and as a whole, so that a process may die or stop right after it. */
export class LogWriter {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  /** @param at when it happened, if that was not just now */
  write(process: string, key: string, take: number, said: Said, at = now()): void {
    writeSync(this.#file, `${JSON.stringify({ ...said, at, process, key, take })}\n`)
  }
}

const CHUNK = 65_536

/** Reads a file to which others add lines. */
export class LogReader {
  readonly entries: Entry[] = []
  readonly #file: number
  #rest = ''
  #closed = false

  constructor(path: string) {
    this.#file = openSync(path, 'a+')
  }

  /** Reads what has come. */
  read(): readonly Entry[] {
    if (this.#closed) return this.entries
    const buffer = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const length = readSync(this.#file, buffer, 0, CHUNK, null)
      if (length === 0) return this.entries
      const lines = (this.#rest + buffer.toString('latin1', 0, length)).split('\n')
      this.#rest = lines.pop()!
      for (const line of lines) this.entries.push(JSON.parse(line) as Entry)
    }
  }

  close(): void {
    this.#closed = true
    closeSync(this.#file)
  }
}
