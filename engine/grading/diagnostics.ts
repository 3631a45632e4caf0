/** Faults as something to show beside the answer. */
import type { AuthorFault } from '../actors/author.ts'
import type { Fault } from '../fault.ts'
import type { Diagnostic } from '../report.ts'

/** A fault as something to show beside the answer. */
export function diagnosticOf(fault: Fault): Diagnostic {
  const { line, column } = fault.place ?? { line: 0, column: 0 }
  return { line, column, severity: 'error', words: { code: fault.code, parameters: fault.parameters } }
}

/** A fault of the exercise's author: it has no place in the answer, and one in the exercise. */
export function authorDiagnostic({ code, parameters, place }: AuthorFault): Diagnostic {
  return { line: 0, column: 0, severity: 'error', words: { code, parameters }, author: place }
}
