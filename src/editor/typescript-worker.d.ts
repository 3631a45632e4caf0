/** Monaco ships no types for its TypeScript worker: what is used of it. */
declare module 'monaco-editor/languages/features/typescript/ts.worker' {
  export class TypeScriptWorker {
    constructor(context: unknown, data: unknown)
  }
  export function initialize(create: (context: unknown, data: unknown) => TypeScriptWorker): void
  export const libFileMap: Readonly<Record<string, string>>
  export const ts: unknown
}
