/**
 * `npm test`: everything that must hold, from a fresh clone on. Every gate runs, whatever the others say, and those that keep one
 * core busy run two at a time; what a gate prints stands together under its name.
 * The last line is `N passed, N failed`, where each test counts as one and each other gate as one; of the comparison with real
 * servers each service does, of the locks and the outbox against real servers each answer, and one whose server is not to be had is
 * skipped.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runGates } from './gates.mjs'
import { buildSite, fingerprint, testedSites } from './site-build.mjs'
import { ensureChromium, ensureInstalled, inRoot, nodePath, tools } from './toolchain.mjs'

const cache = inRoot('node_modules/.cache/lockstep')

/** Everything that the type checks read. */
const TYPED = [
  'astro.config.ts',
  'content',
  'engine',
  'exercises',
  'playwright.config.ts',
  'src',
  'tests',
  'tsconfig.base.json',
  'tsconfig.islands.json',
  'tsconfig.json',
  'vitest.config.ts',
]

const one = (ok) => (ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** A gate that is one command. */
const command = (args) => async (output) => one((await output.run(args)).code === 0)

/**
 * A gate that need not run again when nothing that it reads has changed since it last passed. In CI it always runs.
 */
async function unlessUnchanged(output, name, inputs, run) {
  const stamp = path.join(cache, `${name}.passed`)
  const now = fingerprint([...inputs, 'package-lock.json', 'scripts'])
  if (!process.env.CI && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) {
    output.say('Nothing has changed since it last passed.')
    return one(true)
  }
  const outcome = await run(output)
  if (outcome.failed === 0 && !outcome.skipped) writeFileSync(stamp, now)
  else rmSync(stamp, { force: true })
  return outcome
}

/** Runs a test runner that writes its counts to a file; a crash without counts is one failure. */
async function counted(output, args, report, read, env = {}) {
  mkdirSync(path.dirname(report), { recursive: true })
  rmSync(report, { force: true })
  const { code } = await output.run(args, { env })
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { passed, failed, skipped = 0 } = read(JSON.parse(readFileSync(report, 'utf8')))
  // A runner that exits with an error although no test failed met an error outside the tests.
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped }
}

function summary(results) {
  const width = Math.max(...results.map(({ name }) => name.length))
  console.log(`\n── Summary ${'─'.repeat(53)}`)
  for (const { name, passed, failed, skipped = 0, began, seconds } of results) {
    const most = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} FAILED`
    const counts = skipped === 0 ? most : `${most}, ${skipped} SKIPPED`
    console.log(
      // From when on as well: that shows where a core had nothing to do.
      `${failed === 0 ? '✓' : '✗'} ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s from ${String(Math.round(began)).padStart(4)}  ${counts}`,
    )
  }
  const sum = (field) => results.reduce((total, result) => total + (result[field] ?? 0), 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
  process.exitCode = sum('failed') === 0 ? 0 : 1
}

let chromium = null

/** What others need, one after the other: packages of the system can't be installed twice at a time. */
const FIRST = [
  {
    name: 'Packages',
    cores: 2,
    run({ say }) {
      ensureInstalled()
      say(`Node ${path.relative(inRoot(), nodePath())}`)
      return { passed: 0, failed: 0 }
    },
  },
  {
    name: 'Browser',
    cores: 2,
    after: ['Packages'],
    run({ say }) {
      chromium = ensureChromium()
      say(chromium)
      return { passed: 0, failed: 0 }
    },
  },
]

/** Astro writes down what it knows of the content, always in the same place. */
const buildOf = (site) => ({
  name: `Build ${site.base}`,
  uses: 'Astro',
  async run({ say }) {
    const { ok, output } = await buildSite({ ...site, quiet: true })
    if (!ok) say(output)
    return one(ok)
  },
})

/** The gates that keep one core busy come first. */
const gates = ({ eslint, prettier }) => [
  buildOf(testedSites.root),
  {
    name: 'Fidelity',
    uses: 'packages of the system',
    run(output) {
      const report = path.join(cache, 'fidelity.json')
      const args = [inRoot('tests/fidelity/run.ts'), '--report', report]
      return counted(output, args, report, ({ services }) => {
        const count = (counts) => services.filter(counts).length
        return {
          passed: count(({ differences, skipped }) => differences === 0 && skipped === 0),
          failed: count(({ differences }) => differences > 0),
          skipped: count(({ skipped }) => skipped > 0),
        }
      })
    },
  },
  {
    // Fewer acquisitions than by the command of its own: every scenario runs all the same.
    name: 'Real locks',
    uses: 'packages of the system',
    run: (output) =>
      unlessUnchanged(
        output,
        'real-locks',
        ['engine/random.ts', 'exercises', 'tests/real-locks', 'tests/fidelity'],
        () => {
          const report = path.join(cache, 'real-locks.json')
          const args = [inRoot('tests/real-locks/run.ts'), '--acquisitions', '80', '--report', report]
          return counted(output, args, report, (counts) => counts)
        },
      ),
  },
  {
    // It waits for servers and restarts of processes most of the time.
    name: 'Real outbox',
    cores: 0,
    uses: 'packages of the system',
    run: (output) =>
      unlessUnchanged(
        output,
        'real-outbox',
        ['engine/random.ts', 'exercises/outbox', 'tests/real-outbox', 'tests/real-locks', 'tests/fidelity'],
        () => {
          const report = path.join(cache, 'real-outbox.json')
          return counted(
            output,
            [inRoot('tests/real-outbox/run.ts'), '--report', report],
            report,
            (counts) => counts,
          )
        },
      ),
  },
  buildOf(testedSites.course),
  {
    name: 'Types',
    uses: 'Astro',
    run: (output) =>
      unlessUnchanged(output, 'types', TYPED, async () => {
        const { checkTypes } = await import('./check.mjs')
        return one((await checkTypes(output.say)).length === 0)
      }),
  },
  { name: 'Lint', run: command(eslint) },
  { name: 'Format', run: command(prettier) },
  {
    name: 'Content',
    run: (output) =>
      unlessUnchanged(
        output,
        'content',
        ['content', 'engine', 'exercises', 'src'],
        command([inRoot('src/course/check-content.ts')]),
      ),
  },
  {
    name: 'Exercises',
    cores: 2,
    run: (output) =>
      unlessUnchanged(
        output,
        'exercises',
        ['engine', 'exercises'],
        command([inRoot('engine/tools/check-exercises.ts')]),
      ),
  },
  {
    name: 'Unit tests',
    cores: 2,
    run(output) {
      const report = path.join(cache, 'vitest.json')
      return counted(
        output,
        [tools.vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
        report,
        (counts) => ({
          passed: counts.numPassedTests,
          failed:
            counts.numFailedTests +
            counts.testResults.filter(
              (file) => file.status === 'failed' && file.assertionResults.length === 0,
            ).length,
        }),
      )
    },
  },
  {
    name: 'Browser tests',
    cores: 2,
    after: Object.values(testedSites).map(({ base }) => `Build ${base}`),
    run(output) {
      if (!chromium) {
        output.say('Not run: there is no browser.')
        return one(false)
      }
      const report = path.join(cache, 'playwright.json')
      return counted(
        output,
        [tools.playwright, 'test', '--reporter=list,json'],
        report,
        ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
        { PLAYWRIGHT_JSON_OUTPUT_NAME: report, CHROMIUM_PATH: chromium },
      )
    },
  },
]

const results = await runGates(FIRST)
if (results[0].failed === 0) {
  mkdirSync(cache, { recursive: true })
  const { lintCommands } = await import('./lint.mjs')
  results.push(...(await runGates(gates(lintCommands))))
}
summary(results)
