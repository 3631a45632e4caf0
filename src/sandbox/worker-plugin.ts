/**
 * A Vite plugin: bundles the sandbox's worker into one classic script and gives its address as `virtual:sandbox-worker`.
 * The frame in which the worker runs has no network and an origin that matches nothing, so a worker that consists of
 * modules can't be started there; the page fetches this script and hands its text in. The same in `dev` and `build`.
 */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type Plugin, build } from 'vite'
import { programs } from '../../engine/tools/programs/vite-plugin.ts'

const NAME = 'virtual:sandbox-worker'
const RESOLVED = `\0${NAME}`
const ENTRY = fileURLToPath(new URL('./worker-entry.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DEV_FILE = '@sandbox-worker.js'

/**
 * The plugin, for `vite.plugins` of Astro's configuration.
 * @param entry the file that runs in the worker, where a test has exercises of its own
 */
export function sandboxWorker(entry = ENTRY): Plugin {
  let base = '/'
  let command: 'serve' | 'build' = 'build'
  let script: Promise<string> | null = null
  const bundled = (): Promise<string> => (script ??= bundle(entry, command === 'build'))

  return {
    name: 'lockstep:sandbox-worker',
    configResolved(config) {
      base = config.base.replace(/\/*$/, '/')
      command = config.command
    },
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    async load(id, options) {
      if (id !== RESOLVED) return undefined
      if (options?.ssr) return "export default ''"
      if (command === 'serve') return `export default ${JSON.stringify(base + DEV_FILE)}`
      const source = await bundled()
      const fileName = `_astro/sandbox-worker.${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`
      this.emitFile({ type: 'asset', fileName, source })
      return `export default ${JSON.stringify(base + fileName)}`
    },
    configureServer(server) {
      server.watcher.on('change', (file) => {
        if (/[\\/](engine|exercises|sandbox)[\\/]/.test(file)) script = null
      })
      server.middlewares.use((request, response, next) => {
        const path = request.url?.split('?')[0]
        if (path !== base + DEV_FILE && path !== `/${DEV_FILE}`) return next()
        bundled().then(
          (text) => response.setHeader('Content-Type', 'text/javascript').end(text),
          (error: unknown) => {
            script = null
            next(error)
          },
        )
      })
    },
  }
}

async function bundle(entry: string, minify: boolean): Promise<string> {
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    plugins: [programs()],
    resolve: { alias: [{ find: /^lockstep$/, replacement: `${ROOT}engine/api.ts` }] },
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
  if (chunks.length !== 1) throw new Error(`The sandbox's worker must be one script, not ${chunks.length}.`)
  return chunks[0]!.code
}
