/**
 * `client:focus`: an island that comes alive when the reader first touches it, so that a page with many of them loads
 * nothing for those that are only read. See `focus-directive.ts`.
 */
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'

/** For `integrations` of Astro's configuration. */
export function clientFocus(): AstroIntegration {
  return {
    name: 'lockstep:client-focus',
    hooks: {
      'astro:config:setup': ({ addClientDirective }) =>
        addClientDirective({
          name: 'focus',
          entrypoint: fileURLToPath(new URL('./focus-directive.ts', import.meta.url)),
        }),
    },
  }
}
