/** The picture of a cluster: what is left of each timer, who plays which part, and where servers and their client stand. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { RunRecord } from '../../engine/trace/record.ts'
import { en } from '../../engine/text/en.ts'
import { A_TO_E, cluster, K } from '../../src/course/raft/systems.ts'
import { nodeOf, played } from '../../src/course/services/script.ts'
import enWidgets from '../../src/text/en-widgets.ts'
import {
  arc,
  HALO,
  linesOf,
  lineWidths,
  saidOf,
  sideOf,
  standings,
  together,
} from '../../src/widgets/cluster/standing.ts'
import { placeCluster } from '../../src/widgets/cluster/corners.ts'
import { groupsOf, separator } from '../../src/widgets/cut.ts'
import { fieldRows, flightsOf, linesUnder } from '../../src/widgets/flights.ts'
import { inside, overlap } from '../../src/widgets/geometry.ts'
import { layoutTopology, nodeBoxes, PILL_HEIGHT } from '../../src/widgets/topology-layout.ts'

const words = { ...en, ...enWidgets }
let record: RunRecord

/** Five servers elect A, which the client asks; then A crashes and another leads. */
beforeAll(() => {
  const system = cluster({
    servers: A_TO_E,
    commands: ['SET 5'],
    timeouts: { A: [180], B: [290, 200], C: [240], D: [220], E: [300] },
  })
  const leads = (id: string) => (frame: RunRecord['frames'][number]) =>
    nodeOf(frame, id).state?.['role'] === 'leader'
  record = played(
    system,
    [
      {
        once: leads('A'),
        then: (all) => all.find((one) => one.kind === 'fire' && one.timer === 'ask:SET 5'),
      },
      {
        once: (frame) => nodeOf(frame, 'B').state?.['commitIndex'] === 1,
        then: { kind: 'crash', node: 'A' },
      },
    ],
    (frame) => A_TO_E.slice(1).some((id) => leads(id)(frame)),
  ).record
})

describe('how a server stands', () => {
  test('a timer is whole when it is set and runs down with the clock, to the next time that it is set', () => {
    const all = standings(record)
    let whole = 0
    let due = 0
    for (const [number, frame] of record.frames.entries()) {
      for (const node of frame.nodes) {
        for (const { name, left, share } of all[number]!.get(node.id)!.timers) {
          expect(left).toBe(node.clock!.left[node.timers.indexOf(name)])
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
          if (share === 1) whole++
          if (left === 0) due++
          if (left === 0) expect(share).toBe(0)
        }
      }
    }
    expect([whole > 10, due > 2]).toEqual([true, true])
    // A’s election timeout of 180 ms comes after 180 ms, when B has 110 ms of its 290 left.
    const first = record.frames.findIndex(({ now }) => now === 180)
    expect(all[first]!.get('A')!.timers).toEqual([{ name: 'election', left: 0, share: 0 }])
    expect(all[first]!.get('B')!.timers).toEqual([{ name: 'election', left: 110, share: 110 / 290 }])
  })

  test('a server that is set a shorter time than it had left begins anew', () => {
    const node = (left: number) => ({
      id: 'A',
      role: 'server',
      up: true,
      paused: false,
      state: {},
      disk: null,
      timers: ['election'],
      clock: { left: [left], paused: 0, fraction: 0, reading: null },
    })
    const frames = [node(300), node(290), node(150), node(75)].map((one, index) => ({
      nodes: [one],
      inFlight: [],
      groups: null,
      now: [0, 10, 10, 85][index]!,
    }))
    const step = (number: number, at: string | null) => ({ ...record.steps[0]!, number, node: at })
    const run = { frames, steps: [step(1, null), step(2, 'A'), step(3, null)], started: [] }
    expect(standings(run).map((one) => one.get('A')!.timers[0]!.share)).toEqual([1, 290 / 300, 1, 0.5])
  })

  test('a leader waits for its heartbeat and everybody else for an election, in words too', () => {
    const all = standings(record)
    const parts = new Set<string>()
    for (const one of all) {
      for (const standing of one.values()) {
        if (standing.part === null) continue
        parts.add(standing.part)
        const [timer] = standing.timers
        expect(timer?.name ?? 'election').toBe(standing.part === 'leader' ? 'heartbeat' : 'election')
        expect(saidOf(standing, words)).toMatch(
          /^(leader, heartbeat|(follower|candidate), election timeout) in \d+ ms$/,
        )
        expect(
          linesOf(standing, words)
            .map(({ text }) => text)
            .join('|'),
        ).toMatch(/^(leader\|heartbeat|(follower|candidate)\|election) \d+ ms$/)
      }
    }
    expect([...parts].sort()).toEqual(['candidate', 'follower', 'leader'])
    const end = all.at(-1)!
    expect(end.get('A')).toEqual({ part: null, timers: [] })
    expect(end.get(K)).toEqual({ part: null, timers: [] })
    expect(saidOf(end.get('A')!, words)).toBe('')
  })

  test('an arc goes clockwise from the top, and a whole one is drawn', () => {
    expect(arc(10, 0.25)).toBe('M0 -10A10 10 0 0 1 10 0')
    expect(arc(10, 0.75)).toBe('M0 -10A10 10 0 1 1 -10 0')
    expect(arc(10, 1)).not.toMatch(/ 0 -10$/)
  })
})

test('messages that read alike are one line, with all whom they go to', () => {
  const message = (id: string, from: string, to: string, label: string) => ({ id, from, to, label })
  expect(
    together([
      message('1.0', 'A', 'B', 'x'),
      message('1.1', 'A', 'C', 'x'),
      message('2.0', 'B', 'A', 'x'),
      message('3.0', 'A', 'B', 'x'),
      message('3.1', 'A', 'B', 'y'),
    ]),
  ).toEqual([
    { from: 'A', to: ['B', 'C'], label: 'x', ids: ['1.0', '1.1', '3.0'] },
    { from: 'B', to: ['A'], label: 'x', ids: ['2.0'] },
    { from: 'A', to: ['B'], label: 'y', ids: ['3.1'] },
  ])
})

describe('where a cluster stands', () => {
  /** @param more clients besides, who say nothing */
  const look = (more: readonly string[], width = 300) => {
    const all = standings(record)
    const everybody = [...record.frames[0]!.nodes, ...more.map((id) => ({ id, role: 'client' }))]
    const own = record.frames[0]!.nodes.map(({ id, role }) => ({
      id,
      side: sideOf(everybody, id),
      halo: HALO,
      lines: [
        ...lineWidths(all, id, words),
        ...linesUnder(record, id, fieldRows(record, id, role === 'server' ? ['term', 'commitIndex'] : [])),
      ],
    }))
    const nodes = [...own, ...more.map((id) => ({ id, side: sideOf(everybody, id), halo: HALO, lines: [] }))]
    const flights = flightsOf(record, true)
    return { nodes, flights, layout: layoutTopology(nodes, flights, width, false, placeCluster) }
  }

  test.each([300, 380, 440])(
    'nothing covers anything at a width of %i, and most messages have a place',
    (width) => {
      const { nodes, flights, layout } = look([], width)
      const boxes = nodes.flatMap((node) =>
        nodeBoxes(node, layout.nodes.get(node.id)!).map((box) => ({ ...box, id: node.id })),
      )
      for (const [index, box] of boxes.entries()) {
        expect(inside(box, layout.width, layout.height), box.id).toBe(true)
        for (const other of boxes.slice(index + 1))
          if (other.id !== box.id) expect(overlap(box, other), `${box.id} ${other.id}`).toBe(false)
      }
      let placed = 0
      for (const { id, width: wide } of flights) {
        const at = layout.pills.get(id)
        if (!at) continue
        placed++
        for (const box of boxes)
          expect(overlap({ ...at, width: wide, height: PILL_HEIGHT }, box), id).toBe(false)
      }
      expect(placed / flights.length).toBeGreaterThan(0.7)
    },
  )

  test('servers in a ring, the client outside and above it, a second one on the other side', () => {
    const { layout } = look(['L'])
    const points = A_TO_E.map((id) => layout.nodes.get(id)!)
    expect(new Set(points.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`)).size).toBe(5)
    for (const client of [K, 'L']) {
      expect(layout.nodes.get(client)!.y).toBeLessThan(Math.min(...points.map(({ y }) => y)))
    }
    expect(layout.nodes.get(K)!.x).toBeGreaterThan(layout.nodes.get('L')!.x)
  })

  test.each([
    [
      ['K', 'A', 'B'],
      ['C', 'D', 'E'],
    ],
    [
      ['A', 'B'],
      ['K', 'C', 'D', 'E'],
    ],
    [
      ['K', 'A', 'E'],
      ['B', 'C', 'D'],
    ],
    [
      ['D', 'E'],
      ['K', 'A', 'B', 'C'],
    ],
    [
      ['K', 'A'],
      ['B', 'C', 'D', 'E'],
    ],
  ])('a cut between %s and %s is a line, and a stroke along it makes it', (one, other) => {
    const { layout } = look([])
    const line = separator(layout.nodes, [one, other], layout.width, layout.height)
    expect(line).not.toBeNull()
    const groups = groupsOf(layout.nodes, line!)!.map((group) => [...group].sort().join(''))
    expect(groups.sort()).toEqual([[...one].sort().join(''), [...other].sort().join('')].sort())
  })

  test('a cut between the servers of two clients is a line', () => {
    const { layout } = look(['L'])
    const groups = [
      [K, 'A', 'B'],
      ['L', 'C', 'D', 'E'],
    ]
    const line = separator(layout.nodes, groups, layout.width, layout.height)
    expect(line).not.toBeNull()
    const found = groupsOf(layout.nodes, line!)!.map((group) => [...group].sort().join(''))
    expect(found.sort()).toEqual(['ABK', 'CDEL'])
  })

  test('servers stand in a ring whoever else there is, and others outside on either side', () => {
    const nodes = [
      { id: 'A', role: 'server' },
      { id: 'K', role: 'client' },
      { id: 'L', role: 'client' },
      { id: 'W', role: 'watch' },
    ]
    expect(nodes.map(({ id }) => sideOf(nodes, id))).toEqual(['ring', 'left', 'right', 'left'])
  })
})
