/**
 * The outbox of the exercise against a real PostgreSQL: `npm run test:real-outbox`. The solution, unchanged, runs in operating-system
 * processes that are killed and lose answers between any two steps; what has come of the orders is judged by the rows. The starter is put
 * through the same, and has to be caught. The last line is `N passed, N failed`; where PostgreSQL is not to be had, both are skipped.
 *
 * `--seed 7` kills at other moments, `--file FILE` puts another answer through it, `--report FILE` writes the figures as JSON.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { programs } from '../fidelity/database-real.ts'
import { installPackages, stopAll } from '../fidelity/servers.ts'
import { Crew } from './crew.ts'
import { type Play, SCENARIOS } from './scenarios.ts'
import { type Fault, Shop } from './shop.ts'

const EXERCISE = path.resolve(import.meta.dirname, '../../exercises/outbox')

interface Outcome {
  readonly file: string
  readonly passed: boolean
  readonly items: number
  readonly kills: number
  readonly faults: readonly Fault[]
  readonly seconds: number
}

/** Puts a file through everything, or until it is caught. */
async function put(file: string, shop: Shop, seed: number, mustFail: boolean): Promise<Outcome> {
  const begin = performance.now()
  const faults: Fault[] = []
  const crew = new Crew({ file, urls: shop.urls })
  const first = mustFail ? 1_000_000 : 0
  const play: Play = { shop, crew, seed, pairs: 20, count: first }
  search: for (const { name, run } of SCENARIOS) {
    for await (const fault of run(play)) {
      faults.push(fault)
      console.log(`  ${mustFail ? 'caught ' : ''}when ${name}: ${fault.text}`)
      if (mustFail) break search
    }
  }
  await crew.end()
  const passed = mustFail === faults.length > 0
  if (mustFail && !passed) console.log('  was not caught')
  const seconds = (performance.now() - begin) / 1000
  return {
    file: path.relative(EXERCISE, file),
    passed,
    items: play.count - first,
    kills: crew.kills,
    faults,
    seconds,
  }
}

async function main(args: readonly string[]): Promise<void> {
  let seed = 1
  let report: string | null = null
  let answer: string | null = null
  for (let index = 0; index < args.length; index += 2) {
    const [flag, value] = args.slice(index)
    if (value === undefined) throw new Error(`${flag} needs a value`)
    if (flag === '--seed' && /^\d+$/.test(value)) seed = Number(value)
    else if (flag === '--report') report = value
    else if (flag === '--file') answer = path.resolve(value)
    else throw new Error(`There is no ${flag} ${value}`)
  }
  if (programs() === null && installPackages(['postgresql'])) console.log('Installed postgresql (apt-get)')
  const outcomes: Outcome[] = []
  let skipped = 0
  if (programs() === null) {
    console.log('skipped, PostgreSQL is not there. On Debian and Ubuntu: sudo apt-get install postgresql')
    skipped = 2
  } else {
    const shop = await Shop.open()
    const runs: [string, boolean][] = answer
      ? [[answer, false]]
      : [
          [path.join(EXERCISE, 'solution.ts'), false],
          [path.join(EXERCISE, 'starter.ts'), true],
        ]
    for (const [file, mustFail] of runs) {
      const outcome = await put(file, shop, seed, mustFail)
      outcomes.push(outcome)
      const { passed, items, kills, faults, seconds } = outcome
      console.log(
        `${passed ? '✓' : '✗'} ${outcome.file}: orders of ${items} items, ${kills} kills, ${faults.length} faults (${seconds.toFixed(1)} s)`,
      )
    }
    await shop.stop()
  }
  await stopAll()
  const passed = outcomes.filter((outcome) => outcome.passed).length
  const failed = outcomes.length - passed
  if (report !== null)
    writeFileSync(report, JSON.stringify({ seed, passed, failed, skipped, outcomes }, null, 2))
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  process.exit(failed > 0 ? 1 : 0)
}

if (import.meta.main)
  main(process.argv.slice(2)).catch(async (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    await stopAll()
    process.exit(1)
  })
