/** Two texts side by side in Monaco, what differs marked. Loaded when somebody compares, where Monaco is wanted at all. */
import { editor } from 'monaco-editor/editor'
import { setUp } from './monaco.ts'
import { themeName } from './theme.ts'
import { currentTheme } from '../theme.ts'

export interface DiffSurface {
  /** Takes other texts. */
  show(before: string, after: string): void
  dispose(): void
}

export interface DiffOptions {
  /** What each side is called, for a screen reader. */
  readonly beforeLabel: string
  readonly afterLabel: string
}

/** @throws when Monaco's parts can't be loaded */
export async function createDiff(
  host: HTMLElement,
  { beforeLabel, afterLabel }: DiffOptions,
): Promise<DiffSurface> {
  await setUp()
  const style = getComputedStyle(host)
  const diff = editor.createDiffEditor(host, {
    automaticLayout: true,
    bracketPairColorization: { enabled: false },
    readOnly: true,
    domReadOnly: true,
    originalEditable: false,
    originalAriaLabel: beforeLabel,
    modifiedAriaLabel: afterLabel,
    renderSideBySide: true,
    useInlineViewWhenSpaceIsLimited: true,
    renderIndicators: true,
    renderOverviewRuler: false,
    renderMarginRevertIcon: false,
    renderGutterMenu: false,
    hideUnchangedRegions: { enabled: false },
    ignoreTrimWhitespace: true,
    folding: false,
    fontFamily: style.fontFamily,
    fontLigatures: false,
    fontSize: parseFloat(style.fontSize),
    glyphMargin: false,
    guides: { indentation: false },
    lineHeight: parseFloat(style.lineHeight),
    lineNumbersMinChars: 3,
    links: false,
    minimap: { enabled: false },
    occurrencesHighlight: 'off',
    padding: { top: 10, bottom: 10 },
    renderLineHighlight: 'none',
    scrollBeyondLastLine: false,
    stickyScroll: { enabled: false },
    // Tab goes on through the page: there is nothing to write here.
    tabFocusMode: true,
    theme: themeName(currentTheme()),
    unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
    wordWrap: 'on',
  })
  let models: readonly editor.ITextModel[] = []
  const drop = () => {
    diff.setModel(null)
    for (const model of models) model.dispose()
    models = []
  }
  return {
    show(before, after) {
      drop()
      // Not as TypeScript of a project: nothing is checked here, and nothing underlined.
      const [original, modified] = [before, after].map((text) => editor.createModel(text, 'typescript'))
      models = [original!, modified!]
      const bracketColorizationOptions = { enabled: false, independentColorPoolPerBracketType: false }
      for (const model of models) model.updateOptions({ bracketColorizationOptions })
      diff.setModel({ original: original!, modified: modified! })
    },
    dispose() {
      drop()
      diff.dispose()
    },
  }
}
