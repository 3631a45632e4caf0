/** The sandbox's scripts: one for each exercise whose answer is code, and in it no other exercise. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cells } from '../../src/course/paxos/cells.ts'
import { answered } from '../../src/course/raft/answers.ts'
import { scriptOfAnswers, scriptOfCell } from '../../src/sandbox/script-names.ts'
import { type SandboxScript, bundleScript, courseScripts } from '../../src/sandbox/worker-plugin.ts'

/** How an exercise's or a cell's own name stands in a script that is not minified. */
const named = (id: string) => new RegExp(`id: ["']${id}["']`)

describe('the scripts of the course', () => {
  const scripts = courseScripts()

  it('are one for each exercise in which the learner writes code, and for the cells and the figures of chapters', () => {
    const exercises = readdirSync('exercises').filter((id) =>
      readdirSync('exercises', { recursive: true, encoding: 'utf8' }).includes(path.join(id, 'solution.ts')),
    )
    expect(exercises).toContain('paxos-acceptor')
    expect(scripts.map(({ name }) => name)).toEqual([...exercises, 'cells-of-paxos', 'answers-in-raft'])
    for (const { id } of cells) expect(scripts.map(({ name }) => name)).toContain(scriptOfCell(id))
    expect(Object.keys(answered).length).toBeGreaterThan(0)
    for (const id of Object.keys(answered))
      expect(scripts.map(({ name }) => name)).toContain(scriptOfAnswers(id))
  })

  it('hold what they are for, and nothing of another', async () => {
    const one = scripts.find(({ name }) => name === 'paxos-acceptor')!
    const ofChapter = scripts.find(({ name }) => name === 'cells-of-paxos')!
    const [exercise, chapter] = await Promise.all([bundleScript(one, false), bundleScript(ofChapter, false)])
    expect(exercise).toMatch(named('paxos-acceptor'))
    for (const { name } of scripts) {
      if (name !== one.name) expect(exercise).not.toMatch(named(name))
    }
    for (const { id } of cells) {
      expect(chapter).toContain(id)
      expect(exercise).not.toContain(id)
    }
  })
})

describe('the folders', () => {
  let root: string
  beforeAll(() => {
    root = `${mkdtempSync(path.join(tmpdir(), 'lockstep-scripts-'))}/`
    for (const file of [
      'exercises/written/starter.ts',
      'exercises/broken/exercise.ts',
      'src/course/raft/cells.ts',
      'src/course/raft/answers.ts',
    ]) {
      mkdirSync(path.dirname(root + file), { recursive: true })
      writeFileSync(root + file, 'export default {}\n')
    }
    writeFileSync(`${root}exercises/written/exercise.ts`, 'export default {}\n')
    mkdirSync(`${root}src/course/cap`)
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it('decide: an exercise without a starter runs nobody’s code, and a chapter without cells or answers has no script', () => {
    expect(courseScripts(root).map(({ name, subject }: SandboxScript) => [name, subject])).toEqual([
      ['written', `${root}exercises/written/exercise.ts`],
      ['cells-of-raft', `${root}src/course/raft/cells.ts`],
      ['answers-in-raft', `${root}src/course/raft/answers.ts`],
    ])
  })
})
