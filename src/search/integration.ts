/**
 * Makes the index that the search asks, once the pages are built: their main text, and the glossary word by word. Only
 * Pagefind's own search is kept of what it brings along; the page has a dialog of its own.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { createIndex, close, type PagefindIndex } from 'pagefind'
import { readGlossary } from '../glossary/read.ts'
import { FOLDER, WORD } from './folder.ts'

/** What Pagefind writes for pages that have no dialog of their own. */
const LEFT_OUT = /^pagefind-(ui|modular-ui|component-ui|highlight|playground)|^playground\//

/** What is drawn, typed or pressed, and would only repeat what the text says. */
const NOT_READ = [
  'figure > *',
  'svg',
  'astro-island button',
  'select',
  '[role="status"]',
  '.kicker',
  '.label',
  'noscript',
]

/** Fails with what Pagefind complains about. */
function check<Answer extends { readonly errors: readonly string[] }>(answer: Answer): Answer {
  if (answer.errors.length > 0) throw new Error(`the search index: ${answer.errors.join('; ')}`)
  return answer
}

async function addGlossaries(index: PagefindIndex, content: string): Promise<void> {
  const entries = await readdir(content, { withFileTypes: true })
  for (const { name: language } of entries.filter((entry) => entry.isDirectory())) {
    for (const [id, { term, definition }] of Object.entries(readGlossary(content, language))) {
      const record = {
        url: `/${language}/glossary/#${id}`,
        content: `${term}. ${definition.replaceAll('`', '')}`,
        language,
        meta: { title: term, kind: WORD },
      }
      check(await index.addCustomRecord(record))
    }
  }
}

export function searchIndex(): AstroIntegration {
  let content = ''
  return {
    name: 'lockstep:search',
    hooks: {
      'astro:config:done': ({ config }) => {
        content = fileURLToPath(new URL('content/', config.root))
      },
      'astro:build:done': async ({ dir, logger }) => {
        const site = fileURLToPath(dir)
        const { index } = check(await createIndex({ excludeSelectors: NOT_READ }))
        if (!index) throw new Error('the search index could not be begun')
        const pages = check(await index.addDirectory({ path: site }))
        await addGlossaries(index, content)
        const { files } = check(await index.getFiles())
        for (const { path: name, content: bytes } of files) {
          if (LEFT_OUT.test(name)) continue
          const file = path.join(site, FOLDER, name)
          await mkdir(path.dirname(file), { recursive: true })
          await writeFile(file, bytes)
        }
        await close()
        logger.info(`${pages.page_count} pages can be searched`)
      },
    },
  }
}
