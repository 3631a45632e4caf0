/** What a learner's file may import: the course's API and, where the exercise has them, its messages. */
import api from '../../engine/api.ts?raw'
import type { Language } from '../../engine/exercise.ts'

/** TypeScript that the editor completes from. Paths are relative to the place of the learner's file. */
export interface CourseModules {
  /** Paths by the name of the import. */
  readonly paths: Readonly<Record<string, string>>
  /** Texts by their paths. */
  readonly files: Readonly<Record<string, string>>
}

export async function courseModules(language: Language, messages: string | null): Promise<CourseModules> {
  const own: Record<string, string> = messages === null ? {} : { 'messages.ts': messages }
  const ownPaths: Record<string, string> = messages === null ? {} : { './messages': 'messages.ts' }
  if (language === 'node') {
    const { NODE_GLOBALS } = await import('../../engine/compile/node-globals.ts')
    return {
      paths: { lockstep: 'lockstep.ts', ...ownPaths },
      files: { 'lockstep.ts': api, 'node-globals.d.ts': NODE_GLOBALS, ...own },
    }
  }
  const [{ clientFiles }, { CLIENT_GLOBALS }] = await Promise.all([
    import('./client-files.ts'),
    import('../../engine/compile/client-globals.ts'),
  ])
  const files = Object.entries(clientFiles).map(([name, text]) => [`lockstep/${name}`, text])
  return {
    paths: { lockstep: 'lockstep/client-api.ts', ...ownPaths },
    files: {
      'lockstep/api.ts': api,
      'lockstep/client-globals.d.ts': CLIENT_GLOBALS,
      ...Object.fromEntries(files),
      ...own,
    },
  }
}
