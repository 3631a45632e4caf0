/**
 * One of the operating-system processes: a shop, a relay or a stock-keeper. It does what the one that started it says, over its channel.
 * Where it is told to, it dies or loses an answer right after a certain answer of a server.
 */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Consumer, Producer } from 'lockstep'
import type { Order, consume as Consume, relay as Relay } from '../../exercises/outbox/solution.ts'
import { watched } from '../real-locks/watched.ts'

/** How a process is started: its one argument, as JSON. */
export interface Setup {
  /** The learner’s file. */
  readonly file: string
  readonly urls: { readonly orders: string; readonly stock: string; readonly queue: string }
}

/** What is to happen right after the answer to a call, the first of which is 1. */
export interface Mishap {
  readonly kind: 'die' | 'lose'
  readonly call: number
}

/** What it is told: to place orders, one after the other; to relay or to consume once; or to do one of these without end. */
export type Task =
  | { readonly does: 'place'; readonly orders: readonly Order[] }
  | { readonly does: 'relay' }
  | { readonly does: 'consume' }

export interface Command {
  readonly id: number
  readonly task: Task
  readonly mishap: Mishap | null
  /** Without end. */
  readonly again: boolean
}

/** What it says: that it is ready (0), that a command is done, after so many answers of the servers, or that an order is placed. */
export type Said =
  | { readonly kind: 'done'; readonly id: number; readonly calls: number }
  | { readonly kind: 'placed'; readonly order: string }

const POLL_MS_MAX = 40

const setup = JSON.parse(process.argv[2]!) as Setup
let calls = 0
let mishap: Mishap | null = null

function answered(method: string): unknown {
  calls++
  if (mishap?.call !== calls) return null
  if (mishap.kind === 'die') process.kill(process.pid, 'SIGKILL')
  // A connection that nobody gets would stay out of its pool for ever; and nothing was asked over it.
  return method === 'connect' ? null : new Error('Connection terminated unexpectedly')
}

// Errors that are made on purpose are expected, and those of a wrong answer are judged by what comes of them.
console.error = () => undefined

const library = new URL('../real-locks/lockstep/database.ts', import.meta.url).href
const production = new URL('./production/', import.meta.url).href
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'lockstep') return { url: library, shortCircuit: true }
    if (specifier === './outbox.ts' && context.parentURL?.startsWith(production))
      return { url: pathToFileURL(setup.file).href, shortCircuit: true }
    return next(specifier, context)
  },
})
const { connect, keepsStock, order, relays, succeeds } = await import('./production/processes.ts')
const { consumerOf, producerOf } = await import('./production/queue.ts')
const { consume, relay } = (await import(pathToFileURL(setup.file).href)) as {
  consume: typeof Consume
  relay: typeof Relay
}

const { urls } = setup
const orders = watched(connect(urls.orders), answered)
const stock = watched(connect(urls.stock), answered)
const queue = watched(connect(urls.queue), answered)
const producer: Producer = producerOf(queue)
const own = consumerOf(queue, 'stock', 'orders')
/** Nobody is waited for as long as in production. */
const consumer: Consumer = { ...own, poll: (timeout) => own.poll(Math.min(timeout, POLL_MS_MAX)) }

function say(said: Said): void {
  process.send!(said)
}

async function does(task: Task, again: boolean): Promise<void> {
  switch (task.does) {
    case 'place':
      for (const wanted of task.orders) {
        await order(orders, producer, wanted)
        say({ kind: 'placed', order: wanted.id })
      }
      return
    case 'relay':
      if (again) await relays(orders, producer)
      await succeeds(() => relay({ orders, producer }))
      return
    case 'consume':
      if (again) await keepsStock(stock, consumer)
      if (!(await succeeds(() => consume({ stock, consumer })))) await consumer.disconnect()
  }
}

async function obey({ id, task, mishap: planned, again }: Command): Promise<void> {
  calls = 0
  mishap = planned
  await does(task, again)
  mishap = null
  say({ kind: 'done', id, calls })
}

// It does not outlive the one that started it.
process.on('disconnect', () => process.exit())
process.on('message', (command: Command) => void obey(command))
say({ kind: 'done', id: 0, calls: 0 })
