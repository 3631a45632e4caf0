/**
 * Monaco, set up for the course: only the features that an exercise needs, TypeScript, the course's modules and the
 * site's themes. This file is imported when an editor is wanted, and never by a page that is read.
 */
import { shikiToMonaco } from '@shikijs/monaco'
import { editor, KeyCode, KeyMod, languages, MarkerSeverity, Range, Uri } from 'monaco-editor/editor'
import 'monaco-editor/editor/contrib/suggest/browser/suggestController'
import 'monaco-editor/features/bracketMatching/register'
import 'monaco-editor/features/caretOperations/register'
import 'monaco-editor/features/clipboard/register'
import 'monaco-editor/features/codeEditor/register'
import 'monaco-editor/features/codicon/register'
import 'monaco-editor/features/comment/register'
import 'monaco-editor/features/contextmenu/register'
import 'monaco-editor/features/cursorUndo/register'
import 'monaco-editor/features/dnd/register'
import 'monaco-editor/features/find/register'
import 'monaco-editor/features/gotoError/register'
import 'monaco-editor/features/hover/register'
import 'monaco-editor/features/indentation/register'
import 'monaco-editor/features/linesOperations/register'
import 'monaco-editor/features/multicursor/register'
import 'monaco-editor/features/parameterHints/register'
import 'monaco-editor/features/smartSelect/register'
import 'monaco-editor/features/snippet/register'
import 'monaco-editor/features/toggleTabFocusMode/register'
import 'monaco-editor/features/wordHighlighter/register'
import 'monaco-editor/features/wordOperations/register'
import {
  ModuleResolutionKind,
  ScriptTarget,
  typescriptDefaults,
} from 'monaco-editor/languages/features/typescript/register'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import { typescriptWorker } from '../sandbox/compiler.ts'
import { currentTheme, onThemeChange, type Theme } from '../theme.ts'
import { loadHighlighter } from './highlighter.ts'
import type { CourseModules } from './course-modules.ts'
import { type Keys, listenTo } from './keys.ts'
import type { LineMark } from './marks.ts'
import type { Position, Problem, Surface } from './surface.ts'
import { monacoTheme, themeName } from './theme.ts'

export interface MonacoOptions {
  /** The name of the learner's file. */
  file: string
  code: string
  /** Names the editor for a screen reader, and says how to leave it. */
  label: string
  /** TypeScript that the file may import. */
  modules: CourseModules
  onchange: (code: string) => void
  /** Whether the Tab key leaves the editor now, or indents. */
  ontab: (leaves: boolean) => void
}

export interface MonacoSurface extends Surface {
  /** Takes code from outside; the learner can undo it. */
  replace(code: string): void
  mark(marks: readonly LineMark[]): void
  /** Underlines what a run found. What the types say Monaco underlines itself. */
  problems(problems: readonly Problem[]): void
  /**
   * Listens to the keys of another editor, or to its own again.
   * @param status where their mode stands
   * @throws when they can't be loaded
   */
  keys(keys: Keys, status: HTMLElement): Promise<void>
  /** Does Tab leave the editor, always? */
  letTabLeave(leaves: boolean): void
  /** @param offset into the text */
  caret(offset: number): void
  dispose(): void
}

/** Where the learner's file lies for the compiler; the modules that it imports lie beside it. */
const ROOT = 'file:///answer/'

let ready: Promise<void> | undefined

/** Everything that is set up once, however many editors there are. */
export function setUp(): Promise<void> {
  ready ??= (async () => {
    self.MonacoEnvironment = {
      getWorker: (_module: string, label: string) =>
        label === 'typescript' ? typescriptWorker() : new EditorWorker(),
    }
    languages.register({ id: 'typescript', extensions: ['.ts'] })
    languages.setLanguageConfiguration('typescript', {
      comments: { lineComment: '//', blockComment: ['/*', '*/'] },
      brackets: [
        ['{', '}'],
        ['[', ']'],
        ['(', ')'],
      ],
      autoClosingPairs: [
        { open: '{', close: '}' },
        { open: '[', close: ']' },
        { open: '(', close: ')' },
        { open: "'", close: "'", notIn: ['string', 'comment'] },
        { open: '"', close: '"', notIn: ['string'] },
        { open: '`', close: '`', notIn: ['string', 'comment'] },
      ],
      indentationRules: {
        increaseIndentPattern: /^.*[{([][^})\]]*$/,
        decreaseIndentPattern: /^\s*[})\]]/,
      },
    })
    // The first line pays for the whole grammar; a slow machine must not be cut short in it.
    shikiToMonaco(await loadHighlighter(), { editor, languages } as never, { tokenizeTimeLimit: 10_000 })
    for (const theme of ['light', 'dark'] as const) editor.defineTheme(themeName(theme), monacoTheme(theme))
    const show = (theme: Theme) => editor.setTheme(themeName(theme))
    show(currentTheme())
    onThemeChange(show)
  })()
  return ready
}

function setUpTypeScript({ paths, files }: CourseModules): void {
  typescriptDefaults.setCompilerOptions({
    target: ScriptTarget.ES2020,
    lib: ['lib.es2020.d.ts'],
    types: [],
    strict: true,
    moduleResolution: ModuleResolutionKind.NodeJs,
    allowNonTsExtensions: true,
    noEmit: true,
    baseUrl: ROOT,
    paths: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, [ROOT + path]])),
  })
  typescriptDefaults.setExtraLibs(
    Object.entries(files).map(([path, content]) => ({ content, filePath: ROOT + path })),
  )
  typescriptDefaults.setEagerModelSync(true)
}

/** Makes an editor. @throws when Monaco's parts can't be loaded */
export async function createMonaco(host: HTMLElement, options: MonacoOptions): Promise<MonacoSurface> {
  const style = getComputedStyle(host)
  await Promise.all([
    setUp(),
    document.fonts.load(`${style.fontSize} ${style.fontFamily}`).catch(() => undefined),
  ])
  setUpTypeScript(options.modules)
  const uri = Uri.parse(ROOT + options.file)
  editor.getModel(uri)?.dispose()
  const model = editor.createModel(options.code, 'typescript', uri)
  model.updateOptions({
    tabSize: 2,
    insertSpaces: true,
    trimAutoWhitespace: true,
    bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
  })
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const monaco = editor.create(host, {
    model,
    ariaLabel: options.label,
    automaticLayout: true,
    bracketPairColorization: { enabled: false },
    cursorBlinking: still ? 'solid' : 'blink',
    fixedOverflowWidgets: true,
    folding: false,
    fontFamily: style.fontFamily,
    fontLigatures: false,
    fontSize: parseFloat(style.fontSize),
    glyphMargin: false,
    guides: { indentation: false },
    hideCursorInOverviewRuler: true,
    inlayHints: { enabled: 'off' },
    lightbulb: { enabled: 'off' as never },
    lineDecorationsWidth: 18,
    lineHeight: parseFloat(style.lineHeight),
    lineNumbersMinChars: 3,
    links: false,
    minimap: { enabled: false },
    occurrencesHighlight: 'off',
    overviewRulerBorder: false,
    overviewRulerLanes: 0,
    padding: { top: parseFloat(style.getPropertyValue('--editor-top')), bottom: 64 },
    quickSuggestions: { other: true, comments: false, strings: true },
    renderLineHighlight: 'line',
    renderLineHighlightOnlyWhenFocus: true,
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
    scrollBeyondLastLine: false,
    smoothScrolling: false,
    stickyScroll: { enabled: false },
    theme: themeName(currentTheme()),
    unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
    wordBasedSuggestions: 'off',
    wordWrap: 'on',
    wrappingIndent: 'indent',
  })

  model.onDidChangeContent(() => options.onchange(model.getValue()))
  const tab = tabIn(monaco, host, options.ontab)
  let other: { readonly keys: Keys; end(): void } = { keys: 'plain', end: () => undefined }
  let wanted: Keys = 'plain'
  const decorations = monaco.createDecorationsCollection()
  const notes = notesOver(monaco, host)

  return {
    focus: () => monaco.focus(),
    goTo({ line, column }: Position) {
      monaco.setPosition({ lineNumber: line, column })
      monaco.revealLineInCenterIfOutsideViewport(line)
      monaco.focus()
    },
    reveal: (line) => monaco.revealLineInCenterIfOutsideViewport(line),
    letTabLeave: (leaves) => tab.always(leaves),
    async keys(keys, status) {
      wanted = keys
      if (other.keys === keys) return
      other.end()
      other = { keys: 'plain', end: () => undefined }
      tab.escapes('own')
      if (keys === 'plain') return
      const { end, rests } = await listenTo(keys, monaco, status)
      // Something else was chosen meanwhile.
      if (wanted !== keys) return end()
      other = { keys, end }
      tab.escapes(rests)
    },
    caret: (offset) => monaco.setPosition(model.getPositionAt(offset)),
    replace(code) {
      if (code === model.getValue()) return
      monaco.pushUndoStop()
      monaco.executeEdits('lockstep', [{ range: model.getFullModelRange(), text: code }])
      monaco.pushUndoStop()
    },
    mark(marks) {
      const here = marks.filter(({ line }) => line <= model.getLineCount())
      decorations.set(here.map(decorationOf))
      notes.show(here)
    },
    problems(problems) {
      editor.setModelMarkers(model, 'lockstep', problems.map(markerOf))
    },
    dispose() {
      wanted = 'plain'
      other.end()
      tab.dispose()
      monaco.dispose()
      model.dispose()
    },
  }

  function markerOf({ line, column, severity, message }: Problem): editor.IMarkerData {
    const lineNumber = Math.min(Math.max(line, 1), model.getLineCount())
    const word = model.getWordAtPosition({ lineNumber, column })
    return {
      startLineNumber: lineNumber,
      endLineNumber: lineNumber,
      startColumn: word?.startColumn ?? Math.max(1, column),
      endColumn: word?.endColumn ?? model.getLineMaxColumn(lineNumber),
      message,
      severity: severity === 'error' ? MarkerSeverity.Error : MarkerSeverity.Warning,
    }
  }
}

function decorationOf({ line, kind }: LineMark): editor.IModelDeltaDecoration {
  return {
    range: new Range(line, 1, line, 1),
    options: {
      isWholeLine: true,
      className: `mark mark-${kind}`,
      linesDecorationsClassName: `mark-bar mark-bar-${kind}`,
    },
  }
}

/** The notes of marked lines, at the right edge of their lines however long these are. */
function notesOver(monaco: editor.IStandaloneCodeEditor, host: HTMLElement) {
  const layer = document.createElement('div')
  layer.className = 'mark-notes'
  layer.setAttribute('aria-hidden', 'true')
  host.append(layer)
  let shown: readonly LineMark[] = []
  const place = () => {
    layer.replaceChildren(
      ...shown.map(({ line, kind, note }) => {
        const element = document.createElement('span')
        element.className = `mark-note mark-${kind}`
        element.textContent = note ?? ''
        element.style.top = `${monaco.getTopForLineNumber(line) - monaco.getScrollTop()}px`
        return element
      }),
    )
  }
  monaco.onDidScrollChange(place)
  monaco.onDidLayoutChange(place)
  return {
    show(marks: readonly LineMark[]) {
      shown = marks.filter(({ note }) => note)
      place()
    },
  }
}

/** What Escape and Tab do in an editor. */
interface TabKeys {
  /** Does Tab leave the editor whatever was pressed before? */
  always(leaves: boolean): void
  /**
   * When Escape lets the next Tab leave: where it has nothing to close, or whenever this says so, for keys that have a use of their own
   * for Escape.
   */
  escapes(when: 'own' | (() => boolean)): void
  dispose(): void
}

/** Escape, with nothing open that it would close, lets the next Tab leave the editor. */
function tabIn(
  monaco: editor.IStandaloneCodeEditor,
  host: HTMLElement,
  ontab: (leaves: boolean) => void,
): TabKeys {
  let always = false
  let once = false
  let when: 'own' | (() => boolean) = 'own'
  const leave = (leaves: boolean) => {
    if (once !== leaves) ontab(leaves)
    once = leaves
    monaco.updateOptions({ tabFocusMode: always || once })
  }
  const nothingOpen = [
    '!suggestWidgetVisible',
    '!parameterHintsVisible',
    '!findWidgetVisible',
    '!inSnippetMode',
    '!editorHasMultipleSelections',
    '!markersNavigationVisible',
    '!editorHoverVisible',
  ]
  monaco.addCommand(KeyCode.Escape, () => leave(true), nothingOpen.join(' && '))
  monaco.onKeyDown((event) => {
    if (event.keyCode !== KeyCode.Escape && event.keyCode !== KeyCode.Tab && event.keyCode !== KeyCode.Shift)
      leave(false)
  })
  monaco.onDidBlurEditorText(() => leave(false))
  // Before the keys of another editor, which take Escape and Tab for themselves.
  const first = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && when !== 'own' && when()) leave(true)
    if (event.key === 'Tab' && (always || once)) event.stopPropagation()
  }
  host.addEventListener('keydown', first, { capture: true })
  // The page runs the code with this, from wherever the focus is; the editor would only insert a line.
  monaco.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, () => undefined)
  return {
    always(leaves) {
      always = leaves
      monaco.updateOptions({ tabFocusMode: always || once })
    },
    escapes: (next) => (when = next),
    dispose: () => host.removeEventListener('keydown', first, { capture: true }),
  }
}
