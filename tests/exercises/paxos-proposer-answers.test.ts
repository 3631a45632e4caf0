/**
 * Answers to the exercise paxos-proposer beside those in its folder: patches on the solution's text, more wrong ones and more
 * right ones; and, of some of the mutants in the folder, which trial finds them.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/compile/compile.ts'
import type { Answer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/paxos-proposer/exercise.ts'

const FOLDER = 'exercises/paxos-proposer'
const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')

/** Pieces of the solution, by which the patches find their place. */
const NEXT_ROUND = 'state.round += 1\n'
const WRITE = '      ctx.persist(state.round)\n'
const NUMBER = 'state.round * proposers.length + proposers.indexOf(ctx.self)'
const PREPARE = "ctx.broadcast('acceptor', 'prepare', { n })"
const CURRENT = 'if (attempt?.n !== n) return\n'
const COUNT = "if (answers.length * 2 <= ctx.nodes('acceptor').length) return"
const LATEST = 'report.n > (latest?.n ?? 0)'
const LARGEST = `for (const report of answers) if (report && ${LATEST}) latest = report`
const PROPOSE = "ctx.broadcast('acceptor', 'accept', { n, v: latest ? latest.v : attempt.wish })"
const DONE = '      state.attempt = null\n    },\n'
const RESTART = 'return { round: round ?? 0, attempt: null }'

type Patch = readonly [old: string, new_: string]

/** The last proposer has the smallest numbers. */
const REVERSED: Patch = [NUMBER, NUMBER.replace('+', '-')]

/** An answer with some of its text replaced, compiled and loaded as a learner's is. */
function patched(patches: readonly Patch[], file = 'solution.ts'): Answer {
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

/**
 * The verdict and the properties that failed.
 * @param trials what is tried; left out: all
 * @param file which answer is patched; left out: the solution
 */
function judged(patches: readonly Patch[], trials = exercise.configurations, file?: string): string {
  const { verdict, checks } = gradeToEnd({ ...exercise, configurations: trials }, patched(patches, file))
  const failed = checks.filter((check) => check.verdict === 'failed').map(({ property }) => property)
  return [verdict, ...failed].join(' ')
}

describe('answers to paxos-proposer', () => {
  it.todo(
    'refuses an answer that sorts the reported numbers as texts: it would take numbers of two digits in a small search',
  )

  it.each<[mistake: string, property: string, patches: readonly Patch[]]>([
    [
      'counts itself among those that promised',
      'agreement',
      [[COUNT, COUNT.replace('answers.length * 2', '(answers.length + 1) * 2')]],
    ],
    ['looks only for reports above its own number', 'agreement', [[LATEST, 'report.n > (latest?.n ?? n)']]],
    [
      'adopts what the acceptor with the last name reports',
      'agreement',
      [
        [
          LARGEST,
          'for (const name of Object.keys(attempt.promises).sort()) latest = attempt.promises[name] ?? latest',
        ],
      ],
    ],
    ['adopts the smallest value', 'agreement', [[LATEST, 'report.v < (latest?.v ?? Infinity)']]],
    [
      'adopts only a value below its own',
      'agreement',
      [[PROPOSE, PROPOSE.replace('latest ?', 'latest && latest.v < attempt.wish ?')]],
    ],
    [
      'adopts the largest value, and looks at numbers only between equal ones',
      'agreement',
      [
        [
          LARGEST,
          'for (const report of answers) if (report && report.v * 100 + report.n > (latest ? latest.v * 100 + latest.n : -Infinity)) latest = report',
        ],
      ],
    ],
    [
      'counts promises of any number that is not larger',
      'agreement',
      [[CURRENT, 'if (!attempt || n > attempt.n) return\n      n = attempt.n\n']],
    ],
    [
      'proposes with the number of the promise that came last',
      'decided',
      [[CURRENT, 'if (!attempt) return\n']],
    ],
    [
      'takes its promises along when it is refused and prepares with a larger number',
      'agreement',
      [
        [
          DONE,
          `${DONE}
    nack(state, { n, promised }, ctx) {
      const names = ctx.nodes('proposer')
      if (state.attempt?.n !== n) return
      while (state.attempt.n <= promised) state.attempt.n += names.length
      state.round = Math.floor(state.attempt.n / names.length)
      ctx.persist(state.round)
      ctx.broadcast('acceptor', 'prepare', { n: state.attempt.n })
    },
`,
        ],
      ],
    ],
    [
      'proposes with a number that is one larger',
      'unique',
      [[PROPOSE, PROPOSE.replace('{ n,', '{ n: n + 1,')]],
    ],
    ['numbers as if there were two proposers', 'unique', [[NUMBER, NUMBER.replace('proposers.length', '2')]]],
    [
      'numbers by the letter of its name',
      'unique',
      [
        [NUMBER, 'ctx.self.charCodeAt(0) + state.round'],
        ["      const proposers = ctx.nodes('proposer')\n", ''],
      ],
    ],
    [
      'numbers backwards',
      'decided',
      [[NUMBER, '1000 - state.round * proposers.length - proposers.indexOf(ctx.self)']],
    ],
    [
      'comes back one round too early',
      'one-value',
      [[RESTART, 'return { round: (round ?? 1) - 1, attempt: null }']],
    ],
    [
      'comes back with the first round',
      'one-value',
      [[RESTART, 'return { round: Math.min(round ?? 0, 0), attempt: null }']],
    ],
    [
      'writes its disk only in its first attempt',
      'one-value',
      [[WRITE, '      if (state.round === 2) ctx.persist(state.round)\n']],
    ],
    [
      'proposes to one acceptor only',
      'decided',
      [[PROPOSE, "ctx.reply('accept', { n, v: latest ? latest.v : attempt.wish })"]],
    ],
    [
      'waits for an acceptor that has accepted something',
      'decided',
      [[COUNT, `${COUNT}\n      if (answers.every((report) => report === null)) return`]],
    ],
    [
      'proposes the number and not the value',
      'validity',
      [[PROPOSE, PROPOSE.replace('latest.v', 'latest.n')]],
    ],
    [
      'proposes one more than what is wanted',
      'validity',
      [[PROPOSE, PROPOSE.replace('attempt.wish', 'attempt.wish + 1')]],
    ],
  ])(
    'refuses an answer that %s',
    (_mistake, property, patches) => {
      expect(judged(patches).split(' ')).toEqual(expect.arrayContaining(['failed', property]))
    },
    120_000,
  )

  // The two trials of a pair differ by which proposer reaches all acceptors. A mutant of which one of them shows the mistake is
  // shown by the other where the last proposer has the smallest numbers.
  it.each([
    ['nacks-count-as-answers', 'agreement', 'nacks-far-b', 'nacks-far-a'],
    ['restart-goes-on', 'one-value', 'crashes-far-b', 'crashes-far-a'],
  ])(
    'finds the mutant %s whichever proposer has the larger numbers',
    (mutant, property, far, near) => {
      const file = `mutants/${mutant}.ts`
      const [one, other] = [far, near].map((name) => explored.filter(({ id }) => id === name))
      expect(judged([], one, file)).toBe(`failed ${property}`)
      expect(judged([], other, file)).toBe('passed')
      expect(judged([REVERSED], one, file)).toBe('passed')
      expect(judged([REVERSED], other, file)).toBe(`failed ${property}`)
    },
    60_000,
  )

  it.each([
    ['persists-no-number-after-a-refusal', 'one-value', 'refused-and-crashed'],
    ['numbers-by-tens', 'unique', 'many-attempts'],
    ['waits-for-half-a-promise', 'decided', 'four-acceptors'],
    ['prepares-two-acceptors', 'agreement', 'five-acceptors'],
  ])(
    'finds the mutant %s by %s in the trial %s alone, of all but the largest',
    (mutant, property, trial) => {
      const file = `mutants/${mutant}.ts`
      // The largest trial is left out: it is long, and comes after all of these.
      const tried = explored.filter(({ id }) => id !== 'three-proposers')
      const found = tried.filter((one) => judged([], [one], file) !== 'passed').map(({ id }) => id)
      expect(found).toEqual([trial])
      const alone = explored.filter(({ id }) => id === trial)
      expect(judged([], alone, file)).toBe(`failed ${property}`)
    },
    120_000,
  )

  it.each<[habit: string, patches: readonly Patch[]]>([
    ['numbers by tens', [[NUMBER, 'state.round * 10 + proposers.indexOf(ctx.self)']]],
    ['gives the last proposer the smallest numbers', [REVERSED]],
    [
      'counts down from above',
      [
        [
          COUNT,
          "const missing = Math.ceil((ctx.nodes('acceptor').length + 1) / 2) - answers.length\n      if (missing > 0) return",
        ],
      ],
    ],
    [
      'reserves a block of rounds on its disk',
      [[WRITE, '      if (state.round % 4 === 1) ctx.persist(state.round + 3)\n']],
    ],
    [
      'proposes a value that it has proposed once more, and prepares no more',
      [
        ['  wish: number\n', '  wish: number\n  proposed?: number\n'],
        [
          'propose(state, { v }, ctx) {\n',
          `propose(state, { v }, ctx) {
      if (state.attempt?.proposed !== undefined) {
        ctx.broadcast('acceptor', 'accept', { n: state.attempt.n, v: state.attempt.proposed })
        return
      }
`,
        ],
        [CURRENT, 'if (attempt?.n !== n || attempt.proposed !== undefined) return\n'],
        [PROPOSE, `attempt.proposed = latest ? latest.v : attempt.wish\n      ${PROPOSE}`],
        ['      state.attempt = null\n', '      attempt.promises = {}\n'],
      ],
    ],
    [
      'remembers how far others have come',
      [
        [
          DONE,
          `${DONE}
    nack(state, { promised }, ctx) {
      state.round = Math.max(state.round, Math.floor(promised / ctx.nodes('proposer').length))
    },
`,
        ],
      ],
    ],
    [
      'changes the majority that it works with from attempt to attempt',
      [
        [
          PREPARE,
          `const acceptors = ctx.nodes('acceptor')
      for (let place = 0; place * 2 <= acceptors.length; place++)
        ctx.send(acceptors[(place + state.round) % acceptors.length]!, 'prepare', { n })`,
        ],
      ],
    ],
    [
      'prepares each acceptor twice',
      [
        [
          PREPARE,
          `for (const acceptor of ctx.nodes('acceptor')) ctx.send(acceptor, 'prepare', { n })
      if (state.round === 1) ${PREPARE}`,
        ],
      ],
    ],
    [
      'tries once more when a timer says so',
      [
        [
          'propose(state, { v }, ctx) {\n',
          `propose(state, { v }, ctx) {
      begin(state, v, ctx)
      if (state.round === 1) ctx.setTimer('retry')
    },

    `,
        ],
        ["      const proposers = ctx.nodes('proposer')\n", ''],
        [`      ${NEXT_ROUND}`, ''],
        [WRITE, ''],
        [`      const n = ${NUMBER}\n`, ''],
        ['      state.attempt = { n, wish: v, promises: {} }\n', ''],
        [`      ${PREPARE}\n    },\n`, ''],
        [
          '  restart(round)',
          `  timers: {
    retry(state, ctx) {
      if (state.attempt) begin(state, state.attempt.wish, ctx)
    },
  },

  restart(round)`,
        ],
        [
          '/** On disk',
          `function begin(state: State, wish: number, ctx: Context<Messages, number>): void {
  const proposers = ctx.nodes('proposer')
  state.round += 1
  ctx.persist(state.round)
  const n = ${NUMBER}
  state.attempt = { n, wish, promises: {} }
  ${PREPARE}
}

/** On disk`,
        ],
        ['import { node }', 'import { type Context, node }'],
      ],
    ],
  ])(
    'lets an answer pass that %s',
    (_habit, patches) => {
      expect(judged(patches)).toBe('passed')
    },
    300_000,
  )
})
