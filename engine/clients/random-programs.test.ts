/** Random programs: they do what the language does, and states of equal identity behave alike. */
import { describe, expect, test } from 'vitest'
import { Random } from '../random.ts'
import type { Omitted } from './identity.ts'
import { resume, start } from './process.ts'
import type { ProcessStep } from './process-state.ts'
import type { Program } from './program.ts'
import { inspect } from './telling.ts'
import { ASKING, compiledQuickly } from '../testing/clients/compiled.ts'
import { type Found, eventsOf, merge } from '../testing/clients/merging.ts'
import { randomJobs } from '../testing/clients/random-jobs.ts'
import { NativeRun } from '../testing/clients/native.ts'
import { randomProgram } from '../testing/clients/random-programs.ts'

/** The text of the program of a seed, its name, and the program. */
function made(seed: number): { source: string; name: string; program: Program } {
  const name = `p${seed}`
  const source = randomProgram(seed, name)
  return { source, name, program: compiledQuickly(source) }
}

function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index)
}

describe('as the language does it', () => {
  test.each(seedsFrom(0, 4))('batch %i of random programs', async (batch) => {
    let steps = 0
    for (const seed of seedsFrom(batch * 25, 25)) {
      const { source, name, program } = made(seed)
      for (let run = 0; run < 4; run++)
        steps += await compare(source, program, name, new Random(seed * 101 + run))
    }
    expect(steps).toBeGreaterThan(200)
  })

  test('in the order in which jobs run', async () => {
    let logged = 0
    for (const seed of seedsFrom(0, 150)) {
      const source = randomJobs(seed, 'jobs')
      const theirs = await new NativeRun(source, 'jobs').start()
      const { effects, fault, state } = start(compiledQuickly(source), 'jobs', [], ASKING)
      expect(fault, source).toBeNull()
      const ours = effects.map((effect) => (effect.kind === 'log' ? `log ${effect.text}` : effect.kind))
      // Where nobody handles a rejection both end, and what was told by then is the same.
      expect(ours, source).toEqual(theirs.effects)
      if (theirs.ended?.startsWith('returned')) logged += ours.length
      else expect(state.ended?.kind, source).toBe('thrown')
    }
    expect(logged).toBeGreaterThan(600)
  })

  /** One run of both, with the same events. */
  async function compare(source: string, program: Program, name: string, random: Random): Promise<number> {
    const native = new NativeRun(source, name)
    let theirs = await native.start()
    let ours = start(program, name, [], ASKING)
    // Native requests and timers are counted; ours have the smallest free number.
    const counted = new Map<string, number>()
    let made = 0
    const told: string[] = []
    for (let step = 0; ; step++) {
      const effects = ours.effects.map((effect): string => {
        if (effect.kind === 'log') return `log ${effect.text}`
        if (effect.kind === 'cancel') return `cancel ${effect.number}`
        counted.set(`${effect.kind} ${effect.number}`, ++made)
        return effect.kind === 'request'
          ? `request ${made} ${inspect(effect.command)}`
          : `timer ${made} ${effect.milliseconds}`
      })
      told.push(...effects)
      const what = `${told.join('\n')}\n${source}`
      expect(ours.fault, what).toBeNull()
      expect({ effects, ended: endingOf(ours) }, what).toEqual({
        effects: theirs.effects,
        ended: theirs.ended,
      })
      const events = eventsOf(ours.state)
      if (step === 12 || ours.state.ended?.kind === 'thrown' || events.length === 0) return step
      const event = events[random.below(events.length)]!
      const number = counted.get(
        event.kind === 'answer' ? `request ${event.request}` : `timer ${(event as { timer: number }).timer}`,
      )!
      told.push(`event ${number} ${JSON.stringify(event)}`)
      theirs = await native.event(number, event.kind === 'answer' ? event.answer : { value: undefined })
      ours = resume(program, ours.state, event, ASKING)
    }
  }

  function endingOf({ state: { ended } }: ProcessStep): string | null {
    if (ended === null) return null
    if (ended.kind === 'returned') return `returned ${inspect(ended.value)}`
    return `thrown ${ended.error.name} ${ended.error.message}`
  }
})

function mergeAll(first: number, count: number, omitted: Omitted = {}): Found {
  const found: Found = { pairs: 0, differences: [], byHistory: 0, states: 0 }
  for (const seed of seedsFrom(first, count)) {
    const { name, program } = made(seed)
    merge(program, name, new Random(seed), { omitted }, found)
  }
  return found
}

describe('merging', () => {
  test.each(seedsFrom(0, 3))('never joins two states that behave differently: batch %i', (number) => {
    const found = mergeAll(10_000 + number * 20, 20)
    expect(found.differences).toEqual([])
    expect(found.pairs).toBeGreaterThan(100)
    expect(found.byHistory / found.states).toBeLessThan(0.2)
  })

  test.each(['captured', 'alive', 'module'] as const)('is caught when the identity leaves out %s', (part) => {
    const found = mergeAll(10_000, 30, { [part]: true })
    expect(found.differences.length).toBeGreaterThan(0)
  })
})
