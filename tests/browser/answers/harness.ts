/** A page with nothing on it but the sandbox and the compiler, for the tests to drive; and a button that counts clicks. */
import type { Language } from '../../../engine/exercise.ts'
import type { Report } from '../../../engine/report.ts'
import { exercise as clients } from '../../../engine/testing/small-client-exercise.ts'
import { exercise as small } from '../../../engine/testing/small-exercise.ts'
import { simulatedRaft } from '../../../engine/testing/simulated-raft.ts'
import { en } from '../../../engine/text/en.ts'
import { put } from '../../../engine/text/words.ts'
import type { Comparison } from '../../../engine/trace/compare.ts'
import { compileAnswer, typescriptWorker } from '../../../src/sandbox/compiler.ts'
import { Frame } from '../../../src/sandbox/frame.ts'
import { type Grading, Sandbox } from '../../../src/sandbox/host.ts'

export interface Told {
  readonly verdict: Report['verdict'] | 'cancelled'
  readonly told: readonly string[]
  readonly progress: number
  /** What the command line's JSON has too; none where nothing was graded. */
  readonly checks?: readonly object[]
}

/** What an answer is for: an exercise in one language or the other, or one of so few states that it is graded in no time. */
export type Kind = Language | 'small'

interface Graded {
  readonly id: string
  readonly file: string
  readonly language: Language
}

const EXERCISES: Readonly<Record<Kind, Graded>> = {
  node: { id: 'paxos-acceptor', file: 'acceptor.ts', language: 'node' },
  client: { id: clients.id, file: clients.file, language: 'client' },
  small: { id: small().id, file: small().file, language: 'node' },
}
const sandbox = new Sandbox('answers')
let current: Grading | null = null

async function run(source: string, kind: Kind): Promise<Told> {
  const { id, file, language } = EXERCISES[kind]
  const { code, diagnostics } = await compileAnswer(id, source, file, language)
  const said = (all: Report['diagnostics']) =>
    all.map(({ line, words }) => `${line}: ${put(en, words.code, words.parameters)}`)
  if (code === null) return { verdict: 'error', told: said(diagnostics), progress: 0 }
  let progress = 0
  current = sandbox.grade({ exercise: id, code, seed: 1, onProgress: () => progress++ })
  try {
    const report = await current.report
    const checks = report.checks.map(
      ({ message: _message, record: _record, comparison: _comparison, ...check }) => check,
    )
    return { verdict: report.verdict, told: said([...diagnostics, ...report.diagnostics]), progress, checks }
  } catch {
    return { verdict: 'cancelled', told: [], progress }
  }
}

/** A grading on a machine of so many cores. */
export interface Spread {
  readonly report: Report
  readonly workers: number
  /** What had been looked at, each time that it was told. */
  readonly totals: readonly { readonly states: number; readonly steps: number; readonly depth: number }[]
  /** Milliseconds until it was told for the first time, and until the report. */
  readonly firstMs: number
  readonly ms: number
}

let workers = 0
const { start } = Frame.prototype
Frame.prototype.start = function (this: Frame, onCrash) {
  workers++
  return start.call(this, onCrash)
}

async function spread(source: string, kind: Kind, cores: number): Promise<Spread> {
  Object.defineProperty(navigator, 'hardwareConcurrency', { configurable: true, get: () => cores })
  const { id, file, language } = EXERCISES[kind]
  const { code } = await compileAnswer(id, source, file, language)
  const totals: Spread['totals'][number][] = []
  workers = 0
  const began = performance.now()
  let firstMs = Infinity
  const onProgress = ({ total }: { total: Spread['totals'][number] }): void => {
    firstMs = Math.min(firstMs, performance.now() - began)
    totals.push(total)
  }
  const report = await sandbox.grade({ exercise: id, code: code!, seed: 1, onProgress }).report
  return { report, workers, totals, firstMs, ms: performance.now() - began }
}

/** Where a client first does something else than another, on its way to a failure. */
async function compare(source: string, solution: string): Promise<Comparison | null> {
  const { id, file } = clients
  const [one, other] = [
    await compileAnswer(id, source, file, 'client'),
    await compileAnswer(id, solution, file, 'client'),
  ]
  const grading = sandbox.grade({ exercise: id, code: one.code!, seed: 1, onProgress: () => undefined })
  const { checks } = await grading.report
  const { verdict, kind, trace, bounds } = checks.find((check) => check.verdict === 'failed')!
  const check = { verdict, kind, trace, configuration: bounds.configuration }
  return sandbox.compare({ exercise: id, code: one.code!, solution: other.code!, check })
}

/** What the editor says of a text: the lines that the types underline, and what it completes at a place. */
async function editor(
  code: string,
  language: Language,
  at: number,
): Promise<{ readonly lines: readonly number[]; readonly completes: readonly string[] }> {
  const [{ createMonaco }, { courseModules }, { getTypeScriptWorker }, { Uri }] = await Promise.all([
    import('../../../src/editor/monaco.ts'),
    import('../../../src/editor/course-modules.ts'),
    import('monaco-editor/languages/features/typescript/register'),
    import('monaco-editor/editor'),
  ])
  const host = document.createElement('div')
  document.body.append(host)
  const { file } = EXERCISES[language]
  const surface = await createMonaco(host, {
    file,
    code,
    label: file,
    modules: await courseModules(language, null),
    onchange: () => undefined,
    ontab: () => undefined,
  })
  try {
    const uri = Uri.parse(`file:///answer/${file}`)
    const worker = await patiently(async () => (await getTypeScriptWorker())(uri))
    const found = await worker.getSemanticDiagnostics(uri.toString())
    const completions = (await worker.getCompletionsAtPosition(uri.toString(), at)) as {
      readonly entries: readonly { readonly name: string }[]
    } | null
    return {
      lines: found.map(({ start = 0 }) => code.slice(0, start).split('\n').length),
      completes: completions?.entries.map(({ name }) => name) ?? [],
    }
  } finally {
    surface.dispose()
    host.remove()
  }
}

/** The worker may still be starting. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt > 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}

const button = document.querySelector('button')!
button.onclick = () => (button.textContent = String(Number(button.textContent) + 1))

const harness = {
  run,
  spread,
  compare,
  editor,
  cancel: () => current?.cancel(),
  typescriptWorker,
  simulatedRaft,
}
export type Harness = typeof harness
Object.assign(globalThis, { harness })
