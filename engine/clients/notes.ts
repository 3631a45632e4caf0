/**
 * Notes: what a process says of itself, for views and properties: that it believes to hold a lock, that it is in its critical
 * section. A note is part of the process's state and goes with it in a crash; no other process can read it.
 */
import type { Plain } from '../api.ts'
import type { Link } from './link.ts'

/** What the code of a process is handed. */
export interface Notes {
  /** Writes a note, which takes effect at once; null takes it away. Nothing has to be awaited. */
  note(name: string, value: Plain): void
}

type State = { [name: string]: Plain }

/** A link to nobody, whose notes stand in the state of the process's node. */
export function notes(): Link<State> {
  return {
    library: (send) => ({
      api: {
        note(name, value) {
          send({ name, value }).then(nothing, nothing)
        },
      } satisfies Notes,
    }),
    server: null,
    opened: [],
    init: () => ({}),
    start: nothing,
    request(state, request, command, ctx) {
      const { name, value } = command as { readonly name: string; readonly value: Plain }
      if (value === null) delete state[name]
      else state[name] = value
      ctx.answer(request, { value: null })
    },
    answered: nothing,
    lost: nothing,
    show: (state) => state,
  }
}

function nothing(): void {
  // There is nobody at the other end.
}
