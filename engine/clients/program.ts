/** Program: a client's compiled file, ready to be run by any number of processes, each with variables of its own. */
import { bodyOf, requireOf } from '../compile/evaluate.ts'
import { Probe } from '../compile/probe.ts'
import * as clientApi from '../client-api.ts'
import { CLIENT_VALUES } from './globals.ts'
import { nameAll } from './names.ts'
import { runtimeWith } from './runtime.ts'

export interface Program {
  /** Told by whatever of the file runs; processes run one at a time. */
  readonly probe: Probe
  /** Runs the file once, for one process. */
  instantiate(exports: Record<string, unknown>): void
}

/**
 * Loads a client's file.
 * @param code what `compile` gave for a client
 * @param observer see Probe
 * @throws Fault `loading-threw` where the text is no program
 */
export function program(code: string, observer: ((line: number) => void) | null = null): Program {
  const probe = new Probe(observer)
  const body = bodyOf(code, runtimeWith(probe.calls()), CLIENT_VALUES)
  return { probe, instantiate: (exports) => body(exports, clientRequire) }
}

const API = Object.freeze({ ...clientApi })
nameAll(API, 'lockstep')

/** What a client's file may import: `lockstep`. */
export const clientRequire = requireOf(API)
