/**
 * What is pinned of the exercise graceful-degradation: the numbers in its text, its bounds, that verdicts on right answers don’t hang on
 * the seeds of random runs, and, as patches on the solution’s text, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../engine/compile/compile.ts'
import { simulate } from '../../engine/drivers/simulate.ts'
import type { Answer, Configuration } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/graceful-degradation/exercise.ts'
import {
  APART,
  CALLS_MAX,
  DEADLINE,
  INTO_SILENCE_MAX,
  NOTHING_TO_SPARE,
  SETTLED,
  SILENT,
  WINDOW,
} from '../../exercises/graceful-degradation/properties.ts'
import solution from '../../exercises/graceful-degradation/solution.ts'
import { LATENCY_MAX, TAKES, explored, random } from '../../exercises/graceful-degradation/trials.ts'

const FOLDER = 'exercises/graceful-degradation'

const [, frontMatter = '', task = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(
  readFileSync(`${FOLDER}/en.mdx`, 'utf8'),
)!
const text = parse(frontMatter) as {
  readonly configurations: Record<string, string>
  readonly properties: Record<string, { readonly holds: string; readonly fails: string }>
}
const plain = task.replace(/\s+/g, ' ')

type Patch = readonly [old: string, new_: string]

/** A file of the exercise with some of its text replaced, compiled and loaded as a learner's is. */
function loaded(file: string, patches: readonly Patch[] = []): Answer {
  let source = readFileSync(`${FOLDER}/${file}`, 'utf8').replaceAll("'../messages'", "'./messages'")
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${file}: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(typescript, exercise.file, source, librariesOf(exercise.id), 'node')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

const configuration = (id: string): Configuration => exercise.configurations.find((one) => one.id === id)!

/** The verdict in some configurations, and the properties that failed. */
function judged(answer: Answer, ...ids: readonly string[]): string[] {
  const { verdict, checks } = gradeToEnd({ ...exercise, configurations: ids.map(configuration) }, answer)
  return [verdict, ...checks.filter((check) => check.verdict === 'failed').map(({ property }) => property)]
}

describe('the text', () => {
  const { properties } = text

  it('says by when an answer has to be there', () => {
    expect(properties['in-time']!.holds).toContain(`Within ${DEADLINE} ms `)
    expect(plain).toContain(`${DEADLINE} ms after a user has made a request`)
  })

  it('says what calls and messages take', () => {
    const { database, recommender } = TAKES
    expect(plain).toContain(`${database} ms at the database and ${recommender} ms at the recommender`)
    expect(plain).toContain(`A message takes ${LATENCY_MAX} ms at most`)
    const all = [...Object.values(explored), ...Object.values(random)]
    expect(Math.max(...all.flatMap(({ latencies }) => latencies))).toBe(LATENCY_MAX)
  })

  it('says what a refused checkout forbids', () => {
    expect(properties.first!.holds).toContain(` until ${NOTHING_TO_SPARE} ms after its refusal `)
    expect(plain).toContain(` until ${NOTHING_TO_SPARE} ms after you have refused it`)
  })

  it('says when full pages are owed', () => {
    expect(properties.full!.holds).toContain(` ${APART} ms apart `)
    expect(plain).toContain(
      `requests for it come ${APART} ms apart or more. If they have for the last 1,000 ms`,
    )
    expect(SETTLED).toBe(1_000)
  })

  it('says how often a back end may be called', () => {
    expect([CALLS_MAX, INTO_SILENCE_MAX]).toEqual([2, 4])
    expect(properties.spares!.holds).toContain(
      `nothing for ${SILENT} ms is called four times at most in any ${WINDOW} ms`,
    )
    expect(properties['few-calls']!.holds).toContain('two calls at most')
  })

  it('says how long a silence may last whose calls are done in the end', () => {
    const done = Object.values(explored).flatMap(({ hangs = [] }) =>
      hangs.filter((one) => !one.loses && one.until < Infinity).map(({ from, until }) => until - from),
    )
    expect(plain).toContain(`It may be **silent**: for ${Math.max(...done)} ms at most, and then it goes on`)
  })

  it.each(Object.entries(explored))('tells of the hang of %s', (id, { hangs = [] }) => {
    for (const { until } of hangs.filter((one) => one.until < Infinity))
      expect(text.configurations[id]).toContain(`${until.toLocaleString('en')} ms`)
  })

  it.each(Object.entries({ ...explored, ...random }))('names the times of %s', (id, { varies }) => {
    if (!varies) return
    const { takes } = varies
    expect(text.configurations[id]).toContain(`from ${Math.min(...takes)} to ${Math.max(...takes)} ms`)
  })
})

describe('graceful-degradation', () => {
  it('searches this many states of the solution', () => {
    const ids = Object.keys(explored)
    const { verdict, checks } = gradeToEnd(
      { ...exercise, configurations: ids.map(configuration) },
      { definition: solution, probe: null },
    )
    expect(verdict).toBe('passed')
    const states = ids.map((id) => [id, checks.find((check) => check.bounds.configuration === id)!.states])
    expect(Object.fromEntries(states)).toEqual({
      quiet: 70,
      'slow-recommender': 1_333,
      'slow-database': 1_433,
      crowd: 162,
      steady: 102,
      'late-checkout': 114,
      rush: 212,
      silent: 487,
      'goes-on': 166,
      restarts: 184,
      'restarts-late': 134,
      'one-then-many': 56,
      stalls: 172,
      'database-restarts': 265,
    })
  })

  /** One that limits calls, one that limits their rate, one with a queue, one that reads no clock. */
  it.each(['solution', 'variants/token-bucket', 'variants/queue-in-the-shop', 'variants/circuit-breaker'])(
    'passes %s whatever the seed of its runs',
    (name) => {
      const answer = loaded(`${name}.ts`)
      const one = configuration('busy') as Extract<Configuration, { driver: 'simulate' }>
      const bounds = { runs: 15, stepsMax: one.stepsMax, seed: 900, millisecondsMax: one.milliseconds }
      const search = simulate(one.system(answer), bounds)
      let next = search.next()
      while (!next.done) next = search.next()
      expect(next.value).toMatchObject({ runs: 15, seed: null, failure: null })
    },
  )

  /** Pieces of the solution, by which the patches find their place. */
  const PATIENCE = 'const PATIENCE = 280\n'
  const ROOM = '{ checkout: 4, reviews: 2, recommendations: 4 }'
  const SILENT_LINE =
    '  if (line.since !== null && now - line.since >= SILENCE) return now - line.called >= PROBE\n'
  const LOST_LINE = '  line.calls = line.calls.filter(({ at }) => now - at < LOST)\n'
  const MAY = '      if (!mayCall(line, kind, ctx.now())) return fallBack(state, id, ctx)\n'
  const CALL = "      ctx.send(backEnd, 'call', { id, kind })\n"
  const SET = '      ctx.setTimer(`give-up:${id}`, PATIENCE)\n'
  const DONE = '      line.calls = line.calls.filter((call) => call.id !== id)\n'
  const LATE = '      if (!(id in state.waiting)) return\n'
  const FULL = "      ctx.send('users', 'page', { id, full: true })\n"
  const TIMER = "    'give-up'(state, ctx) {\n      fallBack(state, Number(ctx.about), ctx)\n    },\n"
  const STATE = '  waiting: { [id: string]: Kind }\n'
  const INIT = 'init: () => ({ waiting: {},'

  it.each<[mistake: string, property: string, where: string, patches: readonly Patch[]]>([
    [
      'gives up when a message no longer gets there',
      'in-time',
      'slow-recommender',
      [[PATIENCE, 'const PATIENCE = 292\n']],
    ],
    [
      'lets checkouts wait for as long as it takes',
      'in-time',
      'slow-database',
      [[SET, `      if (kind !== 'checkout') ctx.setTimer(\`give-up:\${id}\`, PATIENCE)\n`]],
    ],
    [
      'looks at who has waited too long every 100 ms',
      'in-time',
      'ragged-recommender',
      [[SET, '      ctx.setTimer(`give-up:${id}`, Math.ceil((ctx.now() + 250) / 100) * 100 - ctx.now())\n']],
    ],
    [
      'tells a user of a refusal when the database says something',
      'in-time',
      'slow-database',
      [
        [STATE, `${STATE}  gone: number[]\n`],
        [INIT, `${INIT} gone: [],`],
        [
          TIMER,
          `    'give-up'(state, ctx) {
      const id = Number(ctx.about)
      if (state.waiting[id] === 'checkout') state.gone.push(id)
      else fallBack(state, id, ctx)
    },
`,
        ],
        [LATE, `      for (const one of state.gone.splice(0)) fallBack(state, one, ctx)\n${LATE}`],
      ],
    ],
    [
      'makes room for three reviews',
      'checkout',
      'crowd',
      [[ROOM, '{ checkout: 4, reviews: 3, recommendations: 4 }']],
    ],
    [
      'counts its reviews alone',
      'checkout',
      'crowd',
      [[ROOM, '{ checkout: 2, reviews: 2, recommendations: 4 }']],
    ],
    [
      'shows a degraded page at once and a full one later',
      'once',
      'slow-recommender',
      [
        [
          CALL,
          `${CALL}      if (kind === 'recommendations') ctx.send('users', 'page', { id, full: false })\n`,
        ],
      ],
    ],
    [
      'has a page by heart that was full once',
      'honest',
      'quiet',
      [
        [STATE, `${STATE}  known: boolean\n`],
        [INIT, `${INIT} known: false,`],
        [FULL, `${FULL}      if (ctx.from === 'recommender') state.known = true\n`],
        [
          MAY,
          `      if (kind === 'recommendations' && state.known) {
        delete state.waiting[id]
        ctx.send('users', 'page', { id, full: true })
        return
      }
${MAY}`,
        ],
      ],
    ],
    [
      'takes three calls that took long for failures, and opens its breaker',
      'checkout',
      'rush',
      [
        [STATE, `${STATE}  long: number\n  opened: number\n`],
        [INIT, `${INIT} long: 0, opened: -1_000,`],
        [MAY, `      if (ctx.now() - state.opened < 500) return fallBack(state, id, ctx)\n${MAY}`],
        [
          DONE,
          `      const took = ctx.now() - (line.calls.find((call) => call.id === id)?.at ?? 0)
      state.long = took > 100 ? state.long + 1 : 0
      if (state.long === 3) state.opened = ctx.now()
${DONE}`,
        ],
      ],
    ],
    [
      'takes what it has shed for failures, and opens its breaker',
      'checkout',
      'crowd',
      [
        [STATE, `${STATE}  shed: number\n`],
        [INIT, `${INIT} shed: 0,`],
        [
          MAY,
          `      if (state.shed >= 3 || !mayCall(line, kind, ctx.now())) {
        state.shed++
        fallBack(state, id, ctx)
        return
      }
`,
        ],
        [DONE, `${DONE}      state.shed = 0\n`],
      ],
    ],
    [
      'gives places back to those only that it has given up',
      'full',
      'quiet',
      [
        [DONE, ''],
        [ROOM, '{ checkout: 4, reviews: 1, recommendations: 1 }'],
      ],
    ],
    [
      'sets its limit for checkouts as for the rest',
      'checkout',
      'crowd',
      [[ROOM, '{ checkout: 2, reviews: 2, recommendations: 2 }']],
    ],
    [
      'calls again for whoever has waited for 100 ms, as often as it takes',
      'few-calls',
      'slow-recommender',
      [
        [SET, `${SET}      ctx.setTimer(\`again:\${id}\`, 100)\n`],
        [
          TIMER,
          `${TIMER}    again(state, ctx) {
      const kind = state.waiting[ctx.about]
      if (kind === undefined) return
      ctx.send(BACK_END[kind], 'call', { id: Number(ctx.about), kind })
      ctx.setTimer(\`again:\${ctx.about}\`, 100)
    },
`,
        ],
      ],
    ],
    [
      'asks the database for recommendations when the recommender is silent',
      'few-calls',
      'slow-recommender',
      [
        [
          TIMER,
          `${TIMER.slice(0, -7)}      ctx.send('database', 'call', { id: Number(ctx.about), kind: 'recommendations' })\n    },\n`,
        ],
      ],
    ],
    [
      'has a breaker for the recommender alone',
      'spares',
      'database-restarts',
      [
        [
          LOST_LINE,
          "  if (kind === 'recommendations') line.calls = line.calls.filter(({ at }) => now - at < LOST)\n  else line.calls = line.calls.filter(({ at }) => now - at < PATIENCE)\n",
        ],
        [SILENT_LINE, SILENT_LINE.replace('if (', "if (kind === 'recommendations' && ")],
      ],
    ],
    [
      'lets ten try when a silence has lasted for some time',
      'spares',
      'silent',
      [
        [
          SILENT_LINE,
          '  if (line.since !== null && now - line.since >= 600) return line.calls.length < 14\n' +
            SILENT_LINE,
        ],
      ],
    ],
    [
      'tries only once whether a back end is back',
      'recovers',
      'restarts-late',
      [
        [
          SILENT_LINE,
          SILENT_LINE.replace(
            'now - line.called >= PROBE',
            'line.called < line.since + SILENCE && now - line.since >= 600',
          ),
        ],
      ],
    ],
    [
      'forgets lost calls of the recommender alone',
      'recovers',
      'database-restarts',
      [
        [
          LOST_LINE,
          "  if (kind === 'recommendations') line.calls = line.calls.filter(({ at }) => now - at < LOST)\n",
        ],
        [SILENT_LINE, SILENT_LINE.replace(' return now', ' return line.calls.length < ROOM[kind] && now')],
      ],
    ],
    [
      'is careful for 2,500 ms after a trouble',
      'recovers',
      'goes-on',
      [
        [STATE, `${STATE}  careful: number\n`],
        [INIT, `${INIT} careful: 0,`],
        [TIMER, TIMER.replace('      fall', '      state.careful = ctx.now() + 2_500\n      fall')],
        [
          MAY,
          "      if (kind === 'recommendations' && ctx.now() < state.careful) return fallBack(state, id, ctx)\n" +
            MAY,
        ],
      ],
    ],
    [
      'degrades reviews where a checkout was under way a moment ago',
      'full',
      'quiet',
      [
        [STATE, `${STATE}  checkout: number\n`],
        [INIT, `${INIT} checkout: -1_000,`],
        [
          MAY,
          `      if (kind === 'checkout') state.checkout = ctx.now()
      if (kind === 'reviews' && ctx.now() - state.checkout < 200) return fallBack(state, id, ctx)
${MAY}`,
        ],
      ],
    ],
    [
      'lets reviews go before checkouts that it will refuse',
      'first',
      'rush',
      [
        [
          '  return line.calls.length < ROOM[kind]\n',
          "  return line.calls.length < ROOM[kind] || (kind === 'reviews' && line.calls.length === 4)\n",
        ],
      ],
    ],
    [
      'opens after four failures in a row, and for 450 ms',
      'spares',
      'one-then-many',
      [
        [STATE, `${STATE}  failures: { [backEnd in BackEnd]: number }\n`],
        [INIT, `${INIT} failures: { database: 0, recommender: 0 },`],
        [SILENT_LINE, ''],
        [
          MAY,
          `      const open = state.failures[backEnd] >= 4
      if (open ? ctx.now() - line.called < 450 : !mayCall(line, kind, ctx.now())) return fallBack(state, id, ctx)
`,
        ],
        [ROOM, '{ checkout: 4, reviews: 2, recommendations: 8 }'],
        [DONE, `${DONE}      state.failures[ctx.from as BackEnd] = 0\n`],
        [
          TIMER,
          TIMER.replace(
            '      fall',
            '      state.failures[BACK_END[state.waiting[ctx.about]!]]++\n      fall',
          ),
        ],
        ['const LOST = 600', 'const LOST = 300'],
        ['/** A silent back end is called once in so many milliseconds. */\nconst PROBE = 250\n', ''],
        [
          '/** A back end that owes answers and has given none for so long is silent. */\nconst SILENCE = 300\n',
          '',
        ],
      ],
    ],
  ])('refuses an answer that %s', (_mistake, property, where, patches) => {
    expect(judged(loaded('solution.ts', patches), where)).toContain(property)
  })

  /** What is held against right answers: one trial for each promise, and not those that take longest. */
  const quick = ['crowd', 'late-checkout', 'one-then-many', 'restarts-late']

  it.each<[habit: string, patches: readonly Patch[]]>([
    ['has all the patience there is', [[PATIENCE, 'const PATIENCE = 290\n']]],
    [
      'has little patience for recommendations',
      [[SET, SET.replace('PATIENCE', "kind === 'recommendations' ? 60 : PATIENCE")]],
    ],
    [
      'calls for reviews only where the database has nothing to do',
      [[ROOM, '{ checkout: 4, reviews: 1, recommendations: 1 }']],
    ],
    [
      'has three places for checkouts and one for reviews',
      [[ROOM, '{ checkout: 3, reviews: 1, recommendations: 4 }']],
    ],
    [
      'sends each answer a moment later',
      [
        [FULL, '      ctx.setTimer(`full:${id}`, 1)\n'],
        [
          TIMER,
          `${TIMER}    full(_state, ctx) {\n      ctx.send('users', 'page', { id: Number(ctx.about), full: true })\n    },\n`,
        ],
      ],
    ],
    [
      'begins again slowly after a silence',
      [
        [STATE, `${STATE}  slow: number\n`],
        [INIT, `${INIT} slow: 0,`],
        [
          TIMER,
          TIMER.replace(
            '      fall',
            "      if (state.waiting[ctx.about] === 'recommendations') state.slow = 2\n      fall",
          ),
        ],
        [DONE, `${DONE}      if (ctx.from === 'recommender' && state.slow > 0) state.slow--\n`],
        [
          MAY,
          `      if (kind === 'recommendations' && state.slow > 0 && ctx.now() - line.called < 150)
        return fallBack(state, id, ctx)
${MAY}`,
        ],
      ],
    ],
    [
      'shows everybody a degraded page while a checkout is under way, and calls for two of the rest',
      [
        [
          MAY,
          `      const checkouts = Object.values(state.waiting).filter((one) => one === 'checkout').length
      if (kind === 'reviews' && checkouts > 0) return fallBack(state, id, ctx)
${MAY}`,
        ],
      ],
    ],
    [
      'calls a second time where a checkout has waited for 150 ms and the database has said nothing since',
      [
        [SET, `${SET}      if (kind === 'checkout') ctx.setTimer(\`again:\${id}\`, 150)\n`],
        [
          TIMER,
          `${TIMER}    again(state, ctx) {
      const id = Number(ctx.about)
      const { calls, since } = state.lines.database
      if (!(id in state.waiting) || since === null || ctx.now() - since < 150 || calls.length > 1) return
      ctx.send('database', 'call', { id, kind: 'checkout' })
    },
`,
        ],
      ],
    ],
  ])('passes an answer that %s', (_habit, patches) => {
    expect(judged(loaded('solution.ts', patches), ...quick)).toEqual(['passed'])
  })
})
