/**
 * `npm run count:raft`: counts ahead of the build what takes too long for one, and keeps it beside this file. It takes some quarter of
 * an hour; `npm run count:raft -- five` counts one of the systems alone. A test counts the first runs of each again: where Raft’s code
 * or what the engine draws has changed, it asks for this.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Counted, RUNS, SAMPLE, countRuns, seeded, together } from './seeded-runs.ts'

const file = new URL('./seeded-runs.json', import.meta.url)
const wanted = process.argv.slice(2)
for (const [name, system] of Object.entries(seeded)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const first = countRuns(system, 0, SAMPLE)
  const all = together(first, countRuns(system, SAMPLE, RUNS - SAMPLE))
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { first: Counted; all: Counted }>
  writeFileSync(file, `${JSON.stringify({ ...kept, [name]: { first, all } }, null, 2)}\n`)
  console.log(name, all)
}
