/**
 * What hosts read from the folder itself: `_headers` for Netlify and Cloudflare Pages, and the sign that keeps GitHub Pages from leaving
 * out what begins with an underscore. Other hosts serve them as files that nobody asks for.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { securityHeaders } from './headers.mjs'

export function hosting(): AstroIntegration {
  let base = '/'
  return {
    name: 'lockstep:hosting',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base.replace(/\/*$/, '/')
      },
      'astro:build:done': ({ dir }) => {
        const file = (name: string) => path.join(fileURLToPath(dir), name)
        writeFileSync(file('.nojekyll'), '')
        writeFileSync(file('_headers'), headersFor(base))
      },
    },
  }
}

/** @param base the path that the site is served under */
export function headersFor(base: string): string {
  const names = (headers: Record<string, string>) =>
    Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)
  return [
    `${base}*`,
    ...names(securityHeaders('/')),
    // Its pages are made to stand in others’.
    `${base}en/embed/*`,
    '  ! content-security-policy',
    // Their names change with what is in them.
    `${base}_astro/*`,
    '  ! cache-control',
    '  cache-control: public, max-age=31536000, immutable',
    '',
  ].join('\n')
}
