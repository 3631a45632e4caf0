/**
 * What is pinned of the exercise paxos-learner: the sizes of its searches, the run in which counting by value is refuted,
 * and, as patches on the solution's text, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { AnyNodeDefinition, System, View } from '../../engine/actors/system.ts'
import { compile } from '../../engine/compile/compile.ts'
import { ALL_REDUCTIONS, NO_REDUCTIONS } from '../../engine/drivers/reduce.ts'
import type { Answer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import type { CheckReport } from '../../engine/report.ts'
import { scopeOf } from '../../engine/scope.ts'
import { en } from '../../engine/text/en.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { gradeCommand } from '../../engine/tools/grading/command.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import { chosen } from '../../exercises/paxos-acceptor/exercise.ts'
import exercise from '../../exercises/paxos-learner/exercise.ts'
import solution from '../../exercises/paxos-learner/solution.ts'
import starter from '../../exercises/paxos-learner/starter.ts'

const FOLDER = 'exercises/paxos-learner'
const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')
const systemOf = (id: string, answer: Answer): System =>
  exercise.configurations.find((configuration) => configuration.id === id)!.system(answer)

/** What the exercise calls its roles and what it counts, from the front matter of the text. */
const [, frontMatter = ''] = /^---\n([\s\S]*?)\n---/.exec(readFileSync(`${FOLDER}/en.mdx`, 'utf8'))!
const { scope: scopeWords } = parse(frontMatter) as { scope: Record<string, string> }

/** Pieces of the solution, by which the patches find their place. */
const RETURN_EARLY = 'if (state.chosen !== null) return'
const VOTERS = 'const voters = (state.votes[n] ??= [])'
const NOT_TWICE = 'if (!voters.includes(ctx.from)) voters.push(ctx.from)'
const TOO_FEW = "if (voters.length * 2 <= ctx.nodes('acceptor').length) return"
const LEARN = 'state.chosen = v'
const ANNOUNCE = "ctx.broadcast('client', 'chosen', { v })"
const END = '    },\n  },\n})'
/** What `END` becomes where a learner goes on after a restart with what is on its disk. */
const RESUME = `    },
  },
  restart: (disk) => disk ?? { votes: {}, chosen: null },
})`

type Patch = readonly [old: string, new_: string]

/** The file of the solution with some of its text replaced, compiled and loaded as a learner's is. */
function patched(patches: readonly Patch[]): Answer {
  let source = readFileSync(`${FOLDER}/solution.ts`, 'utf8')
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in the solution: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(typescript, exercise.file, source, librariesOf(exercise.id), 'node')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

/** The verdict and the properties that failed. */
function judged(patches: readonly Patch[]): string {
  const { verdict, checks } = gradeToEnd(exercise, patched(patches))
  const failed = checks.filter((check) => check.verdict === 'failed').map(({ property }) => property)
  return [verdict, ...failed].join(' ')
}

describe('the bounds of a trial', () => {
  it.each(exercise.configurations.map((configuration) => [configuration.id, configuration] as const))(
    'say how many acceptors, learners and ballots %s has',
    (_id, { system, counts }) => {
      const declared = system({ definition: solution, probe: null })
      const count = (role: string) => declared.nodes.filter((node) => node.role === role).length
      // Each proposer makes one attempt. Where the ballots are over, nothing is said of them.
      expect(counts?.ballots ?? 0).toBe(count('proposer'))
      expect(scopeInWords(scopeOf(declared, counts), scopeWords, en)).toMatch(
        new RegExp(`^${count('acceptor')} acceptors, ${count('learner')} learners?[,;] `),
      )
    },
  )

  it('name who may crash', () => {
    const system = systemOf('restarts', { definition: solution, probe: null })
    expect(scopeInWords(scopeOf(system, { ballots: 2 }), scopeWords, en)).toBe(
      '3 acceptors, 2 learners, 2 ballots; any message may be late, lost or repeated; any learner may crash and restart, any number of times',
    )
  })
})

describe('the search', () => {
  it.each([
    [
      'with reductions',
      ALL_REDUCTIONS,
      {
        'one-ballot': 11,
        unchosen: 4,
        'gone-on': 10,
        'two-ballots': 602,
        repeated: 894,
        restarts: 1_886,
        'four-acceptors': 2_128,
        'five-acceptors': 1_512,
        scattered: 23_958,
      },
    ],
    [
      'without',
      NO_REDUCTIONS,
      {
        'one-ballot': 18,
        unchosen: 8,
        'gone-on': 12,
        'two-ballots': 9_256,
        repeated: 20_368,
        restarts: 3_365,
        'four-acceptors': 4_060,
        'five-acceptors': 4_060,
        scattered: 23_958,
      },
    ],
  ])('looks at this many states of the solution %s', (_, reductions, states) => {
    const report = gradeToEnd(
      { ...exercise, configurations: explored },
      { definition: solution, probe: null },
      { reductions },
    )
    expect(report.verdict).toBe('passed')
    const counts = explored.map(({ id }) => [
      id,
      report.checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(counts)).toEqual(states)
  })
})

/** Is there a run of the scattered ballots in which a learner announces 8 and then 5 is chosen? */
function contradicted(definition: AnyNodeDefinition): CheckReport {
  const configuration = explored.find(({ id }) => id === 'scattered')!
  const reached = (view: View): boolean =>
    view.some(({ role, seen }) => role === 'learner' && (seen as readonly number[]).includes(8)) &&
    chosen(view).some(({ v }) => v === 5)
  const system = (answer: Answer): System => ({
    ...configuration.system(answer),
    properties: [{ id: 'contradicted', kind: 'sometimes', reached }],
  })
  const { checks } = gradeToEnd(
    { ...exercise, configurations: [{ ...configuration, system }] },
    { definition, probe: null },
  )
  return checks[0]!
}

describe('a learner that counts by value', () => {
  it('is refuted by two votes', () => {
    const { checks } = gradeToEnd(exercise, { definition: starter, probe: null })
    const failed = checks.filter(({ verdict }) => verdict === 'failed')
    expect(failed.map(({ id }) => id)).toEqual(['unchosen/truth'])
    expect(failed[0]!.trace!.actions).toHaveLength(2)
    expect(failed[0]!.message.parameters).toMatchObject({ learner: 'L', v: 8, most: 1, acceptors: 3 })
  })

  it('announces 8 in a run in which 5 is chosen; one that counts by proposal never does', () => {
    const { verdict, trace } = contradicted(starter)
    expect([verdict, trace?.actions.length]).toEqual(['passed', 23])
    expect(contradicted(solution)).toMatchObject({ verdict: 'failed', trace: null })
  })
})

it('can be graded on the command line, whose process may read the exercise that its nodes are from', async () => {
  let output = ''
  const terminal = { write: (text: string) => void (output += text), looking: false, colours: false }
  const { exit } = await gradeCommand(['grade', exercise.id, `${FOLDER}/starter.ts`, '--json'], terminal)
  expect(exit).toBe(1)
  expect(JSON.parse(output)).toMatchObject({ verdict: 'failed' })
})

describe('a wrong answer', () => {
  it.each<[string, string, Patch[]]>([
    [
      'counts itself in',
      'failed learns',
      [
        [
          "ctx.nodes('acceptor').length) return",
          "ctx.nodes('acceptor').length + ctx.nodes('learner').length) return",
        ],
      ],
    ],
    [
      'leaves an acceptor out',
      'failed truth',
      [["ctx.nodes('acceptor').length)", "(ctx.nodes('acceptor').length - 1))"]],
    ],
    ['wants a third', 'failed truth', [['voters.length * 2', 'voters.length * 3']]],
    [
      'compares with a half that is no whole number',
      'failed learns',
      [[TOO_FEW, "if (voters.length !== ctx.nodes('acceptor').length / 2 + 1) return"]],
    ],
    ['announces the number', 'failed truth', [[ANNOUNCE, "ctx.broadcast('client', 'chosen', { v: n })"]]],
    ['tells other learners only', 'failed learns', [[ANNOUNCE, "ctx.broadcast('learner', 'chosen', { v })"]]],
    [
      'takes no notice of numbers below the largest',
      'failed learns',
      [
        [
          RETURN_EARLY,
          'if (state.chosen !== null || Object.keys(state.votes).some((other) => Number(other) > n)) return',
        ],
      ],
    ],
    [
      'knows only the last message again',
      'failed truth',
      [[NOT_TWICE, 'if (voters[voters.length - 1] !== ctx.from) voters.push(ctx.from)']],
    ],
    [
      'counts the votes of all ballots together',
      'failed truth',
      [[TOO_FEW, "if (Object.values(state.votes).flat().length * 2 <= ctx.nodes('acceptor').length) return"]],
    ],
    [
      'announces what will be chosen: all acceptors have accepted it, under different numbers',
      'failed truth',
      [
        [
          NOT_TWICE,
          `${NOT_TWICE}
      const behind = (state.votes[-1 - v] ??= [])
      if (!behind.includes(ctx.from)) behind.push(ctx.from)
      const all = behind.length === ctx.nodes('acceptor').length`,
        ],
        [TOO_FEW, "if (!all && voters.length * 2 <= ctx.nodes('acceptor').length) return"],
      ],
    ],
    [
      'thinks that it is done at the first vote',
      'failed learns',
      [
        [LEARN, ''],
        [RETURN_EARLY, `${RETURN_EARLY}\n      ${LEARN}`],
      ],
    ],
    [
      'takes a vote back when its acceptor votes again',
      'failed learns',
      [
        [
          VOTERS,
          `for (const others of Object.values(state.votes)) {
        if (others.includes(ctx.from)) others.splice(others.indexOf(ctx.from), 1)
      }
      ${VOTERS}`,
        ],
      ],
    ],
    [
      'listens to even numbers only',
      'failed learns',
      [[RETURN_EARLY, 'if (state.chosen !== null || n % 2 === 1) return']],
    ],
    [
      'announces what it knew before a crash, or null',
      'error',
      [
        [
          END,
          `    },
  },
  restart(disk, ctx) {
    ctx.broadcast('client', 'chosen', { v: disk?.chosen as number })
    return disk ?? { votes: {}, chosen: null }
  },
})`,
        ],
      ],
    ],
    [
      'believes after a restart that it has announced',
      'failed learns',
      [
        [ANNOUNCE, `${ANNOUNCE}\n      ctx.persist(state)`],
        [
          END,
          `    },
  },
  restart(disk) {
    return { votes: {}, chosen: disk ? disk.chosen : 0 }
  },
})`,
        ],
      ],
    ],
    [
      'writes down in one go that it has told, and then tells',
      'failed learns',
      [
        [ANNOUNCE, `ctx.persist(state)\n      ${ANNOUNCE}`],
        [END, RESUME],
      ],
    ],
    [
      'writes it down before it tells the others and then the client',
      'failed learns',
      [
        [ANNOUNCE, `ctx.persist(state)\n      ctx.broadcast('learner', 'chosen', { v })\n      ${ANNOUNCE}`],
        [END, RESUME],
      ],
    ],
    [
      'tells with the vote that makes the majority, which is on its disk by then',
      'failed learns',
      [
        [RETURN_EARLY, ''],
        [LEARN, ''],
        [
          NOT_TWICE,
          'if (voters.includes(ctx.from)) return\n      voters.push(ctx.from)\n      ctx.persist(state)',
        ],
        [TOO_FEW, "if (voters.length !== Math.floor(ctx.nodes('acceptor').length / 2) + 1) return"],
        [END, RESUME],
      ],
    ],
  ])('that %s: %s', (_, verdict, patches) => {
    expect(judged(patches)).toBe(verdict)
  })

  it('that writes down that it has told fails with the crash between the disk and the message', () => {
    const { checks } = gradeToEnd(
      exercise,
      patched([
        [ANNOUNCE, `ctx.persist(state)\n      ${ANNOUNCE}`],
        [END, RESUME],
      ]),
    )
    const failed = checks.find(({ verdict }) => verdict === 'failed')!
    expect(failed.id).toBe('restarts/learns')
    // Its disk was written, and nothing else was done.
    expect(failed.trace!.actions).toContainEqual(expect.objectContaining({ kind: 'deliver', crashAfter: 1 }))
  })
})

describe('a right answer', () => {
  it.each<[string, Patch[]]>([
    [
      'rounds a majority as it should',
      [[TOO_FEW, "if (voters.length < Math.ceil((ctx.nodes('acceptor').length + 1) / 2)) return"]],
    ],
    [
      'announces with every vote once it knows, twice',
      [
        [RETURN_EARLY, ''],
        [ANNOUNCE, `${ANNOUNCE}\n      ${ANNOUNCE}`],
      ],
    ],
    [
      'sorts its voters and forgets them when it knows',
      [
        [NOT_TWICE, `${NOT_TWICE}\n      voters.sort()`],
        [LEARN, 'state.chosen = v\n      state.votes = {}'],
      ],
    ],
    [
      'tells the other learners, which believe it',
      [
        [ANNOUNCE, `${ANNOUNCE}\n      ctx.broadcast('learner', 'chosen', { v })`],
        [
          END,
          `    },
    chosen(state, { v }, ctx) {
      state.chosen = v
      ${ANNOUNCE}
    },
  },
})`,
        ],
      ],
    ],
    [
      'tells everybody',
      [[ANNOUNCE, `for (const role of ['client', 'acceptor']) ctx.broadcast(role, 'chosen', { v })`]],
    ],
    [
      'writes everything down and tells again after a restart',
      [
        [TOO_FEW, `ctx.persist(state)\n      ${TOO_FEW}`],
        [ANNOUNCE, `ctx.persist(state)\n      ${ANNOUNCE}`],
        [
          END,
          `    },
  },
  restart(disk, ctx) {
    if (disk && disk.chosen !== null) ctx.broadcast('client', 'chosen', { v: disk.chosen })
    return disk ?? { votes: {}, chosen: null }
  },
})`,
        ],
      ],
    ],
    [
      'remembers the votes on its disk alone and the result not at all',
      [
        [RETURN_EARLY, ''],
        [LEARN, ''],
        [NOT_TWICE, `${NOT_TWICE}\n      ctx.persist(state)`],
        [
          END,
          `    },
  },
  restart: (disk) => disk ?? { votes: {}, chosen: null },
})`,
        ],
      ],
    ],
    [
      'announces again and again by a timer',
      [
        [ANNOUNCE, "ctx.setTimer('again')"],
        [
          END,
          `    },
  },
  timers: {
    again(state, ctx) {
      ctx.broadcast('client', 'chosen', { v: state.chosen ?? 0 })
      ctx.setTimer('again')
    },
  },
})`,
        ],
      ],
    ],
  ])('that %s', (_, patches) => {
    expect(judged(patches)).toBe('passed')
  })
})
