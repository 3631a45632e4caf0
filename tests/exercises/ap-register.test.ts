/**
 * What is pinned of the exercise ap-register: how many states its trials have and how long the runs are that it shows, what it takes for
 * no mistake, and, as patches on right answers, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { System, SystemProperty } from '../../engine/actors/system.ts'
import { compile } from '../../engine/compile/compile.ts'
import { exploreReduced } from '../../engine/drivers/reduce.ts'
import type { Answer, Exercise } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { toEnd } from '../../engine/testing/search.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/ap-register/exercise.ts'
import { read, write } from '../../exercises/ap-register/clients.ts'
import { hasConverged, replacedBy, replicasIn } from '../../exercises/ap-register/properties.ts'
import solution from '../../exercises/ap-register/solution.ts'
import { type Trial, explored as trials, system } from '../../exercises/ap-register/trials.ts'

const FOLDER = 'exercises/ap-register'

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
  return load(exercise, code) as Answer
}

/** The verdict, and the first check that failed with the number of its steps. */
function judged(
  answer: Answer,
  around: Exercise = exercise,
): [verdict: string, check?: string, length?: number | null] {
  const { verdict, checks } = gradeToEnd(around, answer)
  const failed = checks.find((check) => check.verdict === 'failed')
  return failed ? [verdict, failed.id, failed.trace?.actions.length ?? null] : [verdict]
}

/** What every interleaving is looked at of. */
const small: Exercise = {
  ...exercise,
  configurations: exercise.configurations.filter(({ driver }) => driver === 'explore'),
}

/** The trial alone that a check belongs to. */
const only = (check: string): Exercise => ({
  ...exercise,
  configurations: exercise.configurations.filter(({ id }) => id === check.split('/')[0]),
})

const own: Answer = { definition: solution, probe: null }

/** What a search for these properties finds. */
function found(
  declared: System,
  properties: readonly SystemProperty[] = declared.properties,
): readonly string[] {
  const { complete, findings } = toEnd(
    exploreReduced({ ...declared, properties }, { statesMax: 1_000_000, stepsMax: Infinity }),
  )
  expect(complete || findings.length > 0).toBe(true)
  return findings.map(({ property }) => properties[property]!.id)
}

const READ = "      ctx.reply('values', { id, values: valuesOf(state) })\n"
const WRITE = `      const counter = (state.version?.stamp.counter ?? 0) + 1
      keep(state, { value, stamp: { counter, writer: ctx.self } }, ctx)
      ctx.reply('written', { id })
`
const GOSSIP =
  '      if (state.version === null || isNewer(news.stamp, state.version.stamp)) keep(state, news, ctx)\n'
const TELL = "      if (version !== null) ctx.broadcast('replica', 'gossip', { news: version })\n"
const TIMER = `    gossip({ version }, ctx) {
${TELL}      ctx.setTimer('gossip')
    },
`
const RESTART = `  restart(disk, ctx) {
    ctx.setTimer('gossip')
    return { version: disk }
  },
`
const NEWER =
  '  return one.counter === other.counter ? one.writer > other.writer : one.counter > other.counter\n'
const FIELD = '  version: Version | null\n}'
const AT_FIRST = '    return { version: null }'
const AGAIN = '    return { version: disk }'

const wrong: readonly [
  mistake: string,
  check: string,
  length: number,
  patches: readonly Patch[],
  file?: string,
][] = [
  [
    'takes the number of what it hears and stays with its value',
    'ties/converges',
    8,
    [
      [
        GOSSIP,
        GOSSIP.replace(
          'keep(state, news, ctx)',
          'keep(state, { ...news, value: state.version?.value ?? news.value }, ctx)',
        ),
      ],
    ],
  ],
  [
    'lets the name come before the counter',
    'two/acknowledged',
    8,
    [
      [
        NEWER,
        '  return one.writer === other.writer ? one.counter > other.counter : one.writer > other.writer\n',
      ],
    ],
  ],
  [
    'counts on only where it was the last to write',
    'two/acknowledged',
    8,
    [
      [
        '(state.version?.stamp.counter ?? 0) + 1',
        '(state.version?.stamp.writer === ctx.self ? state.version.stamp.counter : 0) + 1',
      ],
    ],
  ],
  [
    'sets no timer after a crash in which it knew nothing',
    'comes-back/converges',
    5,
    [[RESTART, RESTART.replace('    ctx.setTimer', '    if (disk !== null) ctx.setTimer')]],
  ],
  [
    'tells all but the last',
    'lost/converges',
    4,
    [
      [
        TELL,
        "      for (const other of ctx.nodes('replica').slice(0, -1))\n        if (version !== null && other !== ctx.self) ctx.send(other, 'gossip', { news: version })\n",
      ],
    ],
  ],
  [
    'tells the others only when it is read',
    'ties/converges',
    6,
    [
      [
        READ,
        READ +
          "      if (state.version !== null) ctx.broadcast('replica', 'gossip', { news: state.version })\n",
      ],
      [TELL, ''],
      ['gossip({ version }, ctx) {', 'gossip(_state, ctx) {'],
    ],
  ],
  [
    'takes no notice of one that it has heard before',
    'lost/converges',
    10,
    [
      [FIELD, '  version: Version | null\n  heard: string[]\n}'],
      [AT_FIRST, '    return { version: null, heard: [] }'],
      [AGAIN, '    return { version: disk, heard: [] }'],
      [
        GOSSIP,
        '      if (state.heard.includes(ctx.from)) return\n      state.heard = [...state.heard, ctx.from].sort()\n' +
          GOSSIP,
      ],
    ],
  ],
  [
    'writes every other version down',
    'alone/acknowledged',
    2,
    [['  ctx.persist(version)\n', '  if (version.stamp.counter % 2 === 0) ctx.persist(version)\n']],
  ],
  [
    'takes what is on its disk for a new write',
    'crashes/acknowledged',
    8,
    [
      [
        AGAIN,
        '    return {\n      version: disk && { value: disk.value, stamp: { counter: disk.stamp.counter + 1, writer: ctx.self } },\n    }',
      ],
    ],
  ],
  [
    'takes the larger of the clock and the last counter',
    'two/acknowledged',
    8,
    [['(state.version?.stamp.counter ?? 0) + 1', 'Math.max(state.version?.stamp.counter ?? 0, ctx.now())']],
  ],
  [
    'shows what it has not put together yet',
    'ties/converges',
    10,
    [
      [FIELD, '  version: Version | null\n  heard: Version[]\n}'],
      [AT_FIRST, '    return { version: null, heard: [] }'],
      [AGAIN, '    return { version: disk, heard: [] }'],
      [
        '    read(state, { id }, ctx) {\n',
        '    read(state, { id }, ctx) {\n      for (const news of state.heard.splice(0))\n        if (state.version === null || isNewer(news.stamp, state.version.stamp)) keep(state, news, ctx)\n',
      ],
      [
        '    gossip(state, { news }, ctx) {\n' + GOSSIP,
        '    gossip(state, { news }) {\n      if (!state.heard.some(({ value }) => value === news.value)) state.heard.push(news)\n',
      ],
    ],
  ],
  [
    'counts how often it was heard, not by whom',
    'three/converges',
    14,
    [
      [FIELD, '  version: Version | null\n  heard: number\n}'],
      [AT_FIRST, '    return { version: null, heard: 0 }'],
      [AGAIN, '    return { version: disk, heard: 0 }'],
      [
        GOSSIP,
        GOSSIP +
          "      ctx.reply('heard', { known: news.stamp })\n    },\n\n    heard(state, { known }, ctx) {\n      const others = ctx.nodes('replica').length - 1\n      if (known?.counter === state.version?.stamp.counter) state.heard = Math.min(state.heard + 1, others)\n",
      ],
      ['gossip({ version }, ctx) {', 'gossip({ version, heard }, ctx) {'],
      [
        'if (version !== null) ctx.broadcast',
        "if (version !== null && heard < ctx.nodes('replica').length - 1) ctx.broadcast",
      ],
      ['  state.version = version\n', '  state.version = version\n  state.heard = 0\n'],
    ],
  ],
  [
    'tells once after a crash, and no more',
    'comes-back/converges',
    5,
    [
      [
        RESTART,
        "  restart(disk, ctx) {\n    if (disk !== null) ctx.broadcast('replica', 'gossip', { news: disk })\n    return { version: disk }\n  },\n",
      ],
    ],
  ],
  ['writes and begins anew all the same', 'alone/acknowledged', 2, [[RESTART, '']]],
  [
    'compares stamps as JSON',
    'many/acknowledged',
    23,
    [[NEWER, '  return JSON.stringify(one) > JSON.stringify(other)\n']],
  ],
  [
    'writes down whatever it hears',
    'crashes/acknowledged',
    8,
    [[GOSSIP, '      ctx.persist(news)\n' + GOSSIP]],
  ],
  [
    'stays with the first value that it hears',
    'ties/converges',
    6,
    [
      [GOSSIP, '      if (state.version === null) keep(state, news, ctx)\n'],
      [NEWER, '  return one.counter > other.counter\n'],
    ],
  ],
  [
    'answers a write that it does not take',
    'alone/acknowledged',
    3,
    [
      [
        WRITE,
        "      if (state.version === null) keep(state, { value, stamp: { counter: 1, writer: ctx.self } }, ctx)\n      ctx.reply('written', { id })\n",
      ],
    ],
  ],
  [
    'answers writes under the name of the first',
    'alone/answers',
    3,
    [["ctx.reply('written', { id })", "ctx.reply('written', { id: `${ctx.from}-1` })"]],
  ],
  [
    'answers a read with what was written',
    'alone/answers',
    1,
    [[READ, "      ctx.reply('written', { id })\n"]],
  ],
  [
    'answers when its timer fires',
    'alone/answers',
    1,
    [
      [FIELD, '  version: Version | null\n  open: { client: string; id: string }[]\n}'],
      [AT_FIRST, '    return { version: null, open: [] }'],
      [AGAIN, '    return { version: disk, open: [] }'],
      ["ctx.reply('written', { id })", 'state.open.push({ client: ctx.from, id })'],
      [
        'gossip({ version }, ctx) {\n',
        "gossip({ version, open }, ctx) {\n      for (const { client, id } of open.splice(0)) ctx.send(client, 'written', { id })\n",
      ],
    ],
  ],
  [
    'forgets how far it had counted where it hears of less',
    'two/acknowledged',
    14,
    [
      [
        GOSSIP,
        '      if (state.version === null || isNewer(news.stamp, state.version.stamp)) keep(state, news, ctx)\n      else state.version = { ...state.version, stamp: news.stamp }\n',
      ],
    ],
  ],
  [
    'forgets after a crash what its vector covered',
    'crashes/acknowledged',
    8,
    [['    return disk ?? {', '    return disk ? { ...disk, known: {} } : {']],
    'variants/siblings',
  ],
  [
    'replaces only its own siblings',
    'two/acknowledged',
    6,
    [
      [
        '      state.siblings = [{ value, writer: ctx.self, number }]\n',
        '      state.siblings = [\n        ...state.siblings.filter(({ writer }) => writer !== ctx.self),\n        { value, writer: ctx.self, number },\n      ]\n',
      ],
    ],
    'variants/siblings',
  ],
  [
    'shows one sibling and keeps the others',
    'two/observed',
    8,
    [
      [
        "ctx.reply('values', { id, values: valuesOf(state) })",
        "ctx.reply('values', { id, values: valuesOf(state).slice(0, 1) })",
      ],
    ],
    'variants/siblings',
  ],
  [
    'does not take a client’s own write for something that it knows',
    'alone/acknowledged',
    3,
    [['      tell(state, [value], ctx)\n', '      ctx.persist(state)\n']],
    'variants/siblings-by-client',
  ],
  [
    'forgets in a crash what it has shown to whom',
    'alone/acknowledged',
    4,
    [['    return disk ?? {', '    return disk ? { ...disk, told: {} } : {']],
    'variants/siblings-by-client',
  ],
]

const right: readonly [what: string, patches: readonly Patch[], file?: string][] = [
  [
    'lets the value decide a tie',
    [
      [GOSSIP, '      if (state.version === null || isNewer(news, state.version)) keep(state, news, ctx)\n'],
      ['function isNewer(one: Stamp, other: Stamp)', 'function isNewer(one: Version, other: Version)'],
      [
        NEWER,
        '  const [first, second] = [one.stamp.counter, other.stamp.counter]\n  return first === second ? one.value > other.value : first > second\n',
      ],
      ['Seen, Stamp, Version', 'Seen, Version'],
    ],
  ],
  ['puts the client’s request into the stamp', [['writer: ctx.self', 'writer: id']]],
  [
    'puts together what it has heard when it is read, and shows it so',
    [
      [FIELD, '  version: Version | null\n  heard: Version[]\n}'],
      [AT_FIRST, '    return { version: null, heard: [] }'],
      [AGAIN, '    return { version: disk, heard: [] }'],
      ['    read(state, { id }, ctx) {\n', '    read(state, { id }, ctx) {\n      takeIn(state, ctx)\n'],
      [
        '    write(state, { id, value }, ctx) {\n',
        '    write(state, { id, value }, ctx) {\n      takeIn(state, ctx)\n',
      ],
      [
        '    gossip(state, { news }, ctx) {\n' + GOSSIP,
        '    gossip(state, { news }) {\n      const last = state.heard[state.heard.length - 1] ?? state.version\n      if (last === null || isNewer(news.stamp, last.stamp)) state.heard.push(news)\n',
      ],
      [
        'function keep(',
        'function takeIn(state: State, ctx: Ctx): void {\n  for (const news of state.heard.splice(0)) keep(state, news, ctx)\n}\n\nfunction keep(',
      ],
      [
        'function valuesOf({ version }: State): string[] {\n',
        'function valuesOf({ version: own, heard }: State): string[] {\n  const version = heard[heard.length - 1] ?? own\n',
      ],
      [
        'gossip({ version }, ctx) {\n',
        'gossip(state, ctx) {\n      takeIn(state, ctx)\n      const { version } = state\n',
      ],
    ],
  ],
  [
    'answers gossip that is older with its own',
    [
      [
        GOSSIP,
        GOSSIP +
          "      else if (isNewer(state.version.stamp, news.stamp)) ctx.reply('gossip', { news: state.version })\n",
      ],
    ],
  ],
  [
    'sets its timer once it knows something',
    [
      ["  init(ctx) {\n    ctx.setTimer('gossip')\n", '  init() {\n'],
      [RESTART, RESTART.replace('    ctx.setTimer', '    if (disk !== null) ctx.setTimer')],
      ['  ctx.persist(version)\n', "  ctx.persist(version)\n  ctx.setTimer('gossip')\n"],
    ],
  ],
  [
    'has a timer for each of the others',
    [
      [
        TIMER,
        "    gossip({ version }, ctx) {\n      if (version !== null) ctx.send(ctx.about, 'gossip', { news: version })\n      ctx.setTimer(`gossip:${ctx.about}`)\n    },\n",
      ],
      [
        "  init(ctx) {\n    ctx.setTimer('gossip')\n",
        "  init(ctx) {\n    for (const other of ctx.nodes('replica')) if (other !== ctx.self) ctx.setTimer(`gossip:${other}`)\n",
      ],
      [
        "  restart(disk, ctx) {\n    ctx.setTimer('gossip')\n",
        "  restart(disk, ctx) {\n    for (const other of ctx.nodes('replica')) if (other !== ctx.self) ctx.setTimer(`gossip:${other}`)\n",
      ],
    ],
  ],
  [
    'tells at once after a crash',
    [
      [
        RESTART,
        RESTART.replace(
          '    return',
          "    if (disk !== null) ctx.broadcast('replica', 'gossip', { news: disk })\n    return",
        ),
      ],
    ],
  ],
  [
    'says once more that it is written when others have heard',
    [
      [
        GOSSIP,
        GOSSIP +
          "      ctx.reply('heard', { known: news.stamp })\n    },\n\n    heard(state, { known }, ctx) {\n      if (state.last !== null && known?.writer === ctx.self) ctx.send(state.last.client, 'written', { id: state.last.id })\n",
      ],
      [FIELD, '  version: Version | null\n  last: { client: string; id: string } | null\n}'],
      [AT_FIRST, '    return { version: null, last: null }'],
      [AGAIN, '    return { version: disk, last: null }'],
      [
        "ctx.reply('written', { id })",
        "ctx.reply('written', { id })\n      state.last = { client: ctx.from, id }",
      ],
    ],
  ],
  [
    'gives what it hears a stamp of its own, with the same counter',
    [
      [
        GOSSIP,
        GOSSIP.replace(
          'keep(state, news, ctx)',
          'keep(state, { value: news.value, stamp: { ...news.stamp, writer: ctx.self } }, ctx)',
        ),
      ],
    ],
  ],
  [
    'counts by tens and units in one number',
    [
      [
        '      const counter = (state.version?.stamp.counter ?? 0) + 1\n',
        "      const place = ctx.nodes('replica').indexOf(ctx.self)\n      const counter = (Math.floor((state.version?.stamp.counter ?? 0) / 10) + 1) * 10 + place\n",
      ],
      [NEWER, '  return one.counter > other.counter\n'],
    ],
  ],
  [
    'counts on when it hears something new',
    [
      [FIELD, '  version: Version | null\n  counter: number\n}'],
      [AT_FIRST, '    return { version: null, counter: 0 }'],
      [AGAIN, '    return { version: disk, counter: disk?.stamp.counter ?? 0 }'],
      [
        '      const counter = (state.version?.stamp.counter ?? 0) + 1\n',
        '      const counter = ++state.counter\n',
      ],
      [
        '  state.version = version\n',
        '  state.version = version\n  state.counter = Math.max(state.counter, version.stamp.counter) + 1\n',
      ],
    ],
  ],
]

/** Lamport's clock as it stands in the paper: each message that arrives raises it. */
const endless: readonly Patch[] = [
  [FIELD, '  version: Version | null\n  counter: number\n}'],
  [AT_FIRST, '    return { version: null, counter: 0 }'],
  [AGAIN, '    return { version: disk, counter: disk?.stamp.counter ?? 0 }'],
  [
    '      const counter = (state.version?.stamp.counter ?? 0) + 1\n',
    '      const counter = ++state.counter\n',
  ],
  [GOSSIP, '      state.counter = Math.max(state.counter, news.stamp.counter) + 1\n' + GOSSIP],
]

describe('ap-register', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd(exercise, loaded('solution'))
    expect(verdict).toBe('passed')
    const states = Object.keys(trials).map((id) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      alone: 232,
      two: 2_025,
      many: 524,
      ties: 12,
      lost: 110,
      three: 64,
      elsewhere: 3_177,
      crashes: 1_974,
      'comes-back': 296,
      halfway: 150,
    })
  })

  it('has words for each trial, in their order', () => {
    const task = readFileSync(`${FOLDER}/en.mdx`, 'utf8')
    const { configurations } = parse(task.split('---')[1]!) as { configurations: Record<string, string> }
    expect(Object.keys(configurations)).toEqual(exercise.configurations.map(({ id }) => id))
  })

  it.each<[file: string, check: string, length: number]>([
    ['starter', 'alone/acknowledged', 2],
    ['mutants/acknowledges-before-disk', 'alone/acknowledged', 1],
    ['mutants/wall-clock', 'two/acknowledged', 8],
    ['mutants/counts-only-its-own', 'two/acknowledged', 8],
    ['mutants/stamps-as-text', 'many/acknowledged', 23],
    ['mutants/stamps-without-writer', 'ties/converges', 6],
    ['mutants/later-arrival-wins-a-tie', 'ties/converges', 12],
    ['mutants/any-hearing-counts', 'lost/converges', 12],
    ['mutants/stops-after-one-has-heard', 'three/converges', 12],
    ['mutants/received-not-on-disk', 'crashes/monotonic', 5],
    ['mutants/counter-not-on-disk', 'crashes/acknowledged', 10],
    ['mutants/restarts-without-a-timer', 'comes-back/converges', 4],
    ['mutants/tells-before-disk', 'halfway/converges', 8],
    ['mutants/value-before-counter', 'halfway/converges', 8],
    ['mutants/request-before-value', 'comes-back/acknowledged', 2],
    ['mutants/counts-on-after-disk', 'elsewhere/acknowledged', 9],
    ['mutants/counts-on-when-read', 'elsewhere/acknowledged', 9],
  ])('shows a run of %s that fails %s', (file, check, length) => {
    expect(judged(loaded(file), only(check))).toEqual(['failed', check, length])
  })

  it('takes it for no mistake that a replica answers with less than another one has acknowledged', () => {
    const behind: SystemProperty = {
      id: 'behind',
      kind: 'sometimes',
      reached: (view) => {
        const [a, b] = replicasIn(view).map(({ seen }) => seen)
        const said = Object.values(b!.acknowledged).flat()
        return said.includes('a') && a!.now!.every((value) => replacedBy(view).get('a')!.has(value))
      },
    }
    expect(found(system(trials['two']!, own), [behind])).toEqual(['behind'])
  })

  it.each([
    ['solution', ['b']],
    ['variants/first-name-wins-a-tie', ['a']],
    ['variants/siblings', ['a', 'b']],
  ])('leaves it to %s what becomes of concurrent writes', (file, values) => {
    const declared = system(trials['ties']!, loaded(file))
    const same: SystemProperty = {
      id: 'same',
      kind: 'sometimes',
      reached: (view) => hasConverged(view) && replicasIn(view)[0]!.seen.now!.join() === values.join(),
    }
    const other: SystemProperty = {
      ...same,
      id: 'other',
      reached: (view) => hasConverged(view) && replicasIn(view)[0]!.seen.now!.join() !== values.join(),
    }
    expect(found(declared, [same, other])).toEqual(['same'])
  })

  it('keeps nothing from a client that goes to another replica: what it has written at the first may win', () => {
    const trial: Trial = {
      ...trials['two']!,
      clients: { K1: [write('B', 'b'), write('A', 'a'), read('A')] },
    }
    const first: SystemProperty = {
      id: 'first-wins',
      kind: 'sometimes',
      reached: (view) => {
        const [a, b] = replicasIn(view).map(({ seen }) => seen)
        return a!.acknowledged['K1']?.includes('a') === true && a!.now!.includes('b') && b!.now!.includes('b')
      },
    }
    const declared = system(trial, own)
    expect(found(declared, [first])).toEqual(['first-wins'])
    expect(found(declared)).toEqual([])
  })

  it('has no verdict where a number is raised by every message, and says what grew', () => {
    const { verdict, checks } = gradeToEnd(only('ties/converges'), loaded('solution', endless), {
      statesMax: 20_000,
    })
    expect(verdict).toBe('inconclusive')
    expect(checks[0]!.growth).toMatchObject({ role: 'replica', field: 'counter', kind: 'number' })
  })

  it.each(wrong)('finds one that %s', (_mistake, check, length, patches, file = 'solution') => {
    expect(judged(loaded(file, patches), only(check))).toEqual(['failed', check, length])
  })

  it.each(right)('lets one pass that %s', (_what, patches, file = 'solution') => {
    expect(judged(loaded(file, patches), small)).toEqual(['passed'])
  })
})
