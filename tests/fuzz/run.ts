/**
 * Feeds everything that takes in files and links with mutated ones: `npm run test:fuzz -- --seed 1 --cases 200000`. A case is named by its
 * number: with `--seed` that number and `--cases 1` it is fed again. The last line is `N passed, N failed`.
 */
import { parseArgs } from 'node:util'
import { Random } from '../../engine/random.ts'
import { SUBJECTS, type Subject } from './subjects.ts'

export interface Finding {
  readonly subject: string
  readonly seed: number
  readonly text: string
  readonly what: string
}

export interface Fed {
  readonly subject: string
  readonly cases: number
  /** How many were read and used, all the same. */
  readonly taken: number
  /** The longest that one took. */
  readonly slowest_ms: number
  readonly findings: readonly Finding[]
}

/** A case may take so long on a machine that is busy with other things; nearly all take less than a hundredth. */
export const CASE_MS_MAX = 5_000

/** Feeds a subject with so many cases, each with a seed of its own. */
export async function feed(subject: Subject, seed: number, cases: number): Promise<Fed> {
  const findings: Finding[] = []
  let taken = 0
  let slowest_ms = 0
  for (let number = seed; number < seed + cases; number++) {
    const random = new Random(number)
    const text = subject.mutated(subject.right[random.below(subject.right.length)]!, random)
    const found = (what: string): void => {
      findings.push({ subject: subject.name, seed: number, text, what })
    }
    const started = performance.now()
    try {
      if (await subject.feed(text)) taken++
    } catch (error) {
      found(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    const took = performance.now() - started
    slowest_ms = Math.max(slowest_ms, took)
    if (took > CASE_MS_MAX) found(`${Math.round(took)} ms`)
    const changed = somethingRan()
    if (changed !== null) found(changed)
  }
  return { subject: subject.name, cases, taken, slowest_ms, findings }
}

/** Has anything of it run, or changed what all objects have? */
function somethingRan(): string | null {
  if ('slippedIn' in globalThis) return 'something of it ran'
  const added = [Object.prototype, Array.prototype, Function.prototype].flatMap((shared) =>
    Object.keys(shared),
  )
  return added.length > 0 ? `all objects have ${added.join(', ')}` : null
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '1' }, cases: { type: 'string', default: '10000' } },
  })
  const cases = Math.ceil(Number(values.cases) / SUBJECTS.length)
  let passed = 0
  let failed = 0
  for (const subject of SUBJECTS) {
    const { taken, slowest_ms, findings } = await feed(subject, Number(values.seed), cases)
    for (const { seed, what, text } of findings.slice(0, 5))
      console.log(`\n${subject.name}, seed ${seed}: ${what}\n${JSON.stringify(text.slice(0, 400))}`)
    console.log(`${subject.name}: ${cases} fed, ${taken} taken, the slowest in ${Math.round(slowest_ms)} ms`)
    passed += cases - findings.length
    failed += findings.length
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

if (process.argv[1] === import.meta.filename) await main()
