/**
 * The command line: `npm run -s check:history -- --model <kind> <file> [--initial JSON] [--budget N] [--json]`.
 * Exit codes: 0 linearizable, 1 not, 2 inconclusive, 3 the history could not be read, 4 bad usage.
 */
import { historyCommand } from './check-history/command.ts'

const { exit, output, complaint } = historyCommand(process.argv.slice(2))
if (complaint) process.stderr.write(`${complaint}\n`)
// A pipe may take its time; this waits until it has taken everything.
await new Promise((resolve) => process.stdout.write(output, resolve))
process.exitCode = exit
