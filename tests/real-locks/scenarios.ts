/**
 * Runs in which a process stops, dies or loses an answer at every point at which it can make a difference, one after the other. None
 * depends on luck: where something is to happen after the third answer, it does.
 */
import type { Puppet } from './puppet.ts'
import { NOBODY } from './servers.ts'
import { type Stage, pause } from './stage.ts'

export interface Scenario {
  readonly name: string
  /** Is there such a thing with this lock? */
  readonly applies: (stage: Stage) => boolean
  readonly run: (stage: Stage) => Promise<void>
}

/** Answers after which something may happen. */
const CALLS_MAX = 12

/** How long a process that waits may take to get as far as it gets. */
const SETTLED_MS = 300

/** A lease that does not end meanwhile. */
const LONG_MS = 120_000

const always = (): boolean => true
const waits = (stage: Stage): boolean => stage.waits
const only =
  (lock: string) =>
  (stage: Stage): boolean =>
    stage.play.lock === lock

/** How many answers it takes to get a free lock and to give it back. */
async function callsOf(stage: Stage): Promise<number> {
  const [a] = (await stage.actors('A')) as [Puppet]
  const { ttlMs } = stage
  const before = stage.log.read().length
  await a.answer(a.take(await stage.key(), { ttlMs, waitMs: 0, until: 'entered' }))
  const said = stage.log.read().slice(before)
  const end = said.find(({ event, process }) => process === a.name && event === 'gave back')
  return Math.min(CALLS_MAX, end?.event === 'gave back' ? end.calls : 1)
}

const killed: Scenario = {
  name: 'a process dies after each answer',
  applies: always,
  async run(stage) {
    const { ttlMs } = stage
    const calls = await callsOf(stage)
    const keys: string[] = []
    for (let call = 1; call <= calls; call++) {
      const key = await stage.key()
      keys.push(key)
      const [a] = (await stage.actors('A')) as [Puppet]
      await a.answer(a.take(key, { ttlMs, waitMs: ttlMs, until: 'entered', mishap: { kind: 'die', call } }))
    }
    const [b] = (await stage.actors('B')) as [Puppet]
    for (const [index, key] of keys.entries())
      await stage.mustBeFree(b, key, `a process died after answer ${index + 1}`)
  },
}

const lost: Scenario = {
  name: 'a process loses each answer',
  applies: always,
  async run(stage) {
    const { ttlMs } = stage
    const calls = await callsOf(stage)
    const [a, b] = (await stage.actors('A', 'B')) as [Puppet, Puppet]
    for (let call = 1; call <= calls; call++) {
      const key = await stage.key()
      await a.answer(a.take(key, { ttlMs, waitMs: ttlMs, until: 'entered', mishap: { kind: 'lose', call } }))
      await stage.mustBeFree(b, key, `answer ${call} was lost`)
    }
  },
}

const stopped: Scenario = {
  name: 'a process stops after each answer until another has the lock',
  applies: always,
  async run(stage) {
    const { ttlMs } = stage
    const calls = await callsOf(stage)
    for (let call = 1; call <= calls; call++) {
      const [a, b, c] = (await stage.actors('A', 'B', 'C')) as [Puppet, Puppet, Puppet]
      const key = await stage.key()
      const before = stage.log.read().length
      const mishap = { kind: 'stop', call, forMs: null } as const
      const late = a.take(key, { ttlMs, waitMs: 0, until: 'entered', mishap })
      if (!(await a.hasStopped(before))) {
        await a.answer(late)
        continue
      }
      const { order, outcome } = await stage.takeSoon(b, key)
      const writes = stage.play.lock === 'lock-fencing' && outcome === 'entered'
      if (writes) await b.answer(b.tell({ kind: 'write' }))
      await a.goOn()
      await a.answer(late)
      if (writes) await b.answer(b.tell({ kind: 'write' }))
      await c.answer(c.take(key, { ttlMs, waitMs: 0, until: 'entered' }))
      if (outcome === 'entered') {
        b.leave()
        await b.answer(order)
      } else {
        // It may have stopped within a transaction of the database, for which all others wait.
        await stage.mustBeFree(b, key, `a process stopped after answer ${call}`)
      }
    }
  },
}

const slow: Scenario = {
  name: 'a round takes long',
  applies: only('lock-redlock'),
  async run(stage) {
    const { ttlMs } = stage
    const calls = await callsOf(stage)
    const [a, b] = (await stage.actors('A', 'B')) as [Puppet, Puppet]
    for (let call = 1; call <= calls; call++) {
      const key = await stage.key()
      const before = stage.log.read().length
      const forMs = Math.round(ttlMs * 0.7)
      const order = a.take(key, { ttlMs, waitMs: 0, until: 'over', mishap: { kind: 'stop', call, forMs } })
      if (await a.hasStopped(before)) {
        await pause(forMs)
        await a.goOn()
      }
      const other = await stage.takeSoon(b, key)
      if (other.outcome === 'entered') {
        b.leave()
        await b.answer(other.order)
      }
      if ((await a.answer(order)) === 'entered') await a.answer(order)
    }
  },
}

const halves: Scenario = {
  name: 'two processes reach different instances',
  applies: only('lock-redlock'),
  async run(stage) {
    const { urls } = stage
    const seen = (reached: readonly number[], count: number): string[] =>
      urls.slice(0, count).map((url, index) => (reached.includes(index) ? url : NOBODY))
    for (const count of [urls.length, urls.length - 1]) {
      const key = await stage.key()
      const pair = await Promise.all([
        stage.actor(`first ${count}`, seen([0, 1], count)),
        stage.actor(`second ${count}`, seen([2, 3], count)),
      ])
      const orders = pair.map((puppet) => puppet.take(key, { ttlMs: LONG_MS, waitMs: 0 }))
      for (const [index, puppet] of pair.entries())
        if ((await puppet.answer(orders[index]!)) === 'entered') await pause(50)
      for (const puppet of pair) puppet.leave()
      await Promise.all(pair.map((puppet) => puppet.end()))
    }
    const majority = await stage.actor('majority', seen([0, 1, 2], urls.length))
    const { outcome } = await stage.takeSoon(majority, await stage.key())
    if (outcome !== 'entered') stage.add({ kind: 'missed', text: 'three of five instances are not enough' })
    await majority.end()
  },
}

const givesUp: Scenario = {
  name: 'a process gives up',
  applies: waits,
  async run(stage) {
    const [a, b, c] = (await stage.actors('A', 'B', 'C')) as [Puppet, Puppet, Puppet]
    const key = await stage.key()
    const held = await stage.takeSoon(a, key)
    const order = b.take(key, { ttlMs: stage.ttlMs, waitMs: stage.ttlMs / 8 })
    if ((await b.answer(order)) === 'entered') b.leave()
    a.leave()
    await a.answer(held.order)
    await stage.mustBeFree(c, key, 'a process gave up')
  },
}

const patient: Scenario = {
  name: 'a process that waits stops after each answer while the lock is given back',
  applies: waits,
  async run(stage) {
    const [a, b] = (await stage.actors('A', 'B')) as [Puppet, Puppet]
    const waitMs = stage.play.patienceMs / 3
    for (let call = 1; call <= 4; call++) {
      const key = await stage.key()
      const held = a.take(key, { ttlMs: LONG_MS, waitMs: 0 })
      if ((await a.answer(held)) !== 'entered') continue
      const before = stage.log.read().length
      const mishap = { kind: 'stop', call, forMs: null } as const
      const order = b.take(key, { ttlMs: LONG_MS, waitMs, mishap })
      const stops = await b.hasStopped(before, SETTLED_MS)
      a.leave()
      const left = a.answer(held)
      // The one that waits may have stopped within a transaction of the database, for which all others wait.
      await Promise.race([left, pause(SETTLED_MS)])
      // It may also stop later than that, on its way in or out.
      const going = b.hasStopped(before).then((stopped) => (stopped ? b.goOn() : undefined))
      const outcome = await b.answer(order)
      if (outcome === 'entered') {
        b.leave()
        await b.answer(order)
        await Promise.all([going, left])
      } else {
        const text = `a process that would wait ${waitMs} ms did not get a lock that was given back (${outcome})`
        return stage.add({ kind: outcome === 'stuck' ? 'stuck' : 'missed', text })
      }
      // One that stops after a later answer is another lock's business.
      if (!stops) break
    }
  },
}

const waiterDies: Scenario = {
  name: 'a process that waits dies',
  applies: only('lock-zookeeper'),
  async run(stage) {
    const { ttlMs } = stage
    const [a, b, c] = (await stage.actors('A', 'B', 'C')) as [Puppet, Puppet, Puppet]
    const key = await stage.key()
    const held = await stage.takeSoon(a, key)
    const before = stage.log.read().length
    b.take(key, { ttlMs, waitMs: LONG_MS, mishap: { kind: 'stop', call: 2, forMs: null } })
    await b.hasStopped(before)
    const behind = c.take(key, { ttlMs, waitMs: ttlMs * 3 })
    await pause(ttlMs / 4)
    await b.kill()
    if ((await c.answer(behind)) === 'entered') {
      await pause(ttlMs / 4)
      c.leave()
      await c.answer(behind)
    }
    a.leave()
    await a.answer(held.order)
  },
}

const lateWrite: Scenario = {
  name: 'a process writes after its lease',
  applies: only('lock-fencing'),
  async run(stage) {
    const [a, b] = (await stage.actors('A', 'B')) as [Puppet, Puppet]
    const key = await stage.key()
    const early = await stage.takeSoon(a, key)
    const write = async (puppet: Puppet): Promise<string> => puppet.answer(puppet.tell({ kind: 'write' }))
    await write(a)
    await write(a)
    a.stop()
    const late = await stage.takeSoon(b, key)
    const first = await write(b)
    a.signal('SIGCONT')
    await write(a)
    await write(b)
    if (first !== 'accepted')
      stage.add({ kind: 'refused write', text: 'the first write of a holder was refused' })
    for (const [puppet, { order }] of [[a, early] as const, [b, late] as const]) {
      puppet.leave()
      await puppet.answer(order)
    }
  },
}

const nested: Scenario = {
  name: 'a process takes the lock twice',
  applies: only('lock-unique-index'),
  async run(stage) {
    const [a, b] = (await stage.actors('A', 'B')) as [Puppet, Puppet]
    const key = await stage.key()
    const held = a.take(key, { ttlMs: LONG_MS, waitMs: 0, nested: true })
    const outcome = await a.answer(held)
    if (outcome !== 'entered')
      stage.add({ kind: 'missed', text: `a process did not get its own lock twice (${outcome})` })
    await b.answer(b.take(key, { ttlMs: LONG_MS, waitMs: 0, until: 'entered' }))
    a.leave()
    if (outcome === 'entered') await a.answer(held)
    await stage.mustBeFree(b, key, 'a process took the lock twice and gave it back twice')
  },
}

/** The quick ones first. */
export const SCENARIOS: readonly Scenario[] = [
  nested,
  lateWrite,
  halves,
  givesUp,
  killed,
  stopped,
  slow,
  patient,
  waiterDies,
  lost,
]
