/**
 * A client between the learner’s file and the server that counts answers, so that a process can stop, die or lose an answer at
 * exactly the point that a test asks for. It changes nothing of what is asked and answered otherwise.
 */

/** Is told of each answer, before whoever waits for it. @returns what is thrown in the place of the answer, or null */
export type Answered = (method: string) => unknown

/** Calls that give something with calls of its own. */
const NESTED = new Set(['connect', 'multi', 'transaction'])

export function watched<Client extends object>(client: Client, answered: Answered): Client {
  const proxy: Client = new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || typeof name !== 'string') return value
      return (...values: unknown[]): unknown => {
        const result: unknown = (value as (...all: unknown[]) => unknown).apply(target, values)
        // Calls that are chained return their object.
        if (result === target) return proxy
        const inner = (given: unknown): unknown =>
          NESTED.has(name) && typeof given === 'object' && given !== null ? watched(given, answered) : given
        if (!isPromise(result)) return inner(result)
        return result.then(
          (given) => {
            const thrown = answered(name)
            if (thrown !== null) throw thrown
            return inner(given)
          },
          (error: unknown) => {
            answered(name)
            throw error
          },
        )
      }
    },
  })
  return proxy
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<unknown>).then === 'function'
}
