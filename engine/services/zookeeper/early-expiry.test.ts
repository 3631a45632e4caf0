/** A session that a hand ends before its time, in a system with clocks: what it does, how it is told, and who may not do it. */
import { describe, expect, test } from 'vitest'
import type { System } from '../../actors/system.ts'
import { refusal } from '../../break/moves.ts'
import { readRun } from '../../break/run-file.ts'
import { notes } from '../../clients/notes.ts'
import { type ShownProcess, processNode } from '../../clients/process-node.ts'
import { Run, replay } from '../../drivers/run.ts'
import type { Action } from '../../model.ts'
import { compiled } from '../../testing/clients/compiled.ts'
import { en } from '../../text/en.ts'
import { describeAction, describeStep } from '../../trace/transcript.ts'
import { serverNode } from '../server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from '../wire.ts'
import { Exception } from './client-values.ts'
import { zookeeperLink } from './link.ts'
import { zookeeper } from './server.ts'
import { type TreeView, treeView } from './view.ts'

const TIMEOUT_MS = 1_000

const program = compiled(`
export async function holder({ zk, notes, sleep }) {
  await zk.create('/lock', 1)
  notes.note('inside', true)
  await sleep(5000)
  try {
    await zk.setData('/lock', 'late')
  } catch (error) {
    notes.note('late', error.code)
  }
}

export async function waiter({ zk, notes, sleep }) {
  await sleep(100)
  await zk.changed('/lock')
  notes.note('told', true)
}
`)

function system(clocks = true): System {
  const links = () => ({
    zk: zookeeperLink('zk', { timeout: TIMEOUT_MS, pings: clocks }),
    notes: notes(),
  })
  return {
    nodes: [
      processNode('A', 'client', { program, entry: 'holder', links: links() }),
      processNode('B', 'client', { program, entry: 'waiter', links: links() }),
      {
        id: 'zk',
        role: 'server',
        definition: serverNode(
          zookeeper,
          { zxid: false, cversion: false },
          { show: treeView, crashes: true },
        ),
      },
    ],
    roles: {
      client: { sends: PROCESS_SENDS, observe: () => null },
      server: { sends: SERVER_SENDS, observe: () => null },
    },
    network: { duplicates: 0, drops: 0, streams: CONNECTIONS },
    crashes: { roles: ['server'], limit: 1, restart: 'later' },
    ...(clocks && { time: { latencies: [5] } }),
    properties: [],
  }
}

const early = (run: Run): Extract<Action, { kind: 'fire' }>[] =>
  run.handActions().filter((action) => action.kind === 'fire')

const noteIn = (run: Run, id: string, name: string): unknown => {
  const { state } = run.record.frames.at(-1)!.nodes.find((node) => node.id === id)!
  return (state as unknown as ShownProcess).links.notes?.[name as never]
}

const tree = (run: Run): TreeView =>
  run.record.frames.at(-1)!.nodes.find(({ id }) => id === 'zk')!.state as unknown as TreeView

/** Lets all go on by itself until something holds. */
function goOn(run: Run, until: () => boolean): void {
  for (let steps = 0; !until(); steps++) {
    if (steps > 500) throw new Error('it never holds')
    run.take(run.enabled()[0]!)
  }
}

/** A has created its node, and B waits for its removal. */
function held(): Run {
  const run = new Run(system())
  goOn(run, () => tree(run).nodes.some(({ watchedBy }) => watchedBy.length > 0))
  return run
}

test('it is offered for each session, as what a hand may do, and no timer is due', () => {
  const run = held()
  const names = early(run).map(({ timer }) => timer)
  expect(names).toEqual(tree(run).sessions.map(({ id }) => `due:expire ${id}`))
  expect(names).toHaveLength(2)
  expect(run.enabled().filter(({ kind }) => kind === 'fire')).toEqual([])
})

describe('once taken', () => {
  const run = held()
  const action = early(run)[0]!
  const before = run.record.frames.at(-1)!.now!
  const step = run.take(action)

  test('the session and its node are gone, no time has passed, and the other session goes on', () => {
    expect(run.record.frames.at(-1)!.now).toBe(before)
    expect(tree(run).nodes.map(({ path }) => path)).toEqual(['/'])
    expect(tree(run).sessions).toHaveLength(1)
    expect(early(run).map(({ timer }) => timer)).not.toContain(action.timer)
  })

  test('it is told in words, before and after', () => {
    const session = action.timer.slice('due:expire '.length)
    expect(describeAction(action, en)).toBe(
      `expire session ${session} at zk now, as if nothing had been heard of it`,
    )
    expect(describeStep(step, en, run.record)).toMatch(
      new RegExp(`^At zk the session ${session} expires, as if nothing had been heard of it; zk .*tells B`),
    )
  })

  test('whoever waits is told, and the old holder learns it when it comes back', () => {
    goOn(run, () => noteIn(run, 'B', 'told') === true)
    expect(noteIn(run, 'A', 'inside')).toBe(true)
    goOn(run, () => noteIn(run, 'A', 'late') !== undefined)
    expect(noteIn(run, 'A', 'late')).toBe(Exception.SESSION_EXPIRED)
  })

  test('a trace of it is replayed to the same end, from its text too', () => {
    const actions = run.record.steps.map((one) => one.action)
    expect(replay(system(), actions).frames.at(-1)).toEqual(run.record.frames.at(-1))
    const text = JSON.stringify({ version: 1, subject: 'x', configuration: 'by-hand', actions })
    const read = readRun({ id: 'x' }, text)
    expect(read.actions).toEqual(actions)
  })
})

describe('it can’t be had', () => {
  test('where it is not said that it comes early: the timer is not due', () => {
    const { kind, node, timer } = early(held())[0]!
    expect(() => held().take({ kind, node, timer })).toThrow(expect.objectContaining({ code: 'diverged' }))
  })

  test('of a timer that is for no silence, such as that of a sleep', () => {
    const run = held()
    const [timer] = run.record.frames.at(-1)!.nodes[0]!.timers.filter((name) => name.startsWith('wake:'))
    expect(() => run.take({ kind: 'fire', node: 'A', timer: timer!, early: true })).toThrow(
      expect.objectContaining({ code: 'diverged' }),
    )
  })

  test('of a server that is down', () => {
    const run = held()
    const [action] = early(run)
    run.take({ kind: 'crash', node: 'zk' })
    expect(early(run)).toEqual([])
    expect(() => run.take(action!)).toThrow(expect.objectContaining({ code: 'diverged' }))
  })

  test('without clocks, where it may come at any moment by itself', () => {
    const run = new Run(system(false))
    goOn(run, () => tree(run).sessions.length === 2)
    expect(early(run)).toEqual([])
    expect(run.enabled().filter(({ kind }) => kind === 'fire')).not.toEqual([])
  })

  test('in an exercise that is driven by hand: its runs are those of the model', () => {
    expect(refusal(system(), [], early(held())[0]!)).toEqual({ code: 'break.never', limit: 0 })
  })
})
