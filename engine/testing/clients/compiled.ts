/** Clients' files, compiled for tests. */
import * as bundled from 'typescript-page'
import type * as TypeScript from 'typescript-page'
import { type Compiled, compile, optionsOf } from '../../compile/compile.ts'
import { guard } from '../../compile/guard.ts'
import { lower } from '../../compile/lower.ts'
import { librariesOf } from '../../tools/grading/libraries.ts'
import type { Environment } from '../../clients/environment.ts'
import type { Plain } from '../../api.ts'
import { resume, start } from '../../clients/process.ts'
import type { ProcessEvent, ProcessStep } from '../../clients/process-state.ts'
import { type Program, program } from '../../clients/program.ts'

const ts = ((bundled as { default?: unknown }).default ?? bundled) as typeof TypeScript
const libraries = librariesOf('none')

export function compiledText(source: string): Compiled {
  return compile(ts, 'client.ts', source, libraries, 'client')
}

/** @throws Error where the text can't be run at all; type errors don't matter */
export function compiled(source: string): Program {
  const { code, diagnostics } = compiledText(source)
  if (code === null) throw new Error(diagnostics.map(({ words }) => JSON.stringify(words)).join('\n'))
  return program(code)
}

/** Compiles without looking for errors, in a fraction of the time. */
export function compiledQuickly(source: string): Program {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: optionsOf(ts),
    transformers: { before: [guard(ts, () => null, true)] },
  })
  return program(lower(ts, outputText))
}

/** A service that passes on what it is asked: `ask(what)` is a request with that command. */
export const ASKING: Environment = {
  process: 'A',
  services: { service: (send) => ({ api: { ask: (what: unknown) => send(what) } }) },
}

/** One process that is brought further by hand. */
export class Hand {
  step: ProcessStep
  readonly #program: Program
  readonly #environment: Environment

  constructor(source: string | Program, environment: Environment = ASKING, ...parameters: Plain[]) {
    this.#program = typeof source === 'string' ? compiled(source) : source
    this.#environment = environment
    this.step = start(this.#program, 'main', parameters, environment)
  }

  event(event: ProcessEvent): this {
    this.step = resume(this.#program, this.step.state, event, this.#environment)
    return this
  }

  answer(value: Plain, request = 1): this {
    return this.event({ kind: 'answer', request, answer: { value } })
  }

  error(code: string, request = 1): this {
    return this.event({
      kind: 'answer',
      request,
      answer: { error: { name: 'ServiceError', code, message: `it failed: ${code}` } },
    })
  }

  fire(timer = 1): this {
    return this.event({ kind: 'timer', timer })
  }

  /** Commands of the requests that this step made. */
  get asked(): unknown[] {
    return this.step.effects.flatMap((effect) => (effect.kind === 'request' ? [effect.command] : []))
  }

  get logged(): string[] {
    return this.step.effects.flatMap((effect) => (effect.kind === 'log' ? [effect.text] : []))
  }

  get ended(): ProcessStep['state']['ended'] {
    return this.step.state.ended
  }

  get identity(): string {
    return this.step.state.identity
  }

  /** Code and line of the fault. */
  get fault(): string | null {
    const { fault } = this.step
    return fault && `${fault.code} ${fault.place?.line}`
  }
}
