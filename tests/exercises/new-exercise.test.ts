/**
 * A new exercise is the smallest of its kind: the gate rejects it, says what is to be filled in, and lets it through when
 * that is done. Wrong commands are refused, and nothing is written then.
 */
import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inRoot, nodePath } from '../../scripts/toolchain.mjs'

let root: string
let exercises: string

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'lockstep-new-'))
  exercises = path.join(root, 'exercises')
  mkdirSync(exercises)
  // A specification imports the engine from where it lies.
  symlinkSync(inRoot('engine'), path.join(root, 'engine'), 'junction')
})
afterEach(() => rmSync(root, { recursive: true }))

interface Ended {
  readonly code: number
  readonly output: string
}

function run(...command: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(nodePath(), command, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    )
  })
}

const scaffold = (...words: string[]): Promise<Ended> =>
  run(inRoot('scripts/new-exercise.mjs'), ...words, '--into', exercises)
const gate = (): Promise<Ended> => run(inRoot('engine/tools/check-exercises.ts'), exercises)

/** What an author does: writes the solution, and words in the place of every TODO. */
function fillIn(id: string, solution: (text: string) => string): void {
  const folder = path.join(exercises, id)
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|mdx|json)$/.test(file) || file === 'starter.ts') continue
    const text = readFileSync(path.join(folder, file), 'utf8')
    const written = file === 'solution.ts' ? solution(text) : text
    writeFileSync(path.join(folder, file), written.replaceAll(/TODO:? ?/g, ''))
  }
}

const kinds: readonly [kind: string, words: string[], left: string[], solution: (text: string) => string][] =
  [
    [
      'build',
      ['echo', 'build'],
      [
        'solution.ts: must be passed, but is failed (one/answered)',
        'solution.ts: line 1 is to be filled in: make it answer',
        'en.mdx: line 2 is to be filled in: what the learner writes',
        'exercise.ts: line 3 is to be filled in: say what this exercise is about',
        'mutants/one-more.ts: line 2 is to be filled in: the wrong answers',
        'variants/by-name.ts: line 1 is to be filled in: unusual answers',
      ],
      (text) =>
        text
          .replace('ask(state, { n }) {', 'ask(state, { n }, ctx) {')
          .replace('state.asked = n', "state.asked = n\n      ctx.reply('reply', { n: state.asked })"),
    ],
    [
      'build, for a client',
      ['own-lock', 'build', '--language', 'client'],
      ['solution.ts: must be passed, but is failed (two/exclusion)', 'en.mdx: line 2 is to be filled in'],
      (text) =>
        text
          .replace('{ notes }', '{ redis, notes, self }')
          .replace(
            "  notes.note('inside', true)",
            "  while ((await redis.set('lock', self, { NX: true })) === null) await sleep(50)\n  notes.note('inside', true)",
          )
          .replace("  notes.note('inside', null)", "  notes.note('inside', null)\n  await redis.del('lock')"),
    ],
    [
      'break',
      ['order-twice', 'break'],
      [
        'exercise.ts: line 3 is to be filled in: say what is to be broken',
        'en.mdx: line 4 is to be filled in: what the learner has to make happen',
        'breaks/repeated.json: line 2 is to be filled in: what this run shows',
        'misses/delivered.json: line 2 is to be filled in: what is still missing',
      ],
      (text) => text,
    ],
  ]

describe('a new exercise of the kind', () => {
  it.each(kinds)(
    '%s is rejected until it is filled in',
    async (_, words, left, solution) => {
      const made = await scaffold(...words)
      expect(made.output).toContain(path.join(exercises, words[0]!))
      expect(made.code).toBe(0)

      const rejected = await gate()
      for (const text of left) expect(rejected.output).toContain(`✗ ${text}`)
      expect(rejected.code).toBe(1)

      fillIn(words[0]!, solution)
      const passed = await gate()
      expect(passed.output).toMatch(/nothing wrong/)
      expect(passed.code).toBe(0)
    },
    120_000,
  )

  it('leaves nothing wrong but what says TODO and the solution', async () => {
    await scaffold('echo', 'build')
    const { output } = await gate()
    const others = output
      .split('\n')
      .filter((line) => line.includes('✗') && !/is to be filled in|solution/.test(line))
    expect(others).toEqual([])
  })
})

describe('a command is refused that', () => {
  it.each<[what: string, words: string[], said: string]>([
    ['has no id', [], 'Which id'],
    ['has an id of other letters', ['Paxos_1', 'build'], "'Paxos_1' can't be the id"],
    ['has an id that leads elsewhere', ['../paxos', 'build'], "'../paxos' can't be the id"],
    ['has no kind', ['paxos-1'], "The kind is 'build' or 'break'"],
    ['has another kind', ['paxos-1', 'predict'], "not 'predict'"],
    ['has another language', ['paxos-1', 'build', '--language', 'rust'], "not 'rust'"],
    ['has a language for nothing', ['paxos-1', 'break', '--language', 'client'], 'Nothing is written'],
    ['has a word too many', ['paxos-1', 'build', 'now'], "What is 'now' for?"],
    ['has an unknown option', ['paxos-1', 'build', '--colour'], 'colour'],
  ])('%s', async (_, words, said) => {
    const { code, output } = await scaffold(...words)
    expect(output).toContain(said)
    expect(output).toContain('npm run new:exercise --')
    expect(code).toBe(1)
    expect(existsSync(path.join(exercises, 'paxos-1'))).toBe(false)
  })

  it('names an exercise that is there, which stays as it is', async () => {
    const folder = path.join(exercises, 'echo')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'mine.txt'), 'mine')
    const { code, output } = await scaffold('echo', 'build')
    expect(output).toContain("There is an exercise 'echo' already")
    expect(code).toBe(1)
    expect(readdirSync(folder)).toEqual(['mine.txt'])
  })
})
