/**
 * Monaco's two themes, made from the site's tokens: the colours of code from src/styles/code-themes.ts, everything
 * else from the custom properties of src/styles/tokens.css as the browser resolves them.
 */
import { textmateThemeToMonacoTheme } from '@shikijs/monaco'
import type { editor } from 'monaco-editor/editor'
import { codeDark, codeLight } from '../styles/code-themes.ts'
import type { Theme } from '../theme.ts'

/** Monaco's name for what a token colours. */
const TOKEN_OF: Readonly<Record<string, string>> = {
  'editor.background': '--surface',
  'editor.foreground': '--ink',
  'editorLineNumber.foreground': '--soft',
  'editorLineNumber.activeForeground': '--ink',
  'editorCursor.foreground': '--ink',
  'editor.lineHighlightBackground': '--sunk',
  'editor.lineHighlightBorder': '--sunk',
  'editorWidget.background': '--surface',
  'editorWidget.foreground': '--ink',
  'editorWidget.border': '--rule',
  'editorHoverWidget.background': '--surface',
  'editorHoverWidget.border': '--rule',
  'editorHoverWidget.statusBarBackground': '--sunk',
  'editorSuggestWidget.background': '--surface',
  'editorSuggestWidget.border': '--rule',
  'editorSuggestWidget.foreground': '--ink',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'editorSuggestWidget.selectedBackground': '--accent-tint',
  'editorSuggestWidget.selectedForeground': '--ink',
  'list.hoverBackground': '--sunk',
  'list.focusBackground': '--accent-tint',
  'input.background': '--background',
  'input.foreground': '--ink',
  'input.border': '--edge',
  'menu.background': '--surface',
  'menu.foreground': '--ink',
  'menu.selectionBackground': '--accent-tint',
  'menu.selectionForeground': '--ink',
  'menu.separatorBackground': '--rule',
  'widget.border': '--rule',
  'widget.shadow': '--shadow',
  'textLink.foreground': '--accent',
  'textCodeBlock.background': '--sunk',
  'textPreformat.foreground': '--ink',
  'textPreformat.background': '--sunk',
  focusBorder: '--accent',
  foreground: '--ink',
  descriptionForeground: '--soft',
  'icon.foreground': '--soft',
  'editorError.foreground': '--red',
  'editorWarning.foreground': '--orange',
  'editorBracketMatch.background': '--accent-tint',
  'editorBracketMatch.border': '--accent-tint',
  'quickInput.background': '--surface',
  'quickInput.foreground': '--ink',
}

/** Tokens that stand for a wash over the code: Monaco's name, the token and how much of it, in 255ths. */
const WASHES: readonly (readonly [name: string, token: string, strength: string])[] = [
  ['editor.selectionBackground', '--accent', '40'],
  ['editor.inactiveSelectionBackground', '--accent', '26'],
  ['editor.selectionHighlightBackground', '--accent', '1c'],
  ['editor.wordHighlightBackground', '--accent', '1c'],
  ['editor.wordHighlightStrongBackground', '--accent', '26'],
  ['editor.findMatchBackground', '--orange', '66'],
  ['editor.findMatchHighlightBackground', '--orange', '33'],
  ['editor.hoverHighlightBackground', '--accent', '1c'],
  ['diffEditor.insertedLineBackground', '--green', '22'],
  ['diffEditor.insertedTextBackground', '--green', '33'],
  ['diffEditor.removedLineBackground', '--red', '1e'],
  ['diffEditor.removedTextBackground', '--red', '33'],
  ['diffEditor.diagonalFill', '--edge', '33'],
  ['diffEditorGutter.insertedLineBackground', '--green', '22'],
  ['diffEditorGutter.removedLineBackground', '--red', '1e'],
  ['scrollbarSlider.background', '--edge', '44'],
  ['scrollbarSlider.hoverBackground', '--edge', '77'],
  ['scrollbarSlider.activeBackground', '--edge', '99'],
]

export const themeName = (theme: Theme) => (theme === 'light' ? codeLight : codeDark).name

/** One of the two themes, with the colours that the tokens have in it. */
export function monacoTheme(theme: Theme): editor.IStandaloneThemeData {
  const code = theme === 'light' ? codeLight : codeDark
  const { rules, base } = textmateThemeToMonacoTheme(code as never) as editor.IStandaloneThemeData
  const colours = tokensIn(theme)
  const colors: Record<string, string> = {}
  for (const [name, token] of Object.entries(TOKEN_OF)) colors[name] = colours(token)
  for (const [name, token, strength] of WASHES) colors[name] = colours(token).slice(0, 7) + strength
  return { base, inherit: true, rules, colors }
}

/** Reads tokens as they are in a theme, whichever is on the screen. */
function tokensIn(theme: Theme): (token: string) => string {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  return (token) => {
    const probe = document.createElement('span')
    probe.style.colorScheme = theme
    probe.style.color = `var(${token})`
    document.body.append(probe)
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = getComputedStyle(probe).color
    probe.remove()
    context.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data
    const hex = [red, green, blue, ...(alpha === 255 ? [] : [alpha])]
    return '#' + hex.map((part) => (part ?? 0).toString(16).padStart(2, '0')).join('')
  }
}
