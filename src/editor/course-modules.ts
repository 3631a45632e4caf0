/** What a learner's file may import: the course's API and, where the exercise has them, its messages. */
import api from '../../engine/api.ts?raw'

/** TypeScript by the name of the import. */
export function courseModules(messages: string | null): Record<string, string> {
  return { lockstep: api, ...(messages === null ? {} : { './messages': messages }) }
}
