/**
 * What is pinned of the exercise raft-election: its bounds, how long the runs are that it shows, the numbers in its text, that verdicts don't
 * hang on the seeds of its runs and right answers have time to spare, and, as patches on the solution's text, more wrong answers and more
 * right ones.
 */
import { readFileSync, readdirSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../engine/compile/compile.ts'
import { simulate } from '../../engine/drivers/simulate.ts'
import type { SystemProperty, View } from '../../engine/actors/system.ts'
import type { Answer, Configuration } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { grouped } from '../../engine/text/words.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/raft-election/exercise.ts'
import type { ServerSeen } from '../../exercises/raft-election/properties.ts'
import {
  ELECTION_TIMEOUT,
  HEARTBEAT_INTERVAL,
  OLD_EVERY,
  STAYS,
  timedSystem,
  timedTrials,
} from '../../exercises/raft-election/trials.ts'

const FOLDER = 'exercises/raft-election'

type Simulated = Extract<Configuration, { driver: 'simulate' }>

const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')
const simulated = exercise.configurations.filter((one): one is Simulated => one.driver === 'simulate')

const [, frontMatter = '', task = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(
  readFileSync(`${FOLDER}/en.mdx`, 'utf8'),
)!
const text = parse(frontMatter) as { readonly configurations: Record<string, string> }

type Patch = readonly [old: string, new_: string]

const libraries = librariesOf(exercise.id)

/** A file of the exercise with some of its text replaced, compiled and loaded as a learner's is. */
function loaded(file: string, patches: readonly Patch[] = []): Answer {
  let source = readFileSync(`${FOLDER}/${file}`, 'utf8').replaceAll("'../messages'", "'./messages'")
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${file}: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(typescript, exercise.file, source, libraries, 'node')
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

/** The verdict, and the first check that failed with the number of its steps. */
function judged(
  answer: Answer,
  configurations = exercise.configurations,
): [verdict: string, check?: string, length?: number | null] {
  const { verdict, checks } = gradeToEnd({ ...exercise, configurations }, answer)
  const failed = checks.find((check) => check.verdict === 'failed')
  return failed ? [verdict, failed.id, failed.trace?.actions.length ?? null] : [verdict]
}

/** The properties that random runs from a seed find to fail, in the first trial that has such a run; none is shortened. */
function failing(answer: Answer, seed: number, configurations: readonly Simulated[]): string[] {
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

describe('the text', () => {
  it.each(Object.entries(timedTrials))('says what happens when in %s', (id, { within, faultsUntil }) => {
    const words = text.configurations[id]!
    if (faultsUntil === undefined) expect(words).toContain(`a leader within ${grouped(within)} ms.`)
    else {
      expect(words).toContain(`in the first ${grouped(faultsUntil)} ms`.slice(3))
      expect(words).toContain(`a leader ${grouped(within)} ms later.`)
    }
  })

  it('says how often old messages come', () => {
    expect(text.configurations['old']).toContain(`every ${OLD_EVERY} ms`)
  })

  it('says how long timers and messages take', () => {
    const plain = task.replace(/\s+/g, ' ')
    expect(plain).toContain(`after ${ELECTION_TIMEOUT[0]} to ${ELECTION_TIMEOUT[1]} ms`)
    expect(plain).toContain(`takes ${HEARTBEAT_INTERVAL} ms`)
    const trials = Object.values(timedTrials)
    const untouched = trials.filter(({ servers, old, faultsUntil }) => {
      return faultsUntil === undefined && servers.filter((id) => id !== old).length === 2
    })
    const others = trials.filter((trial) => !untouched.includes(trial))
    const within = (some: typeof trials): number[] => [...new Set(some.map((trial) => trial.within))]
    expect(within(untouched)).toEqual([1_000])
    expect(plain).toContain('Two servers among which nothing fails have 1,000 ms.')
    expect(within(others)).toEqual([3_000])
    expect(plain).toContain('at the latest 3,000 ms after the last fault or')
    expect(plain).toContain(`for another ${grouped(STAYS)} ms`)
    const latencies = Object.values(timedTrials).flatMap((trial) => trial.latencies)
    expect(plain).toContain(`A message takes ${Math.max(...latencies)} ms at most`)
  })
})

describe('raft-election', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd({ ...exercise, configurations: explored }, loaded('solution.ts'))
    expect(verdict).toBe('passed')
    const states = explored.map(({ id }) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      two: 769,
      'second-term': 14,
      rival: 405,
      refused: 4,
      three: 16_963,
      crash: 365,
      four: 500,
      five: 351,
      'comes-back': 66,
    })
  }, 60_000)

  it.each<[file: string, check: string, length: number]>([
    ['starter', 'two/one-leader', 6],
    ['mutants/stands-once', 'two/goes-on', 6],
    ['mutants/votes-once-in-its-life', 'second-term/votes-again', 5],
    ['mutants/counts-old-votes', 'rival/one-leader', 7],
    ['mutants/leader-deaf-to-later-terms', 'rival/follows', 14],
    ['mutants/candidate-deaf-to-later-terms', 'refused/adopts', 3],
    ['mutants/sticky-and-deaf', 'comes-back/catches-up', 7],
    ['mutants/yields-without-a-timer', 'comes-back/catches-up', 5],
    ['mutants/vote-written-after-the-reply', 'crash/one-vote', 4],
    ['mutants/counts-grants-twice', 'five/majority', 5],
    ['mutants/keeps-its-votes', 'four/majority', 6],
    ['mutants/equal-timeouts', 'pair/in-time', 29],
    ['mutants/one-heartbeat', 'pair/stays', 21],
    ['mutants/asks-once', 'two-lossy/in-time', 13],
  ])(
    'shows a run of %s that fails %s',
    (file, check, length) => {
      expect(judged(loaded(`${file}.ts`))).toEqual(['failed', check, length])
    },
    60_000,
  )

  const right = ['solution.ts', ...filesIn('variants')]

  it.each(right)(
    'passes %s whatever the seed of its runs',
    (file) => {
      const answer = loaded(file)
      const some = simulated.map((one) => ({ ...one, runs: Math.ceil(one.runs / 4) }))
      expect(failing(answer, 1_000, some)).toEqual([])
    },
    120_000,
  )

  it.each(right)(
    'gives %s time enough: it would pass with half of what there is',
    (file) => {
      const answer = loaded(file)
      const halved = simulated.flatMap((configuration) => {
        const trial = timedTrials[configuration.id]!
        // Where the time is short already, half of it is two elections.
        if (trial.within < 2_000) return []
        const within = trial.within / 2
        const milliseconds = (trial.faultsUntil ?? 0) + within + STAYS + 1
        const runs = Math.ceil(configuration.runs / 4)
        return {
          ...configuration,
          runs,
          milliseconds,
          system: () => timedSystem({ ...trial, within }, answer),
        }
      })
      expect(halved.length).toBeGreaterThan(3)
      expect(failing(answer, 5_000, halved)).toEqual([])
    },
    120_000,
  )

  const late = filesIn('mutants').filter((file) =>
    /^\/\/ caught by: (in-time|stays)\n/.test(readFileSync(`${FOLDER}/${file}`, 'utf8')),
  )

  it.each(late)(
    'fails %s whatever the seed of its runs',
    (file) => {
      const answer = loaded(file)
      for (const seed of [7, 99, 1_000])
        expect(failing(answer, seed, simulated)).toContainEqual(expect.stringMatching(/^(in-time|stays)$/))
    },
    120_000,
  )

  it('takes two leaders of different terms for no mistake, and has them', () => {
    const healed = simulated.find(({ id }) => id === 'healed')!
    const declared = healed.system(loaded('solution.ts'))
    const leaders = (view: View): number =>
      view.filter(({ seen }) => (seen as Partial<ServerSeen>).now?.role === 'leader').length
    const alone: SystemProperty = {
      id: 'alone',
      kind: 'always',
      violated: (view) => (leaders(view) > 1 ? {} : null),
    }
    const around = { ...healed, system: () => ({ ...declared, properties: [...declared.properties, alone] }) }
    expect(failing(loaded('solution.ts'), 1, [around])).toEqual(['alone'])
  }, 60_000)

  /** Pieces of the solution, by which the patches find their place. */
  const FREE = 'const free = state.votedFor === null || state.votedFor === ctx.from\n'
  const RESET = "        persist(state, ctx)\n        ctx.setTimer('election')\n"
  const REPLY = "ctx.reply('requestVoteReply', { term: state.currentTerm, voteGranted })"
  const COUNTS = "if (state.role !== 'candidate' || term !== state.currentTerm || !voteGranted) return\n"
  const HEARD = '    appendEntriesReply(state, { term }, ctx) {\n      observeTerm(state, term, ctx)\n'
  const NEXT = 'state.currentTerm += 1\n'
  const ADOPTED = "  state.votedFor = null\n  state.role = 'follower'\n  persist(state, ctx)\n"
  const LEADS =
    "  ctx.broadcast('server', 'appendEntries', { term: state.currentTerm })\n  ctx.setTimer('heartbeat')\n}"
  const MAJORITY = "servers * 2 > ctx.nodes('server').length"
  const RESTART = 'begin(disk ?? { currentTerm: 0, votedFor: null }, ctx)'

  it.each<[mistake: string, check: string, length: number, patches: readonly Patch[]]>([
    ['votes for whoever asks last', 'two/one-leader', 6, [[FREE, 'const free = true\n']]],
    ['takes a majority of the others for enough', 'two/one-leader', 2, [[MAJORITY, MAJORITY + ' - 1']]],
    ['needs all votes', 'old/in-time', 84, [[MAJORITY, "servers === ctx.nodes('server').length"]]],
    [
      'stays in its term when it stands',
      'three/one-vote',
      3,
      [[NEXT, 'state.currentTerm = Math.max(state.currentTerm, 1)\n']],
    ],
    [
      'adopts a later term and keeps its role',
      'two/one-leader',
      6,
      [[ADOPTED, ADOPTED.replace("  state.role = 'follower'\n", '')]],
    ],
    [
      'takes no notice of later terms in answers to its heartbeats',
      'comes-back/catches-up',
      7,
      [[HEARD, HEARD.replace('      observeTerm(state, term, ctx)\n', '')]],
    ],
    ['leads and does not say so', 'comes-back/catches-up', 3, [[LEADS, '}']]],
  ])(
    'refuses an answer that %s',
    (_mistake, check, length, patches) => {
      expect(judged(loaded('solution.ts', patches))).toEqual(['failed', check, length])
    },
    60_000,
  )

  it.each<[habit: string, patches: readonly Patch[]]>([
    ['does not put off its election when it votes', [[RESET, '        persist(state, ctx)\n']]],
    ['refuses with the term that was asked for', [[REPLY, REPLY.replace('term: state.currentTerm', 'term')]]],
    ['refuses who asks twice', [[FREE, 'const free = state.votedFor === null\n']]],
    [
      'writes no term down in which it has not voted',
      [[ADOPTED, ADOPTED.replace('  persist(state, ctx)\n', '')]],
    ],
    [
      'goes on to a new term when it comes back',
      [[RESTART, 'begin({ currentTerm: (disk?.currentTerm ?? 0) + 1, votedFor: null }, ctx)']],
    ],
    ['waits with its first heartbeat', [[LEADS, "  ctx.setTimer('heartbeat', 10)\n}"]]],
    ['says twice that it leads', [[LEADS, LEADS.slice(0, LEADS.indexOf('\n') + 1) + LEADS]]],
    [
      'begins to lead anew with each further vote',
      [[COUNTS, COUNTS.replace("state.role !== 'candidate' || ", '')]],
    ],
  ])(
    'passes an answer that %s',
    (_habit, patches) => {
      expect(judged(loaded('solution.ts', patches), fewer)).toEqual(['passed'])
    },
    60_000,
  )
})
