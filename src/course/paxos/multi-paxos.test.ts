/** Multi-Paxos: no place has two commands, a new leader finishes what was begun, and what each part of the rule is for. */
import { describe, expect, it } from 'vitest'
import { RELIABLE } from '../../../engine/actors/system.ts'
import type { System } from '../../../engine/actors/system.ts'
import { Run } from '../../../engine/drivers/run.ts'
import { logRows, placesOf } from '../../widgets/log/log-rows.ts'
import { exploreAll } from '../explored.ts'
import { type Line, followAll } from '../script.ts'
import { type Rules, chosenIn, log } from './multi-paxos.ts'
import {
  LATER_PLACE_FIRST,
  STABLE,
  TAKEOVER,
  TAKEN_OVER,
  TOLD_OF_PLACE_3,
  messagesFor,
  messagesSent,
  threeServers,
} from './multi-paxos-runs.ts'

const TWO_LEADERS = { candidates: ['S1', 'S2'] } satisfies Rules
const COMMANDS = [
  ['S1', 'a'],
  ['S2', 'b'],
] as const

function played(system: System, script: readonly Line[]): Run {
  const run = new Run(system)
  for (const action of followAll(system, script)) run.take(action)
  return run
}

/** What is chosen, each place once: a new leader has what was chosen already chosen once more. */
const commands = (run: Run): string[] => [
  ...new Set(chosenIn(run.view).map(({ place, command }) => `${place} ${command}`)),
]

describe('in every interleaving of two leaders', () => {
  const findings = (rules: Rules) => exploreAll(log(COMMANDS, { ...TWO_LEADERS, ...rules }), 100_000).findings

  it('no place has two commands, and nobody takes for chosen what is not', () => {
    const search = exploreAll(log(COMMANDS, TWO_LEADERS), 100_000)
    expect(search.complete).toBe(true)
    expect(search.findings).toEqual([])
  })

  it('a leader that puts its own commands where others were reported breaks that', () => {
    expect(findings({ ignoresReports: true })).not.toEqual([])
  })

  it('a server that forgets its disk breaks that', () => {
    const crashes = { roles: ['server'], limit: 1, restart: 'at once' } as const
    const whole = log([['S1', 'a']], TWO_LEADERS, RELIABLE, crashes)
    const forgetful = {
      ...whole,
      nodes: log(COMMANDS, TWO_LEADERS, RELIABLE, crashes).nodes.map((one) => ({
        ...one,
        definition: { ...one.definition, restart: undefined },
      })),
    } as System
    expect(exploreAll(whole, 200_000).findings).toEqual([])
    expect(exploreAll(forgetful, 200_000).findings).not.toEqual([])
  })
})

describe('a new leader', () => {
  it('asks again for what was reported and fills the gap before it', () => {
    const run = played(threeServers(), TAKEOVER)
    expect(commands(run).sort()).toEqual(['1 a', '2 no-op', '3 c', '4 d'])
    const [, second, third] = logRows(run.record, run.length, 'multi-paxos', 4)
    expect(second!.cells.map(({ progress }) => progress)).toEqual(['done', 'done', 'done', 'done'])
    expect(third!.cells.map(({ command }) => command)).toEqual(['a', 'no-op', 'c', 'd'])
  })

  it('that leaves the gap carries out nothing behind it', () => {
    const system = threeServers({ leavesGaps: true })
    const run = played(system, [...LATER_PLACE_FIRST, TOLD_OF_PLACE_3])
    const [, second] = logRows(run.record, run.length, 'multi-paxos', 3)
    expect(second!.cells.map(({ progress }) => progress)).toEqual(['done', 'empty', 'chosen'])
  })

  it('leads with the larger number, which is nobody else’s', () => {
    const run = played(threeServers(), TAKEN_OVER)
    const rows = logRows(run.record, run.length, 'multi-paxos', 3)
    expect(rows.map(({ up, leads, promised }) => ({ up, leads, promised }))).toEqual([
      { up: false, leads: null, promised: 1 },
      { up: true, leads: 2, promised: 2 },
      { up: true, leads: null, promised: 2 },
    ])
    // A server that is down still has what is on its disk.
    expect(rows[0]!.cells.map(({ command }) => command)).toEqual(['a', 'b', 'c'])
  })
})

describe('a stable leader', () => {
  it('asks one question and has each command chosen by one exchange', () => {
    const run = played(threeServers(), STABLE)
    const prepares = run.record.steps.flatMap(({ sent }) => sent).filter(({ type }) => type === 'prepare')
    expect(prepares).toHaveLength(2)
    expect(commands(run)).toEqual(['1 a', '2 b', '3 c'])
    expect(placesOf(run.record, 'multi-paxos')).toBe(3)
  })

  it.each([1, 2, 5])('saves the first phase of every command but the first, of %i', (count) => {
    const sent = (rules: Rules): number => {
      const { system, script } = messagesFor(count, rules)
      return messagesSent(played(system, script))
    }
    // Two others are asked and answer: four messages.
    expect(sent({ eachPhase: true }) - sent({})).toBe(4 * (count - 1))
  })
})
