/** A watched client is the client itself, but for what is told of its answers. */
import { expect, test } from 'vitest'
import { watched } from './watched.ts'

class Client {
  readonly #name = 'real'
  readonly words: string[] = []

  ask(word: string): Promise<string> {
    this.words.push(word)
    return word === 'bad' ? Promise.reject(new Error('refused')) : Promise.resolve(`${this.#name} ${word}`)
  }
  state(): string {
    return this.#name
  }
  connect(): Promise<Client> {
    return Promise.resolve(new Client())
  }
  multi(): Chain {
    return new Chain()
  }
}

class Chain {
  add(): this {
    return this
  }
  exec(): Promise<number> {
    return Promise.resolve(7)
  }
}

test('each answer is told of before whoever waits for it', async () => {
  const told: string[] = []
  const client = watched(new Client(), (method) => (told.push(method), null))
  expect(client.state()).toBe('real')
  const answer = client.ask('one').then((value) => {
    expect(told).toEqual(['ask'])
    return value
  })
  expect(await answer).toBe('real one')
  await expect(client.ask('bad')).rejects.toThrow('refused')
  expect(told).toEqual(['ask', 'ask'])
})

test('an answer can be replaced by an error', async () => {
  const lost = new Error('lost')
  const real = new Client()
  await expect(watched(real, () => lost).ask('one')).rejects.toBe(lost)
  expect(real.words).toEqual(['one'])
})

test('connections and transactions are watched as well', async () => {
  const told: string[] = []
  const client = watched(new Client(), (method) => (told.push(method), null))
  const inner = await client.connect()
  await inner.ask('two')
  expect(await client.multi().add().add().exec()).toBe(7)
  expect(told).toEqual(['connect', 'ask', 'exec'])
})
