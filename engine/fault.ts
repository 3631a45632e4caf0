/**
 * Fault: what the engine throws when an answer, a specification or a trace can't be used. It carries a code and
 * parameters, never words: the words are in `text/`, one file a language.
 */

/** The parameters of a message. Arrays are joined when the message is put into words. */
export type Parameters = { readonly [name: string]: string | number | readonly (string | number)[] }

/** Where in the learner's file something happened; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** An error with a code of `text/`, its parameters and, where known, its place in the learner's file. */
export class Fault extends Error {
  readonly code: string
  readonly parameters: Parameters
  /** Filled in by whoever knows the line that was running. */
  place: Place | null

  constructor(code: string, parameters: Parameters = {}, place: Place | null = null) {
    super(`${code} ${JSON.stringify(parameters)}`)
    this.name = 'Fault'
    this.code = code
    this.parameters = parameters
    this.place = place
  }
}

/** Throws a Fault. Written as a function so that it can stand where a value is expected. */
export function fail(code: string, parameters: Parameters = {}, place: Place | null = null): never {
  throw new Fault(code, parameters, place)
}
