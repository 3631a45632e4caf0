/** The gate of the exercises can fail for those in which something is broken: each fixture breaks one thing, and it says which. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const GATE = fileURLToPath(new URL('../../engine/tools/check-exercises.ts', import.meta.url))

const ask = (number: number, kind = 'deliver'): object => ({
  kind,
  to: 'B',
  message: { from: 'A', type: 'ask', fields: { number } },
})

function run(actions: readonly object[], changes: object = {}): string {
  const whole = { about: 'What it shows.', version: 1, subject: NAME, configuration: 'by-hand', actions }
  return JSON.stringify({ ...whole, ...changes })
}

/** Stands for the name of the folder in every file. */
const NAME = '<name>'

/** B is asked 1, 2 and 3, and is to hear 3 before 1; hearing 2 first is not allowed. */
const whole: Readonly<Record<string, string>> = {
  'exercise.ts': `
import { listener } from './listener.ts'

const asker = {
  init(ctx) {
    for (const number of [1, 2, 3]) ctx.send('B', 'ask', { number })
    return {}
  },
  on: {},
}
const heard = (view) => view.find(({ id }) => id === 'B').seen

export default {
  id: '${NAME}',
  kind: 'break',
  version: 1,
  target: 'reversed',
  keeps: 'not-two',
  statesMax: 1000,
  stepsMin: 2,
  fields: { listener: ['heard'] },
  system: () => ({
    nodes: [
      { id: 'A', role: 'asker', definition: asker },
      { id: 'B', role: 'listener', definition: listener },
    ],
    roles: {
      asker: { sends: { ask: () => null }, observe: () => null },
      listener: { sends: {}, observe: ({ state }) => state.heard },
    },
    network: { duplicates: 0, drops: 1 },
    crashes: null,
    properties: [
      {
        id: 'reversed',
        kind: 'always',
        violated: (view) => (heard(view).join().startsWith('3,1') ? { first: 3 } : null),
      },
      { id: 'not-two', kind: 'always', violated: (view) => (heard(view)[0] === 2 ? { heard: 2 } : null) },
    ],
  }),
}
`,
  'listener.ts': `/** Keeps what it hears. */
export const listener = {
  init: () => ({ heard: [] }),
  on: { ask: (state, { number }) => void state.heard.push(number) },
}
`,
  'breaks/short.json': run([ask(3), ask(1)]),
  'misses/two-first.json': run([ask(2)]),
  'en.mdx': `---
title: Backwards
question: Can it be heard backwards?
goal: Let B hear 3 and then 1.
scope:
  listener: listener | listeners
properties:
  reversed:
    title: In order
    holds: Not yet.
    fails: 'It heard {first} first.'
  not-two:
    title: Not 2
    holds: It has not heard 2 first.
    fails: 'It heard {heard} first.'
hints: [Listen., Wait., Let it hear the last one.]
---

Let B hear the numbers backwards.
`,
}

/** Files of the small exercise that are replaced, or left out where they are null. */
type Changes = Readonly<Record<string, string | null>>

/** The specification with something else in it. */
function specWith(part: string, instead: string): Changes {
  const spec = whole['exercise.ts']!
  if (!spec.includes(part)) throw new Error(`the specification has no ${part}`)
  return { 'exercise.ts': spec.replace(part, instead) }
}
const textWith = (part: string, instead: string): Changes => ({
  'en.mdx': whole['en.mdx']!.replace(part, instead),
})

/** The exercise in two parts: in `one` it is to be heard backwards, in `two` 2 is to be heard first. */
const spec = whole['exercise.ts']!
const GOALS = "  target: 'reversed',\n  keeps: 'not-two',\n  statesMax: 1000,\n  stepsMin: 2,\n"
const inParts: Record<string, string | null> = {
  'exercise.ts': spec
    .replace(GOALS, '')
    .replace(
      '  system: () => ({',
      "  parts: ['one', 'two'].map((id) => ({\n    id,\n    target: id === 'one' ? 'reversed' : 'not-two',\n    statesMax: 1000,\n    system: () => ({",
    )
    .replace(/\],\n {2}\}\),\n\}\n$/, '],\n  }),\n  })),\n}\n'),
  'breaks/short.json': run([ask(3), ask(1)], { configuration: 'one' }),
  'breaks/two-first.json': run([ask(2)], { configuration: 'two' }),
  'misses/two-first.json': run([ask(2)], { configuration: 'one' }),
  'misses/one-first.json': run([ask(1)], { configuration: 'two' }),
  'en.mdx': whole['en.mdx']!.replace(
    'goal: Let B hear 3 and then 1.',
    'parts: { one: { title: One, goal: 3 and then 1., hints: [Wait.] }, two: { title: Two, goal: Hear 2., hints: [Go.] } }',
  ),
}
const partsWith = (changes: Changes): Changes => ({ ...inParts, ...changes })
const partsText = (part: string, instead: string): Changes =>
  partsWith({ 'en.mdx': inParts['en.mdx']!.replace(part, instead) })

/** Runs the gate over copies of the exercise, each in a folder of its name. */
async function gate(exercises: Readonly<Record<string, Changes>>): Promise<{ code: number; output: string }> {
  const root = mkdtempSync(path.join(tmpdir(), 'lockstep-break-gate-'))
  for (const [name, changes] of Object.entries(exercises)) {
    for (const [file, text] of Object.entries({ ...whole, ...changes })) {
      if (text === null) continue
      const full = path.join(root, name, file)
      mkdirSync(path.dirname(full), { recursive: true })
      writeFileSync(full, text.replaceAll(NAME, name))
    }
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [GATE, root], (error, stdout, stderr) => {
      rmSync(root, { recursive: true, force: true })
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })
}

/** What is broken, how, and what the gate says of it. */
const broken: readonly [what: string, changes: Changes, said: string][] = [
  [
    'one that can’t be done',
    specWith(".startsWith('3,1')", ".startsWith('3,3')"),
    "exercise.ts: can't be done: no run meets reversed",
  ],
  [
    'one of which it is not known whether it can',
    specWith('statesMax: 1000', 'statesMax: 2'),
    'exercise.ts: no run that meets reversed was found in 2 states',
  ],
  [
    'one that is done before anything has happened',
    specWith(".startsWith('3,1')", ".startsWith('')"),
    'exercise.ts: reversed is met before anything has happened',
  ],
  [
    'fewer steps than it says there can be',
    specWith('stepsMin: 2', 'stepsMin: 3'),
    'exercise.ts: says that no run has fewer than 3 steps, and one has 2',
  ],
  [
    'a name that is not its folder’s',
    specWith(`id: '${NAME}'`, "id: 'other'"),
    'exercise.ts: has the id other',
  ],
  [
    'a target that there is not',
    specWith("target: 'reversed'", "target: 'forwards'"),
    'exercise.ts: names forwards as its target, and there is no such property',
  ],
  [
    'a target of a kind that no run ends with',
    specWith(
      "id: 'reversed',\n        kind: 'always',\n        violated",
      "id: 'reversed',\n        kind: 'eventually',\n        reached",
    ),
    'exercise.ts: names reversed as its target, which is of kind eventually',
  ],
  [
    'something kept that there is not',
    specWith("keeps: 'not-two'", "keeps: 'nothing'"),
    'exercise.ts: names nothing as what is kept, and there is no such property',
  ],
  [
    'a milestone that is none',
    specWith('stepsMin: 2', "stepsMin: 2, milestones: ['not-two']"),
    'exercise.ts: names not-two as a milestone, which is of kind always',
  ],
  [
    'fields of a role that nobody plays',
    specWith('fields: { listener', 'fields: { speaker'),
    'exercise.ts: names fields of the role speaker, which nobody plays',
  ],
  [
    'a handler that throws',
    { 'listener.ts': whole['listener.ts']!.replace('void state.heard.push(number)', 'state.nobody.push(1)') },
    'exercise.ts: on.ask at B threw',
  ],
  [
    'a run that does not break it',
    { 'breaks/short.json': run([ask(3)]) },
    'breaks/short.json: must be passed, but is failed',
  ],
  [
    'a run that can’t happen',
    { 'breaks/short.json': run([ask(3), ask(3)]) },
    'breaks/short.json: must be passed, but is error: Step 2',
  ],
  [
    'a run that goes on afterwards',
    { 'breaks/short.json': run([ask(3), ask(1), ask(2)]) },
    'breaks/short.json: goes on after reversed is met at step 2',
  ],
  [
    'a run of another exercise',
    { 'breaks/short.json': run([ask(3), ask(1)], { subject: 'duel' }) },
    "breaks/short.json: can't be read: The run belongs to duel",
  ],
  [
    'a run that is no JSON',
    { 'breaks/short.json': '{' },
    "breaks/short.json: can't be read: This can’t be read",
  ],
  [
    'a run of which nothing is said',
    { 'breaks/short.json': run([ask(3), ask(1)], { about: '' }) },
    'breaks/short.json: does not say under `about` what it shows',
  ],
  [
    'a miss that breaks it',
    { 'misses/near.json': run([ask(3), ask(1)]) },
    'misses/near.json: must be failed, but is passed',
  ],
  ['no run that breaks it', { 'breaks/short.json': null }, 'breaks: is missing'],
  ['no miss', { 'misses/two-first.json': null }, 'misses: is missing'],
  [
    'no miss that violates what is kept',
    { 'misses/two-first.json': run([ask(3)]) },
    'misses: none violates not-two',
  ],
  ['a file that is no run', { 'misses/notes.txt': 'x' }, 'misses/notes.txt: does not belong here'],
  ['a file that nothing needs', { 'old.ts': '/** Old. */\n' }, 'old.ts: does not belong here'],
  ['an answer in code', { 'starter.ts': '/** TODO */\n' }, 'starter.ts: does not belong here'],
  ['a text that is missing', { 'en.mdx': null }, 'en.mdx: is missing'],
  ['no goal', textWith('goal: ', 'aim: '), 'en.mdx: has no goal'],
  ['no question', textWith('question: ', 'doubt: '), 'en.mdx: has no question'],
  ['too few hints', textWith('[Listen., Wait., ', '['), 'en.mdx: has 1 hints'],
  [
    'a property without words',
    textWith('not-two:', 'no-two:'),
    'en.mdx: has no words for the property not-two',
  ],
  [
    'a parameter that the violation of the target does not have',
    textWith('{first}', '{last}'),
    'en.mdx: says {last} of a violation of reversed',
  ],
  [
    'a parameter that the violation of what is kept does not have',
    textWith('{heard}', '{said}'),
    'en.mdx: says {said} of a violation of not-two',
  ],
  [
    'a role that there is not',
    textWith('listener: listener', 'speaker: listener'),
    'en.mdx: has words under scope for speaker',
  ],
  ['no task', textWith('Let B hear the numbers backwards.', ''), 'en.mdx: has no task'],
  [
    'a listing that there is not',
    specWith(
      'stepsMin: 2',
      "stepsMin: 2, services: { listing: 'none.ts', servers: [], lanes: [], spec: {} }",
    ),
    'exercise.ts: shows the file none.ts, which there is not',
  ],
  [
    'a server that there is not',
    specWith(
      'stepsMin: 2',
      "stepsMin: 2, services: { listing: 'README.md', servers: ['R'], lanes: [], spec: {} }",
    ),
    'exercise.ts: shows the server R, which there is not',
  ],
  [
    'parts of which there is one',
    partsWith({ 'exercise.ts': inParts['exercise.ts']!.replace("['one', 'two'].map", "['one'].map") }),
    'exercise.ts: is in parts, and there are not two of them',
  ],
  [
    'two parts of the same id',
    partsWith({ 'exercise.ts': inParts['exercise.ts']!.replace("['one', 'two'].map", "['one', 'one'].map") }),
    'exercise.ts: has two parts of the same id',
  ],
  [
    'a run that says not which part it is of',
    partsWith({ 'breaks/short.json': run([ask(3), ask(1)]) }),
    "breaks/short.json: can't be read: At `configuration`",
  ],
  [
    'a run that breaks another part',
    partsWith({ 'breaks/short.json': run([ask(3), ask(1)], { configuration: 'two' }) }),
    'breaks/short.json: must be passed, but is failed',
  ],
  [
    'no run that breaks a part',
    partsWith({ 'breaks/two-first.json': null }),
    'breaks: there is none of the part two',
  ],
  [
    'no miss of a part',
    partsWith({ 'misses/one-first.json': null }),
    'misses: there is none of the part two',
  ],
  ['a part without words', partsText('two: {', 'three: {'), 'en.mdx: has no words for the part two'],
  ['a part without a goal', partsText('goal: Hear 2., ', ''), 'en.mdx: has no goal for the part two'],
  ['a part without hints', partsText('hints: [Go.]', 'hints: []'), 'en.mdx: has no hints for the part two'],
]

describe('the gate of the exercises, where something is to be broken,', () => {
  let result: { code: number; output: string }
  const parts = new Map<string, string>()
  beforeAll(async () => {
    const changes: Record<string, Changes> = { whole: {}, 'whole-parts': inParts }
    broken.forEach(([, change], index) => (changes[`broken-${index}`] = change))
    result = await gate(changes)
    for (const part of result.output.split(/^(?=(?:whole|whole-parts|broken-\d+)$)/m)) {
      const name = part.split('\n', 1)[0]!
      parts.set(name, part)
    }
  }, 120_000)

  it('passes the whole one, with its shortest run', () => {
    const part = parts.get('whole')!
    expect(part).toMatch(/✓ +shortest +2 steps, none has fewer/)
    expect(part).toMatch(/✓ +breaks\/short +passed, 2 steps/)
    expect(part).toMatch(/✓ +misses\/two-first +failed, lost at step 1/)
    expect(part).not.toContain('✗')
  })

  it('passes the whole one in parts, each with its shortest run', () => {
    const part = parts.get('whole-parts')!
    expect(part).toMatch(/✓ +shortest one +2 steps, none has fewer/)
    expect(part).toMatch(/✓ +shortest two +1 steps, none has fewer/)
    expect(part).toMatch(/✓ +breaks\/two-first +passed, 1 steps/)
    expect(part).toMatch(/✓ +misses\/two-first +failed, 1 steps/)
    expect(part).not.toContain('✗')
  })

  it('fails as a whole', () => expect(result.code).toBe(1))

  it.each(broken.map(([what, , said], index) => [what, said, index] as const))(
    'refuses %s',
    (_, said, index) => expect(parts.get(`broken-${index}`)).toContain(said),
  )
})
