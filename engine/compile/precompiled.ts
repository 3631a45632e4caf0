/**
 * Precompiled: the course's own client files, as functions that came with a module. A page has a policy under which no text is evaluated,
 * and needs none of them to be; a learner's code is evaluated in the sandbox, which is there for that.
 */

/** A compiled file as a function: what runs it, once it is told the globals that it has. */
export interface Precompiled {
  /** The names of its parameters, in their order. */
  readonly names: readonly string[]
  readonly load: (...globals: unknown[]) => (exports: object, require: (name: unknown) => unknown) => void
}

/** By the text that it was made of. */
export const precompiled = new Map<string, Precompiled>()
