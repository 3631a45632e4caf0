/**
 * A Vite plugin that keeps Monaco to the parts that the course uses, and lets what was written for other versions of it find them.
 *
 * Its TypeScript mode asks for workers by a file that also imports every feature there is. They come too late for the editor that is
 * there, and without the services that they need for the next one, which then complains about each of them.
 */
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const EVERYTHING = /[\\/]monaco-editor[\\/]esm[\\/]vs[\\/]internal[\\/]common[\\/]workers\.js(\?|$)/

/** For `resolve.alias`: where older versions keep their files, and the one of its files that says where Monaco is. */
export const monacoAliases = [
  { find: /^monaco-editor\/esm\/vs\//, replacement: 'monaco-editor/' },
  {
    find: /^monaco-vim$/,
    replacement: fileURLToPath(new URL('../../node_modules/monaco-vim/dist/index.mjs', import.meta.url)),
  },
]

/** For `vite.plugins`, and for what bundles dependencies while developing. */
export function monacoParts(): Plugin {
  return {
    name: 'lockstep:monaco-parts',
    enforce: 'pre',
    resolveId(source, importer) {
      // All of Monaco, every language included: the editor alone is what these keys need.
      if (source !== 'monaco-editor' || !importer?.includes('monaco-emacs')) return null
      return this.resolve('monaco-editor/editor', importer, { skipSelf: true })
    },
    transform(code, id) {
      if (!EVERYTHING.test(id)) return null
      return { code: code.replace(/^import '[^']+';$/gm, ''), map: null }
    },
  }
}
