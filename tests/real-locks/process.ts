/**
 * One of the operating-system processes that want a lock. It does what the one that started it says, over its channel, and says
 * in the log what happens. Where it is told to, it stops, dies or loses an answer right after a certain answer of a server.
 */
import { Random } from '../../engine/random.ts'
import { LogWriter, type Said, now } from './log.ts'
import { type Held, type LockName, type Session, openSession, standIn } from './session.ts'

/** How a process is started: its one argument, as JSON. */
export interface Setup {
  readonly lock: LockName
  /** The learner’s file. */
  readonly file: string
  readonly name: string
  readonly urls: readonly string[]
  readonly log: string
  readonly sessionTimeout: number
}

/** What is to happen right after the answer to a call, the first of which is 1. */
export type Mishap =
  | { readonly kind: 'stop'; readonly call: number; readonly forMs: number | null }
  | { readonly kind: 'die'; readonly call: number }
  | { readonly kind: 'lose'; readonly call: number }

export type Order =
  /** Get the lock, and keep it until told to leave, or for as long as the lease is valid, or for one write alone. */
  | {
      readonly id: number
      readonly kind: 'take'
      readonly key: string
      readonly ttlMs: number
      readonly waitMs: number
      readonly mishap: Mishap | null
      readonly until: 'told' | 'over' | 'entered'
      /** Takes the lock a second time within, and gives that back at once. */
      readonly nested: boolean
    }
  | { readonly id: number; readonly kind: 'leave' }
  | { readonly id: number; readonly kind: 'write' }
  /** Get the lock so many times, work, and give it back. */
  | {
      readonly id: number
      readonly kind: 'cycles'
      readonly key: string
      readonly ttlMs: number
      readonly waitMs: number
      readonly seed: number
      /** How long to work each time; where something is written, that is before and after. */
      readonly workMs: readonly number[]
      readonly mishaps: { readonly [cycle: number]: Mishap }
    }

export interface Done {
  readonly id: number
  readonly outcome: 'entered' | 'left' | 'refused' | 'failed' | 'accepted' | 'done'
}

const setup = JSON.parse(process.argv[2]!) as Setup
const log = new LogWriter(setup.log)
let key = ''
let take = 0
let calls = 0
let answeredAt = 0
let mishap: Mishap | null = null
let tellToLeave = (): void => undefined
let write = (): Promise<boolean> => Promise.resolve(false)

const say = (said: Said, at?: number): void => log.write(setup.name, key, take, said, at)
const wait = (milliseconds: number): Promise<void> => new Promise((go) => setTimeout(go, milliseconds))

function answered(method: string): unknown {
  answeredAt = now()
  calls++
  if (mishap?.call !== calls) return null
  const { kind } = mishap
  if (kind === 'die') {
    say({ event: 'dies', call: calls, method })
    process.kill(process.pid, 'SIGKILL')
  } else if (kind === 'stop') {
    say({ event: 'stops', call: calls, method, forMs: mishap.forMs })
    process.kill(process.pid, 'SIGSTOP')
    say({ event: 'goes on' })
  } else {
    say({ event: 'loses', call: calls, method })
    return session.lose()
  }
  return null
}

/** One attempt. @returns whether it had the lock; an error of the learner’s file is one of these */
async function attempt(
  order: { readonly key: string; readonly ttlMs: number; readonly waitMs: number },
  work: (held: Held, own: number) => Promise<void>,
): Promise<'left' | 'refused' | 'failed'> {
  key = order.key
  calls = 0
  take++
  const own = take
  try {
    say({ event: 'asks', ttlMs: order.ttlMs })
    const had = await session.withLock(
      key,
      async (held) => {
        say({ event: 'enters', answered: answeredAt, validMs: held.validMs, session: session.id() })
        try {
          await work(held, own)
        } finally {
          say({ event: 'leaves' })
        }
      },
      order,
    )
    say(had ? { event: 'gave back', calls } : { event: 'refused', calls })
    return had ? 'left' : 'refused'
  } catch (error) {
    say({
      event: 'failed',
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    })
    return 'failed'
  } finally {
    mishap = null
  }
}

async function save(held: Held, own: number, number: number): Promise<boolean> {
  const value = `${setup.name}/${own}/${number}`
  const accepted = await held.save!(value)
  say({ event: 'wrote', value, accepted })
  return accepted
}

function reply(id: number, outcome: Done['outcome']): void {
  process.send!({ id, outcome } satisfies Done)
}

async function obey(order: Order): Promise<void> {
  const { id } = order
  switch (order.kind) {
    case 'take': {
      ;({ mishap } = order)
      const outcome = await attempt(order, async (held, own) => {
        let writes = 0
        write = () => save(held, own, ++writes)
        const told = new Promise<void>((leave) => (tellToLeave = leave))
        if (order.nested && !(await session.withLock(key, () => Promise.resolve(), order)))
          throw new Error('It did not get its own lock a second time')
        if (order.until === 'entered' && held.save !== null) await write()
        if (order.until !== 'entered') reply(id, 'entered')
        if (order.until === 'told') await told
        if (order.until === 'over') await wait((held.validMs ?? order.ttlMs) + 20)
      })
      return reply(id, outcome)
    }
    case 'leave':
      tellToLeave()
      return
    case 'write': {
      try {
        return reply(id, (await write()) ? 'accepted' : 'refused')
      } catch (error) {
        say({ event: 'failed', error: String(error) })
        return reply(id, 'failed')
      }
    }
    case 'cycles': {
      const random = new Random(order.seed)
      for (const [cycle, workMs] of order.workMs.entries())
        do {
          mishap = order.mishaps[cycle] ?? null
          // Who is refused asks again, and not all at once.
          if (take > 0) await wait(5 + random.below(80))
        } while ((await attempt(order, (held, own) => labour(held, own, workMs))) !== 'left')
      return reply(id, 'done')
    }
  }
}

async function labour(held: Held, own: number, workMs: number): Promise<void> {
  if (held.save === null) return wait(workMs)
  await save(held, own, 1)
  await wait(workMs)
  await save(held, own, 2)
}

// It does not outlive the one that started it.
process.on('disconnect', () => process.exit())

standIn(setup.lock, setup.file)
// Stands here for what a page or a worker has as a global.
Object.assign(globalThis, { sleep: wait })
const session: Session = await openSession(setup.lock, setup.urls, setup.name, setup.sessionTimeout, answered)
if (session.alive !== null) void beat(session.alive)

async function beat(alive: () => Promise<void>): Promise<void> {
  for (;;) {
    const id = session.id()
    const sent = now()
    try {
      await alive()
      if (session.id() === id) say({ event: 'alive', session: id, sent })
    } catch {
      // The session is over, or the connection was lost: nothing is known.
    }
    await wait(setup.sessionTimeout / 10)
  }
}

process.on('message', (order: Order) => void obey(order))
reply(0, 'done')
