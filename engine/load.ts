/** load: compiled code in, the answer to an exercise out, in the language in which its answers are written. */
import { evaluate } from './compile/evaluate.ts'
import { program } from './clients/program.ts'
import { type AnyAnswer, type Exercise, languageOf } from './exercise.ts'
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
  // An exercise of either language takes the answers of that language.
  return (languageOf(exercise) === 'client'
    ? client(code, observer)
    : evaluate(code, observer)) as AnyAnswer as A
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
  const nothing: AnyAnswer =
    languageOf(exercise) === 'client'
      ? { program: program('', null) }
      : { definition: { init: () => ({}), on: {} }, probe: null }
  return nothing as A
}
