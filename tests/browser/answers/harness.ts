/** A page with nothing on it but the sandbox and the compiler, for the tests to drive; and a button that counts clicks. */
import type { Report } from '../../../engine/report.ts'
import { simulatedRaft } from '../../../engine/testing/simulated-raft.ts'
import { en } from '../../../engine/text/en.ts'
import { put } from '../../../engine/text/words.ts'
import { compileAnswer, typescriptWorker } from '../../../src/sandbox/compiler.ts'
import { type Grading, Sandbox } from '../../../src/sandbox/host.ts'

export interface Told {
  readonly verdict: Report['verdict'] | 'cancelled'
  readonly told: readonly string[]
  readonly progress: number
  /** What the command line's JSON has too; none where nothing was graded. */
  readonly checks?: readonly object[]
}

const EXERCISE = 'paxos-acceptor'
const sandbox = new Sandbox()
let current: Grading | null = null

async function run(source: string): Promise<Told> {
  const { code, diagnostics } = await compileAnswer(EXERCISE, source, 'acceptor.ts')
  const said = (all: Report['diagnostics']) =>
    all.map(({ line, words }) => `${line}: ${put(en, words.code, words.parameters)}`)
  if (code === null) return { verdict: 'error', told: said(diagnostics), progress: 0 }
  let progress = 0
  current = sandbox.grade({ exercise: EXERCISE, code, seed: 1, onProgress: () => progress++ })
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

const button = document.querySelector('button')!
button.onclick = () => (button.textContent = String(Number(button.textContent) + 1))

const harness = { run, cancel: () => current?.cancel(), typescriptWorker, simulatedRaft }
export type Harness = typeof harness
Object.assign(globalThis, { harness })
