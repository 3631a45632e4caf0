/**
 * Keeps the style sheets of parts that an island loads only when it needs them, such as the editor's. Astro takes a
 * sheet that no page links for an orphan and deletes it, although the part asks for it when it is loaded.
 * Reference: astro 7.3.4, core/build/plugins/plugin-css.js, `isOrphaned`.
 */
import type { Plugin } from 'vite'

export function stylesOfDynamicImports(): Plugin {
  return {
    name: 'lockstep:styles-of-dynamic-imports',
    applyToEnvironment: (environment) => environment.name === 'client',
    generateBundle: {
      order: 'pre',
      handler(_options, bundle) {
        // The part itself, and what it shares with others of its kind.
        const kept = new Set<string>()
        const keep = (name: string): void => {
          const chunk = bundle[name]
          if (chunk?.type !== 'chunk' || kept.has(name)) return
          kept.add(name)
          for (const sheet of chunk.viteMetadata?.importedCss ?? [])
            chunk.viteMetadata?.importedAssets.add(sheet)
          chunk.imports.forEach(keep)
        }
        for (const chunk of Object.values(bundle))
          if (chunk.type === 'chunk' && chunk.isDynamicEntry) keep(chunk.fileName)
      },
    },
  }
}
