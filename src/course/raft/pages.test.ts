/** The figures of the chapter’s first three pages show what the pages say of them, at the steps at which they begin. */
import { describe, expect, it } from 'vitest'
import { Run } from '../../../engine/drivers/run.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import { logRows } from '../../widgets/log/log-rows.ts'
import { figureOf, recordOf } from '../registry.ts'
import { nodeOf } from '../services/script.ts'
import { followAll } from '../script.ts'
import { elections, elector } from './elections.ts'
import { withoutTerms } from './without-terms.ts'

interface Shown {
  readonly term: number
  readonly role: string
  readonly votedFor: string | null
  readonly log: readonly unknown[]
  readonly commitIndex: number
  readonly applied: number
}
const at = (frame: Frame, id: string): Shown => nodeOf(frame, id).state as unknown as Shown

const recordIn = (id: string, variant?: string) => {
  const figure = figureOf(id)
  return recordOf(figure, variant ?? figure.variants[0]!)
}

describe('one candidate', () => {
  it('A leads with the first reply', () => {
    const { steps, frames } = recordIn('raft/one-candidate')
    const elected = steps.find(({ number }) => at(frames[number]!, 'A').role === 'leader')!
    expect(elected.received?.type).toBe('requestVoteReply')
    expect(steps.filter(({ received }) => received?.type === 'requestVoteReply')[0]).toBe(elected)
  })

  it('the timers of B and C begin anew with each heartbeat, and C leads once A has crashed', () => {
    const { steps, frames } = recordIn('raft/heartbeats')
    const left = (frame: Frame, id: string): number => {
      const { timers, clock } = nodeOf(frame, id)
      return clock!.left[timers.indexOf('election')]!
    }
    const heard = steps.filter(({ received, node }) => received?.type === 'appendEntries' && node !== 'A')
    expect(heard.length).toBeGreaterThanOrEqual(5)
    for (const { number, node } of heard)
      expect(left(frames[number]!, node!)).toBeGreaterThan(left(frames[number - 1]!, node!))
    expect(at(frames.at(-1)!, 'C')).toMatchObject({ role: 'leader', term: 2 })
    expect(nodeOf(frames.at(-1)!, 'A').up).toBe(false)
  })

  it('a server without terms is the course’s server but for terms: alone with its voters it is elected as well', () => {
    for (const definition of [elector, withoutTerms]) {
      const run = new Run(elections(definition))
      const script = [
        { fire: 'A', timer: 'election' },
        ['A', 'requestVote', 'B'],
        ['B', 'requestVoteReply', 'A'],
      ] as const
      for (const action of followAll(run.system, script)) run.take(action)
      expect(nodeOf(run.record.frames.at(-1)!, 'A').state?.['role']).toBe('leader')
    }
  })
})

describe('several candidates', () => {
  it('B and D end with two votes each, and everything has arrived', () => {
    const { frames } = recordIn('raft/split-vote')
    const end = frames.at(-1)!
    const votes = ['A', 'B', 'C', 'D'].map((id) => at(end, id).votedFor)
    expect(votes).toEqual(['B', 'B', 'D', 'D'])
    expect(end.inFlight).toEqual([])
  })

  it('D leads in the second term where the next timeouts differ; where they don’t, nobody does in three', () => {
    expect(at(recordIn('raft/second-term', 'differ').frames.at(-1)!, 'D')).toMatchObject({
      role: 'leader',
      term: 2,
    })
    const { frames } = recordIn('raft/second-term', 'alike')
    expect(frames.some((frame) => frame.nodes.some(({ state }) => state?.['role'] === 'leader'))).toBe(false)
    expect(at(frames.at(-1)!, 'B').term).toBe(3)
  })
})

describe('log replication', () => {
  it('SET 5 is in the leader’s log alone, then in all, then committed by the leader, then by all', () => {
    const record = recordIn('raft/log-replication')
    const moments = record.frames.map((_, step) =>
      logRows(record, step, 'raft', 1)
        .map(({ cells }) => cells[0]!.progress)
        .join(' '),
    )
    const distinct = moments.filter((moment, index) => moment !== moments[index - 1])
    expect(distinct[0]).toBe('empty empty empty')
    expect(distinct[1]).toBe('accepted empty empty')
    expect(distinct).toContain('accepted accepted accepted')
    expect(distinct).toContain('done accepted accepted')
    expect(distinct.at(-1)).toBe('done done done')
    // The client’s request is on its way where the page lets the figure begin.
    expect(record.steps[14]!.action).toMatchObject({ kind: 'fire', node: 'K', timer: 'ask:SET 5' })
  })

  it('with C down, two copies of three are enough, and one of two followers is not', () => {
    const end = (rule: string): Frame => recordIn('raft/cluster-majority', rule).frames.at(-1)!
    for (const rule of ['cluster', 'followers']) {
      const { steps } = recordIn('raft/cluster-majority', rule)
      expect(steps[15]!.action).toMatchObject({ kind: 'fire', node: 'K' })
      expect(nodeOf(end(rule), 'C').up).toBe(false)
      expect(['A', 'B'].map((id) => at(end(rule), id).log.length)).toEqual([1, 1])
    }
    expect(at(end('cluster'), 'A').applied).toBe(1)
    expect(at(end('followers'), 'A').applied).toBe(0)
  })

  it('B’s first message is refused by C, and a later one brings all', () => {
    const { steps, frames } = recordIn('raft/catching-up')
    const [refusal, ...others] = steps.filter(
      ({ node, received }) => node === 'C' && received?.type === 'appendEntries' && received.from === 'B',
    )
    expect(refusal!.sent[0]!.fields).toMatchObject({ success: false, index: 0 })
    expect(others[0]!.sent.at(-1)!.fields).toMatchObject({ success: true, index: 2 })
    expect(at(frames.at(-1)!, 'C')).toMatchObject({ applied: 2 })
    // C is back where the page lets the figure begin.
    expect(steps[62]!.action).toMatchObject({ kind: 'restart', node: 'C' })
  })
})
