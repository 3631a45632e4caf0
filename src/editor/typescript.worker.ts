/**
 * The worker that holds TypeScript, once. It serves Monaco (hovers, completion) and compiles answers, also where no
 * Monaco is loaded: who wants to compile sends it a port.
 */
import { expose } from 'comlink'
import {
  TypeScriptWorker,
  initialize,
  libFileMap,
  ts,
} from 'monaco-editor/languages/features/typescript/ts.worker'
import type * as TypeScript from 'typescript-page'
import { compile } from '../../engine/compile/compile.ts'
import { COMPILER_PORT, type CompilerWorker } from '../sandbox/compiler-port.ts'

const compiler: CompilerWorker = {
  compile: (fileName, source, texts, language) =>
    compile(
      (ts as unknown as { typescript: typeof TypeScript }).typescript,
      fileName,
      source,
      { standard: libFileMap, ...texts },
      language,
    ),
}

// Importing Monaco's worker has set `onmessage`. It is taken away and set again so that this listener comes first.
self.onmessage = null
self.addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports
  if (event.data !== COMPILER_PORT || !port) return
  event.stopImmediatePropagation()
  expose(compiler, port)
})
self.onmessage = () => initialize((context, data) => new TypeScriptWorker(context, data))
