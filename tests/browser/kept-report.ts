/**
 * Reports put into the browser's record, so that the exercise page shows them when it is opened: for what a page must
 * show and no short run of the exercise brings about.
 */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import typescript from 'typescript-page'
import type { System } from '../../engine/actors/system.ts'
import { compile } from '../../engine/compile/compile.ts'
import { evaluate } from '../../engine/compile/evaluate.ts'
import { Run } from '../../engine/drivers/run.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import type { Action } from '../../engine/model.ts'
import type { CheckReport, Report } from '../../engine/report.ts'
import { exercise as small } from '../../engine/testing/small-exercise.ts'
import { waitingCommit } from '../../engine/testing/liveness-systems.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/paxos-acceptor/exercise.ts'
import { inRoot } from '../../scripts/toolchain.mjs'

export const STARTER = readFileSync(inRoot('exercises/paxos-acceptor/starter.ts'), 'utf8')

/** What the starter is graded with, in the page as here. */
function answer() {
  const { code } = compile(typescript, exercise.file, STARTER, librariesOf(exercise.id))
  return evaluate(code!)
}

/**
 * The starter's failure, with two steps before the last that have nothing to do with it, and lost from a step on. Shortest runs have
 * no such steps.
 */
export function failure(): Report {
  const report = gradeToEnd(exercise, answer())
  const failed = report.checks.find(({ verdict, record }) => verdict === 'failed' && record !== null)!
  const configuration = exercise.configurations.find(({ id }) => id === failed.bounds.configuration)!
  const run = new Run(configuration.system(answer()))
  const actions = [...failed.trace!.actions]
  const bystander = bystanderOf(failed)
  const aside: Action[] = [
    { kind: 'crash', node: bystander, restarts: true },
    { kind: 'crash', node: bystander, restarts: true },
  ]
  actions.splice(-1, 0, ...aside)
  for (const action of actions) run.take(action)
  const shown: CheckReport = {
    ...failed,
    trace: { ...failed.trace!, actions },
    record: run.record,
    doomedAt: 9,
  }
  return { ...report, checks: report.checks.map((check) => (check === failed ? shown : check)) }
}

/** A run that goes round for ever without reaching a goal: participants that ask each other after the coordinator is gone. */
export function loop(): Report {
  const configuration = exercise.configurations[0]!.id
  const system = (): System => waitingCommit('asks participants', 'never')
  const answer = { definition: { init: () => ({}), on: {} }, probe: null }
  const report = gradeToEnd(
    small({ id: configuration, driver: 'explore', statesMax: 10_000, system }),
    answer,
  )
  return { ...report, exercise: exercise.id }
}

/** The starter's failure, as if it had been lost before anything happened. */
export function lostFromTheStart(): Report {
  const report = failure()
  return {
    ...report,
    checks: report.checks.map((check) => (check.record === null ? check : { ...check, doomedAt: 0 })),
  }
}

/** An acceptor at which nothing more happens that matters in the second half of the run. */
function bystanderOf({ record }: CheckReport): string {
  const late = new Set(record!.steps.slice(record!.steps.length / 2).map(({ node }) => node))
  return record!.frames[0]!.nodes.find(({ id, role }) => role === 'acceptor' && !late.has(id))!.id
}

/** A report on an exercise that is at fault itself. */
export const authorFault: Report = {
  exercise: exercise.id,
  verdict: 'error',
  checks: [],
  diagnostics: [
    {
      line: 0,
      column: 0,
      severity: 'error',
      words: {
        code: 'author.threw',
        parameters: { part: 'property', id: 'agreement', message: 'TypeError: no such thing' },
      },
      author: { file: null, line: 0 },
    },
  ],
}

/** A search that went to its bound, and what grew in it. */
export const undecided: Report = {
  exercise: exercise.id,
  verdict: 'inconclusive',
  checks: [
    {
      ...skeleton(),
      verdict: 'inconclusive',
      message: { code: 'check.inconclusive.states', parameters: { statesMax: 100_000 } },
      growth: {
        component: 'field',
        kind: 'list',
        node: 'X',
        role: 'acceptor',
        field: 'log',
        size: 312,
        values: 4_000,
      },
    },
  ],
  diagnostics: [],
}

function skeleton(): CheckReport {
  const configuration = exercise.configurations[0]!
  return {
    id: `${configuration.id}/agreement`,
    kind: 'always',
    property: 'agreement',
    verdict: 'passed',
    states: 100_000,
    steps: 400_000,
    depth: 40,
    bounds: {
      driver: 'explore',
      configuration: configuration.id,
      statesMax: 100_000,
      stepsMax: 10_000_000,
      hit: 'states',
      scope: { nodes: { acceptor: 3 }, counted: { ballots: 2 }, duplicates: 0, drops: 0, crashes: null },
    },
    message: { code: '', parameters: {} },
    trace: null,
    record: null,
    doomedAt: null,
    comparison: null,
  }
}

/** Puts a report on the starter into the record. The exercise page must have been opened before. */
export async function keep(page: Page, report: Report): Promise<void> {
  const result = {
    exercise: exercise.id,
    version: exercise.version,
    code: STARTER,
    report,
    ranAt: Date.now(),
    durationMs: 100,
  }
  await page.evaluate(async (kept) => {
    const { name } = (await indexedDB.databases())[0]!
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name!)
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error!)
    })
    await new Promise<void>((resolve, reject) => {
      const writing = database.transaction('results', 'readwrite')
      writing.objectStore('results').put(kept)
      writing.oncomplete = () => resolve()
      writing.onerror = () => reject(writing.error!)
    })
    database.close()
  }, result)
}
