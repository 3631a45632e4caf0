/**
 * Eight processes that want one lock, over and over, while they are stopped and killed: some of it at points that a seed has chosen,
 * some of it from outside, whenever it happens to be.
 */
import { Random } from '../../engine/random.ts'
import type { Mishap } from './process.ts'
import type { Puppet } from './puppet.ts'
import { type Stage, pause } from './stage.ts'
import { now } from './log.ts'

export const PROCESSES = 8

const HOUR = 3_600_000

export async function stress(stage: Stage, acquisitions: number, seed: number): Promise<void> {
  const random = new Random(seed)
  const key = await stage.key()
  const each = Math.ceil(acquisitions / PROCESSES)
  const begin = stage.log.read().length
  let over = false
  const parts = Array.from({ length: PROCESSES }, (_, index) => `P${index + 1}`)
  await stage.actors(...parts)

  /** How often the lock was had, by all or by the processes of this part. */
  const entered = (part = ''): number =>
    stage.log
      .read()
      .slice(begin)
      .filter(
        ({ event, process, key: of }) => event === 'enters' && of === key && process.includes(`-${part}`),
      ).length

  const labour = async (part: string, own: Random): Promise<void> => {
    for (;;) {
      const left = each - entered(`${part}.`)
      if (left <= 0 || over) return
      const puppet = await stage.actor(part)
      if (over) return puppet.end()
      const workMs = Array.from({ length: left }, () => own.below(8))
      const mishaps: { [cycle: number]: Mishap } = {}
      for (let cycle = 0; cycle < left; cycle++) {
        const mishap = mishapOf(own, stage.ttlMs)
        if (mishap !== null) mishaps[cycle] = mishap
      }
      const waitMs = Math.round(stage.ttlMs / 2)
      const { ttlMs } = stage
      const seed = own.below(1_000_000)
      const order = puppet.tell({ kind: 'cycles', key, ttlMs, waitMs, seed, workMs, mishaps })
      // However long it takes: whether anything comes of it is watched by the log.
      await puppet.answer(order, HOUR)
    }
  }

  const finish = async (): Promise<void> => {
    over = true
    await Promise.all(parts.map((part) => stage.started(part)?.end()))
  }
  const work = Promise.all(parts.map((part) => labour(part, new Random(random.below(1_000_000)))))
  const settle = (): void => void (over = true)
  void work.then(settle, settle)
  const ends = [work, meddle(stage, parts, random, () => over), watch(stage, entered, () => over, finish)]
  if (stage.play.lock === 'lock-redlock') ends.push(meddleWithInstances(stage, () => over))
  await Promise.all(ends)
}

/** One attempt in twenty meets with a stop, one in eighty with death. */
function mishapOf(random: Random, ttlMs: number): Mishap | null {
  const call = 1 + random.below(6)
  const draw = random.below(80)
  if (draw === 0) return { kind: 'die', call }
  if (draw > 4) return null
  return { kind: 'stop', call, forMs: Math.round(ttlMs * (draw % 2 === 0 ? 0.2 : 1.3)) }
}

/** Stops and kills processes from outside, and lets go on those that have stopped themselves. */
async function meddle(
  stage: Stage,
  parts: readonly string[],
  random: Random,
  over: () => boolean,
): Promise<void> {
  const begin = stage.log.read().length
  let seen = begin
  let next = now() + 100
  const started = (part: string): Puppet | null => stage.started(part)
  while (!over()) {
    const entries = stage.log.read()
    for (; seen < entries.length; seen++) {
      const entry = entries[seen]!
      const puppet =
        entry.event === 'stops' ? parts.map(started).find((one) => one?.name === entry.process) : null
      if (entry.event === 'stops' && puppet) void pause(entry.forMs ?? 0).then(() => puppet.goOn())
    }
    if (now() >= next) {
      next = now() + 40 + random.below(120)
      const puppet = started(parts[random.below(parts.length)]!)
      const dies = random.below(5) === 0
      const forMs = Math.round(stage.ttlMs * [0.1, 0.4, 1.2][random.below(3)]!)
      if (dies) await puppet?.kill()
      else if (puppet) {
        puppet.stop()
        void pause(forMs).then(() => puppet.signal('SIGCONT'))
      }
    }
    await pause(5)
  }
}

/** Ends the run where nothing comes of it any more. */
async function watch(
  stage: Stage,
  entered: () => number,
  over: () => boolean,
  finish: () => Promise<void>,
): Promise<void> {
  const { patienceMs } = stage.play
  let count = 0
  let last = now()
  while (!over()) {
    if (entered() > count) {
      count = entered()
      last = now()
    } else if (now() - last > patienceMs) {
      stage.add({ kind: 'stuck', text: `nobody got the lock for ${patienceMs} ms` })
      return finish()
    }
    await pause(50)
  }
}

/** Of five instances one is silent for a while, and another one dies, and comes back when whatever it had forgotten is over. */
async function meddleWithInstances(stage: Stage, over: () => boolean): Promise<void> {
  const server = stage.play.servers[0]!
  for (let round = 0; !over(); round++) {
    const silent = round % 5
    server.signal(silent, 'SIGSTOP')
    await pause(150)
    server.signal(silent, 'SIGCONT')
    await pause(50)
    if (over()) return
    const dead = (round + 2) % 5
    server.signal(dead, 'SIGKILL')
    await pause(stage.ttlMs + 100)
    await server.restart(dead)
    await pause(100)
  }
}
