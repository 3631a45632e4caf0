/** Writes into every page that the build has made the policy under which a browser runs it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { withPolicy } from './policy.ts'

/** It has a policy of its own: what runs in it is a learner’s. */
const FRAME = 'runner.html'

/** The integration for astro.config.ts. What reads pages after the build comes after it. */
export function contentSecurity(): AstroIntegration {
  return {
    name: 'content-security',
    hooks: {
      'astro:build:done'({ dir }) {
        const folder = fileURLToPath(dir)
        const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        for (const file of files.filter((name) => name.endsWith('.html') && name !== FRAME)) {
          const page = path.join(folder, file)
          const editor = file.split(path.sep).includes('exercises')
          writeFileSync(page, withPolicy(readFileSync(page, 'utf8'), { editor }))
        }
      },
    },
  }
}
