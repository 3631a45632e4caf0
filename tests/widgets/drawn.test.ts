/** The pictures of what servers hold: the tree, the line of those who wait, and one key in several instances. */
import { describe, expect, test } from 'vitest'
import type { TreeView } from '../../engine/services/zookeeper/view.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { figureOf, recordOf } from '../../src/course/registry.ts'
import { serverAt } from '../../src/course/services/script.ts'
import { claimsOf, holdersIn } from '../../src/widgets/services/claims.ts'
import { digitsOf, lineBelow, placeTree } from '../../src/widgets/services/drawn/drawing.ts'
import { heldIn, longestLeft, majorityOf, roundsAt } from '../../src/widgets/services/drawn/rounds.ts'

const runOf = (id: string): RunRecord => recordOf(figureOf(id), 'script')
const treeAt = (record: RunRecord, step: number): TreeView => serverAt(record.frames.at(step)!, 'zk', 'tree')

describe('the tree', () => {
  test('has the source’s /app1 above its three nodes', () => {
    const placed = placeTree(treeAt(runOf('locks/tree'), -1).nodes)
    const at = new Map(placed.map((one) => [one.node.path, one]))
    expect([...at.keys()]).toEqual(['/', '/app1', '/app1/p_1', '/app1/p_2', '/app1/p_3', '/app2'])
    expect(at.get('/app1')!.x).toBe(at.get('/app1/p_2')!.x)
    expect(at.get('/app1/p_1')!.x).toBeLessThan(at.get('/app1/p_3')!.x)
    expect(placed.map(({ level }) => level)).toEqual([0, 1, 2, 2, 2, 1])
  })

  test('keeps the persistent nodes of a session that is over, and their numbers rise', () => {
    const record = runOf('locks/node-types')
    const names = new Set(
      record.frames.flatMap((_, step) => treeAt(record, step).nodes.map(({ name }) => name)),
    )
    expect([...names].map(digitsOf).filter((digits) => digits !== '')).toEqual(['0000000000', '0000000001'])
    expect(treeAt(record, -1).nodes.map(({ path }) => path)).toEqual(['/', '/lock', '/lock/node-0000000000'])
  })
})

describe('the line of those who wait', () => {
  /** What each watches at the step after which most is watched. */
  const watched = (id: string): (readonly number[])[] => {
    const record = runOf(id)
    const lines = record.frames.map((_, step) => lineBelow(treeAt(record, step), '/lock'))
    const most = Math.max(...lines.map((line) => line.flatMap(({ watches }) => watches).length))
    return lines
      .find((line) => line.flatMap(({ watches }) => watches).length === most)!
      .map(({ watches }) => watches)
  }

  test('has each watch the one before it, and the herd watch the node above', () => {
    expect(watched('locks/no-herd')).toEqual([[], [0], [1], [2], [3]])
    expect(watched('locks/herd').slice(1)).toEqual([[-1], [-1], [-1], [-1]])
  })

  test('goes by the ten digits, whatever stands before them', () => {
    const node = (name: string, owner: string | null, watchedBy: string[] = []) => ({
      ...{ path: `/lock/${name}`, name, depth: 2, data: null, version: 0 },
      ...{ owner, watchedBy, childrenWatchedBy: [] },
    })
    const view: TreeView = {
      kind: 'tree',
      nodes: [node('a-lock-0000000007', 'B'), node('z-lock-0000000003', 'A', ['B']), node('config', null)],
      sessions: [],
      awaited: [],
    }
    expect(lineBelow(view, '/lock').map(({ owner, watches }) => [owner, watches])).toEqual([
      ['A', []],
      ['B', [0]],
    ])
  })
})

describe('a round over five instances', () => {
  const record = runOf('locks/redlock')
  const { drawn, spec } = figureOf('locks/redlock').services!
  if (drawn?.kind !== 'instances') throw new Error('it draws something else')
  const last = record.steps.length

  test('is won by one with a majority, although a minority of the instances is down', () => {
    expect(majorityOf(5)).toBe(3)
    const { frames } = runOf('locks/redlock-minority')
    const winning = frames.findIndex((frame) => holdersIn(frame, spec.lock!).length > 0)
    expect(holdersIn(frames[winning]!, spec.lock!)).toEqual(['A'])
    const held = heldIn(frames[winning]!, drawn)
    expect(held.filter(({ owner }) => owner === 'A')).toHaveLength(3)
    expect(held.find(({ server }) => server === 'r4')).toMatchObject({ up: false, value: null, left: null })
  })

  test('leaves less of the keys’ time the longer it took', () => {
    expect(longestLeft(record, drawn)).toBe(1000)
    const [winner, loser] = roundsAt(record, last, drawn)
    expect(winner).toMatchObject({ node: 'A', from: 0 })
    expect(winner!.usable).toBe(1000 - (winner!.to! - winner!.from) - 12)
    expect(loser).toMatchObject({ node: 'B', usable: null })
  })

  test('is over for nobody before it has ended', () => {
    expect(roundsAt(record, 3, drawn).map(({ to }) => to)).toEqual([null])
  })

  test('shows who believes to hold it, and is right', () => {
    const kinds = claimsOf(record, spec).map(({ node, kind }) => `${node} ${kind}`)
    expect(new Set(kinds)).toEqual(new Set(['A holds', 'A believes']))
  })
})
