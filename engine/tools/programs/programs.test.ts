/** A client's file of the course is compiled wherever it is imported, to the same code, and what is wrong with it has its place. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resume, start } from '../../clients/process.ts'
import { program } from '../../clients/program.ts'
import { precompiled } from '../../compile/precompiled.ts'
import { ProgramError, moduleOf } from './compile-program.ts'
import counting from './testdata/counting.process.ts?program'

const inTestdata = (name: string): string => fileURLToPath(new URL(`./testdata/${name}`, import.meta.url))
const ENVIRONMENT = { process: 'A', services: {} }

let elsewhere = ''
beforeAll(() => void (elsewhere = mkdtempSync(path.join(tmpdir(), 'programs-'))))
afterAll(() => rmSync(elsewhere, { recursive: true }))

const thrown = (file: string): ProgramError => {
  try {
    moduleOf(file)
  } catch (error) {
    return error as ProgramError
  }
  throw new Error('it was compiled')
}

test('an import gives the file’s name and code that runs', () => {
  expect(counting.file).toBe('counting.process.ts')
  expect(runOf(counting.code)).toEqual([{ kind: 'returned', value: 2 }])
})

/** How a run of it ends. */
function runOf(code: string) {
  const loaded = program(code)
  let step = start(loaded, 'main', [2], ENVIRONMENT)
  expect(step.state.timers).toHaveLength(1)
  for (let turn = 0; turn < 2; turn++)
    step = resume(loaded, step.state, { kind: 'timer', timer: step.state.timers[0]!.number }, ENVIRONMENT)
  return [step.state.ended]
}

test('for a page it comes as a function besides, which does the same without evaluating a text', async () => {
  const { code } = counting
  const [evaluated] = runOf(code)
  const module = path.join(elsewhere, 'in-page.mjs')
  writeFileSync(module, moduleOf(inTestdata('counting.process.ts'), true))
  const { default: inPage } = (await import(module)) as { default: typeof counting }
  expect(inPage).toEqual(counting)
  const { load, names } = precompiled.get(code)!
  let loaded = 0
  precompiled.set(code, { names, load: (...globals) => (loaded++, load(...globals)) })
  try {
    expect(runOf(code)).toEqual([evaluated])
    expect(loaded).toBe(1)
  } finally {
    precompiled.delete(code)
  }
})

test('the code does not depend on where the file is', () => {
  const copied = path.join(elsewhere, 'counting.process.ts')
  cpSync(inTestdata('counting.process.ts'), copied)
  const here = moduleOf(inTestdata('counting.process.ts'))
  expect(moduleOf(copied)).toBe(here)
  expect(here).not.toContain(path.dirname(inTestdata('')))
})

test('plain Node imports it once the hook is there', () => {
  const hook = fileURLToPath(new URL('./node-hook.ts', import.meta.url))
  const script = `console.log(JSON.stringify((await import(${JSON.stringify(
    `${inTestdata('counting.process.ts')}?program`,
  )})).default))`
  const said = execFileSync(
    process.execPath,
    ['--import', hook, '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  )
  expect(JSON.parse(said)).toEqual(counting)
})

describe('a file that can’t be run is refused', () => {
  test('where it says what no client may', () => {
    const { message, line, column } = thrown(inTestdata('broken.process.ts'))
    expect({ line, column }).toEqual({ line: 3, column: 3 })
    expect(message).toContain('engine/tools/programs/testdata/broken.process.ts:3:3: ')
  })

  test.each([
    ['a syntax error', 'export async function main( {\n', 2],
    ['an import of a value', "import { readFileSync } from 'node:fs'\nexport const main = readFileSync\n", 1],
    ['what no process has', 'export async function main() {\n  return fetch("/")\n}\n', 2],
  ])('with %s, at its line', (_, source, line) => {
    const file = path.join(elsewhere, 'wrong.process.ts')
    writeFileSync(file, source)
    expect(thrown(file)).toBeInstanceOf(ProgramError)
    expect(thrown(file).line).toBe(line)
  })
})
