/**
 * What is pinned of the exercise paxos-backoff: its bounds and the numbers in its text, that right answers have time to spare, that
 * verdicts don't hang on the seeds of its runs, and, as patches on the solution's text, more wrong answers and more right ones.
 */
import { readFileSync, readdirSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../engine/compile/compile.ts'
import { simulate } from '../../engine/drivers/simulate.ts'
import type { Answer, Configuration } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { scopeOf } from '../../engine/scope.ts'
import { en } from '../../engine/text/en.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { grouped } from '../../engine/text/words.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise, { ATTEMPTS_MAX, system, timed } from '../../exercises/paxos-backoff/exercise.ts'
import solution from '../../exercises/paxos-backoff/solution.ts'

const FOLDER = 'exercises/paxos-backoff'

type Simulated = Extract<Configuration, { driver: 'simulate' }>

const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')
const simulated = exercise.configurations.filter((one): one is Simulated => one.driver === 'simulate')

const [, frontMatter = '', task = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(
  readFileSync(`${FOLDER}/en.mdx`, 'utf8'),
)!
const text = parse(frontMatter) as {
  readonly configurations: Record<string, string>
  readonly properties: Record<string, { readonly holds: string }>
  readonly scope: Record<string, string>
}

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

function filesIn(kind: 'mutants' | 'variants'): string[] {
  return readdirSync(`${FOLDER}/${kind}`).map((name) => `${kind}/${name}`)
}

/** Right answers are tried on a quarter of the random runs here: the gate tries those in the folder on all of them. */
const fewer = exercise.configurations.map((one) =>
  one.driver === 'simulate' ? { ...one, runs: Math.ceil(one.runs / 4) } : one,
)

/** The verdict and the properties that failed. */
function judged(patches: readonly Patch[], configurations = exercise.configurations): string[] {
  const { verdict, checks } = gradeToEnd({ ...exercise, configurations }, loaded('solution.ts', patches))
  return [verdict, ...checks.filter((check) => check.verdict === 'failed').map(({ property }) => property)]
}

/** The properties that random runs from a seed find to fail, in the first trial that has such a run; none is shortened. */
function failing(answer: Answer, seed: number, configurations: readonly Simulated[] = simulated): string[] {
  for (const { system: around, runs, stepsMax, milliseconds } of configurations) {
    const declared = around(answer)
    const search = simulate(declared, { runs, stepsMax, seed, millisecondsMax: milliseconds })
    let next = search.next()
    while (!next.done) next = search.next()
    if (next.value.failure) return ['error']
    if (next.value.seed !== null)
      return next.value.findings.map(({ property }) => declared.properties[property]!.id)
  }
  return []
}

describe('the bounds of a trial', () => {
  it.each(exercise.configurations.map((configuration) => [configuration.id, configuration] as const))(
    'say how many proposers and acceptors %s has',
    (_id, { system: declare, counts }) => {
      const declared = declare({ definition: solution, probe: null })
      const count = (role: string) => declared.nodes.filter((node) => node.role === role).length
      expect(scopeInWords(scopeOf(declared, counts), text.scope, en)).toMatch(
        new RegExp(`^${count('proposer')} proposers, ${count('acceptor')} acceptors[,;] `),
      )
    },
  )
})

describe('the text', () => {
  it.each(Object.entries(timed))('says by when %s has to decide', (id, { clock }) => {
    expect(text.configurations[id]).toContain(`within ${grouped(clock.deadline)} ms.`)
  })

  it('says how many attempts are too many', () => {
    expect(text.properties.haste!.holds).toContain(` ${ATTEMPTS_MAX} `)
  })

  it('says how long a message takes', () => {
    const { duel, far } = timed
    const { latencies } = duel!.clock
    expect(task.replace(/\s+/g, ' ')).toContain(
      `from ${Math.min(...latencies)} to ${Math.max(...latencies)} ms in most, ten times that in one`,
    )
    expect(far!.clock.latencies).toEqual(latencies.map((milliseconds) => 10 * milliseconds))
  })

  it('names the patience of the starter', () => {
    const [, patience] = /const PATIENCE = (\d+)\n/.exec(readFileSync(`${FOLDER}/starter.ts`, 'utf8'))!
    expect(task).toContain(`ctx.setTimer('retry', ${patience})`)
  })
})

describe('paxos-backoff', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd(
      { ...exercise, configurations: explored },
      { definition: solution, probe: null },
    )
    expect(verdict).toBe('passed')
    const states = explored.map(({ id }) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      refused: 45_029,
      'old-proposals': 20_225,
      'crash-safe': 70_814,
    })
  }, 60_000)

  const right = ['solution.ts', ...filesIn('variants')]

  it.each(right)(
    'gives %s time enough: it would pass if there were half of it',
    (file) => {
      const answer = loaded(file)
      const halved = Object.entries(timed).map(([id, trial]) => {
        const deadline = trial.clock.deadline / 2
        const hasty = { ...trial, clock: { ...trial.clock, deadline } }
        const configuration = simulated.find((one) => one.id === id)!
        const runs = Math.ceil(configuration.runs / 2)
        return { ...configuration, runs, milliseconds: deadline + 1, system: () => system(hasty, answer) }
      })
      expect(failing(answer, 5_000, halved)).toEqual([])
    },
    60_000,
  )

  it.each(right)(
    'passes %s whatever the seed of its runs',
    (file) => {
      const answer = loaded(file)
      const some = simulated.map((one) => ({ ...one, runs: Math.ceil(one.runs / 4) }))
      for (const seed of [7, 1_000]) expect(failing(answer, seed, some)).toEqual([])
    },
    60_000,
  )

  const late = filesIn('mutants').filter((file) =>
    /^\/\/ caught by: (decides|haste)\n/.test(readFileSync(`${FOLDER}/${file}`, 'utf8')),
  )

  it.each(['starter.ts', ...late])(
    'fails %s whatever the seed of its runs',
    (file) => {
      const answer = loaded(file)
      for (const seed of [7, 99, 1_000])
        expect(failing(answer, seed)).toContainEqual(expect.stringMatching(/^(decides|haste)$/))
    },
    60_000,
  )

  /** Pieces of the solution, by which the patches find their place. */
  const FIRST = 'const PATIENCE_FIRST = 100\n'
  const NEXT_ROUND = 'state.round = Math.max(state.round, Math.floor(state.promised / proposers.length)) + 1'
  const PERSIST = '  ctx.persist(state.round)\n'
  const NUMBER = 'const n = state.round * proposers.length + proposers.indexOf(ctx.self)\n'
  const PREPARE = "  ctx.broadcast('acceptor', 'prepare', { n })\n"
  const PATIENCE = "ctx.setTimer('retry', state.patience)\n"
  const GROW = 'state.patience = Math.min(state.patience * 2, PATIENCE_MAX)\n'
  const COUNT = "if (answers.length * 2 <= ctx.nodes('acceptor').length) return\n"
  const ASKED = 'attempt.asked = true\n'
  const DROP = '      state.attempt = null\n      ctx.setTimer'
  const WAIT = "ctx.setTimer('retry', draw(state, state.patience))\n"

  it.each<[mistake: string, property: string, patches: readonly Patch[]]>([
    [
      'waits only when it is refused for the first time',
      'decides',
      [[WAIT, `if (state.patience === PATIENCE_FIRST) ${WAIT}      else begin(state, ctx)\n`]],
    ],
    [
      'waits for as many milliseconds as its place',
      'decides',
      [[WAIT, WAIT.replace('draw(state, state.patience)', "ctx.nodes('proposer').indexOf(ctx.self)")]],
    ],
    [
      'waits for a minute when it is refused',
      'decides',
      [[WAIT, WAIT.replace('draw(state, state.patience)', '60_000')]],
    ],
    [
      'takes its task for done once it has asked',
      'decides',
      [[ASKED, `${ASKED}      ctx.cancelTimer('retry')\n`]],
    ],
    [
      'stops its clock at the first promise',
      'decides',
      [
        [
          'attempt.promises[ctx.from] = accepted\n',
          "attempt.promises[ctx.from] = accepted\n      ctx.cancelTimer('retry')\n",
        ],
      ],
    ],
    ['forgets its wish when it is refused', 'decides', [[DROP, `      state.wish = null\n${DROP}`]]],
    ['begins anew while its attempt is under way', 'decides', [[GROW, 'state.patience = 50\n']]],
    [
      'asks with the promises that it has when its time is up',
      'agreement',
      [
        [
          COUNT,
          "if (answers.length * 2 <= ctx.nodes('acceptor').length && state.patience === PATIENCE_FIRST) return\n",
        ],
      ],
    ],
    [
      'leaves the first phase out when it tries again',
      'agreement',
      [
        [
          PREPARE,
          `  if (state.patience < PATIENCE_FIRST) ctx.broadcast('acceptor', 'prepare', { n })
  else ctx.broadcast('acceptor', 'accept', { n, v: state.wish ?? 0 })\n`,
        ],
      ],
    ],
    [
      'takes the number that the acceptor has promised',
      'unique',
      [[NUMBER, `const n = state.promised > 0 ? state.promised : ${NUMBER.slice('const n = '.length)}`]],
    ],
    [
      'writes its disk only where it was refused',
      'one-value',
      [[PERSIST, '  if (state.promised > 0) ctx.persist(state.round)\n']],
    ],
    ['wishes for what it was refused for', 'validity', [[DROP, `      state.wish = promised\n${DROP}`]]],
  ])(
    'refuses an answer that %s',
    (_mistake, property, patches) => {
      const found = property === 'decides' ? failing(loaded('solution.ts', patches), 1) : judged(patches)
      expect(found).toContain(property)
    },
    60_000,
  )

  it.each<[habit: string, patches: readonly Patch[]]>([
    ['climbs one round at a time', [[NEXT_ROUND, 'state.round += 1']]],
    [
      'draws only one half of its wait',
      [
        [
          WAIT,
          WAIT.replace('draw(', 'state.patience / 2 + draw(').replace(
            'state.patience))',
            'state.patience / 2))',
          ),
        ],
      ],
    ],
    ['has next to no patience at first', [[FIRST, FIRST.replace('100', '10')]]],
    [
      'goes on with a refused attempt until its wait is over',
      [[DROP, DROP.replace('      state.attempt = null\n', '')]],
    ],
    [
      'takes no notice of refusals, and draws its patience',
      [
        [PATIENCE, PATIENCE.replace('state.patience', 'state.patience + draw(state, state.patience)')],
        [`${DROP}${WAIT.slice('ctx.setTimer'.length)}`, ''],
      ],
    ],
    [
      'waits for everybody who is before it in the list, each time',
      [
        [
          WAIT,
          WAIT.replace(
            'draw(state, state.patience)',
            "300 * ctx.nodes('proposer').indexOf(ctx.self) + draw(state, state.patience)",
          ),
        ],
      ],
    ],
    [
      'tries again at random moments all the time',
      [
        [PATIENCE, PATIENCE.replace('state.patience', '200 + draw(state, 2_000)')],
        [WAIT, WAIT.replace('state.patience', '2_000')],
      ],
    ],
    ['begins with a number far away', [[NEXT_ROUND, `${NEXT_ROUND} + (state.round === 0 ? 10 : 0)`]]],
  ])(
    'passes an answer that %s',
    (_habit, patches) => {
      expect(judged(patches, fewer)).toEqual(['passed'])
    },
    60_000,
  )
})
