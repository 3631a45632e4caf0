/** The link between one process and one server can be cut by hand, and nothing else is cut with it. */
import { describe, expect, test } from 'vitest'
import { Run } from '../../engine/drivers/run.ts'
import { en } from '../../engine/text/en.ts'
import { cutLinks, withCutLink } from '../../engine/trace/cut-links.ts'
import { describeAction, describeStep } from '../../engine/trace/transcript.ts'
import { figureOf } from '../../src/course/registry.ts'
import enWidgets from '../../src/text/en-widgets.ts'
import { linkStrokes } from '../../src/widgets/services/cut-links.ts'
import { actionName, linkCuts } from '../../src/widgets/hand-actions.ts'

const words = { ...en, ...enWidgets }
const NODES = ['A', 'B', 'r1', 'r2', 'r3']

describe('a link that is cut', () => {
  const one = withCutLink(NODES, null, 'A', 'r1')
  const two = withCutLink(NODES, one, 'A', 'r2')
  const three = withCutLink(NODES, two, 'B', 'r1')

  test('is the only one', () => {
    expect(cutLinks(one)).toEqual([['A', 'r1']])
    expect(cutLinks(two)?.map((pair) => pair.sort().join())).toEqual(expect.arrayContaining(['A,r1', 'A,r2']))
    expect(cutLinks(two)).toHaveLength(2)
    expect(
      cutLinks(three)
        ?.map((pair) => pair.sort().join())
        .sort(),
    ).toEqual(['A,r1', 'A,r2', 'B,r1'])
  })

  test('is none where the network falls apart', () => {
    expect(cutLinks([['A'], ['B', 'r1']])).toBeNull()
  })

  test('has a stroke across it', () => {
    const points = new Map([
      ['A', { x: 0, y: 0 }],
      ['r1', { x: 100, y: 0 }],
    ])
    expect(linkStrokes(points, one)).toEqual([
      {
        link: { from: points.get('A'), to: points.get('r1') },
        stroke: { from: { x: 50, y: -13 }, to: { x: 50, y: 13 } },
      },
    ])
  })
})

describe('a partition in words', () => {
  const said = (...groups: string[][]): string => describeAction({ kind: 'partition', groups }, words)

  test('names the sides, and who reaches both', () => {
    expect(said(['A'], ['B', 'r1'])).toBe('cut the network: A | B r1')
    expect(said(['A', 'B', 'C'], ['r1', 'r2', 'C'])).toBe(
      'cut the network: A B | r1 r2; C reaches both sides',
    )
    expect(said(['A', 'B', 'C', 'D'], ['C', 'r1', 'r2', 'D'])).toBe(
      'cut the network: A B | r1 r2; C and D reach both sides',
    )
  })

  test('or names the links, where they are few or make no sides', () => {
    expect(said(['A', 'C'], ['r1', 'C'])).toBe('cut the network between A and r1')
    expect(said(['A', 'B'], ['B', 'C'], ['C', 'D'])).toBe('cut the network between A and C, A and D, B and D')
  })
})

describe('by hand', () => {
  const run = new Run(figureOf('locks/redlock').system('script'))
  const cutsNow = () => linkCuts(run.record.frames.at(-1)!)

  test('each process can be cut off from each server, and what is cut already is not offered', () => {
    expect(cutsNow()).toHaveLength(10)
    const cut = cutsNow()[0]!
    expect(actionName(cut, words)).toBe('Cut the link between A and r1')
    expect(describeAction(cut, words)).toBe('cut the network between A and r1')
    run.take(cut)
    expect(describeStep(run.record.steps.at(-1)!, words, run.record)).toBe(
      'The network is cut between A and r1.',
    )
    expect(cutsNow()).toHaveLength(9)
    expect(actionName(cutsNow()[0]!, words, run.record.frames.at(-1)!.groups)).toBe(
      'Cut the link between A and r2',
    )
    // Only those of a node, for its menu.
    expect(linkCuts(run.record.frames.at(-1)!, 'r1')).toHaveLength(1)
  })

  test('a cut that leaves nothing in common is called by its link all the same', () => {
    const before = withCutLink(['A', 'B', 'redis'], null, 'B', 'redis')
    const groups = withCutLink(['A', 'B', 'redis'], before, 'A', 'redis')
    expect(groups).toEqual([['A', 'B'], ['redis']])
    const name = (given: typeof before | null) => actionName({ kind: 'partition', groups }, words, given)
    expect(name(before)).toBe('Cut the link between A and redis')
    expect(name(null)).toBe('Cut off A B')
  })

  test('what A asks r1 waits, and what it asks the others arrives', () => {
    run.take(run.enabled().find(({ kind }) => kind === 'pass')!)
    const arriving = run
      .enabled()
      .flatMap((action) => (action.kind === 'deliver' ? [`${action.message.from} ${action.to}`] : []))
    expect(arriving).toContain('A r2')
    expect(arriving).not.toContain('A r1')
  })
})
