/**
 * TypeScript in colour, a line at a time: for listings while the site is built, and in the page for the plain editor
 * and for Monaco. One grammar and one pair of themes, so that the same code looks the same everywhere.
 */
import { createHighlighterCore, type HighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import typescript from 'shiki/langs/typescript.mjs'
import { codeDark, codeLight } from '../styles/code-themes.ts'
import { escapeHtml } from './listing.ts'

export type Highlighter = HighlighterCore

/** The colour of ordinary text, which a listing has anyway. */
const INK = `light-dark(${inkOf(codeLight)}, ${inkOf(codeDark)})`

let loading: Promise<Highlighter> | undefined

/** The highlighter, made at the first call. */
export function loadHighlighter(): Promise<Highlighter> {
  loading ??= createHighlighterCore({
    themes: [codeLight, codeDark],
    langs: [typescript],
    engine: createJavaScriptRegexEngine(),
  })
  return loading
}

function inkOf(theme: typeof codeLight): string {
  return theme.colors['editor.foreground'].toUpperCase()
}

/** The lines of a TypeScript file as HTML. Colours follow the theme of the element that they stand in. */
export function highlightLines(highlighter: Highlighter, code: string): string[] {
  const { tokens } = highlighter.codeToTokens(code, {
    lang: 'typescript',
    themes: { light: codeLight.name, dark: codeDark.name },
    defaultColor: 'light-dark()',
    // The first line pays for the whole grammar; a slow machine must not be cut short in it, and left without colours.
    tokenizeTimeLimit: 10_000,
  })
  return tokens.map((line) =>
    line
      .map(({ content, htmlStyle }) => {
        const color = htmlStyle?.color
        if (content.trim() === '' || color === undefined || color === INK) return escapeHtml(content)
        const italic = htmlStyle?.['--shiki-light-font-style'] === 'italic' ? ';font-style:italic' : ''
        return `<span style="color:${color}${italic}">${escapeHtml(content)}</span>`
      })
      .join(''),
  )
}
