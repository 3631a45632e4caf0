/**
 * Looks at an exercise in which something is broken: its folder, its system, the runs that lie there and its texts. That it
 * can be broken is shown by exploring, and by a run that replays.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { System } from '../../actors/system.ts'
import { type RunReport, judge } from '../../break/judge.ts'
import { outlook, shortest } from '../../break/outlook.ts'
import { readRun } from '../../break/run-file.ts'
import type { BreakExercise } from '../../exercise.ts'
import { Fault } from '../../fault.ts'
import { scopeOf } from '../../scope.ts'
import { en } from '../../text/en.ts'
import { grouped, put } from '../../text/words.ts'
import type { Problem } from './folder.ts'
import {
  type Violations,
  checkScope,
  checkWhole,
  checkWords,
  isText,
  partsOf,
  recordOf,
  sameNames,
} from './text.ts'

/** What came of an exercise. */
export interface BreakOutcome {
  /** Cells of the table, a row for each run. */
  readonly rows: readonly (readonly string[])[]
  readonly problems: readonly Problem[]
}

/** The folders of runs, and what has to come of those in them. */
const RUNS = { breaks: 'passed', misses: 'failed' } as const
type RunKind = keyof typeof RUNS

/** Looks at all of it. @param languages those of the site */
export function checkBreak(
  folder: string,
  languages: readonly string[],
  exercise: BreakExercise,
): BreakOutcome {
  const texts = languages.map((language) => `${language}.mdx`)
  const problems = checkFolder(folder, texts)
  const say = (text: string): number => problems.push({ file: 'exercise.ts', text })
  let system: System
  try {
    system = exercise.system()
    checkNames(folder, exercise, system).forEach(say)
    if (problems.some(({ file }) => file === 'exercise.ts')) return { rows: [], problems }
    const best = searched(exercise, say)
    const runs = (Object.keys(RUNS) as RunKind[]).flatMap((kind) =>
      runsIn(folder, kind).map((file) => checkRun(folder, file, kind, exercise, best.steps)),
    )
    problems.push(...runs.flatMap((run) => run.problems))
    const reports = [best.report, ...runs.map(({ report }) => report)].filter((report) => report !== null)
    if (exercise.keeps !== undefined && !reports.some(({ lostAt }) => lostAt !== null))
      problems.push({ file: 'misses', text: `none violates ${exercise.keeps}` })
    for (const file of texts) problems.push(...checkBreakText(folder, file, exercise, system, reports))
    return { rows: [best.row, ...runs.map(({ row }) => row)], problems }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    say(put(en, error.code, error.parameters))
    return { rows: [], problems }
  }
}

/** Is everything there that has to be, and nothing else? Files that the specification is made of belong to it. */
function checkFolder(folder: string, texts: readonly string[]): Problem[] {
  const names = readdirSync(folder)
  const known = [...partsOfSpecification(folder, 'exercise.ts'), ...texts, ...Object.keys(RUNS)]
  return [
    ...[...texts, ...Object.keys(RUNS)]
      .filter((file) => !names.includes(file))
      .map((file) => ({ file, text: 'is missing' })),
    ...names.filter((name) => !known.includes(name)).map((file) => ({ file, text: 'does not belong here' })),
    ...(Object.keys(RUNS) as RunKind[]).flatMap((kind) => {
      if (!existsSync(path.join(folder, kind))) return []
      const runs = runsIn(folder, kind)
      const strangers = readdirSync(path.join(folder, kind)).filter(
        (name) => !runs.includes(`${kind}/${name}`),
      )
      return [
        ...strangers.map((name) => ({ file: `${kind}/${name}`, text: 'does not belong here' })),
        ...(runs.length === 0 ? [{ file: kind, text: 'there is none' }] : []),
      ]
    }),
  ]
}

/** A file of the folder and all files of it that it imports, directly or not. */
function partsOfSpecification(folder: string, file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || !existsSync(path.join(folder, file))) return found
  found.add(file)
  const source = readFileSync(path.join(folder, file), 'utf8')
  for (const [, name] of source.matchAll(/from '\.\/([\w.-]+)'/g)) partsOfSpecification(folder, name!, found)
  return found
}

/** Does what the specification names exist? */
function checkNames(folder: string, exercise: BreakExercise, system: System): string[] {
  const { id, target, keeps, milestones = [], fields = {} } = exercise
  const kindOf = (name: string): string | undefined =>
    system.properties.find((property) => property.id === name)?.kind
  const roles = new Set(system.nodes.map(({ role }) => role))
  const wrong = (name: string, what: string, kinds: readonly string[]): string[] => {
    const kind = kindOf(name)
    if (kind === undefined) return [`names ${name} as ${what}, and there is no such property`]
    return kinds.includes(kind) ? [] : [`names ${name} as ${what}, which is of kind ${kind}`]
  }
  return [
    ...(id === path.basename(folder) ? [] : [`has the id ${id}, but lies in ${path.basename(folder)}`]),
    ...wrong(target, 'its target', ['always', 'sometimes']),
    ...(keeps === undefined ? [] : wrong(keeps, 'what is kept', ['always'])),
    ...milestones.flatMap((milestone) => wrong(milestone, 'a milestone', ['sometimes'])),
    ...Object.keys(fields)
      .filter((role) => !roles.has(role))
      .map((role) => `names fields of the role ${role}, which nobody plays`),
  ]
}

/** Looks for the shortest run, and judges it. @param say takes what is wrong with the specification */
function searched(
  exercise: BreakExercise,
  say: (problem: string) => void,
): { row: string[]; steps: number | null; report: RunReport | null } {
  const started = performance.now()
  let states = 0
  const toEnd = <T>(search: Generator<{ states: number }, T>): T => {
    let next = search.next()
    for (; !next.done; next = search.next()) states = Math.max(states, next.value.states)
    return next.value
  }
  const row = (sign: string, words: string): string[] => [
    sign,
    'shortest',
    words,
    states > 0 ? `${grouped(states)} states` : '',
    `${((performance.now() - started) / 1000).toFixed(1)} s`,
  ]
  const best = toEnd(shortest(exercise))
  if (best === null) {
    const { reachable } = toEnd(outlook(exercise, []))
    say(
      reachable === 'no'
        ? `can't be done: no run meets ${exercise.target}`
        : `no run that meets ${exercise.target} was found in ${grouped(exercise.statesMax)} states`,
    )
    return { row: row('✗', reachable === 'no' ? 'there is none' : 'not found'), steps: null, report: null }
  }
  const { actions } = best.trace
  const report = judge(exercise, JSON.parse(JSON.stringify(actions)), actions.length)
  if (report.verdict !== 'passed' || report.brokenAt !== actions.length)
    say(`the shortest run that was found does not meet ${exercise.target} at its end`)
  if (actions.length === 0) say(`${exercise.target} is met before anything has happened`)
  const { stepsMin } = exercise
  if (stepsMin !== undefined && actions.length < stepsMin)
    say(`says that no run has fewer than ${stepsMin} steps, and one has ${actions.length}`)
  const words = `${actions.length} steps, ${best.proven ? 'none has fewer' : 'fewer may do'}`
  return { row: row('✓', words), steps: actions.length, report }
}

/** Judges a run of the folder. @param best the steps of the shortest run */
function checkRun(
  folder: string,
  file: string,
  kind: RunKind,
  exercise: BreakExercise,
  best: number | null,
): { row: string[]; report: RunReport | null; problems: Problem[] } {
  const problems: Problem[] = []
  const say = (text: string): number => problems.push({ file, text })
  const started = performance.now()
  let report: RunReport | null = null
  try {
    const text = readFileSync(path.join(folder, file), 'utf8')
    const { actions } = readRun(exercise, text)
    if (!isText(recordOf(JSON.parse(text)).about)) say('does not say under `about` what it shows')
    report = judge(exercise, actions)
    const wanted = RUNS[kind]
    if (report.verdict !== wanted) {
      const because = report.diagnostics.map(({ words }) => put(en, words.code, words.parameters)).join(' ')
      say(`must be ${wanted}, but is ${report.verdict}${because === '' ? '' : `: ${because}`}`)
    }
    if (report.brokenAt !== null && report.brokenAt < actions.length)
      say(`goes on after ${exercise.target} is met at step ${report.brokenAt}`)
    if (best !== null && report.brokenAt !== null && report.brokenAt < best)
      say(`has ${report.brokenAt} steps, and the shortest run that was found has ${best}`)
    if (JSON.stringify(judge(exercise, actions)) !== JSON.stringify(report))
      say('is judged differently when it is judged again')
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    say(`can't be read: ${put(en, error.code, error.parameters)}`)
  }
  const words = report === null ? 'not read' : inWords(report)
  const sign = problems.length === 0 ? '✓' : '✗'
  const seconds = (performance.now() - started) / 1000
  return {
    row: [sign, file.replace(/\.json$/, ''), words, '', `${seconds.toFixed(1)} s`],
    report,
    problems,
  }
}

function inWords({ verdict, brokenAt, lostAt, steps }: RunReport): string {
  if (brokenAt !== null) return `${verdict}, ${brokenAt} steps`
  return lostAt === null ? `${verdict}, ${steps} steps` : `${verdict}, lost at step ${lostAt}`
}

function runsIn(folder: string, kind: RunKind): string[] {
  if (!existsSync(path.join(folder, kind))) return []
  return readdirSync(path.join(folder, kind), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => `${kind}/${entry.name}`)
    .sort()
}

/** Looks at one text: words for the goal, for what is met and kept, for what there is, and hints. */
function checkBreakText(
  folder: string,
  file: string,
  exercise: BreakExercise,
  system: System,
  reports: readonly RunReport[],
): Problem[] {
  if (!existsSync(path.join(folder, file))) return [] // `checkFolder` says so.
  const problems: string[] = []
  const { matter, body } = partsOf(readFileSync(path.join(folder, file), 'utf8'), problems)
  const { target, keeps, counts } = exercise
  problems.push(...checkWhole(matter, body))
  if (!isText(matter.goal)) problems.push('has no goal')
  problems.push(...sameNames('property', matter.properties, keeps === undefined ? [target] : [target, keeps]))
  problems.push(...checkScope(recordOf(matter.scope), [scopeOf(system, counts)]))
  const violations: Violations = reports.flatMap(({ brokenAt, lostAt, violation }) => {
    const property = brokenAt !== null ? target : lostAt !== null ? keeps! : null
    return property === null ? [] : [{ property, parameters: violation }]
  })
  for (const [id, words] of Object.entries(recordOf(matter.properties)))
    problems.push(...checkWords(id, recordOf(words), violations))
  return problems.map((text) => ({ file, text }))
}
