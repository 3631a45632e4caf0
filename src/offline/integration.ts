/**
 * Makes the site work without a network: lists what each chapter needs, and bundles the service worker that keeps it. It comes after
 * everything else that writes into the built folder.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { build } from 'vite'
import { chapters } from '../course/chapters.ts'
import { CONTENTS } from './contents.ts'
import { listContents } from './list-contents.ts'

export function offline(): AstroIntegration {
  let base = '/'
  return {
    name: 'lockstep:offline',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base.replace(/\/*$/, '/')
      },
      'astro:build:done': async ({ dir, logger }) => {
        const folder = fileURLToPath(dir)
        const contents = listContents(
          folder,
          base,
          chapters.map(({ id }) => id),
        )
        writeFileSync(path.join(folder, CONTENTS), JSON.stringify(contents))
        writeFileSync(path.join(folder, 'sw.js'), await bundleWorker(contents.version))
        logger.info(`${contents.chapters.length} chapters can be kept; version ${contents.version}`)
      },
    },
  }
}

/** The service worker as one script; the version in it is how a browser sees that the site has changed. */
async function bundleWorker(version: string): Promise<string> {
  const result = await build({
    configFile: false,
    root: fileURLToPath(new URL('../../', import.meta.url)),
    logLevel: 'warn',
    publicDir: false,
    define: {
      'process.env.NODE_ENV': '"production"',
      'import.meta.env.LOCKSTEP_VERSION': JSON.stringify(version),
    },
    build: {
      write: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('./worker.ts', import.meta.url)),
        formats: ['iife'],
        name: 'lockstepOffline',
        fileName: 'sw',
      },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  )
  const chunk = outputs.find((one) => one.type === 'chunk')
  if (!chunk) throw new Error('The service worker could not be bundled')
  return chunk.code
}
