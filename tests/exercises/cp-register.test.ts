/**
 * What is pinned of the exercise cp-register: how many states its trials have and how long the runs are that it shows, what its histories make
 * of answers that say less than all, and, as patches on right answers, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../engine/compile/compile.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import { DEADLINE } from '../../exercises/cp-register/clients.ts'
import exercise from '../../exercises/cp-register/exercise.ts'
import { history } from '../../exercises/cp-register/properties.ts'
import { LATENCY, explored } from '../../exercises/cp-register/trials.ts'
import { grouped } from '../../engine/text/words.ts'

const FOLDER = 'exercises/cp-register'

type Patch = readonly [old: string, new_: string]

const libraries = librariesOf(exercise.id)

/** A file of the exercise with some of its text replaced, compiled and loaded as a learner's is. */
function loaded(file: string, patches: readonly Patch[] = []): Answer {
  let source = readFileSync(`${FOLDER}/${file}.ts`, 'utf8').replaceAll("'../messages'", "'./messages'")
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${file}: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(typescript, exercise.file, source, libraries, 'node')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

/** Without its longest trial, which few mistakes get to. */
const shorter: Exercise = {
  ...exercise,
  configurations: exercise.configurations.filter(({ id }) => id !== 'partitions'),
}

const longest: Exercise = {
  ...exercise,
  configurations: exercise.configurations.filter(({ id }) => id === 'partitions'),
}

/** The verdict, and the checks that failed. */
function judged(answer: Answer, around = shorter): [verdict: string, ...checks: string[]] {
  const { verdict, checks } = gradeToEnd(around, answer)
  return [verdict, ...checks.filter((check) => check.verdict === 'failed').map(({ id }) => id)]
}

describe('cp-register', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd(exercise, loaded('solution'))
    expect(verdict).toBe('passed')
    const states = Object.keys(explored).map((id) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      'one-client': 173,
      writers: 173,
      crash: 58,
      late: 3_259,
      between: 2_607,
      'given-up': 741,
      apart: 10,
      five: 1_496,
      inversion: 837,
      ties: 771,
      again: 3_223,
      calm: 358,
      minority: 99,
      healing: 589,
      'healing-soon': 1_220,
      halves: 35,
      'four-of-seven': 75,
    })
  }, 60_000)

  it('says in its text how long messages take and how long clients wait', () => {
    const task = readFileSync(`${FOLDER}/en.mdx`, 'utf8')
    expect(task).toContain(`takes up to ${LATENCY} ms, and a client waits for ${grouped(DEADLINE)} ms`)
    const { configurations } = parse(task.split('---')[1]!) as { configurations: Record<string, string> }
    expect(Object.keys(configurations)).toEqual(exercise.configurations.map(({ id }) => id))
  })

  it('takes what was refused out of the history, and leaves open what is not known', () => {
    const event = (received: string | null, sent: string | null, value?: string) => {
      const message = { id: 'K1-1', value }
      return history.record({
        node: 'K1',
        role: 'client',
        received: received === null ? null : { from: 'A', type: received, fields: message },
        sent: sent === null ? [] : [{ to: 'A', type: sent, fields: message }],
      })
    }
    const after = (...events: unknown[]): unknown =>
      events.reduce((before, one) => history.after(before as never, one as never), history.initial)
    const asked = event(null, 'write', 'x')
    const open = { K1: { f: 'write', value: 'x', before: {} } }
    expect(after(asked)).toEqual({ returned: {}, open })
    expect(after(asked, event('refused', null))).toEqual({ returned: {}, open: {}, without: { K1: 1 } })
    const unknown = after(asked, event('unknown', null))
    expect(unknown).toEqual({ returned: {}, open: { 'K1/1': open.K1 }, without: { K1: 1 } })
    // An answer that does not fit what was asked is none, and what comes after the first is not heard.
    expect(after(asked, event('value', null, 'x'))).toEqual({ returned: {}, open })
    expect(after(asked, event('unknown', null), event('written', null))).toEqual(unknown)
  })

  it.each<[mistake: string, check: string, patches: readonly Patch[]]>([
    [
      'starts its stamps anew after a crash',
      'one-client/linearizable',
      [['  ctx.persist(held)\n', '  if (held.stamp.counter > 1) ctx.persist(held)\n']],
    ],
    [
      'compares stamps by their writers first',
      'writers/linearizable',
      [
        [
          'one.counter > other.counter || (one.counter === other.counter && one.writer > other.writer)',
          'one.writer > other.writer || (one.writer === other.writer && one.counter > other.counter)',
        ],
      ],
    ],
    [
      'takes whatever other value has the same counter',
      'ties/linearizable',
      [
        [
          '(one.counter === other.counter && one.writer > other.writer)',
          '(one.counter === other.counter && one.writer !== other.writer)',
        ],
      ],
    ],
    [
      'stores what is newer and never writes it down',
      'crash/linearizable',
      [
        [
          "      keep(state, { stamp, value }, ctx)\n      ctx.reply('stored', { id })\n",
          "      if (isNewer(stamp, state.held.stamp)) state.held = { stamp, value }\n      ctx.reply('stored', { id })\n",
        ],
      ],
    ],
    [
      'writes nothing back',
      'writers/linearizable',
      [
        ['{ id, value: newest.value }', '{ id, value: state.held.value === null ? null : newest.value }'],
        [
          '  keep(state, operation.newest, ctx)\n',
          '  if (operation.writes !== null) keep(state, operation.newest, ctx)\n',
        ],
      ],
    ],
    [
      'stores what it writes without writing it down itself',
      'one-client/linearizable',
      [['  keep(state, operation.newest, ctx)\n', '']],
    ],
    [
      'refuses a write that was stored, and does not know of one that was not',
      'one-client/linearizable',
      [
        [
          "const harmless = writes === null || phase === 'asking'",
          "const harmless = writes === null || phase !== 'asking'",
        ],
      ],
    ],
    [
      'takes itself for a majority where nobody answers',
      'one-client/linearizable',
      [
        [
          "      ctx.send(client, harmless ? 'refused' : 'unknown', { id })\n",
          "      if (harmless && writes !== null) ctx.send(client, 'written', { id })\n      else ctx.send(client, harmless ? 'refused' : 'unknown', { id })\n",
        ],
      ],
    ],
    [
      'says that a write is done as soon as one other has it',
      'five/linearizable',
      [
        [
          "if (operation?.phase !== 'storing' || !hearsMajority(operation, ctx)) return",
          "if (operation?.phase !== 'storing') return",
        ],
      ],
    ],
    [
      'asks one other alone',
      'five/linearizable',
      [['      if (hearsMajority(operation, ctx)) store(', '      if (ctx.from !== ctx.self) store(']],
    ],
    [
      'keeps counting those who were asked when it stores',
      'five/linearizable',
      [
        ['  operation.heard = []\n', ''],
        [
          "if (operation?.phase !== 'storing' || !hearsMajority(operation, ctx)) return",
          "if (operation?.phase !== 'storing') return\n      hearsMajority(operation, ctx)",
        ],
      ],
    ],
    [
      'never answers a read',
      'calm/answered',
      [
        [
          "      if (writes === null) ctx.send(client, 'value', { id, value: newest.value })\n      else ctx.send(client, 'written', { id })\n      end(state, id, ctx)\n",
          "      if (writes === null) return end(state, id, ctx)\n      ctx.send(client, 'written', { id })\n      end(state, id, ctx)\n",
        ],
      ],
    ],
    [
      'refuses all writes',
      'calm/available',
      [
        [
          '      begin(state, id, value, ctx)\n',
          "      ctx.reply('refused', { id: value === '' ? value : id })\n",
        ],
      ],
    ],
    [
      'has all that is under way write what was asked for last',
      'calm/answered',
      [
        [
          'state.operations[id] = { client: ctx.from,',
          'for (const other of Object.values(state.operations)) other.writes = writes\n  state.operations[id] = { client: ctx.from,',
        ],
      ],
    ],
    [
      'is never again of use once it has refused',
      'partitions/available',
      [
        [
          '        timeout(state, ctx) {\n'.trimStart(),
          'timeout(state, ctx) {\n      state.gone = true\n'.trimStart(),
        ],
        [
          '  operations: { [id: string]: Operation }\n}',
          '  operations: { [id: string]: Operation }\n  gone?: boolean\n}',
        ],
        [
          '      begin(state, id, null, ctx)\n',
          "      if (state.gone) ctx.reply('refused', { id })\n      else begin(state, id, null, ctx)\n",
        ],
        [
          '      begin(state, id, value, ctx)\n',
          "      if (state.gone) ctx.reply('refused', { id })\n      else begin(state, id, value, ctx)\n",
        ],
      ],
    ],
  ])(
    'catches one that %s',
    (_mistake, check, patches) => {
      const [verdict, ...failed] = judged(
        loaded('solution', patches),
        check.startsWith('partitions') ? longest : shorter,
      )
      expect([verdict, failed[0]]).toEqual(['failed', check])
    },
    60_000,
  )

  it.each<[answer: string, file: string, patches: readonly Patch[]]>([
    [
      'signs stamps by operations, and is patient',
      'variants/operations-sign-stamps',
      [['const PATIENCE = 500', 'const PATIENCE = 900']],
    ],
    ['counts by twos', 'solution', [['state.held.stamp.counter) + 1', 'state.held.stamp.counter) + 2']]],
    [
      'breaks ties the other way',
      'solution',
      [['one.writer > other.writer)', "(other.writer !== '' && one.writer < other.writer))"]],
    ],
    [
      'writes to its disk before it has it in memory',
      'solution',
      [['  state.held = held\n  ctx.persist(held)\n', '  ctx.persist(held)\n  state.held = held\n']],
    ],
    [
      'writes to its disk each time that it is told to store',
      'solution',
      [
        [
          "      ctx.reply('stored', { id })\n",
          "      ctx.persist(state.held)\n      ctx.reply('stored', { id })\n",
        ],
      ],
    ],
    [
      'gives each round an id of its own',
      'solution',
      [
        [
          "ctx.broadcast('replica', 'store', { id, ...operation.newest })",
          "ctx.broadcast('replica', 'store', { id: `${id} stored`, ...operation.newest })",
        ],
        [
          '    stored(state, { id }, ctx) {\n',
          "    stored(state, { id: round }, ctx) {\n      const id = round.split(' ')[0]!\n",
        ],
      ],
    ],
    [
      'says of a read that it is unknown',
      'solution',
      [
        [
          "const harmless = writes === null || phase === 'asking'",
          "const harmless = writes !== null && phase === 'asking'",
        ],
      ],
    ],
    [
      'is more patient with reads',
      'solution',
      [
        [
          '  ctx.setTimer(`timeout:${id}`, PATIENCE)\n',
          '  ctx.setTimer(`timeout:${id}`, writes === null ? 800 : PATIENCE)\n',
        ],
      ],
    ],
    [
      'tells its client twice',
      'solution',
      [
        [
          "      else ctx.send(client, 'written', { id })\n",
          "      else {\n        ctx.send(client, 'written', { id })\n        ctx.send(client, 'written', { id })\n      }\n",
        ],
      ],
    ],
  ])(
    'passes one that %s',
    (_answer, file, patches) => {
      expect(judged(loaded(file, patches))).toEqual(['passed'])
    },
    60_000,
  )
})
