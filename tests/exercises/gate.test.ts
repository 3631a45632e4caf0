/** The gate of the exercises can fail: each fixture breaks one thing in a small exercise, and the gate says which. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AnyExercise } from '../../engine/exercise.ts'
import { checkContinues } from '../../engine/tools/check-exercises/folder.ts'

const GATE = fileURLToPath(new URL('../../engine/tools/check-exercises.ts', import.meta.url))
const module = (name: string): string => pathToFileURL(path.resolve(path.dirname(GATE), '..', name)).href

/** A node that answers a question with the number that it was asked. */
const answer = (reply: string): string => `import { node } from 'lockstep'
import type { Messages } from './messages'

export default node<{ asked: number }, Messages>({
  init: () => ({ asked: 0 }),
  on: {
    ask(state, { n }, ctx) {
      state.asked = n
      ${reply}
    },
  },
})
`

const inFolder = (text: string): string => text.replace("'./messages'", "'../messages'")
const mutant = (caughtBy: string, reply: string): string =>
  `// caught by: ${caughtBy}\n/** A mistake. */\n${inFolder(answer(reply))}`
const right = (reply: string): string => `/** Answers. */\n${answer(reply)}`

const whole: Readonly<Record<string, string>> = {
  'exercise.ts': `
import { fields, number } from '${module('actors/fields.ts')}'

const asker = {
  init(ctx) {
    ctx.broadcast('answerer', 'ask', { n: 7 })
    return { got: null }
  },
  on: {
    reply(state, { n }) {
      state.got ??= n
    },
  },
}
const roles = {
  asker: { sends: { ask: fields({ n: number }) }, observe: ({ state }) => state.got },
  answerer: { sends: { reply: fields({ n: number }) }, observe: () => null },
}

export default {
  id: import.meta.dirname.split('/').at(-1),
  kind: 'build',
  version: 1,
  file: 'answer.ts',
  configurations: [
    {
      id: 'one',
      driver: 'explore',
      statesMax: 1000,
      counts: { questions: 1 },
      system: ({ definition, probe }) => ({
        nodes: [
          { id: 'A', role: 'asker', definition: asker },
          { id: 'B', role: 'answerer', definition, probe },
        ],
        roles,
        network: { duplicates: 0, drops: 0 },
        crashes: null,
        properties: [
          {
            id: 'same',
            kind: 'always',
            violated: ([{ seen }]) => (seen === null || seen === 7 ? null : { got: seen }),
          },
          { id: 'answered', kind: 'eventually', reached: ([{ seen }]) => seen !== null },
        ],
      }),
    },
  ],
}
`,
  'messages.ts': `/** Messages. */
export interface Messages {
  ask: { n: number }
  reply: { n: number }
}
`,
  'starter.ts': `/** Not yet. */\n${answer('// TODO')}`,
  'solution.ts': right("ctx.reply('reply', { n: state.asked })"),
  'mutants/one-more.ts': mutant('same', "ctx.reply('reply', { n: n + 1 })"),
  'mutants/silent.ts': mutant('answered', ''),
  'variants/by-name.ts': inFolder(right("ctx.send(ctx.from, 'reply', { n })")),
  'en.mdx': `---
title: Echo
question: What was asked?
configurations:
  one: A question and an answer.
scope:
  answerer: answerer | answerers
  questions: question | questions
properties:
  same:
    title: The same
    holds: The answer is the question.
    fails: 'The answer is {got}.'
  answered:
    title: Answered
    holds: There is an answer.
    fails: There is no answer.
hints: [Listen., Answer., Say what was asked.]
---

Answer with the number that you are asked.
`,
}

/** Files of the small exercise that are replaced, or left out where they are null. */
type Changes = Readonly<Record<string, string | null>>

/** Runs the gate over copies of the exercise, each in a folder of its name. */
async function gate(exercises: Readonly<Record<string, Changes>>): Promise<{ code: number; output: string }> {
  const root = mkdtempSync(path.join(tmpdir(), 'lockstep-gate-'))
  for (const [name, changes] of Object.entries(exercises)) {
    for (const [file, text] of Object.entries({ ...whole, ...changes })) {
      if (text === null) continue
      const full = path.join(root, name, file)
      mkdirSync(path.dirname(full), { recursive: true })
      writeFileSync(full, text)
    }
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [GATE, root], (error, stdout, stderr) => {
      rmSync(root, { recursive: true, force: true })
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })
}

const text = whole['en.mdx']!

/** Stands for file and line of the specification, where a case says that they are to be named. */
const PLACE = '<place>'

/** The specification with something else in it. A line of its own, so that the line is known. */
function specWith(part: string, instead: string): Changes {
  const spec = whole['exercise.ts']!
  if (!spec.includes(part)) throw new Error(`the specification has no ${part}`)
  return { 'exercise.ts': spec.replace(part, instead) }
}

/** The lines in which a specification differs from the whole one. */
function linesChanged(changes: Changes): number[] {
  const [before, after] = [whole['exercise.ts']!, changes['exercise.ts'] ?? ''].map((spec) =>
    spec.split('\n'),
  )
  return after!.flatMap((line, index) => (line === before![index] ? [] : [index + 1]))
}

/** What is broken, how, and what the gate says of it. */
const broken: readonly [what: string, changes: Changes, said: string][] = [
  [
    'a starter that passes',
    { 'starter.ts': whole['solution.ts']! },
    'starter.ts: must be failed, but is passed',
  ],
  ['a starter that does not compile', { 'starter.ts': answer('ctx.replay()') }, 'starter.ts: line 9: '],
  [
    'a solution that fails',
    { 'solution.ts': right('') },
    'solution.ts: must be passed, but is failed (one/answered)',
  ],
  [
    'a variant that fails',
    { 'variants/by-name.ts': inFolder(right("ctx.reply('reply', { n: 8 })")) },
    'variants/by-name.ts: must be passed, but is failed (one/same)',
  ],
  [
    'a mutant that passes',
    { 'mutants/none.ts': mutant('same', "ctx.reply('reply', { n })") },
    'mutants/none.ts: must be caught by same, but is passed',
  ],
  [
    'a mutant that another property catches',
    { 'mutants/silent.ts': mutant('same', '') },
    'mutants/silent.ts: must be caught by same, but is caught by answered',
  ],
  [
    'a mutant that can be run although it must not',
    { 'mutants/silent.ts': mutant('error', '') },
    'mutants/silent.ts: must end with an error, but is failed',
  ],
  [
    'a mutant that names no property',
    { 'mutants/silent.ts': inFolder(answer('')) },
    'mutants/silent.ts: does not open with `// caught by: <property>`',
  ],
  ['a property that no mutant breaks', { 'mutants/one-more.ts': null }, 'mutants: none is caught by same'],
  ['a text that is missing', { 'en.mdx': null }, 'en.mdx: is missing'],
  [
    'a property without words',
    { 'en.mdx': text.replace('answered:', 'replied:') },
    'en.mdx: has no words for the property answered',
  ],
  [
    'a configuration without words',
    { 'en.mdx': text.replace('one: A', 'two: A') },
    'en.mdx: has no words for the configuration one',
  ],
  [
    'a parameter that a violation does not have',
    { 'en.mdx': text.replace('{got}', '{given}') },
    'en.mdx: says {given} of a violation of same, which has no such parameter',
  ],
  [
    'a text that is not finished',
    { 'en.mdx': text.replace('title: Echo', "title: 'TODO: Echo'") },
    'en.mdx: line 2 is to be filled in: Echo',
  ],
  ['too few hints', { 'en.mdx': text.replace('[Listen., Answer., ', '[') }, 'en.mdx: has 1 hints'],
  [
    'the solution in the text',
    { 'en.mdx': `${text}\n    ctx.reply('reply', { n: state.asked })\n` },
    "en.mdx: holds a line of the solution: ctx.reply('reply', { n: state.asked })",
  ],
  [
    'a count without words',
    { 'en.mdx': text.replace('questions: question', 'asked: question') },
    'en.mdx: has no words under scope for questions',
  ],
  [
    'words for what is not counted',
    { 'en.mdx': text.replace('questions: question', 'asked: question') },
    'en.mdx: has words under scope for asked, which there is not',
  ],
  [
    'roles without words',
    { 'en.mdx': text.replace('  answerer: answerer | answerers\n', '') },
    'en.mdx: has no words under scope for any role',
  ],
  [
    'a property that throws',
    specWith('seen === null || seen === 7 ? null', 'seen === null || seen.length.none ? null'),
    `exercise.ts: ${PLACE}: In the exercise, \`property same\` threw TypeError`,
  ],
  [
    'a property that is not pure',
    specWith(
      'seen === null || seen === 7 ? null',
      '(globalThis.asked = 1 + (globalThis.asked ?? 0)) % 2 ? null',
    ),
    `exercise.ts: ${PLACE}: In the exercise, \`property same\` gave another answer`,
  ],
  [
    'an observation that is not plain',
    specWith('observe: () => null', 'observe: (node) => new Set([node.id])'),
    `exercise.ts: ${PLACE}: In the exercise, \`observe answerer\` gave something that is not plain data (Set)`,
  ],
  [
    'a check of fields that throws',
    specWith('sends: { reply: fields({ n: number }) }', 'sends: { reply: (reply) => reply.n.none.none }'),
    `exercise.ts: ${PLACE}: In the exercise, \`fields reply\` threw TypeError`,
  ],
  [
    'a node of the course that throws',
    specWith('state.got ??= n', 'state.got.n = n'),
    `exercise.ts: ${PLACE}: In the exercise, \`handler asker on.reply\` threw TypeError`,
  ],
  [
    'one that goes on with what there is not',
    specWith("file: 'answer.ts',", "file: 'answer.ts', continues: 'nowhere',"),
    'exercise.ts: continues nowhere, which there is not',
  ],
  ['a stray file', { 'notes.txt': 'later' }, 'notes.txt: does not belong here'],
  ['a stray file among the mutants', { 'mutants/old.js': '' }, 'mutants/old.js: does not belong here'],
]

const nameOf = (number: number): string => `broken-${String(number).padStart(2, '0')}`

describe('the gate of the exercises', () => {
  it('lets a whole exercise through', async () => {
    const { code, output } = await gate({ echo: {} })
    expect(output).toContain('1 exercise, nothing wrong')
    expect(code).toBe(0)
  })

  it('lets one through whose specification lies in several files', async () => {
    const property = 'seen === null || seen === 7 ? null : { got: seen }'
    const spec = specWith(`([{ seen }]) => (${property})`, 'same')['exercise.ts']!
    const { code, output } = await gate({
      echo: {
        'exercise.ts': `import { same } from './properties.ts'\n${spec}`,
        'properties.ts': `import { seven } from './trials.ts'\nexport const same = ([{ seen }]) => (${property.replace('7', 'seven')})\n`,
        'trials.ts': 'export const seven = 7\n',
      },
    })
    expect(output).toContain('1 exercise, nothing wrong')
    expect(code).toBe(0)
  })

  describe('stops', () => {
    let sections = new Map<string, string>()
    let ended: { code: number; output: string }

    beforeAll(async () => {
      // All in one run of the gate, beside a whole one: loading the compiler is what takes the time.
      ended = await gate({
        whole: {},
        ...Object.fromEntries(broken.map(([, changes], number) => [nameOf(number), changes])),
      })
      sections = new Map(
        ended.output.split(/^(?=\S)/m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
      )
    }, 60_000)

    it.each(broken.map(([what, changes, said], number) => ({ what, changes, said, number })))(
      '$what',
      ({ changes, said, number }) => {
        const [line] = linesChanged(changes)
        const place = new RegExp(`[^ ]*/${nameOf(number)}/exercise\\.ts:${line}(?=:)`)
        expect(sections.get(nameOf(number))!.replace(place, PLACE)).toContain(`✗ ${said}`)
      },
    )

    it('and nothing else, with an exit code', () => {
      expect(sections.get('whole')).not.toContain('✗')
      expect(ended.code).toBe(1)
    })
  })
})

describe('an exercise may go on with', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'lockstep-continues-'))
  const others = {
    first: { kind: 'build', file: 'answer.ts' },
    clients: { kind: 'build', file: 'answer.ts', language: 'client' },
    'to-break': { kind: 'break' },
  }
  beforeAll(() => {
    for (const [name, spec] of Object.entries(others)) {
      mkdirSync(path.join(root, name))
      writeFileSync(path.join(root, name, 'exercise.ts'), `export default ${JSON.stringify(spec)}\n`)
    }
    return () => rmSync(root, { recursive: true, force: true })
  })

  it.each([
    ['another whose answers are such a file', 'first', 'answer.ts', []],
    ['not itself', 'second', 'answer.ts', ['continues second, which is itself']],
    ['not what there is not', 'third', 'answer.ts', ['continues third, which there is not']],
    [
      'not one in which nothing is built',
      'to-break',
      'answer.ts',
      ['continues to-break, in which nothing is built'],
    ],
    [
      'not one in another language',
      'clients',
      'answer.ts',
      ['continues clients, whose answers are in another language'],
    ],
    [
      'not one with another file',
      'first',
      'other.ts',
      ['continues first, whose file is called answer.ts, and this one’s other.ts'],
    ],
  ])('%s', async (_, continues, file, said) => {
    const exercise: AnyExercise = {
      id: 'second',
      kind: 'build',
      version: 1,
      file,
      continues,
      configurations: [],
    }
    const problems = await checkContinues(path.join(root, 'second'), exercise)
    expect(problems.map(({ text }) => text)).toEqual(said)
  })
})
