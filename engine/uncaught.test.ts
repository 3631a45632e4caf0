/** Every way in which a process can end, or fail to, is told of a run that failed: at its line, and in the sentences of the run. */
import { describe, expect, test } from 'vitest'
import type { System } from './actors/system.ts'
import { type ShownProcess, processNode } from './clients/process-node.ts'
import type { Link } from './clients/link.ts'
import { Run } from './drivers/run.ts'
import type { ClientAnswer, ClientExercise } from './exercise.ts'
import { gradeToEnd } from './grade.ts'
import { load } from './load.ts'
import type { Report } from './report.ts'
import { databaseLink } from './services/database/link.ts'
import { database } from './services/database/server.ts'
import { serverNode } from './services/server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from './services/wire.ts'
import { zookeeperLink } from './services/zookeeper/link.ts'
import { zookeeper } from './services/zookeeper/server.ts'
import { compiled, compiledText } from './testing/clients/compiled.ts'
import { en } from './text/en.ts'
import { put } from './text/words.ts'
import { describeStart, describeStep } from './trace/transcript.ts'

const SETUP = "create table seat (id integer primary key, owner text); insert into seat values (1, 'nobody')"

/** Two processes that run `main`, with a database and ZooKeeper; the goal is that both return. */
function room({ program }: ClientAnswer): System {
  const links = (): Record<string, Link> => ({ db: databaseLink('db'), zk: zookeeperLink('zk') })
  return {
    nodes: [
      ...['A', 'B'].map((id) => processNode(id, 'client', { program, entry: 'main', links: links() })),
      { id: 'db', role: 'server', definition: serverNode(database, { setup: SETUP }) },
      { id: 'zk', role: 'server', definition: serverNode(zookeeper, { zxid: false, cversion: false }) },
    ],
    roles: {
      client: {
        sends: PROCESS_SENDS,
        observe: ({ state }) => (state as ShownProcess | null)?.ended?.kind ?? null,
      },
      server: { sends: SERVER_SENDS, observe: () => null },
    },
    network: { duplicates: 0, drops: 0, streams: CONNECTIONS },
    crashes: null,
    // Nobody is silent for as long as a session lasts.
    time: { latencies: [1] },
    properties: [
      {
        id: 'done',
        kind: 'eventually',
        reached: (view) => view.every(({ role, seen }) => role !== 'client' || seen === 'returned'),
      },
    ],
  }
}

const exercise: ClientExercise = {
  id: 'endings',
  kind: 'build',
  language: 'client',
  version: 1,
  file: 'endings.ts',
  configurations: [{ id: 'two', driver: 'explore', statesMax: 20_000, system: room }],
}

function graded(source: string): Report {
  const { code } = compiledText(source)
  return gradeToEnd(exercise, load(exercise, code ?? expect.fail('it can not be compiled')))
}

/** What is told beside the answer: the lines, and the sentences. */
function told({ diagnostics }: Report): string[] {
  return diagnostics.map(
    ({ line, severity, words }) => `${line} ${severity}: ${put(en, words.code, words.parameters)}`,
  )
}

const main = (body: string): string => `export async function main({ db, zk, self }: any) {\n${body}\n}\n`

describe('a goal that is missed names who waits for ever, and at which line', () => {
  test('for a promise that nothing will settle', () => {
    const report = graded(main('await own()') + 'async function own() {\n  await new Promise(() => {})\n}\n')
    expect(report.verdict).toBe('failed')
    expect(told(report)).toEqual(
      ['A', 'B'].map(
        (id) =>
          `5 warning: In the run that is shown, ${id} waits here for ever: nothing will settle what it awaits.`,
      ),
    )
  })

  test('for an answer: the row is locked by one who has returned and keeps its connection', () => {
    const report = graded(
      main(
        "const client = await db.connect()\nawait client.query('begin')\nawait client.query('update seat set owner = $1 where id = 1', [self])\nif (self !== 'A') await client.query('commit')",
      ),
    )
    expect(report.verdict).toBe('failed')
    expect(told(report)).toEqual([
      "4 warning: The run that is shown ends, and B still waits here: db never answers update seat set owner = 'B' where id = 1, because nothing more happens.",
    ])
  })

  test('for a notice: it watches a node that nobody will ever make', () => {
    const report = graded(
      main("if (self === 'B') return\nawait new Promise((resolve) => zk.exists('/there', resolve))"),
    )
    expect(report.verdict).toBe('failed')
    expect(told(report)).toEqual([
      '3 warning: The run that is shown ends, and A still waits here to be told something, which nobody will do.',
    ])
  })

  test('and who threw, and nobody who returned', () => {
    const report = graded(main("if (self === 'A') throw new Error('no')\nreturn 1"))
    expect(told(report)).toEqual([
      '2 warning: In the run that is shown, A ended here with an error that nobody caught: Error: no',
    ])
  })
})

test('who still waits when a run stops in its midst is not told of as waiting for ever', () => {
  const early: ClientExercise = {
    ...exercise,
    configurations: [
      {
        id: 'two',
        driver: 'explore',
        statesMax: 20_000,
        system: (answer) => ({
          ...room(answer),
          properties: [
            {
              id: 'none-ends',
              kind: 'always',
              violated: (view) => (view[0]!.seen === 'returned' ? { node: 'A' } : null),
            },
          ],
        }),
      },
    ],
  }
  const source = main("if (self === 'A') return 1\nawait db.query('select id from seat')")
  const report = gradeToEnd(early, load(early, compiledText(source).code!))
  expect(report.verdict).toBe('failed')
  expect(told(report)).toEqual([])
})

describe('in a run', () => {
  const runOf = (source: string): Run => new Run(room({ program: compiled(source) }))
  const processAt = (run: Run, step: number): ShownProcess =>
    run.record.frames[step]!.nodes[0]!.state as unknown as ShownProcess

  test('it is told in the step after which nothing can bring a process further', () => {
    const run = runOf(
      main("if (self === 'B') return\nawait zk.exists('/there')\nawait new Promise(() => {}) // HERE"),
    )
    const toA = (): boolean =>
      run.enabled().some((action) => action.kind === 'deliver' && action.to === 'A' && run.take(action))
    while (processAt(run, run.length).asks.length > 0) {
      expect(processAt(run, run.length)).toMatchObject({
        never: false,
        stands: [{ function: 'main', line: 3 }],
      })
      if (!toA()) run.take(run.enabled()[0]!)
    }
    expect(processAt(run, run.length)).toMatchObject({
      never: true,
      ended: null,
      stands: [{ function: 'main', line: 4 }],
    })
    const sentence = describeStep(run.record.steps.at(-1)!, en, run.record)
    expect(sentence).toMatch(/ and waits for ever at line 4, for what nothing will settle\.$/)
    // It is said once, and not of what happens to it afterwards.
    const said = run.length
    run.take({ kind: 'crash', node: 'zk' })
    while (!toA()) run.take(run.enabled()[0]!)
    expect(processAt(run, run.length).never).toBe(true)
    expect(run.record.steps.at(-1)!.node).toBe('A')
    for (const step of run.record.steps.filter(({ number }) => number !== said))
      expect(describeStep(step, en, run.record)).not.toContain('for ever')
  })

  test('or as it starts', () => {
    const { record } = runOf(main('return new Promise(() => {})'))
    expect(describeStart(record, en)).toContain(
      'A starts, connects to zk and waits for ever, for what nothing will settle.',
    )
    expect(record.frames[0]!.nodes[0]!.state).toMatchObject({ never: true, stands: [], ended: null })
  })

  test.each([
    ['asks', "await db.query('select id from seat')"],
    ['sleeps', 'await sleep(5)'],
    ['is told of a watch', "zk.getState()\nzk.once('connected', () => {})\nawait new Promise(() => {})"],
  ])('one that %s still waits for something', (_, body) => {
    expect(processAt(runOf(main(body)), 0)).toMatchObject({ never: false, ended: null })
  })

  test('states that differ in nothing but where a process waits for ever are not taken for one', () => {
    const source = main(
      "if (self === 'B') return\nconst first = await Promise.race([zk.exists('/a').then(() => 'zk'), db.query('select id from seat').then(() => 'db')])\nif (first === 'zk') await new Promise(() => {})\nelse await new Promise(() => {})",
    )
    const run = runOf(source)
    // In one run, whose model knows the states of the first way when it goes the second.
    const lines = ['zk', 'db'].map((preferred) => {
      run.backTo(0)
      while (!processAt(run, run.length).never) {
        const enabled = run.enabled()
        const isFirst = (from: string): boolean => from === preferred || from === 'A' || from === 'B'
        const next = enabled.find((action) => action.kind === 'deliver' && isFirst(action.message.from))
        run.take(next ?? enabled[0]!)
      }
      return processAt(run, run.length).stands[0]!.line
    })
    expect(lines).toEqual([4, 5])
  })
})
