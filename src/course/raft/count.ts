/**
 * `npm run count:raft`: counts ahead of the build what takes too long for one, and writes it beside this file. It takes some quarter of
 * an hour. A test counts the first runs of each system again; where Raft’s code or the engine’s draws have changed, run this again.
 */
import { writeFileSync } from 'node:fs'
import { type Counted, RUNS, SAMPLE, countRuns, seeded, together } from './seeded-runs.ts'

const kept: Record<string, { readonly first: Counted; readonly all: Counted }> = {}
for (const [name, system] of Object.entries(seeded)) {
  const first = countRuns(system, 0, SAMPLE)
  kept[name] = { first, all: together(first, countRuns(system, SAMPLE, RUNS - SAMPLE)) }
  console.log(name, kept[name].all)
}
writeFileSync(new URL('./seeded-runs.json', import.meta.url), `${JSON.stringify(kept, null, 2)}\n`)
