/** What a shared run is told by, how far it can be replayed, how it reads in words, and what is said of one that came in. */
import { describe, expect, test } from 'vitest'
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import { en } from '../../engine/text/en.ts'
import notes from '../../exercises/break-the-notes/exercise.ts'
import { share } from '../text/en-share.ts'
import { judged } from './arrived.ts'
import { modelHash } from './model-hash.ts'
import { replayable } from './replayable.ts'
import type { Shared } from './shared.ts'
import { transcriptMarkdown, transcriptText } from './transcript.ts'
import { sayerOf } from './words.ts'

const message = { from: 'B', type: 'prepare', fields: { n: 4, v: 5 } }

describe('the model’s hash', () => {
  const hash = modelHash(notes.system())

  test('is the same for the same system', () => {
    expect(modelHash(notes.system())).toBe(hash)
    expect(hash).toMatch(/^[a-z0-9]{6,11}$/)
  })

  test('changes with what is data in it, and not with code', () => {
    const with_ = (changed: Partial<System>) => modelHash({ ...notes.system(), ...changed })
    const { network, nodes, properties } = notes.system()
    expect(with_({ network: { ...network, drops: 7 } })).not.toBe(hash)
    expect(with_({ network: { ...network, drops: Infinity } })).not.toBe(
      with_({ network: { ...network, drops: 0 } }),
    )
    expect(with_({ nodes: nodes.slice(1) })).not.toBe(hash)
    expect(with_({ properties: properties.slice(1) })).not.toBe(hash)
    const other = { init: () => ({}), on: {} }
    expect(with_({ nodes: nodes.map((node) => ({ ...node, definition: other })) })).toBe(hash)
  })
})

test('a run is replayed as far as it can happen, and the rest has a reason', () => {
  const first = { kind: 'deliver' as const, to: 'X', message }
  expect(replayable(notes.system(), [first])).toEqual({ actions: [first], problem: null })
  const { actions, problem } = replayable(notes.system(), [first, { kind: 'crash', node: 'nobody' }, first])
  expect(actions).toEqual([first])
  expect(problem?.code).toBe('diverged')
})

describe('a run in words', () => {
  const run = new Run(notes.system())
  run.take({ kind: 'deliver', to: 'X', message })
  const told = { title: 'A *run* <b>', record: run.record, words: en, link: 'https://example.test/#1.x' }

  test('is a line a step', () => {
    const lines = transcriptText(told).split('\n')
    expect(lines.slice(0, 3)).toEqual(['A *run* <b>', 'https://example.test/#1.x', ''])
    expect(lines[4]).toMatch(/^1 {2}X receives prepare 4 5 from B/)
  })

  test('is Markdown in which nothing is a mark that was none', () => {
    const lines = transcriptMarkdown(told).split('\n')
    expect(lines[0]).toBe('**[A \\*run\\* \\<b\\>](https://example.test/#1.x)**')
    expect(lines[3]).toMatch(/^1\. X receives `prepare 4 5` from B/)
  })

  test('says how late it is where there are clocks', () => {
    const record = {
      ...run.record,
      frames: run.record.frames.map((frame, step) => ({ ...frame, now: step * 20 })),
    }
    expect(transcriptText({ ...told, record })).toContain('1  20 ms: X receives')
  })
})

describe('what came in', () => {
  const say = sayerOf(share)
  const here = { kind: 'exercise', id: 'paxos-acceptor', version: 2 } as const
  const shared: Shared = { kind: 'exercise', of: 'paxos-acceptor', version: 2, model: 'x', code: 'y' }

  test('of this version needs no remark', () => {
    expect(judged(shared, here, say)).toMatchObject({ shared, remarks: [] })
  })

  test('of another version or another page is told of', () => {
    expect(judged({ ...shared, version: 1 }, here, say).remarks[0]).toContain('version 1')
    expect(judged({ ...shared, version: 3 }, here, say).remarks[0]).toContain('Reload the page')
    for (const other of [
      { ...shared, of: 'duel' },
      { ...shared, kind: 'cell' as const },
    ])
      expect(judged(other, here, say)).toMatchObject({
        shared: null,
        remarks: [expect.stringContaining('another page')],
      })
  })
})
