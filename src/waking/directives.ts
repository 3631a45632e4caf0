/**
 * When islands come alive. `client:focus`: when the reader begins to write in one. `client:touch`: when the reader touches one in any
 * way. A page with many of them loads nothing for those that are only read.
 */
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'

/** For `integrations` of Astro's configuration. */
export function waking(): AstroIntegration {
  return {
    name: 'lockstep:waking',
    hooks: {
      'astro:config:setup': ({ addClientDirective }) => {
        for (const name of ['focus', 'touch'])
          addClientDirective({
            name,
            entrypoint: fileURLToPath(new URL(`./${name}-directive.ts`, import.meta.url)),
          })
      },
    },
  }
}
