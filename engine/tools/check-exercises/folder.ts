/** Looks at what lies in the folder of an exercise: its specification, its answers and nothing else. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { System } from '../../actors/system.ts'
import { type AnyExercise, languageOf } from '../../exercise.ts'
import { noAnswer } from '../../load.ts'
import { type Scope, scopeOf } from '../../scope.ts'
import { exerciseIn } from '../grading/exercise-file.ts'
import type { AnswerTask } from './answers.ts'

/** Something that is not as it has to be. */
export interface Problem {
  /** The path in the exercise's folder. */
  readonly file: string
  readonly text: string
}

const REQUIRED = ['exercise.ts', 'starter.ts', 'solution.ts']
/** The specification may be spread over files: its properties, the runs and systems on which they are tried, and the clients in them. */
const PARTS = ['properties.ts', 'trials.ts', 'clients.ts']
const OPTIONAL = ['messages.ts', 'worker.ts', ...PARTS, 'mutants', 'variants']

/** The systems of an exercise around an answer that does nothing: for their names. */
export function systemsOf(exercise: AnyExercise): System[] {
  const nothing = noAnswer(exercise)
  return exercise.configurations.map((configuration) => configuration.system(nothing))
}

/** The bounds of the configurations of an exercise. */
export function scopesOf(exercise: AnyExercise): Scope[] {
  return systemsOf(exercise).map((system, index) => {
    const { counts, driver } = exercise.configurations[index]!
    return scopeOf(system, counts, driver)
  })
}

/** The ids of the properties of an exercise. */
export function propertiesOf(exercise: AnyExercise): string[] {
  return [...new Set(systemsOf(exercise).flatMap((system) => system.properties.map(({ id }) => id)))]
}

/** Is everything there that has to be, and nothing else? @param languages those of the site */
export function checkFolder(folder: string, languages: readonly string[]): Problem[] {
  const texts = languages.map((language) => `${language}.mdx`)
  const names = readdirSync(folder)
  return [
    ...[...REQUIRED, ...texts]
      .filter((file) => !names.includes(file))
      .map((file) => ({ file, text: 'is missing' })),
    ...names
      .filter((name) => ![...REQUIRED, ...OPTIONAL, ...texts].includes(name))
      .map((file) => ({ file, text: 'does not belong here' })),
    ...['mutants', 'variants'].flatMap((kind) => checkList(folder, kind)),
  ]
}

function checkList(folder: string, kind: string): Problem[] {
  const names = existsSync(path.join(folder, kind)) ? readdirSync(path.join(folder, kind)) : []
  const answers = answersIn(folder, kind)
  const problems = names
    .map((name) => `${kind}/${name}`)
    .filter((file) => !answers.includes(file))
    .map((file) => ({ file, text: 'does not belong here' }))
  return answers.length > 0 ? problems : [...problems, { file: kind, text: 'there is none' }]
}

/** Is the specification what the rest relies on? */
export function checkExercise(folder: string, exercise: AnyExercise): Problem[] {
  const problems: Problem[] = []
  const say = (text: string): number => problems.push({ file: 'exercise.ts', text })
  if (exercise.id !== path.basename(folder))
    say(`has the id ${exercise.id}, but lies in ${path.basename(folder)}`)
  const ids = exercise.configurations.map(({ id }) => id)
  if (new Set(ids).size !== ids.length) say('has two configurations of the same id')
  const kinds = systemsOf(exercise).flatMap((system) => system.properties.map(({ kind }) => kind))
  if (kinds.every((kind) => kind === 'always')) say('has no goal: an answer that does nothing would pass')
  return problems
}

/** Is there the exercise that this one goes on with, and is an answer to the one a file for the other? */
export async function checkContinues(folder: string, exercise: AnyExercise): Promise<Problem[]> {
  const { continues, file } = exercise
  if (continues === undefined) return []
  const problem = (text: string): Problem[] => [
    { file: 'exercise.ts', text: `continues ${continues}, ${text}` },
  ]
  if (continues === exercise.id) return problem('which is itself')
  const before = path.join(path.dirname(folder), continues)
  if (!existsSync(path.join(before, 'exercise.ts'))) return problem('which there is not')
  const previous = await exerciseIn(before)
  if (previous.kind !== 'build') return problem('in which nothing is built')
  if (languageOf(previous) !== languageOf(exercise)) return problem('whose answers are in another language')
  return previous.file === file
    ? []
    : problem(`whose file is called ${previous.file}, and this one’s ${file}`)
}

/** Every answer in the folder, with what has to come of it. */
export function tasksOf(folder: string, exercise: AnyExercise): { tasks: AnswerTask[]; problems: Problem[] } {
  const problems: Problem[] = []
  const tasks: AnswerTask[] = []
  const right = ['solution.ts', ...answersIn(folder, 'variants')]
  if (existsSync(path.join(folder, 'starter.ts'))) {
    tasks.push({ folder, file: 'starter.ts', expectation: { verdict: 'failed' } })
  }
  for (const file of right.filter((name) => existsSync(path.join(folder, name)))) {
    tasks.push({ folder, file, expectation: { verdict: 'passed' } })
    if (!linesOf(folder, file)[0]!.startsWith('/**')) {
      problems.push({ file, text: 'does not open with a comment that says what it is' })
    }
  }
  const properties = propertiesOf(exercise)
  const caught = new Set<string>()
  for (const file of answersIn(folder, 'mutants')) {
    const [first = '', second = ''] = linesOf(folder, file)
    const name = /^\/\/ caught by: (\S+)$/.exec(first)?.[1]
    if (name === undefined) {
      problems.push({ file, text: 'does not open with `// caught by: <property>`' })
      continue
    }
    if (name !== 'error' && !properties.includes(name)) {
      problems.push({ file, text: `names ${name}, but the properties are ${properties.join(', ')}` })
      continue
    }
    if (!/^\/\*\* \S/.test(second)) problems.push({ file, text: 'does not say what the mistake is' })
    caught.add(name)
    tasks.push({ folder, file, expectation: { caught: name } })
  }
  for (const property of properties.filter((id) => !caught.has(id))) {
    problems.push({ file: 'mutants', text: `none is caught by ${property}` })
  }
  return { tasks, problems }
}

function answersIn(folder: string, kind: string): string[] {
  if (!existsSync(path.join(folder, kind))) return []
  return readdirSync(path.join(folder, kind), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => `${kind}/${entry.name}`)
    .sort()
}

function linesOf(folder: string, file: string): string[] {
  return readFileSync(path.join(folder, file), 'utf8').split('\n')
}
