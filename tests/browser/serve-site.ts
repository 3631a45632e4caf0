/**
 * Before the browser tests: builds the site for both base paths if the sources have changed, and serves them on
 * free ports, so that several test runs can share a machine.
 */
import { buildSite } from '../../scripts/site-build.mjs'
import { serve } from '../../scripts/static-server.mjs'
import { inRoot } from '../../scripts/toolchain.mjs'
import { sites } from './sites.ts'

export default async function serveSites() {
  const servers: Awaited<ReturnType<typeof serve>>[] = []
  for (const { base, folder, variable } of Object.values(sites)) {
    const { ok, output } = await buildSite({ base, folder, quiet: true })
    if (!ok) throw new Error(`${output}\nThe site could not be built for ${base}`)
    const server = await serve({ folder: inRoot(folder), base, port: 0 })
    process.env[variable] = server.url
    servers.push(server)
  }
  return async () => {
    await Promise.all(servers.map((server) => server.close()))
  }
}
