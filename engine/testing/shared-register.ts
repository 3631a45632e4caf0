/**
 * A register kept by a majority of servers, for one writer: the writer stores a value with a number on a majority, a reader
 * takes the value with the largest number that a majority tells. `writeBack`: the reader stores it on a majority before it
 * returns; without that, a second reader may see the old value after a first has seen the new one.
 * Reference: H. Attiya, A. Bar-Noy, D. Dolev, "Sharing Memory Robustly in Message-Passing Systems", 1995.
 */
import { fields, number } from '../actors/fields.ts'
import type { AnyNodeDefinition, System } from '../actors/system.ts'
import { node } from '../api.ts'
import { linearizable, operationHistory } from '../linearizability/explored.ts'
import { register } from '../linearizability/models.ts'

interface Messages {
  /** From a client to itself: begin the next operation. `result` is that of the one before. */
  next: { number: number; value: number }
  store: { n: number; v: number; phase: number }
  stored: { phase: number }
  ask: { phase: number }
  told: { n: number; v: number; phase: number }
}

interface ClientState {
  /** Counts the rounds of messages, so that late answers are known. */
  phase: number
  operation: number
  answers: string[]
  largest: { n: number; v: number }
  storing: boolean
}

const server: AnyNodeDefinition = node<{ n: number; v: number }, Messages>({
  init: () => ({ n: 0, v: 0 }),
  on: {
    store(state, { n, v, phase }, ctx) {
      if (n > state.n) Object.assign(state, { n, v })
      ctx.reply('stored', { phase })
    },
    ask(state, { phase }, ctx) {
      ctx.reply('told', { n: state.n, v: state.v, phase })
    },
  },
})

const start = (): ClientState => ({
  phase: 0,
  operation: 0,
  answers: [],
  largest: { n: 0, v: 0 },
  storing: false,
})

/** A majority has answered; the answers have served. */
function majority(state: ClientState, from: string, servers: number): boolean {
  if (!state.answers.includes(from)) state.answers.push(from)
  state.answers.sort()
  if (state.answers.length * 2 <= servers) return false
  state.answers = []
  state.phase++
  return true
}

const writer: AnyNodeDefinition = node<ClientState, Messages>({
  init(ctx) {
    ctx.broadcast('server', 'store', { n: 1, v: 1, phase: 0 })
    return start()
  },
  on: {
    stored(state, { phase }, ctx) {
      if (phase !== state.phase) return
      if (majority(state, ctx.from, ctx.nodes('server').length))
        ctx.send(ctx.self, 'next', { number: 0, value: 1 })
    },
    next: () => undefined,
  },
})

const reader = (reads: number, writeBack: boolean): AnyNodeDefinition =>
  node<ClientState, Messages>({
    init(ctx) {
      ctx.broadcast('server', 'ask', { phase: 0 })
      return start()
    },
    on: {
      told(state, { n, v, phase }, ctx) {
        if (phase !== state.phase || state.storing) return
        if (n > state.largest.n) state.largest = { n, v }
        if (!majority(state, ctx.from, ctx.nodes('server').length)) return
        if (writeBack) {
          state.storing = true
          ctx.broadcast('server', 'store', { ...state.largest, phase: state.phase })
        } else {
          ctx.send(ctx.self, 'next', { number: state.operation, value: state.largest.v })
        }
      },
      stored(state, { phase }, ctx) {
        if (phase !== state.phase || !state.storing) return
        if (!majority(state, ctx.from, ctx.nodes('server').length)) return
        state.storing = false
        ctx.send(ctx.self, 'next', { number: state.operation, value: state.largest.v })
      },
      next(state, _message, ctx) {
        state.operation++
        state.largest = { n: 0, v: 0 }
        if (state.operation < reads) ctx.broadcast('server', 'ask', { phase: state.phase })
      },
    },
  })

/** One writer that writes once, and readers that read so often each. */
export function sharedRegister(reads: readonly number[], writeBack: boolean): System {
  return {
    nodes: [
      ...['X', 'Y', 'Z'].map((id) => ({ id, role: 'server', definition: server })),
      { id: 'W', role: 'client', definition: writer },
      ...reads.map((count, index) => ({
        id: `R${index + 1}`,
        role: 'client',
        definition: reader(count, writeBack),
      })),
    ],
    roles: {
      server: { sends: { stored: fields({ phase: number }), told: fields(told) }, observe: () => null },
      client: {
        sends: {
          store: fields(told),
          ask: fields({ phase: number }),
          next: fields({ number, value: number }),
        },
        observe: () => null,
      },
    },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    history: operationHistory({
      clients: 'client',
      invocation: (type, message) => {
        // A reader stores too, but by then its read is under way and no other begins.
        if (type === 'ask') return { f: 'read' }
        return type === 'store' ? { f: 'write', value: (message as Messages['store']).v } : null
      },
      result: (type, message) => (type === 'next' ? (message as Messages['next']) : null),
    }),
    properties: [linearizable('linearizable', register(0))],
  }
}

const told = { n: number, v: number, phase: number }
