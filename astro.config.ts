/**
 * How the site is built: static files under any base path.
 *
 * LOCKSTEP_BASE  the path that the site is served under, such as `/course/` (default `/`)
 * LOCKSTEP_SITE  the origin that it will be published at, for canonical links, the list of pages and the feed (default: none)
 * LOCKSTEP_EDIT  where a page can be changed, `{path}` standing for its file; see src/edit.ts (default: nowhere)
 * LOCKSTEP_OUT   the folder that the build is written to (default `dist`)
 */
import { fileURLToPath } from 'node:url'
import mdx from '@astrojs/mdx'
import sitemap from '@astrojs/sitemap'
import svelte from '@astrojs/svelte'
import { defineConfig, fontProviders } from 'astro/config'
import { programs } from './engine/tools/programs/vite-plugin.ts'
import { glossary } from './src/glossary/integration.ts'
import { hosting } from './scripts/hosting.ts'
import { pageWeight } from './scripts/page-weight.ts'
import { stylesOfDynamicImports } from './scripts/styles-of-dynamic-imports.ts'
import { contentSecurity } from './src/security/integration.ts'
import { offline } from './src/offline/integration.ts'
import { searchIndex } from './src/search/integration.ts'
import { monacoAliases, monacoParts } from './src/editor/monaco-parts.ts'
import { sandboxScripts } from './src/sandbox/worker-plugin.ts'
import { codeDark, codeLight } from './src/styles/code-themes.ts'
import { waking } from './src/waking/directives.ts'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const font = (path: string) => `./node_modules/@fontsource-variable/${path}.woff2`
const site = process.env.LOCKSTEP_SITE
/** A page does not move under the reader: a font that comes late is there on the next page. */
const FONT_DISPLAY = 'optional'

/** The list of pages for those who look for them; its addresses are whole, so that it needs the site's own. */
const listOfPages = sitemap({ filter: (page) => !/\/(embed|offline|404)\b/.test(page) })

export default defineConfig({
  base: process.env.LOCKSTEP_BASE ?? '/',
  ...(site ? { site } : {}),
  outDir: process.env.LOCKSTEP_OUT ?? 'dist',
  trailingSlash: 'always',
  build: { format: 'directory' },
  devToolbar: { enabled: false },
  integrations: [
    svelte(),
    mdx(),
    glossary(),
    waking(),
    pageWeight(),
    contentSecurity(),
    searchIndex(),
    ...(site ? [listOfPages] : []),
    hosting(),
    // It lists what all the others have written.
    offline(),
  ],
  markdown: {
    shikiConfig: { themes: { light: codeLight, dark: codeDark }, defaultColor: 'light-dark()' },
  },
  fonts: [
    {
      name: 'Source Serif 4',
      cssVariable: '--font-serif',
      provider: fontProviders.local(),
      display: FONT_DISPLAY,
      fallbacks: ['Georgia', 'Songti SC', 'Noto Serif CJK SC', 'serif'],
      options: {
        variants: [
          {
            weight: '200 900',
            style: 'normal',
            src: [font('source-serif-4/files/source-serif-4-latin-wght-normal')],
          },
          {
            weight: '200 900',
            style: 'italic',
            src: [font('source-serif-4/files/source-serif-4-latin-wght-italic')],
          },
        ],
      },
    },
    {
      name: 'Inter',
      cssVariable: '--font-sans',
      provider: fontProviders.local(),
      display: FONT_DISPLAY,
      fallbacks: ['system-ui', 'PingFang SC', 'Noto Sans CJK SC', 'sans-serif'],
      options: {
        variants: [
          { weight: '100 900', style: 'normal', src: [font('inter/files/inter-latin-wght-normal')] },
        ],
      },
    },
    {
      name: 'JetBrains Mono',
      cssVariable: '--font-mono',
      provider: fontProviders.local(),
      display: FONT_DISPLAY,
      fallbacks: ['ui-monospace', 'Menlo', 'Consolas', 'monospace'],
      options: {
        variants: [
          {
            weight: '100 800',
            style: 'normal',
            src: [font('jetbrains-mono/files/jetbrains-mono-latin-wght-normal')],
          },
        ],
      },
    },
  ],
  vite: {
    plugins: [programs({ inPage: true }), stylesOfDynamicImports(), sandboxScripts(), monacoParts()],
    optimizeDeps: { rolldownOptions: { plugins: [monacoParts()] } },
    resolve: { alias: [{ find: /^lockstep$/, replacement: file('./engine/api.ts') }, ...monacoAliases] },
    // Browsers that know light-dark(), so that the tokens stay one line each.
    build: {
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      rolldownOptions: {
        // Astro's own marks in MDX modules; it has read them by then.
        onwarn: (warning, warn) => {
          // And what keeps names in the course’s own programs, which evaluate nothing: see compile-program.ts.
          if (warning.code === 'EVAL' && warning.id?.includes('?program')) return
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
        },
      },
    },
    environments: {
      client: {
        build: {
          rolldownOptions: {
            output: {
              advancedChunks: {
                groups: [
                  // Svelte, but for what few islands need: a page whose questions alone come alive loads nothing of the figures.
                  {
                    name: 'svelte',
                    test: /[\\/]svelte[\\/]src[\\/](?!internal[\\/]client[\\/]dom[\\/]elements[\\/](bindings|transitions))|[\\/]client\.svelte\.js$/,
                    priority: 1,
                  },
                  // What every figure needs, in one file.
                  {
                    name: 'figure',
                    test: /[\\/]widgets[\\/](Controls|Sentence|SpaceTime|Topology)\.svelte$|[\\/]trace[\\/]record\.ts$/,
                  },
                  // What every run is made of that is driven or explored; a figure that is only looked at needs none of it.
                  { name: 'plain', test: /[\\/]engine[\\/]plain\.ts$/ },
                ],
              },
            },
          },
        },
      },
    },
    // Workers are bundles of their own, and they run programs too.
    worker: { format: 'es', plugins: () => [programs({ inPage: true })] },
  },
})
