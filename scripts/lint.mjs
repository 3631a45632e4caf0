/** `npm run lint`: the linter and the formatter's check. Both remember what has not changed. */
import { inRoot, runTool, tools } from './toolchain.mjs'

const cache = inRoot('node_modules/.cache/lockstep')

export const lintCommands = {
  eslint: [
    tools.eslint,
    '.',
    '--max-warnings=0',
    '--cache',
    '--cache-strategy=content',
    `--cache-location=${cache}/eslint`,
  ],
  prettier: [
    tools.prettier,
    '--check',
    '.',
    '--log-level=warn',
    '--cache',
    '--cache-strategy=content',
    `--cache-location=${cache}/prettier`,
  ],
}

if (process.argv[1] === import.meta.filename) {
  for (const command of Object.values(lintCommands)) {
    const { code } = await runTool(command)
    if (code !== 0) process.exitCode = 1
  }
}
