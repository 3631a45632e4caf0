/**
 * Remembered results: what a check came to in an earlier build of the same sources. `npm test` builds the site twice, for two base paths, and
 * a check comes out the same in both. Where `LOCKSTEP_CHECKS` names a folder, results are kept there, and `scripts/site-build.mjs` names
 * another one as soon as anything changes that a check depends on. Without it every check is run. Pages that are built import this file for
 * what it does; nothing that runs in a browser may.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { rememberBy } from './check.ts'

/** The result of a piece of work, from the folder where it lies there already; results that JSON would change are never kept. */
export function remembered<Result>(
  id: string,
  work: () => Result,
  folder = process.env.LOCKSTEP_CHECKS,
): Result {
  if (!folder) return work()
  const file = path.join(folder, `${encodeURIComponent(id)}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Result
  const result = work()
  const text = JSON.stringify(result)
  if (text === undefined || !isDeepStrictEqual(JSON.parse(text), result)) return result
  mkdirSync(folder, { recursive: true })
  // Whole or not at all: a build that is ended in between leaves no half of a file under its name.
  writeFileSync(`${file}.${process.pid}`, text)
  renameSync(`${file}.${process.pid}`, file)
  return result
}

rememberBy((id, work) => remembered(id, work))
