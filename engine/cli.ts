/**
 * The command line: `npm run -s grade -- <exercise> <file> [--json] [--seed N] [--budget N] [--compare]`.
 * Exit codes: 0 passed, 1 failed, 2 inconclusive, 3 the answer could not be run, 4 bad usage,
 * 5 a fault of the course.
 */
import { gradeCommand } from './tools/grading/command.ts'

const looking = process.stdout.isTTY ?? false
const written: string[] = []
const { exit, complaint } = await gradeCommand(process.argv.slice(2), {
  // A terminal is written to at once; a pipe gets everything at the end, and this waits until it has taken it.
  write: (text) => (looking ? process.stdout.write(text) : written.push(text)),
  looking,
  colours: looking && process.env.NO_COLOR === undefined,
})
if (complaint) process.stderr.write(`${complaint}\n`)
await new Promise((resolve) => process.stdout.write(written.join(''), resolve))
process.exitCode = exit
