/** Programs for Vite: what is imported with `?program` is compiled in builds, in the development server and in tests alike. */
import type { Plugin } from 'vite'
import { ProgramError, moduleOf } from './compile-program.ts'
import { QUERY } from './query.ts'

/**
 * The plugin, for every list of plugins through which course files go.
 * @param inPage what is made for browsers runs in pages, where no text may be evaluated; left out: in the sandbox, or under Node
 */
export function programs({ inPage = false } = {}): Plugin {
  return {
    name: 'lockstep:programs',
    // Before whatever takes the file for an ordinary module.
    enforce: 'pre',
    load(id) {
      if (!id.endsWith(QUERY)) return undefined
      const file = id.slice(0, -QUERY.length)
      this.addWatchFile(file)
      try {
        const forPage = inPage && this.environment.config.consumer === 'client'
        return { code: moduleOf(file, forPage), map: { mappings: '' } }
      } catch (error) {
        if (!(error instanceof ProgramError)) throw error
        const { message, line, column } = error
        return this.error({ message, id: file, loc: { file, line, column: column - 1 } })
      }
    },
  }
}
