/**
 * Looks at an exercise in which something is broken: its folder, its system, the runs that lie there and its texts. That it
 * can be broken is shown by exploring, and by a run that replays.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { System } from '../../actors/system.ts'
import { type RunReport, configurationOf, judge } from '../../break/judge.ts'
import { outlook, shortest } from '../../break/outlook.ts'
import { partOf, readRun } from '../../break/run-file.ts'
import { type AnyBreakExercise, type BreakExercise, partsOf as partsOfExercise } from '../../exercise.ts'
import { Fault } from '../../fault.ts'
import { scopeOf } from '../../scope.ts'
import { en } from '../../text/en.ts'
import { grouped, put } from '../../text/words.ts'
import { ROOT } from '../grading/libraries.ts'
import type { Problem } from './folder.ts'
import {
  type Violations,
  checkScope,
  checkWhole as checkWholeText,
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

/** A part of an exercise, its system and what the search for its shortest run came to. */
interface Part {
  readonly exercise: BreakExercise
  readonly system: System
  readonly best: Searched
}

/** Looks at all of it. @param languages those of the site */
export function checkBreak(
  folder: string,
  languages: readonly string[],
  whole: AnyBreakExercise,
): BreakOutcome {
  const texts = languages.map((language) => `${language}.mdx`)
  const problems = checkFolder(folder, texts)
  const say = (text: string): number => problems.push({ file: 'exercise.ts', text })
  try {
    const exercises = partsOfExercise(whole)
    checkWhole(folder, whole).forEach(say)
    for (const exercise of exercises) checkNames(exercise, exercise.system()).forEach(say)
    if (problems.some(({ file }) => file === 'exercise.ts')) return { rows: [], problems }
    const parts = exercises.map((exercise): Part => {
      return { exercise, system: exercise.system(), best: searched(exercise, say) }
    })
    const runs = (Object.keys(RUNS) as RunKind[]).flatMap((kind) =>
      runsIn(folder, kind).map((file) => checkRun(folder, file, kind, whole, parts)),
    )
    problems.push(...runs.flatMap((run) => run.problems))
    for (const { exercise } of parts)
      problems.push(...checkRunsOf(exercise, [...parts.map(({ best }) => best), ...runs]))
    for (const file of texts) problems.push(...checkBreakText(folder, file, whole, parts, runs))
    return { rows: [...parts.map(({ best }) => best.row), ...runs.map(({ row }) => row)], problems }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    say(put(en, error.code, error.parameters))
    return { rows: [], problems }
  }
}

/** Is there a run of each kind, and one that violates what is kept? @param judged the runs of all parts */
function checkRunsOf(
  exercise: BreakExercise,
  judged: readonly { readonly report: RunReport | null }[],
): Problem[] {
  const { part, keeps } = exercise
  const reports = judged
    .flatMap(({ report }) => (report ? [report] : []))
    .filter((report) => isOf(report, exercise))
  const of = part === undefined ? '' : ` of the part ${part}`
  // Those of an exercise in one part are missed with their folder; and the shortest run is no run of the folder.
  const missing =
    part === undefined
      ? []
      : (Object.keys(RUNS) as RunKind[]).filter((kind) => {
          const some = reports.filter(({ verdict }) => verdict === RUNS[kind]).length
          return some < (kind === 'breaks' ? 2 : 1)
        })
  return [
    ...missing.map((kind) => ({ file: kind, text: `there is none${of}` })),
    ...(keeps !== undefined && !reports.some(({ lostAt }) => lostAt !== null)
      ? [{ file: 'misses', text: `none violates ${keeps}${of}` }]
      : []),
  ]
}

function isOf({ trace }: RunReport, exercise: BreakExercise): boolean {
  return trace.configuration === configurationOf(exercise)
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
  for (const [, name] of source.matchAll(/from '\.\/([\w.-]+)(?:\?program)?'/g))
    partsOfSpecification(folder, name!, found)
  return found
}

/** Is it the exercise of its folder, and are its parts told apart? */
function checkWhole(folder: string, exercise: AnyBreakExercise): string[] {
  const { id } = exercise
  const parts = 'parts' in exercise ? exercise.parts.map((part) => part.id) : null
  return [
    ...(id === path.basename(folder) ? [] : [`has the id ${id}, but lies in ${path.basename(folder)}`]),
    ...(parts !== null && parts.length < 2 ? ['is in parts, and there are not two of them'] : []),
    ...(parts !== null && new Set(parts).size < parts.length ? ['has two parts of the same id'] : []),
  ]
}

/** Does what the specification of a part names exist? */
function checkNames(exercise: BreakExercise, system: System): string[] {
  const { target, keeps, milestones = [], fields = {}, services } = exercise
  const kindOf = (name: string): string | undefined =>
    system.properties.find((property) => property.id === name)?.kind
  const roles = new Set(system.nodes.map(({ role }) => role))
  const wrong = (name: string, what: string, kinds: readonly string[]): string[] => {
    const kind = kindOf(name)
    if (kind === undefined) return [`names ${name} as ${what}, and there is no such property`]
    return kinds.includes(kind) ? [] : [`names ${name} as ${what}, which is of kind ${kind}`]
  }
  return [
    ...wrong(target, 'its target', ['always', 'sometimes']),
    ...(keeps === undefined ? [] : wrong(keeps, 'what is kept', ['always'])),
    ...milestones.flatMap((milestone) => wrong(milestone, 'a milestone', ['sometimes'])),
    ...Object.keys(fields)
      .filter((role) => !roles.has(role))
      .map((role) => `names fields of the role ${role}, which nobody plays`),
    ...(services && !existsSync(path.join(ROOT, services.listing))
      ? [`shows the file ${services.listing}, which there is not`]
      : []),
    ...(services?.servers ?? [])
      .filter((server) => !system.nodes.some(({ id }) => id === server))
      .map((server) => `shows the server ${server}, which there is not`),
  ]
}

/** What the search for a shortest run came to. */
interface Searched {
  readonly row: string[]
  readonly steps: number | null
  readonly report: RunReport | null
}

/** Looks for the shortest run, and judges it. @param say takes what is wrong with the specification */
function searched(exercise: BreakExercise, say: (problem: string) => void): Searched {
  const started = performance.now()
  let states = 0
  const toEnd = <T>(search: Generator<{ states: number }, T>): T => {
    let next = search.next()
    for (; !next.done; next = search.next()) states = Math.max(states, next.value.states)
    return next.value
  }
  const row = (sign: string, words: string): string[] => [
    sign,
    exercise.part === undefined ? 'shortest' : `shortest ${exercise.part}`,
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

/** Judges a run of the folder. @param parts with what is known of their shortest runs */
function checkRun(
  folder: string,
  file: string,
  kind: RunKind,
  whole: AnyBreakExercise,
  parts: readonly Part[],
): { row: string[]; report: RunReport | null; problems: Problem[] } {
  const problems: Problem[] = []
  const say = (text: string): number => problems.push({ file, text })
  const started = performance.now()
  let report: RunReport | null = null
  try {
    const text = readFileSync(path.join(folder, file), 'utf8')
    const run = readRun(whole, text)
    const { actions } = run
    const exercise = partOf(whole, run)
    const best = parts.find((part) => part.exercise.part === exercise.part)?.best.steps ?? null
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

/** Looks at one text: words for the goals, for what is met and kept, for what there is, and hints. */
function checkBreakText(
  folder: string,
  file: string,
  whole: AnyBreakExercise,
  parts: readonly Part[],
  runs: readonly { readonly report: RunReport | null }[],
): Problem[] {
  if (!existsSync(path.join(folder, file))) return [] // `checkFolder` says so.
  const problems: string[] = []
  const { matter, body } = partsOf(readFileSync(path.join(folder, file), 'utf8'), problems)
  problems.push(...checkWholeText(matter, body))
  if ('parts' in whole)
    problems.push(
      ...checkPartTexts(
        whole.parts.map(({ id }) => id),
        matter.parts,
      ),
    )
  else if (!isText(matter.goal)) problems.push('has no goal')
  const named = parts.flatMap(({ exercise: { target, keeps } }) =>
    keeps === undefined ? [target] : [target, keeps],
  )
  problems.push(...sameNames('property', matter.properties, [...new Set(named)]))
  const scopes = parts.map(({ exercise, system }) => scopeOf(system, exercise.counts))
  problems.push(...checkScope(recordOf(matter.scope), scopes))
  const violations: Violations = parts.flatMap(({ exercise, best }) => {
    const reports = [best, ...runs].flatMap(({ report }) =>
      report && isOf(report, exercise) ? [report] : [],
    )
    return reports.flatMap(({ brokenAt, lostAt, violation }) => {
      const property = brokenAt !== null ? exercise.target : lostAt !== null ? exercise.keeps! : null
      return property === null ? [] : [{ property, parameters: violation }]
    })
  })
  for (const [id, words] of Object.entries(recordOf(matter.properties)))
    problems.push(...checkWords(id, recordOf(words), violations))
  return problems.map((text) => ({ file, text }))
}

/** Does the text say of each part what it is called, what is to be reached in it, and some hint? */
function checkPartTexts(ids: readonly string[], given: unknown): string[] {
  const texts = recordOf(given)
  return [
    ...sameNames('part', texts, ids),
    ...ids
      .filter((id) => id in texts)
      .flatMap((id) => {
        const { title, goal, hints } = recordOf(texts[id])
        return [
          ...(isText(title) ? [] : [`has no title for the part ${id}`]),
          ...(isText(goal) ? [] : [`has no goal for the part ${id}`]),
          ...(Array.isArray(hints) && hints.length > 0 && hints.every(isText)
            ? []
            : [`has no hints for the part ${id}`]),
        ]
      }),
  ]
}
