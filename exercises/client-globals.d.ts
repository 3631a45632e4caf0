/** The globals of clients' files, which are in this folder as well: those of `engine/compile/client-globals.ts`. */
/** Waits so many virtual milliseconds. */
declare function sleep(milliseconds: number): Promise<void>
/** What `clearTimeout` takes. */
interface Timeout {
  readonly __timeout: never
}
/** Calls a function once, after so many virtual milliseconds. */
declare function setTimeout<Values extends unknown[]>(
  callback: (...values: Values) => void,
  milliseconds?: number,
  ...values: Values
): Timeout
declare function setTimeout(callback: (nothing: void) => void, milliseconds?: number): Timeout
/** Cancels a call of `setTimeout`. Does nothing when it has been made. */
declare function clearTimeout(timeout: Timeout | null | undefined): void
/** Calls a function once the running code has ended, before anything else happens. */
declare function queueMicrotask(callback: () => void): void
declare const console: {
  log(...values: unknown[]): void
  info(...values: unknown[]): void
  warn(...values: unknown[]): void
  error(...values: unknown[]): void
  debug(...values: unknown[]): void
}
declare const crypto: {
  /** A text that no other call gives. It is to be used as a whole: it is not a real UUID. */
  randomUUID(): string
}
declare const performance: {
  /** Milliseconds on this process's clock. */
  now(): number
}
interface AbortSignal {
  readonly aborted: boolean
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as it is in Node
  readonly reason: any
  onabort: ((event: AbortEvent) => void) | null
  /** Throws the reason if the signal is aborted. */
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: (event: AbortEvent) => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: (event: AbortEvent) => void): void
}
interface AbortEvent {
  readonly type: 'abort'
  readonly target: AbortSignal
}
declare const AbortSignal: {
  /** A signal that is aborted already. */
  abort(reason?: unknown): AbortSignal
  /** A signal that is aborted after so many virtual milliseconds, with an error named `TimeoutError`. */
  timeout(milliseconds: number): AbortSignal
  /** A signal that is aborted as soon as one of these is. */
  any(signals: readonly AbortSignal[]): AbortSignal
}
interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}
declare const AbortController: { new (): AbortController }
interface PromiseConstructor {
  any<T>(values: Iterable<T | PromiseLike<T>>): Promise<Awaited<T>>
  withResolvers<T>(): {
    promise: Promise<T>
    resolve: (value: T | PromiseLike<T>) => void
    reject: (reason?: unknown) => void
  }
}
