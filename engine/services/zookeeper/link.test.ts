/** The lock recipe of ZooKeeper as processes of a system: over every interleaving, with and without expiry of sessions. */
import { describe, expect, test } from 'vitest'
import type { System } from '../../actors/system.ts'
import { notes } from '../../clients/notes.ts'
import { type ShownProcess, processNode } from '../../clients/process-node.ts'
import { compiled } from '../../testing/clients/compiled.ts'
import { replay } from '../../drivers/run.ts'
import { exploreSystem } from '../../testing/search.ts'
import { serverNode } from '../server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../wire.ts'
import { zookeeperLink } from './link.ts'
import { zookeeper } from './server.ts'

/** Each waits for the one before it in line. */
const RECIPE = `
export async function setup({ zk }) {
  await zk.create('/lock', 0)
}

export async function main({ zk, notes, sleep }) {
  while ((await zk.exists('/lock')) === null) await sleep(10)
  const mine = await zk.create('/lock/n-', 3)
  for (;;) {
    const [names] = await zk.getChildren('/lock')
    const line = [...names].sort()
    const place = line.indexOf(mine.slice('/lock/'.length))
    if (place === 0) break
    WAIT
  }
  notes.note('holding', true)
  await sleep(10)
  notes.note('holding', null)
  await zk.remove(mine)
}
`
const CHANGED = `await zk.changed('/lock/' + line[place - 1])`
/** A watcher by itself: if the node has gone meanwhile, no notice ever comes. */
const LOST_WAKE_UP = `await new Promise((resolve) => zk.exists('/lock/' + line[place - 1], resolve))`
const WATCHER = `await new Promise(async (resolve) => {
  if ((await zk.exists('/lock/' + line[place - 1], resolve)) === null) resolve()
})`

interface Seen {
  readonly holding: boolean
  readonly ended: string | null
}

function lock(clients: number, wait: string, clocks: boolean): System {
  const program = compiled(RECIPE.replace('WAIT', wait))
  const ids = Array.from({ length: clients }, (_, index) => String.fromCharCode(65 + index))
  const links = () => ({ zk: zookeeperLink('zk'), notes: notes() })
  return {
    nodes: [
      processNode('S', 'setup', { program, entry: 'setup', links: links() }),
      ...ids.map((id) => processNode(id, 'client', { program, entry: 'main', links: links() })),
      {
        id: 'zk',
        role: 'server',
        definition: serverNode(zookeeper, { zxid: false, cversion: false }),
      },
    ],
    roles: {
      setup: { sends: PROCESS_SENDS, observe: () => null },
      client: {
        sends: PROCESS_SENDS,
        observe({ state }): Seen {
          const { links: shown, ended } = state as ShownProcess
          const { holding = false } = shown['notes'] as { holding?: boolean }
          return { holding, ended: ended?.kind ?? null }
        },
      },
      server: { sends: SERVER_SENDS, observe: () => null },
    },
    network: { duplicates: 0, drops: 0, streams: CONNECTIONS },
    crashes: null,
    // With clocks nobody is silent for as long as a session lasts; without, a session may expire at any moment.
    ...(clocks && { time: { latencies: [1] } }),
    properties: [
      {
        id: 'exclusion',
        kind: 'always',
        violated(view) {
          const holders = view.filter(({ role, seen }) => role === 'client' && (seen as Seen).holding)
          return holders.length < 2 ? null : { one: holders[0]!.id, other: holders[1]!.id }
        },
      },
      {
        id: 'done',
        kind: 'eventually',
        reached: (view) =>
          view.every(({ role, seen }) => role !== 'client' || (seen as Seen).ended === 'returned'),
      },
    ],
  }
}

describe('the lock recipe', () => {
  test.each([
    [2, CHANGED],
    [3, CHANGED],
    [2, WATCHER],
  ])('%i clients take turns, in every interleaving, and all are served', (clients, wait) => {
    const exploration = exploreSystem(lock(clients, wait, true))
    expect(exploration).toMatchObject({ complete: true, findings: [], failure: null })
  })

  test('a watch that is set too late leaves a client waiting for ever', () => {
    const { findings } = exploreSystem(lock(2, LOST_WAKE_UP, true))
    expect(findings.map(({ property }) => property)).toEqual([1])
  })

  test('a client whose session has expired still believes that it holds the lock', () => {
    const system = lock(2, CHANGED, false)
    const [finding] = exploreSystem(system, { statesMax: 200_000 }).findings
    expect(finding).toMatchObject({ property: 0 })
    const { steps } = replay(system, finding!.actions)
    expect(steps.some(({ action }) => action.kind === 'fire' && action.timer.startsWith('due:expire'))).toBe(
      true,
    )
  })
})
