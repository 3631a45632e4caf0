/** load: compiled code in, the answer to an exercise out, in the language in which its answers are written. */
import { evaluate, evaluateRoles } from './compile/evaluate.ts'
import { program } from './clients/program.ts'
import { type AnyAnswer, type Answer, type Exercise, type RolesAnswer, languageOf } from './exercise.ts'
import { Fault } from './fault.ts'

/**
 * Loads a compiled answer. The file of a node runs now; that of a client runs as each of its processes starts.
 * @param code what `compile` gave, in the exercise's language
 * @param observer see Probe
 * @throws Fault with the line: see `evaluate`
 */
export function load<A extends AnyAnswer>(
  exercise: Exercise<A>,
  code: string,
  observer: ((line: number) => void) | null = null,
): A {
  // An exercise of either language takes the answers of that language, and one of several roles takes those of several nodes.
  return loaded(exercise, code, observer) as A
}

function loaded<A extends AnyAnswer>(
  exercise: Exercise<A>,
  code: string,
  observer: ((line: number) => void) | null,
): AnyAnswer {
  if (languageOf(exercise) === 'client') return client(code, observer)
  return exercise.roles ? evaluateRoles(code, exercise.roles, observer) : evaluate(code, observer)
}

function client(code: string, observer: ((line: number) => void) | null): AnyAnswer {
  try {
    return { program: program(code, observer) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Fault('loading-threw', { message: `${error.name}: ${error.message}` })
  }
}

/** Something in the place of an answer, where a system is only asked for its names and bounds: it is never run. */
export function noAnswer<A extends AnyAnswer>(exercise: Exercise<A>): A {
  return nothing(exercise) as A
}

function nothing<A extends AnyAnswer>(exercise: Exercise<A>): AnyAnswer {
  if (languageOf(exercise) === 'client') return { program: program('', null) }
  const idle = { init: () => ({}), on: {} }
  if (!exercise.roles) return { definition: idle, probe: null }
  return { definitions: Object.fromEntries(exercise.roles.map((role) => [role, idle])), probe: null }
}

/** A file of the course's own as an answer in the language `node`, as it is. @param given what it exports by default */
export function ownAnswer<A extends AnyAnswer>({ roles }: Exercise<A>, given: unknown): AnyAnswer {
  return roles
    ? { definitions: given as RolesAnswer['definitions'], probe: null }
    : { definition: given as Answer['definition'], probe: null }
}
