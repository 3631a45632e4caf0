/** `npm run check`: the types of every room, each with only the names that exist there. */
import { runTool, tools } from './toolchain.mjs'

/** The TypeScript projects, by the room that they check. */
const PROJECTS = {
  engine: 'engine/tsconfig.json',
  'engine under Node': 'engine/tsconfig.node.json',
  'engine in a worker': 'engine/tsconfig.worker.json',
  exercises: 'exercises/tsconfig.json',
  tests: 'tests/tsconfig.json',
}

/** What tsc says when a project has no files yet. */
const NO_FILES = 'TS18003'

/** Runs every type check; says which failed. @param {(text: string) => void} say is told what is wrong there */
export async function checkTypes(say = console.log) {
  const failed = []
  for (const [name, project] of Object.entries(PROJECTS)) {
    const { code, output } = await runTool([tools.tsc, '-p', project, '--pretty', 'false'], { quiet: true })
    if (code === 0 || output.includes(NO_FILES)) continue
    failed.push(name)
    say(`\nTypes of ${name}:\n${output}`)
  }
  const astro = await runTool([tools.astro, 'check', '--minimumSeverity', 'warning'], { quiet: true })
  if (astro.code !== 0) {
    failed.push('site')
    say(`\nTypes of the site:\n${astro.output}`)
  }
  const svelte = await runTool(
    [tools.svelteCheck, '--tsconfig', './tsconfig.islands.json', '--fail-on-warnings', '--output', 'human'],
    { quiet: true },
  )
  if (svelte.code !== 0) {
    failed.push('islands')
    say(`\nTypes of the islands:\n${svelte.output}`)
  }
  return failed
}

if (process.argv[1] === import.meta.filename) {
  const failed = await checkTypes()
  console.log(failed.length === 0 ? 'Types hold in every room.' : `Type errors in: ${failed.join(', ')}.`)
  process.exitCode = failed.length === 0 ? 0 : 1
}
