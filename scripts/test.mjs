/**
 * `npm test`: everything that must hold, from a fresh clone on. Every gate runs, whatever the ones before it said;
 * the last line is `N passed, N failed`, where each test counts as one and each other gate as one; of the comparison with real
 * servers each service does, of the locks against real servers each answer, and one whose server is not to be had is skipped.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildSite, fingerprint, testedSites } from './site-build.mjs'
import { ensureChromium, ensureInstalled, inRoot, nodePath, runTool, tools } from './toolchain.mjs'

const results = []
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

/** Runs a gate and keeps what came of it. An exception is a failure like any other. */
async function gate(name, run) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`)
  const started = Date.now()
  let outcome
  try {
    outcome = await run()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    outcome = { passed: 0, failed: 1 }
  }
  results.push({ name, seconds: (Date.now() - started) / 1000, ...outcome })
  return outcome.failed === 0
}

const one = (ok) => (ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** A gate that is one command. */
const command = (args) => async () => one((await runTool(args)).code === 0)

/**
 * A gate that need not run again when nothing that it reads has changed since it last passed. In CI it always runs.
 */
async function unlessUnchanged(name, inputs, run) {
  const stamp = path.join(cache, `${name}.passed`)
  const now = fingerprint([...inputs, 'package-lock.json', 'scripts'])
  if (!process.env.CI && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) {
    console.log('Nothing has changed since it last passed.')
    return one(true)
  }
  const outcome = await run()
  if (outcome.failed === 0 && !outcome.skipped) writeFileSync(stamp, now)
  else rmSync(stamp, { force: true })
  return outcome
}

/** Runs a test runner that writes its counts to a file; a crash without counts is one failure. */
async function counted(args, report, read, env = {}) {
  mkdirSync(path.dirname(report), { recursive: true })
  rmSync(report, { force: true })
  const { code } = await runTool(args, { env })
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { passed, failed, skipped = 0 } = read(JSON.parse(readFileSync(report, 'utf8')))
  // A runner that exits with an error although no test failed met an error outside the tests.
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped }
}

function summary() {
  const width = Math.max(...results.map(({ name }) => name.length))
  console.log(`\n── Summary ${'─'.repeat(53)}`)
  for (const { name, passed, failed, skipped = 0, seconds } of results) {
    const most = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} FAILED`
    const counts = skipped === 0 ? most : `${most}, ${skipped} SKIPPED`
    console.log(
      `${failed === 0 ? '✓' : '✗'} ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${counts}`,
    )
  }
  const sum = (field) => results.reduce((total, result) => total + (result[field] ?? 0), 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
  process.exitCode = sum('failed') === 0 ? 0 : 1
}

const installed = await gate('Packages', () => {
  ensureInstalled()
  console.log(`Node ${path.relative(inRoot(), nodePath())}`)
  return { passed: 0, failed: 0 }
})

if (installed) {
  mkdirSync(cache, { recursive: true })
  let chromium = null
  await gate('Browser', () => {
    chromium = ensureChromium()
    console.log(chromium)
    return { passed: 0, failed: 0 }
  })

  const { lintCommands } = await import('./lint.mjs')
  await gate('Lint', command(lintCommands.eslint))
  await gate('Format', command(lintCommands.prettier))
  await gate('Types', () =>
    unlessUnchanged('types', TYPED, async () => {
      const { checkTypes } = await import('./check.mjs')
      return one((await checkTypes()).length === 0)
    }),
  )
  await gate('Exercises', () =>
    unlessUnchanged(
      'exercises',
      ['engine', 'exercises'],
      command([inRoot('engine/tools/check-exercises.ts')]),
    ),
  )

  await gate('Content', () =>
    unlessUnchanged(
      'content',
      ['content', 'engine', 'exercises', 'src'],
      command([inRoot('src/course/check-content.ts')]),
    ),
  )

  await gate('Unit tests', () => {
    const report = path.join(cache, 'vitest.json')
    return counted(
      [tools.vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      report,
      (counts) => ({
        passed: counts.numPassedTests,
        failed:
          counts.numFailedTests +
          counts.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
            .length,
      }),
    )
  })

  await gate('Fidelity', () => {
    const report = path.join(cache, 'fidelity.json')
    return counted([inRoot('tests/fidelity/run.ts'), '--report', report], report, ({ services }) => {
      const count = (counts) => services.filter(counts).length
      return {
        passed: count(({ differences, skipped }) => differences === 0 && skipped === 0),
        failed: count(({ differences }) => differences > 0),
        skipped: count(({ skipped }) => skipped > 0),
      }
    })
  })

  // Fewer acquisitions than by the command of its own: every scenario runs all the same.
  await gate('Real locks', () =>
    unlessUnchanged(
      'real-locks',
      ['engine/random.ts', 'exercises', 'tests/real-locks', 'tests/fidelity'],
      () => {
        const report = path.join(cache, 'real-locks.json')
        const args = [inRoot('tests/real-locks/run.ts'), '--acquisitions', '80', '--report', report]
        return counted(args, report, (counts) => counts)
      },
    ),
  )

  const built = await gate('Build', async () => {
    for (const site of Object.values(testedSites)) {
      const { ok, output } = await buildSite({ ...site, quiet: true })
      if (!ok) {
        console.log(output)
        return one(false)
      }
    }
    return one(true)
  })
  await gate('Browser tests', () => {
    if (!built || !chromium) {
      console.log(built ? 'Not run: there is no browser.' : 'Not run: the site was not built.')
      return one(false)
    }
    const report = path.join(cache, 'playwright.json')
    return counted(
      [tools.playwright, 'test', '--reporter=list,json'],
      report,
      ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
      { PLAYWRIGHT_JSON_OUTPUT_NAME: report, CHROMIUM_PATH: chromium },
    )
  })
}
summary()
