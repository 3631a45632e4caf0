/** The comparison can fail: made-up subjects that differ, get stuck or are not there. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Random } from '../../engine/random.ts'
import { compare, figuresOf, runSubject, shrink, summaryOf } from './run.ts'
import { findProgram, freePort, startProgram, temporaryFolder, whenListening } from './servers.ts'
import type { Subject } from './subject.ts'

type Step = number

/** A counter whose simulation forgets to count where `wrong` says so. */
function counter(
  wrong: (sum: number, step: number) => boolean,
  more: Partial<Subject<Step>> = {},
): Subject<Step> & { stopped: boolean; closed: boolean } {
  const sums = (steps: readonly Step[], skip: typeof wrong): number[] => {
    let sum = 0
    return steps.map((step) => (skip(sum, step) ? sum : (sum += step)))
  }
  const subject = {
    name: 'counter',
    packages: ['counter-server'],
    stopped: false,
    closed: false,
    installed: () => true,
    start: () => Promise.resolve({ stop: () => Promise.resolve(void (subject.stopped = true)) }),
    scripts: [{ name: 'two steps', steps: [1, 2] }],
    random: { scripts: 50, stepsMax: 30 },
    script: (random: Random, steps: number) => Array.from({ length: steps }, () => random.below(10)),
    real: (steps: readonly Step[]) => Promise.resolve(sums(steps, () => false)),
    simulated: (steps: readonly Step[]) => sums(steps, wrong),
    close: () => Promise.resolve(void (subject.closed = true)),
    ...more,
  }
  return subject
}

async function run(
  subject: Subject<Step>,
  install: (packages: readonly string[]) => boolean = () => false,
): Promise<{ lines: string[]; summary: string; figures: string }> {
  const lines: string[] = []
  const outcome = await runSubject(subject, {
    seed: 1,
    scripts: null,
    install,
    print: (line) => lines.push(...line.split('\n')),
  })
  return { lines, summary: summaryOf([outcome]), figures: figuresOf(outcome) }
}

test('two servers that are alike pass every script', async () => {
  const subject = counter(() => false)
  const { lines, summary, figures } = await run(subject)
  expect(lines).toEqual([])
  expect(summary).toBe('51 passed, 0 failed')
  expect(figures).toMatch(/^counter: 51 sequences, \d+ commands, 0 differences/)
  expect(subject).toMatchObject({ stopped: true, closed: true })
})

test('a difference is found and shrunk to the steps that it needs', async () => {
  const subject = counter((sum, step) => sum >= 20 && step === 7)
  const { lines, summary } = await run(subject)
  expect(summary).toMatch(/^\d+ passed, 1 failed$/)
  expect(lines[0]).toMatch(/^counter, random script with seed \d+: the simulated server differs/)
  const steps = lines.filter((line) => /^[→ ] \d+\. /.test(line))
  // What brings the sum to 20, each of it needed, and a 7, which is where the two part.
  const numbers = steps.map((line) => Number(line.split('. ')[1]))
  expect(numbers.at(-1)).toBe(7)
  const before = numbers.slice(0, -1).reduce((sum, step) => sum + step, 0)
  expect(before).toBeGreaterThanOrEqual(20)
  expect(before - Math.min(...numbers.slice(0, -1))).toBeLessThan(20)
  expect(steps.at(-1)).toMatch(/^→/)
  expect(lines.at(-2)).toBe(`    real:      ${before + 7}`)
  expect(lines.at(-1)).toBe(`    simulated: ${before}`)
  expect(subject).toMatchObject({ stopped: true, closed: true })
})

test('no single step of a shrunk script can be left out', async () => {
  const subject = counter((sum, step) => sum >= 20 && step === 7)
  const short = await shrink(subject, [3, 9, 9, 1, 1, 7, 9, 9, 7, 2])
  expect(await compare(subject, short)).not.toBeNull()
  for (const index of short.keys())
    expect(await compare(subject, short.toSpliced(index, 1)), `without ${index}`).toBeNull()
})

test('an exception of the simulation is a difference, with its text', async () => {
  const subject = counter(() => {
    throw new Error('no such state')
  })
  const { lines, summary } = await run(subject)
  expect(summary).toBe('0 passed, 2 failed')
  expect(lines.join('\n')).toContain('no such state')
})

test('contents that differ at the end alone are a difference', async () => {
  const subject = counter(() => false, {
    real: (steps) => Promise.resolve([...steps, 'full']),
    simulated: (steps) => [...steps, 'empty'],
  })
  const { lines } = await run(subject)
  expect(lines.slice(0, 5)).toEqual([
    'counter, two steps: the simulated server differs from the real one',
    '  1. 1',
    '→ what the servers hold at the end',
    '    real:      "full"',
    '    simulated: "empty"',
  ])
})

test('observations that are missing are a difference', async () => {
  const subject = counter(() => false, { simulated: (steps) => steps.slice(1) })
  expect(await compare(subject, [4])).toEqual({ at: 0, real: 4, simulated: undefined })
})

test('a failure of the comparison itself is a failure, and the server is stopped', async () => {
  const subject = counter(() => false, { real: () => Promise.reject(new Error('connection refused')) })
  const { lines, summary } = await run(subject)
  expect(summary).toBe('0 passed, 2 failed')
  expect(lines[0]).toContain('connection refused')
  expect(subject).toMatchObject({ stopped: true, closed: true })
})

test('a server that is not there and can’t be installed is skipped, not passed', async () => {
  const { lines, summary, figures } = await run(counter(() => false, { installed: () => false }))
  expect(summary).toBe('0 passed, 0 failed, 51 skipped')
  expect(figures).toBe('counter: 51 sequences skipped')
  expect(lines).toEqual([
    'counter: skipped, the real server is not there. On Debian and Ubuntu: sudo apt-get install counter-server',
  ])
})

test('a server that can be installed is installed, and compared', async () => {
  let installed: readonly string[] = []
  const subject = counter(() => false, { installed: () => installed.includes('counter-server') })
  const { lines, summary } = await run(subject, (packages) => {
    installed = packages
    return true
  })
  expect(summary).toBe('51 passed, 0 failed')
  expect(lines).toEqual(['Installed counter-server (apt-get)'])
})

test('a program that ends while it starts says what it wrote', async () => {
  const program = startProgram({
    command: process.execPath,
    args: ['-e', 'console.error("no room"); process.exit(3)'],
    folder: temporaryFolder('test'),
  })
  await expect(whenListening(program, await freePort())).rejects.toThrow(/ended while it started:\nno room/)
})

test('a program that is stopped has ended', async () => {
  const program = startProgram({
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    folder: temporaryFolder('test'),
  })
  expect(program.ended()).toBe(false)
  await program.stop()
  expect(program.ended()).toBe(true)
})

test('what was started ends with the process that started it, on Ctrl-C as well', async () => {
  const script = `
    import { startProgram, temporaryFolder } from '${new URL('./servers.ts', import.meta.url).pathname}'
    const folder = temporaryFolder('test')
    const child = startProgram({
      command: process.execPath,
      args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
      folder,
    })
    const timer = setInterval(() => {
      if (!child.output().includes('\\n')) return
      clearInterval(timer)
      console.log(JSON.stringify({ pid: Number(child.output()), folder }))
      setInterval(() => {}, 1000)
    }, 20)`
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script])
  const ended = new Promise<number | null>((resolve) => parent.on('exit', resolve))
  const line = await new Promise<string>((resolve) =>
    parent.stdout.once('data', (data) => resolve(String(data))),
  )
  const { pid, folder } = JSON.parse(line) as { pid: number; folder: string }
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(isAlive(pid)).toBe(false)
  expect(existsSync(folder)).toBe(false)
})

test('a program is found on PATH or not at all', () => {
  expect(findProgram('no-such-program-anywhere')).toBeNull()
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
