/**
 * Runs the gates of `npm test`: as many at a time as there are cores for, in their order, each once those have passed that it needs.
 * What a gate prints is kept until it has ended, unless it has all cores to itself.
 */
import { runTool } from './toolchain.mjs'

/** A machine has as many at least. The gates that keep both busy have workers of their own. */
const CORES = 2

/**
 * @typedef {{ passed: number, failed: number, skipped?: number }} Outcome
 * @typedef {object} Output what a gate says, and what the tools say that it runs
 * @property {(text: string) => void} say
 * @property {(command: string[], options?: { env?: Record<string, string> }) => Promise<{ code: number }>} run
 * @typedef {object} Gate
 * @property {string} name
 * @property {number} [cores] how many it keeps busy: one, unless it says otherwise; none where it waits most of the time
 * @property {string[]} [after] the gates without which it can't run
 * @property {string} [uses] what only one gate at a time may use
 * @property {(output: Output) => Outcome | Promise<Outcome>} run
 */

/**
 * Runs all of them. One that needs a gate that failed has failed as well.
 * @param {readonly Gate[]} gates
 * @param {(text: string) => void} [print]
 * @returns {Promise<(Outcome & { name: string, began: number, seconds: number })[]>} in the order of the gates; when each began, in seconds
 *   since this was called
 */
export async function runGates(gates, print = (text) => process.stdout.write(text)) {
  const results = new Map()
  const waiting = [...gates]
  const running = new Set()
  const used = new Set()
  let free = CORES
  const started = Date.now()
  const begin = (gate) => {
    const { name, cores = 1, after = [], uses } = gate
    waiting.splice(waiting.indexOf(gate), 1)
    free -= cores
    used.add(uses)
    const missing = after.find((other) => results.get(other).failed > 0)
    const began = (Date.now() - started) / 1000
    const ended = runGate(gate, missing, cores === CORES, print).then((result) => {
      results.set(name, { ...result, began })
      free += cores
      used.delete(uses)
      running.delete(ended)
    })
    running.add(ended)
  }
  const mayBegin = ({ cores = 1, after = [], uses }) =>
    cores <= free && after.every((name) => results.has(name)) && (uses === undefined || !used.has(uses))
  while (waiting.length > 0 || running.size > 0) {
    for (let next = waiting.find(mayBegin); next !== undefined; next = waiting.find(mayBegin)) begin(next)
    if (running.size === 0) throw new Error(`${waiting[0].name} waits for a gate that is not there`)
    await Promise.race(running)
  }
  return gates.map(({ name }) => results.get(name))
}

/** An exception is a failure like any other. */
async function runGate({ name, run }, missing, alone, print) {
  const started = Date.now()
  let kept = `\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}\n`
  const say = (text) => {
    if (alone) print(`${text}\n`)
    else kept += `${text}\n`
  }
  if (alone) print(kept)
  const runHere = async (command, { env } = {}) => {
    const { code, output } = await runTool(command, { env, quiet: !alone })
    kept += output
    return { code }
  }
  let outcome = { passed: 0, failed: 1 }
  try {
    if (missing === undefined) outcome = await run({ say, run: runHere })
    else say(`Not run: ${missing} has failed.`)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
  }
  if (!alone) print(kept)
  return { name, seconds: (Date.now() - started) / 1000, ...outcome }
}
