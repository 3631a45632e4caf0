/**
 * The locks of the exercises against real servers: `npm run test:real-locks`. Each solution, unchanged, runs in operating-system
 * processes that are stopped and killed; what they say of themselves is judged. Each starter is put through the same, and has to be
 * caught. The last line is `N passed, N failed`, where each of them counts as one; a lock whose server is not there and can't be
 * installed is skipped.
 *
 * `npm run test:real-locks -- lock-redis --seed 7 --acquisitions 2000` runs one lock, with other mishaps and more of them.
 * `--file FILE` puts another answer to that lock through it. `--report FILE` writes the figures as JSON.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { installPackages, stopAll } from '../fidelity/servers.ts'
import type { Fault } from './judge.ts'
import { timeOfDayAhead } from './log.ts'
import { PATIENCE_MS, endAll } from './puppet.ts'
import { SCENARIOS } from './scenarios.ts'
import { PACKAGES, SERVERS_OF, type Server, type ServerName, isThere, start } from './servers.ts'
import type { LockName } from './session.ts'
import { Stage } from './stage.ts'
import { PROCESSES, stress } from './stress.ts'

const LOCKS = Object.keys(SERVERS_OF) as LockName[]
const EXERCISES = path.resolve(import.meta.dirname, '../../exercises')

/** Milliseconds. */
const TTL = 400

/** Whole seconds, for starters know nothing shorter. Where one is not caught since the machine was too slow for it, time is stretched. */
const STARTER_TTLS = [1_000, 3_000, 9_000]

/** A clock that was moved by so much was set. */
const CLOCK_SET_MS = 5

interface Options {
  readonly seed: number
  readonly acquisitions: number
  readonly print: (line: string) => void
}

/** What came of one file. */
interface Outcome {
  readonly lock: LockName
  readonly file: string
  readonly passed: boolean
  readonly acquisitions: number
  readonly pauses: number
  readonly kills: number
  readonly lost: number
  readonly overlaps: number
  readonly staleWrites: number
  readonly otherFaults: number
  readonly seconds: number
}

/** Puts a file through everything. */
async function full(
  lock: LockName,
  file: string,
  servers: readonly Server[],
  { seed, acquisitions, print }: Options,
): Promise<Outcome> {
  const begin = Date.now()
  const stage = new Stage({
    lock,
    file,
    servers,
    ttlMs: TTL,
    patienceMs: PATIENCE_MS.right,
    label: `s${seed}`,
  })
  const scenarios = SCENARIOS.filter(({ applies }) => applies(stage))
  const acts = [
    ...scenarios,
    { name: `${PROCESSES} processes`, run: () => stress(stage, acquisitions, seed) },
  ]
  for (const { name, run } of acts) {
    const faults = await act(stage, run)
    for (const fault of faults) print(`  when ${name}: ${said(fault)}`)
    stage.faults.push(...faults)
  }
  await stage.end()
  return outcomeOf(stage, stage.faults.length === 0, begin)
}

/** Puts a file through one run after another until it is caught. @returns what has caught it */
async function caught(
  lock: LockName,
  file: string,
  servers: readonly Server[],
  { seed, print }: Options,
): Promise<Outcome> {
  const begin = Date.now()
  let stage: Stage | null = null
  for (const ttlMs of STARTER_TTLS) {
    stage = new Stage({
      lock,
      file,
      servers,
      ttlMs,
      patienceMs: PATIENCE_MS.wrong,
      label: `f${seed}t${ttlMs}`,
    })
    for (const { name, applies, run } of SCENARIOS) {
      if (!applies(stage)) continue
      const faults = await act(stage, run)
      if (faults.length === 0) continue
      stage.faults.push(...faults)
      print(`  caught when ${name}: ${said(faults[0]!)}`)
      await stage.end()
      return outcomeOf(stage, true, begin)
    }
    await stage.end()
  }
  print('  was not caught')
  return outcomeOf(stage!, false, begin)
}

/** Runs something, and judges it. Servers measure leases by the time of day: where that was set meanwhile, it is run again. */
async function act(stage: Stage, run: (stage: Stage) => Promise<void>): Promise<readonly Fault[]> {
  for (;;) {
    const before = timeOfDayAhead()
    await run(stage)
    const faults = await stage.judge()
    if (faults.length === 0 || Math.abs(timeOfDayAhead() - before) < CLOCK_SET_MS) return faults
  }
}

const said = ({ kind, text }: Fault): string => `${kind}: ${text}`

function outcomeOf(stage: Stage, passed: boolean, begin: number): Outcome {
  const count = (...events: readonly string[]): number =>
    stage.log.entries.filter(({ event }) => events.includes(event)).length
  const faults = (...kinds: readonly Fault['kind'][]): number =>
    stage.faults.filter(({ kind }) => kinds.includes(kind)).length
  return {
    lock: stage.play.lock,
    file: path.relative(EXERCISES, stage.play.file),
    passed,
    acquisitions: count('enters'),
    pauses: count('stops', 'is stopped'),
    kills: count('dies'),
    lost: count('loses'),
    overlaps: faults('overlap'),
    staleWrites: faults('stale write'),
    otherFaults: faults('refused write', 'stranded', 'missed', 'stuck'),
    seconds: (Date.now() - begin) / 1000,
  }
}

function figuresOf(outcome: Outcome): string {
  const { file, acquisitions, pauses, kills, lost, overlaps, staleWrites, otherFaults, seconds } = outcome
  return (
    `${file}: ${acquisitions} acquisitions, ${pauses} pauses, ${kills} kills, ${lost} lost answers; ` +
    `${overlaps} overlaps, ${staleWrites} stale writes, ${otherFaults} other faults (${seconds.toFixed(1)} s)`
  )
}

/** One lock: its solution passes, its starter is caught. @returns null where its servers are not to be had */
async function runLock(lock: LockName, answer: string | null, options: Options): Promise<Outcome[] | null> {
  const { print } = options
  const missing = (): ServerName[] => SERVERS_OF[lock].filter((server) => !isThere(server))
  const packages = missing().flatMap((server) => PACKAGES[server])
  if (packages.length > 0 && installPackages(packages)) print(`Installed ${packages.join(' ')} (apt-get)`)
  if (missing().length > 0) {
    const words = `skipped, the real server is not there. On Debian and Ubuntu:`
    print(`${lock}: ${words} sudo apt-get install ${packages.join(' ')}`)
    return null
  }
  const servers: Server[] = []
  const outcomes: Outcome[] = []
  const run = async (put: typeof full, file: string): Promise<void> => {
    const outcome = await put(lock, file, servers, options)
    outcomes.push(outcome)
    print(`${outcome.passed ? '✓' : '✗'} ${figuresOf(outcome)}`)
  }
  try {
    for (const server of SERVERS_OF[lock]) servers.push(await start(server))
    await run(full, answer ?? path.join(EXERCISES, lock, 'solution.ts'))
    if (answer === null) await run(caught, path.join(EXERCISES, lock, 'starter.ts'))
  } finally {
    await endAll()
    for (const server of servers) await server.stop()
  }
  return outcomes
}

function wholeNumber(text: string | undefined, flag: string): number {
  if (text === undefined || !/^\d+$/.test(text)) throw new Error(`${flag} needs a whole number`)
  return Number(text)
}

async function main(args: readonly string[]): Promise<void> {
  let seed = 1
  let acquisitions = 200
  let report: string | null = null
  let answer: string | null = null
  const names: LockName[] = []
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!
    if (argument === '--seed') seed = wholeNumber(args[++index], '--seed')
    else if (argument === '--acquisitions') acquisitions = wholeNumber(args[++index], '--acquisitions')
    else if (argument === '--file') answer = path.resolve(args[++index] ?? '')
    else if (argument === '--report') report = args[++index] ?? null
    else if (LOCKS.includes(argument as LockName)) names.push(argument as LockName)
    else throw new Error(`There is no ${argument}; the locks are ${LOCKS.join(', ')}`)
  }
  if (answer !== null && names.length !== 1) throw new Error('--file needs the name of one lock')
  const outcomes: Outcome[] = []
  let failed = 0
  let skipped = 0
  for (const lock of names.length > 0 ? names : LOCKS) {
    try {
      const all = await runLock(lock, answer, { seed, acquisitions, print: console.log })
      outcomes.push(...(all ?? []))
      if (all === null) skipped += 2
    } catch (error) {
      // A server that does not start is a failure; the other locks still get their turn.
      console.log(`${lock}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      failed++
    }
  }
  await stopAll()
  failed += outcomes.filter(({ passed }) => !passed).length
  const passed = outcomes.filter((outcome) => outcome.passed).length
  const summary = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
  if (report !== null)
    writeFileSync(report, JSON.stringify({ seed, passed, failed, skipped, outcomes }, null, 2))
  console.log(`\n${summary}`)
  // Clients may keep the process alive; there is nothing left to wait for.
  process.exit(failed > 0 ? 1 : 0)
}

if (import.meta.main)
  main(process.argv.slice(2)).catch(async (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    await endAll()
    await stopAll()
    process.exit(1)
  })
