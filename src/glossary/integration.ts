/**
 * Brings the glossary into the making of pages: chapters get a link at the first use of each of its words, and pages
 * are made anew when it changes.
 */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { firstUses, type TreeNode } from './first-uses.ts'
import { linkedIn } from './glossary.ts'
import { glossaryFile, readGlossary } from './read.ts'

/** What the Markdown processor hands to a step of ours. */
interface Context {
  replaceNode(node: TreeNode, by: readonly TreeNode[]): void
}

/** The language and the chapter of a page, or null for any other file. */
function placeOf(content: string, file: URL | undefined): { language: string; chapter: string } | null {
  if (!file) return null
  const inside = path.relative(content, fileURLToPath(file))
  if (inside.startsWith('..') || path.isAbsolute(inside)) return null
  const [language, chapter] = inside.split(path.sep)
  return { language: language!, chapter: chapter! }
}

/** The step for one file; none for a file that is no chapter's page. @param content the folder `content/` */
export function linkTerms(content: string) {
  return ({ fileURL }: { readonly fileURL: URL | undefined }) => {
    const place = placeOf(content, fileURL)
    if (place === null) return null
    const glossary = linkedIn(readGlossary(content, place.language), place.chapter)
    return {
      name: 'link-terms',
      before(root: TreeNode, context: Context): void {
        for (const { text, by } of firstUses(root, glossary)) {
          context.replaceNode(text, by)
        }
      },
    }
  }
}

/** The integration for astro.config.ts. */
export function glossary(): AstroIntegration {
  return {
    name: 'glossary',
    hooks: {
      'astro:config:setup'({ config, addWatchFile }) {
        const content = fileURLToPath(new URL('./content/', config.root))
        for (const language of readdirSync(content, { withFileTypes: true })) {
          if (language.isDirectory()) addWatchFile(glossaryFile(content, language.name))
        }
        const options = config.markdown.processor.options as { mdastPlugins?: unknown[] }
        // A processor without such a list would silently leave all words unlinked.
        if (!options.mdastPlugins) throw new Error('the Markdown processor takes no steps on its tree')
        options.mdastPlugins.push(linkTerms(content))
      },
    },
  }
}
