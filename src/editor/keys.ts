/**
 * The keys of other editors in Monaco: Vim's or Emacs's. Each is loaded when it is chosen, and taken away again when it is not any more.
 * The line under the editor says in which mode they are.
 */
import type { editor } from 'monaco-editor/editor'

export type Keys = 'plain' | 'vim' | 'emacs'

/** Keys that an editor listens to. */
export interface OtherKeys {
  /** Takes them away. */
  end(): void
  /** Has Escape nothing to end any more, so that it may let Tab leave the editor? */
  rests(): boolean
}

/**
 * Lets an editor listen to keys other than its own.
 * @param status where the mode and what is being typed stand
 * @throws when they can't be loaded
 */
export function listenTo(
  keys: Exclude<Keys, 'plain'>,
  monaco: editor.IStandaloneCodeEditor,
  status: HTMLElement,
): Promise<OtherKeys> {
  return keys === 'vim' ? vim(monaco, status) : emacs(monaco, status)
}

async function vim(monaco: editor.IStandaloneCodeEditor, status: HTMLElement): Promise<OtherKeys> {
  const { StatusBar, initVimMode } = await import('monaco-vim')
  /** What was typed before Escape is over. */
  class Line extends StatusBar {
    override setKeyBuffer(keys: string): void {
      super.setKeyBuffer(keys.split('<Esc>').at(-1) ?? '')
    }
  }
  let mode = 'normal'
  const adapter = initVimMode(monaco as never, status, Line) as unknown as {
    on(event: 'vim-mode-change', listener: (change: { mode: string }) => void): void
    dispose(): void
  }
  adapter.on('vim-mode-change', (change) => (mode = change.mode))
  return {
    end() {
      adapter.dispose()
      status.replaceChildren()
    },
    rests: () => mode === 'normal',
  }
}

async function emacs(monaco: editor.IStandaloneCodeEditor, status: HTMLElement): Promise<OtherKeys> {
  const { EmacsExtension } = await import('monaco-emacs')
  const extension = new EmacsExtension(monaco as never)
  // It shows the key that is awaited, such as `C-x-`; what is marked is seen in the text.
  extension.onDidChangeKey((typed: string) => (status.textContent = typed))
  extension.start()
  return {
    end() {
      extension.dispose()
      status.replaceChildren()
    },
    rests: () => true,
  }
}
