/**
 * `npm run build`: the site into dist/, or into LOCKSTEP_OUT, for the base path LOCKSTEP_BASE.
 * With `--tested`: what the browser tests look at, if it has changed.
 */
import { buildSite, testedSites } from './site-build.mjs'
import { ensureInstalled } from './toolchain.mjs'

ensureInstalled()
const wanted = process.argv.includes('--tested')
  ? Object.values(testedSites)
  : [{ base: process.env.LOCKSTEP_BASE ?? '/', folder: process.env.LOCKSTEP_OUT ?? 'dist', force: true }]
for (const site of wanted) {
  const { ok } = await buildSite(site)
  if (!ok) process.exitCode = 1
}
