/**
 * `npm start`: installs what is missing, builds what has changed, serves the site and says where.
 * `npm start -- --port 8080 --host 0.0.0.0` to serve elsewhere.
 */
import { parseArgs } from 'node:util'
import { buildSite } from './site-build.mjs'
import { serve } from './static-server.mjs'
import { ensureInstalled, inRoot } from './toolchain.mjs'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PORT ?? '4321' },
    host: { type: 'string', default: '127.0.0.1' },
  },
})
const base = process.env.LOCKSTEP_BASE ?? '/'
const folder = process.env.LOCKSTEP_OUT ?? 'dist'

try {
  ensureInstalled()
  const { ok, built, output } = await buildSite({ base, folder, quiet: true })
  if (!ok) throw new Error(`${output}\nThe site could not be built.`)
  if (built) console.log('Built the site.')
  const { url } = await serve({ folder: inRoot(folder), base, port: Number(values.port), host: values.host })
  console.log(`\nLockstep is at ${url}\nStop it with Ctrl-C.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
