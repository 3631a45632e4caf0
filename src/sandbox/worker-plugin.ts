/**
 * A Vite plugin: bundles what runs in the sandbox's worker, one classic script for each exercise and one for the cells
 * of each chapter, and gives their addresses as `virtual:sandbox-scripts`. The frame in which the worker runs has no
 * network and an origin that matches nothing, so a worker that consists of modules can't be started there; the page
 * fetches the one script that it needs and hands its text in. The same in `dev` and `build`.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Plugin, build } from 'vite'
import { programs } from '../../engine/tools/programs/vite-plugin.ts'
import { ANSWERS_SCRIPT, CELLS_SCRIPT } from './script-names.ts'

const NAME = 'virtual:sandbox-scripts'
const RESOLVED = `\0${NAME}`
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DEV_FOLDER = '@sandbox/'

/** One script for the worker. */
export interface SandboxScript {
  /** What the page asks for it by. */
  readonly name: string
  /** The file that runs in the worker. */
  readonly entry: string
  /** What `virtual:sandbox-subject` is in that file: the module whose answers it grades. */
  readonly subject?: string
}

/** The scripts of the course: of each exercise whose answer is code, and of each chapter that has cells or figures that take answers. */
export function courseScripts(root = ROOT): SandboxScript[] {
  // A break exercise has no starter: its answer is a run, and nothing of it needs a sandbox.
  const exercises = foldersOf(`${root}exercises`)
    .filter((id) => existsSync(`${root}exercises/${id}/starter.ts`))
    .map((id) => ({
      name: id,
      entry: `${ROOT}src/sandbox/exercise-worker.ts`,
      subject: `${root}exercises/${id}/exercise.ts`,
    }))
  const chapters = foldersOf(`${root}src/course`)
    .filter((chapter) => existsSync(`${root}src/course/${chapter}/cells.ts`))
    .map((chapter) => ({
      name: CELLS_SCRIPT + chapter,
      entry: `${ROOT}src/sandbox/cells-worker.ts`,
      subject: `${root}src/course/${chapter}/cells.ts`,
    }))
  const answers = foldersOf(`${root}src/course`)
    .filter((chapter) => existsSync(`${root}src/course/${chapter}/answers.ts`))
    .map((chapter) => ({
      name: ANSWERS_SCRIPT + chapter,
      entry: `${ROOT}src/sandbox/answers-worker.ts`,
      subject: `${root}src/course/${chapter}/answers.ts`,
    }))
  return [...exercises, ...chapters, ...answers]
}

function foldersOf(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/**
 * The plugin, for `vite.plugins` of Astro's configuration.
 * @param scripts what to bundle, where a test has exercises of its own
 */
export function sandboxScripts(scripts: () => readonly SandboxScript[] = courseScripts): Plugin {
  let base = '/'
  let command: 'serve' | 'build' = 'build'
  const bundles = new Map<string, Promise<string>>()
  const bundled = (script: SandboxScript): Promise<string> => {
    const known = bundles.get(script.name)
    if (known) return known
    const bundle = bundleScript(script, command === 'build')
    bundles.set(script.name, bundle)
    return bundle
  }

  return {
    name: 'lockstep:sandbox-scripts',
    configResolved(config) {
      base = config.base.replace(/\/*$/, '/')
      command = config.command
    },
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    async load(id, options) {
      if (id !== RESOLVED) return undefined
      if (options?.ssr) return 'export default {}'
      const addresses: Record<string, string> = {}
      for (const script of scripts()) {
        const { name } = script
        if (command === 'serve') {
          addresses[name] = `${base}${DEV_FOLDER}${name}.js`
          continue
        }
        const source = await bundled(script)
        const hash = createHash('sha256').update(source).digest('hex').slice(0, 8)
        const fileName = `_astro/sandbox/${name}.${hash}.js`
        this.emitFile({ type: 'asset', fileName, source })
        addresses[name] = base + fileName
      }
      return `export default ${JSON.stringify(addresses)}`
    },
    configureServer(server) {
      server.watcher.on('change', (file) => {
        if (/[\\/](engine|exercises|sandbox|course)[\\/]/.test(file)) bundles.clear()
      })
      server.middlewares.use((request, response, next) => {
        const path = request.url?.split('?')[0] ?? ''
        const file = [base + DEV_FOLDER, `/${DEV_FOLDER}`].find((folder) => path.startsWith(folder))
        const script = file && scripts().find(({ name }) => path === `${file}${name}.js`)
        if (!script) return next()
        bundled(script).then(
          (text) => response.setHeader('Content-Type', 'text/javascript').end(text),
          (error: unknown) => {
            bundles.delete(script.name)
            next(error)
          },
        )
      })
    },
  }
}

/** The text of a script. @throws Error when something that it imports is missing */
export async function bundleScript(
  { name, entry, subject }: SandboxScript,
  minify: boolean,
): Promise<string> {
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    plugins: [programs()],
    resolve: {
      alias: [
        { find: /^lockstep$/, replacement: `${ROOT}engine/api.ts` },
        ...(subject === undefined ? [] : [{ find: /^virtual:sandbox-subject$/, replacement: subject }]),
      ],
    },
    build: {
      write: false,
      minify,
      target: 'es2022',
      lib: { entry, formats: ['iife'], name: 'lockstepWorker', fileName: 'worker' },
    },
  })
  const outputs = Array.isArray(result) ? result : [result]
  const chunks = outputs
    .flatMap((one) => ('output' in one ? one.output : []))
    .filter((one) => one.type === 'chunk')
  if (chunks.length !== 1)
    throw new Error(`The sandbox's worker for ${name} must be one script, not ${chunks.length}.`)
  return chunks[0]!.code
}
