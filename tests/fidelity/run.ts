/**
 * The comparison of the simulated services with the real servers: `npm run test:fidelity`. Starts each real server, takes
 * both through the same scripts, and shrinks and prints the first difference. The last line is `N passed, N failed`, where
 * each script counts as one; those of a server that is not there and can't be installed are skipped.
 *
 * `npm run test:fidelity -- redis --seed 7 --scripts 5000` compares one service, with other random scripts and more of them.
 * `--json` gives the figures as JSON, `--report FILE` writes them to a file. A random script that failed is named by its seed: `--seed` with that number and
 * `--scripts 1` runs it again.
 */
import { writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { Random } from '../../engine/random.ts'
import { freePort, installPackages, removeFolder, stopAll, temporaryFolder } from './servers.ts'
import type { Observation, Subject } from './subject.ts'

export interface Options {
  /** The seed of the first random script; the next has the next. */
  readonly seed: number
  /** How many random scripts; null: as many as the subject says. */
  readonly scripts: number | null
  /** Where lines for the reader go. */
  readonly print: (line: string) => void
  /** Installs packages if it can; says whether it tried. */
  readonly install: (packages: readonly string[]) => boolean
}

/** What came of one subject. */
export interface Outcome {
  readonly name: string
  /** Scripts that both were taken through, those by hand among them. */
  readonly sequences: number
  /** The steps of these scripts. */
  readonly commands: number
  /** Scripts in which the two differ, or that came to no end. */
  readonly differences: number
  /** Scripts that could not be tried, since the server is not there. */
  readonly skipped: number
  readonly seconds: number
}

/** Where two runs of one script part. */
export interface Difference {
  /** The index of the step; the number of steps where the final contents differ. */
  readonly at: number
  readonly real: Observation
  readonly simulated: Observation
}

/** A script that takes longer than this has got stuck. */
const SCRIPT_MS_MAX = 30_000

/** Scripts that shrinking may try. */
const CANDIDATES_MAX = 400

/** Takes the real and the simulated server through a script. @returns null where they are alike */
export async function compare<Step>(
  subject: Subject<Step>,
  steps: readonly Step[],
): Promise<Difference | null> {
  const real = await within(SCRIPT_MS_MAX, subject.real(steps))
  let simulated: readonly Observation[]
  try {
    simulated = subject.simulated(steps)
  } catch (error) {
    // An exception of the simulation is a difference, not a fault of the comparison.
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { at: 0, real: real[0], simulated: { thrown: text } }
  }
  for (let at = 0; at < Math.max(real.length, simulated.length); at++)
    if (!isDeepStrictEqual(real[at], simulated[at])) return { at, real: real[at], simulated: simulated[at] }
  return null
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the script came to no end in ${milliseconds} ms`)),
      milliseconds,
    )
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A shorter script in which the two still differ, in whichever way: what is left out in turn are halves, quarters and so
 * on down to single steps, until no single step can be left out.
 * Reference: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002 (ddmin). Unlike
 * engine/trace/minimise.ts it waits for a real server.
 */
export async function shrink<Step>(subject: Subject<Step>, steps: readonly Step[]): Promise<readonly Step[]> {
  let current = steps
  let candidates = 0
  const differs = async (candidate: readonly Step[]): Promise<boolean> => {
    if (candidates >= CANDIDATES_MAX) return false
    candidates++
    try {
      return (await compare(subject, candidate)) !== null
    } catch {
      return false
    }
  }
  for (let size = Math.ceil(current.length / 2); size >= 1;) {
    let shorter = false
    for (let end = current.length; end > 0;) {
      const start = Math.max(0, end - size)
      const candidate = [...current.slice(0, start), ...current.slice(end)]
      if (candidate.length > 0 && (await differs(candidate))) {
        current = candidate
        shorter = true
      }
      end = start
    }
    if (size > 1) size = Math.ceil(size / 2)
    else if (!shorter) break
  }
  return current
}

/** Takes one subject through its scripts, against a server that is started for it and ended in any case. */
export async function runSubject<Step>(subject: Subject<Step>, options: Options): Promise<Outcome> {
  const { print } = options
  const started = Date.now()
  const randomScripts = options.scripts ?? subject.random.scripts
  const all = subject.scripts.length + randomScripts
  let sequences = 0
  let commands = 0
  let differences = 0
  const outcome = (skipped: number): Outcome => ({
    name: subject.name,
    sequences,
    commands,
    differences,
    skipped,
    seconds: (Date.now() - started) / 1000,
  })
  if (!subject.installed()) {
    if (options.install(subject.packages)) print(`Installed ${subject.packages.join(' ')} (apt-get)`)
    if (!subject.installed()) {
      print(
        `${subject.name}: skipped, the real server is not there. ` +
          `On Debian and Ubuntu: sudo apt-get install ${subject.packages.join(' ')}`,
      )
      return outcome(all)
    }
  }
  /** True when the two are alike. */
  const tried = async (title: string, steps: readonly Step[]): Promise<boolean> => {
    sequences++
    commands += steps.length
    try {
      if ((await compare(subject, steps)) === null) return true
      await printDifference(subject, title, steps, print)
    } catch (error) {
      print(`${subject.name}, ${title}: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
      for (const step of steps) print(`  ${JSON.stringify(step)}`)
    }
    differences++
    return false
  }
  const folder = temporaryFolder(subject.name)
  try {
    const server = await subject.start(folder, await freePort())
    try {
      for (const { name, steps } of subject.scripts) await tried(name, steps)
      for (let index = 0; index < randomScripts; index++) {
        const seed = options.seed + index
        const random = new Random(seed)
        const steps = subject.script(random, 1 + random.below(subject.random.stepsMax))
        // One difference is the cause of many: the first is enough.
        if (!(await tried(`random script with seed ${seed}`, steps))) break
      }
    } finally {
      await subject.close().finally(() => server.stop())
    }
  } finally {
    removeFolder(folder)
  }
  return outcome(0)
}

async function printDifference<Step>(
  subject: Subject<Step>,
  title: string,
  steps: readonly Step[],
  print: (line: string) => void,
): Promise<void> {
  const short = await shrink(subject, steps)
  // Where the shrunk script is alike when it runs again, time or chance plays a part: then the whole one is shown.
  const again = await compare(subject, short)
  const shown = again === null ? steps : short
  const difference = again ?? (await compare(subject, steps))
  print(`${subject.name}, ${title}: the simulated server differs from the real one`)
  shown.forEach((step, index) => {
    print(`${index === difference?.at ? '→' : ' '} ${index + 1}. ${JSON.stringify(step)}`)
  })
  if (difference === null) {
    print('  but only the first time: it depends on time or chance')
    return
  }
  if (difference.at >= shown.length) print('→ what the servers hold at the end')
  print(`    real:      ${JSON.stringify(difference.real)}`)
  print(`    simulated: ${JSON.stringify(difference.simulated)}`)
}

/** The last line: what `npm test` counts. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0)
  const skipped = sum((outcome) => outcome.skipped)
  return (
    `${sum((outcome) => outcome.sequences - outcome.differences)} passed, ` +
    `${sum((outcome) => outcome.differences)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
  )
}

/** The figures of one subject, for people. */
export function figuresOf(outcome: Outcome): string {
  const { name, sequences, commands, differences, skipped, seconds } = outcome
  if (skipped > 0) return `${name}: ${skipped} sequences skipped`
  return `${name}: ${sequences} sequences, ${commands} commands, ${differences} differences (${seconds.toFixed(1)} s)`
}

const SUBJECTS: { readonly [name: string]: () => Promise<Subject<never>> } = {
  redis: () => imported('./redis.ts'),
  database: () => imported('./database.ts'),
  zookeeper: () => imported('./zookeeper.ts'),
}

/** The one subject that a file exports. The name is a variable, so that each service stands on its own. */
async function imported(file: string): Promise<Subject<never>> {
  const module = (await import(file)) as { readonly [name: string]: Subject<never> | undefined }
  const subject = Object.values(module).find(
    (value) => typeof value === 'object' && 'simulated' in value && 'real' in value,
  )
  if (subject === undefined) throw new Error(`${file} exports no subject`)
  return subject
}

function wholeNumber(text: string | undefined, flag: string): number {
  if (text === undefined || !/^\d+$/.test(text)) throw new Error(`${flag} needs a whole number`)
  return Number(text)
}

async function main(args: readonly string[]): Promise<void> {
  let seed = 1
  let scripts: number | null = null
  let json = false
  let report: string | null = null
  const names: string[] = []
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!
    if (argument === '--seed') seed = wholeNumber(args[++index], '--seed')
    else if (argument === '--scripts') scripts = wholeNumber(args[++index], '--scripts')
    else if (argument === '--json') json = true
    else if (argument === '--report') report = args[++index] ?? null
    else if (argument in SUBJECTS) names.push(argument)
    else throw new Error(`There is no ${argument}; the services are ${Object.keys(SUBJECTS).join(', ')}`)
  }
  const print = (line: string): void => (json ? console.error(line) : console.log(line))
  const outcomes: Outcome[] = []
  for (const name of names.length > 0 ? names : Object.keys(SUBJECTS)) {
    let outcome: Outcome
    try {
      outcome = await runSubject(await SUBJECTS[name]!(), { seed, scripts, print, install: installPackages })
    } catch (error) {
      // A server that does not start, or a file that is missing, is a failure; the other services still get their turn.
      print(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
      outcome = { name, sequences: 1, commands: 0, differences: 1, skipped: 0, seconds: 0 }
    }
    outcomes.push(outcome)
    print(figuresOf(outcome))
  }
  await stopAll()
  const summary = summaryOf(outcomes)
  const figures = JSON.stringify({ seed, services: outcomes, summary }, null, 2)
  if (report !== null) writeFileSync(report, figures)
  if (json) console.log(figures)
  else console.log(`\n${summary}`)
  // Clients may keep the process alive; there is nothing left to wait for.
  process.exit(outcomes.some(({ differences }) => differences > 0) ? 1 : 0)
}

if (import.meta.main)
  main(process.argv.slice(2)).catch(async (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    await stopAll()
    process.exit(1)
  })
