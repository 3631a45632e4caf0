/**
 * What is pinned of the exercise two-phase-commit: how many states its trials have and how long the runs are that it shows, what it takes for
 * no mistake, and, as patches on right answers, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Crashes, System, SystemProperty } from '../../engine/actors/system.ts'
import { compile } from '../../engine/compile/compile.ts'
import { exploreReduced } from '../../engine/drivers/reduce.ts'
import type { RolesAnswer, RolesExercise } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { toEnd } from '../../engine/testing/search.ts'
import { grouped } from '../../engine/text/words.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/two-phase-commit/exercise.ts'
import { participantsIn, roles } from '../../exercises/two-phase-commit/properties.ts'
import solution from '../../exercises/two-phase-commit/solution.ts'
import { LATENCY, TIMER, explored as trials, system } from '../../exercises/two-phase-commit/trials.ts'
import presumedAbort from '../../exercises/two-phase-commit/variants/presumed-abort.ts'

const FOLDER = 'exercises/two-phase-commit'

type Patch = readonly [old: string, new_: string]

const libraries = librariesOf(exercise.id)

/** A file of the exercise with some of its text replaced, compiled and loaded as a learner's is. */
function loaded(file: string, patches: readonly Patch[] = []): RolesAnswer {
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

/** The verdict, and the first check that failed with the number of its steps. */
function judged(
  answer: RolesAnswer,
  around = exercise,
): [verdict: string, check?: string, length?: number | null] {
  const { verdict, checks } = gradeToEnd(around, answer)
  const failed = checks.find((check) => check.verdict === 'failed')
  return failed ? [verdict, failed.id, failed.trace?.actions.length ?? null] : [verdict]
}

const TWO = ['orders', 'stock']

/** The exercise without its longest trial, in which there is a participant more. */
const two: RolesExercise = {
  ...exercise,
  configurations: exercise.configurations.filter(({ id }) => id !== 'three'),
}
const own: RolesAnswer = { definitions: solution, probe: null }

/** All states of a system, in every interleaving; and what a search for these properties finds. */
function explored(declared: System, properties: readonly SystemProperty[] = declared.properties) {
  const { states, complete, findings } = toEnd(
    exploreReduced({ ...declared, properties }, { statesMax: 1_000_000, stepsMax: Infinity }),
  )
  expect(complete || findings.length > 0).toBe(true)
  return { states, found: findings.map(({ property }) => properties[property]!.id) }
}

describe('two-phase-commit', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd(exercise, loaded('solution'))
    expect(verdict).toBe('passed')
    const states = Object.keys(trials).map((id) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      calm: 169,
      repeats: 361,
      alone: 700,
      fails: 870,
      forgetful: 40,
      crashes: 6_864,
      three: 5_643,
    })
  }, 60_000)

  it('says in its text how long messages and timers take', () => {
    const task = readFileSync(`${FOLDER}/en.mdx`, 'utf8')
    expect(task).toContain(`each timer takes ${grouped(TIMER)} ms and a message ${LATENCY} ms`)
    const { configurations } = parse(task.split('---')[1]!) as { configurations: Record<string, string> }
    expect(Object.keys(configurations)).toEqual(exercise.configurations.map(({ id }) => id))
  })

  it.each<[participants: readonly string[], states: number]>([
    [TWO, 666],
    [[...TWO, 'payment'], 7_643],
  ])(
    'has agreement among %j where messages repeat and two nodes crash, such as one on each side',
    (participants, states) => {
      const crashes: Crashes = { roles: ['coordinator', 'participant'], limit: 2, restart: 'at once' }
      const declared = system({ ...trials['repeats']!, participants, crashes }, own)
      expect(explored(declared)).toEqual({ states, found: [] })
    },
    60_000,
  )

  it.each<[file: string, check: string, length: number]>([
    ['starter', 'repeats/unanimous', 3],
    ['mutants/tells-before-it-logs', 'fails/agreement', 6],
    ['mutants/yes-before-it-is-logged', 'fails/agreement', 6],
    ['mutants/aborts-after-yes', 'repeats/agreement', 6],
    ['mutants/late-yes-turns-abort', 'repeats/agreement', 7],
    ['mutants/forgets-too-soon', 'fails/agreement', 8],
    ['mutants/acknowledges-before-it-logs', 'forgetful/agreement', 10],
    ['mutants/peers-guess', 'repeats/agreement', 8],
    ['mutants/tells-once', 'alone/settled', 5],
    ['mutants/commits-on-a-majority', 'three/unanimous', 4],
    ['mutants/stops-telling-once-two-know', 'losses/settled', 509],
  ])('shows a run of %s that fails %s', (file, check, length) => {
    expect(judged(loaded(file))).toEqual(['failed', check, length])
  })

  it('takes it for no mistake that prepared participants wait while the coordinator is down', () => {
    const gone: Crashes = { roles: ['coordinator'], limit: 1, restart: 'never' }
    const declared = system({ ...trials['repeats']!, crashes: gone }, own)
    const doubt: SystemProperty = {
      id: 'doubt-ends',
      kind: 'eventually',
      reached: (view) =>
        participantsIn(view).every(({ seen }) => seen.now === 'committed' || seen.now === 'aborted'),
    }
    expect(explored(declared).found).toEqual([])
    expect(explored(declared, [doubt]).found).toEqual(['doubt-ends'])
  })

  it('takes it for no mistake that a coordinator that has forgotten a commit says abort, and has such runs', () => {
    const declared = system(trials['crashes']!, { definitions: presumedAbort, probe: null })
    const both: System = {
      ...declared,
      roles: {
        ...declared.roles,
        coordinator: {
          ...roles.coordinator,
          history: {
            initial: [],
            after: (said: readonly boolean[], sent) => {
              const now = sent.flatMap(({ type, fields }) =>
                type === 'decision' ? [(fields as { commit: boolean }).commit] : [],
              )
              return [...new Set([...said, ...now])].sort()
            },
          },
          observe: ({ history }) => history,
        },
      },
    }
    const saysBoth: SystemProperty = {
      id: 'says-both',
      kind: 'sometimes',
      reached: (view) => (view[0]!.seen as readonly boolean[]).length > 1,
    }
    expect(explored(both, [saysBoth]).found).toEqual(['says-both'])
  })

  it.each<[mistake: string, check: string, length: number, file: string, patches: readonly Patch[]]>([
    [
      'commits when it comes back and knows nothing',
      'alone/unanimous',
      1,
      'solution',
      [
        [
          "    if (disk === null) decide(state, 'abort', ctx)\n    else tell(state, ctx)\n",
          "    if (disk === null) decide(state, 'commit', ctx)\n    else tell(state, ctx)\n",
        ],
      ],
    ],
    [
      'waits for ever when it comes back and knows nothing',
      'alone/settled',
      7,
      'solution',
      [
        [
          "    if (disk === null) decide(state, 'abort', ctx)\n    else tell(state, ctx)\n",
          '    if (disk !== null) tell(state, ctx)\n',
        ],
      ],
    ],
    [
      'tells one, writes, and tells the other',
      'fails/agreement',
      6,
      'solution',
      [
        [
          '  ctx.persist(decision)\n  tell(state, ctx)\n',
          "  const [first] = ctx.nodes('participant')\n  ctx.send(first!, 'decision', { commit: decision === 'commit' })\n  ctx.persist(decision)\n  tell(state, ctx)\n",
        ],
      ],
    ],
    [
      'commits on timeout with one yes',
      'repeats/unanimous',
      3,
      'solution',
      [
        [
          "timeout(state, ctx) {\n      decide(state, 'abort', ctx)",
          "timeout(state, ctx) {\n      decide(state, state.yes.length > 0 ? 'commit' : 'abort', ctx)",
        ],
      ],
    ],
    [
      'writes commit down with the first yes',
      'fails/unanimous',
      3,
      'solution',
      [
        [
          "if (state.yes.length === ctx.nodes('participant').length) decide(state, 'commit', ctx)",
          "ctx.persist('commit')\n      if (state.yes.length === ctx.nodes('participant').length) decide(state, 'commit', ctx)",
        ],
      ],
    ],
    [
      'takes whatever is on its disk for a commit',
      'alone/unanimous',
      2,
      'solution',
      [['decision: disk, acknowledged', "decision: disk && 'commit', acknowledged"]],
    ],
    [
      'takes whatever decision for a commit',
      'repeats/unanimous',
      2,
      'solution',
      [
        [
          "enter(state, commit ? 'committed' : 'aborted', ctx)\n",
          "enter(state, commit || true ? 'committed' : 'aborted', ctx)\n",
        ],
      ],
    ],
    [
      'takes a second question for a sign that it is over',
      'repeats/agreement',
      6,
      'solution',
      [
        [
          "      if (state.phase === 'working') enter(state, 'prepared', ctx)\n",
          "      if (state.phase === 'prepared') enter(state, 'aborted', ctx)\n      if (state.phase === 'working') enter(state, 'prepared', ctx)\n",
        ],
      ],
    ],
    [
      'acknowledges with its vote',
      'forgetful/agreement',
      9,
      'solution',
      [
        [
          "      ctx.reply('vote', { yes: state.phase !== 'aborted' })\n",
          "      ctx.reply('vote', { yes: state.phase !== 'aborted' })\n      ctx.broadcast('coordinator', 'acknowledge', {})\n",
        ],
      ],
    ],
    [
      'acknowledges when it asks',
      'forgetful/agreement',
      10,
      'solution',
      [
        [
          "      ctx.broadcast('coordinator', 'inquire', {})\n",
          "      ctx.broadcast('coordinator', 'inquire', {})\n      ctx.broadcast('coordinator', 'acknowledge', {})\n",
        ],
      ],
    ],
    [
      'tells a peer that it aborts and does not write that down',
      'fails/agreement',
      9,
      'variants/cooperative-termination',
      [
        [
          "      if (state.phase === 'working') enter(state, 'aborted', ctx)\n",
          "      if (state.phase === 'working') state.phase = 'aborted'\n",
        ],
      ],
    ],
    [
      'tells its peers of a commit once it is prepared',
      'repeats/unanimous',
      2,
      'solution',
      [
        [
          "      if (state.phase === 'working') enter(state, 'prepared', ctx)\n",
          "      if (state.phase === 'working') enter(state, 'prepared', ctx)\n      ctx.broadcast('participant', 'decision', { commit: true })\n",
        ],
      ],
    ],
    [
      'asks again for votes, and aborts on a timer',
      'fails/agreement',
      9,
      'variants/asks-for-the-votes-again',
      [
        [
          '      if (state.decision !== null) return\n      ctx.broadcast',
          "      if (state.decision !== null) return\n      if (state.yes.length > 0) return decide(state, 'abort', ctx)\n      ctx.broadcast",
        ],
      ],
    ],
    [
      'asks again for votes that are not on disk',
      'fails/agreement',
      10,
      'variants/asks-for-the-votes-again',
      [
        [
          '  state.phase = phase\n  ctx.persist(phase)\n',
          "  state.phase = phase\n  if (phase !== 'aborted') ctx.persist(phase)\n",
        ],
      ],
    ],
    [
      'aborts after a crash without a question',
      'fails/agreement',
      6,
      'solution',
      [["phase: disk ?? 'working'", "phase: disk === 'prepared' ? 'aborted' : (disk ?? 'working')"]],
    ],
    [
      'commits after a crash, for it has voted yes',
      'fails/unanimous',
      2,
      'solution',
      [["phase: disk ?? 'working'", "phase: disk === 'prepared' ? 'committed' : (disk ?? 'working')"]],
    ],
    [
      'says no after a crash, and aborts',
      'fails/agreement',
      6,
      'solution',
      [
        [
          "    if (disk === 'prepared') ctx.setTimer('inquire')\n",
          "    if (disk === 'prepared') {\n      ctx.broadcast('coordinator', 'vote', { yes: false })\n      ctx.persist('aborted')\n      return { phase: 'aborted' }\n    }\n",
        ],
      ],
    ],
    [
      'is told to fail and forgets it',
      'fails/sincere',
      2,
      'solution',
      [
        [
          "      if (state.phase !== 'working') return\n      enter(state, 'aborted', ctx)\n",
          "      if (state.phase !== 'working') return\n",
        ],
      ],
    ],
    [
      'decides anew with each vote',
      'repeats/agreement',
      7,
      'solution',
      [
        [
          'if (state.decision !== null) return reply(state.decision, ctx)\n      if (!yes)',
          "if (state.decision === 'commit') return reply(state.decision, ctx)\n      if (!yes)",
        ],
      ],
    ],
    [
      'tells an abort that it has not decided, and goes on',
      'fails/agreement',
      9,
      'variants/an-abort-is-not-logged',
      [
        [
          "if (!yes) return decide(state, 'abort', ctx)",
          "if (!yes) return tell({ ...state, decision: 'abort' }, ctx)",
        ],
      ],
    ],
    [
      'answers a question with abort, and does not decide so',
      'repeats/agreement',
      8,
      'solution',
      [
        [
          '      if (state.decision !== null) reply(state.decision, ctx)\n',
          "      ctx.reply('decision', { commit: state.decision === 'commit' })\n",
        ],
      ],
    ],
    [
      'persists what it was before',
      'alone/settled',
      10,
      'solution',
      [
        [
          '  state.phase = phase\n  ctx.persist(phase)\n',
          '  ctx.persist(state.phase)\n  state.phase = phase\n',
        ],
      ],
    ],
    [
      'writes down that it is working once it is prepared',
      'fails/agreement',
      7,
      'solution',
      [
        [
          "enter(state, 'prepared', ctx)",
          "enter(state, 'prepared', ctx)\n      if (state.phase === 'prepared') ctx.persist('working')",
        ],
      ],
    ],
    [
      'never asks and is told once',
      'alone/settled',
      6,
      'solution',
      [
        ["  ctx.setTimer('repeat')\n", ''],
        ["      ctx.broadcast('coordinator', 'inquire', {})\n", ''],
      ],
    ],
    [
      'says no whenever it is asked',
      'calm/commits',
      20,
      'solution',
      [
        [
          "      if (state.phase === 'working') enter(state, 'prepared', ctx)\n      ctx.reply('vote', { yes: state.phase !== 'aborted' })\n",
          "      if (state.phase !== 'working') return\n      enter(state, 'prepared', ctx)\n      ctx.reply('vote', { yes: false })\n",
        ],
      ],
    ],
  ])(
    'refuses an answer that %s',
    (_mistake, check, length, file, patches) => {
      expect(judged(loaded(file, patches))).toEqual(['failed', check, length])
    },
    20_000,
  )

  it.each<[habit: string, patches: readonly Patch[]]>([
    [
      'leaves decisions until it has voted',
      [
        [
          "if (state.phase === 'working' || state.phase === 'prepared')\n",
          "if (state.phase === 'working') return\n      if (state.phase === 'prepared')\n",
        ],
      ],
    ],
    [
      'votes again instead of asking',
      [
        [
          "      ctx.broadcast('coordinator', 'inquire', {})\n",
          "      ctx.broadcast('coordinator', 'vote', { yes: true })\n",
        ],
      ],
    ],
    [
      'would commit although it has aborted, and is never told to',
      [
        [
          "if (state.phase === 'working' || state.phase === 'prepared')\n",
          "if (state.phase !== 'committed')\n",
        ],
      ],
    ],
    [
      'aborts when somebody asks too early',
      [
        [
          '      if (state.decision !== null) reply(state.decision, ctx)\n',
          "      if (state.decision === null) decide(state, 'abort', ctx)\n      else reply(state.decision, ctx)\n",
        ],
      ],
    ],
    [
      'never stops telling',
      [
        [
          "      if (state.acknowledged.length === ctx.nodes('participant').length) ctx.cancelTimer('repeat')\n",
          '',
        ],
      ],
    ],
    [
      'votes once only',
      [
        [
          "      if (state.phase === 'working') enter(state, 'prepared', ctx)\n      ctx.reply('vote', { yes: state.phase !== 'aborted' })\n",
          "      if (state.phase !== 'working') return\n      enter(state, 'prepared', ctx)\n      ctx.reply('vote', { yes: true })\n",
        ],
      ],
    ],
    [
      'waits a little before it aborts when it comes back',
      [
        [
          "    if (disk === null) decide(state, 'abort', ctx)\n    else tell(state, ctx)\n",
          "    if (disk === null) ctx.setTimer('timeout')\n    else tell(state, ctx)\n",
        ],
      ],
    ],
    [
      'says nothing when it fails, until it is asked',
      [
        [
          "      enter(state, 'aborted', ctx)\n      ctx.broadcast('coordinator', 'vote', { yes: false })\n",
          "      enter(state, 'aborted', ctx)\n",
        ],
      ],
    ],
    [
      'says no when it comes back without a vote',
      [
        [
          "    if (disk === 'prepared') ctx.setTimer('inquire')\n",
          "    if (disk === 'prepared') ctx.setTimer('inquire')\n    if (disk === null) ctx.broadcast('coordinator', 'vote', { yes: false })\n    if (disk === null) ctx.persist('aborted')\n    if (disk === null) return { phase: 'aborted' }\n",
        ],
      ],
    ],
  ])(
    'passes an answer that %s',
    (_habit, patches) => {
      expect(judged(loaded('solution', patches), two)).toEqual(['passed'])
    },
    60_000,
  )
})
