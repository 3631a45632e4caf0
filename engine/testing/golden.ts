/**
 * Golden transcripts: files of commands and what they print, one after the other, as etcd's raft keeps them.
 *
 *     take deliver ping from A to B
 *     ----
 *     1  B receives ping from A and answers pong.
 *
 * With UPDATE_GOLDEN=1 the files are written anew. Do that only with a difference that you can explain.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { System } from '../actors/system.ts'
import { Run } from '../drivers/run.ts'
import { shorten } from '../drivers/simulate-shorten.ts'
import { Fault } from '../fault.ts'
import type { Action } from '../model.ts'
import { en } from '../text/en.ts'
import { put } from '../text/words.ts'
import type { RunRecord } from '../trace/record.ts'
import { describeAction, describeLoop, describeStart, describeStep } from '../trace/transcript.ts'
import { exploreSystem, simulateSystem } from './search.ts'

/** Reads a file of engine/testdata and gives its text and what it should be after running its commands. */
export function golden(
  file: string,
  systems: { readonly [name: string]: System },
  commands: Commands = {},
): { expected: string; actual: string } {
  const url = new URL(`../testdata/${file}`, import.meta.url)
  const expected = readFileSync(url, 'utf8')
  const session = new Session(systems, commands)
  const blocks = expected.trimEnd().split('\n\n')
  const actual = `${blocks.map((block) => session.block(block)).join('\n\n')}\n`
  if (process.env['UPDATE_GOLDEN']) writeFileSync(url, actual)
  return { expected: process.env['UPDATE_GOLDEN'] ? actual : expected, actual }
}

/** Commands of a test's own: the words after the command in, lines out. */
export type Commands = { readonly [verb: string]: (words: readonly string[]) => readonly string[] }

class Session {
  readonly #systems: { readonly [name: string]: System }
  readonly #commands: Commands
  #run: Run | null = null

  constructor(systems: { readonly [name: string]: System }, commands: Commands) {
    this.#systems = systems
    this.#commands = commands
  }

  /** A command with its output; blocks that begin with # are comments. */
  block(block: string): string {
    if (block.startsWith('#')) return block
    const command = block.split('\n')[0]!
    return [command, '----', ...this.#carryOut(command)].join('\n').trimEnd()
  }

  #carryOut(command: string): readonly string[] {
    const [verb, ...words] = command.split(' ')
    try {
      switch (verb) {
        case 'start':
          this.#run = new Run(this.#system(words[0]))
          return [describeStart(this.#run.record, en), ...this.#choices()].filter((line) => line !== '')
        case 'take':
          return this.#take(words.join(' '))
        case 'back': {
          this.#run!.backTo(Number(words[1]))
          return this.#choices()
        }
        case 'explore':
          return this.#explore(this.#system(words[0]), words[1]!)
        case 'simulate':
          return this.#simulate(this.#system(words[0]), words[1]!, Number(words[3]))
        default:
          return this.#commands[verb!]?.(words) ?? [`There is no command ${verb}.`]
      }
    } catch (error) {
      if (error instanceof Fault) return [put(en, error.code, error.parameters)]
      throw error
    }
  }

  #system(name: string | undefined): System {
    const system = this.#systems[name ?? '']
    if (!system) throw new Error(`There is no system ${name}.`)
    return system
  }

  #take(text: string): string[] {
    const run = this.#run!
    const cut = /^cut the network: (.*)$/.exec(text)
    const action: Action | undefined = cut
      ? { kind: 'partition', groups: cut[1]!.split(' | ').map((group) => group.split(' ')) }
      : [...run.enabled(), ...run.handActions()].find((candidate) => describeAction(candidate, en) === text)
    if (!action) return ['That can’t happen now.', ...this.#choices()]
    run.take(action)
    return [...transcript(run.record).slice(-1), ...this.#choices()]
  }

  #choices(): string[] {
    const enabled = this.#run!.enabled()
    return [`May come next: ${enabled.map((action) => describeAction(action, en)).join('; ') || 'nothing'}.`]
  }

  #explore(system: System, id: string): string[] {
    const property = system.properties.findIndex((candidate) => candidate.id === id)
    const { states, steps, depth, complete, findings } = exploreSystem(system)
    const finding = findings.find((candidate) => candidate.property === property)
    const counts = `${states} states, ${steps} steps, depth ${depth}, ${complete ? 'complete' : 'stopped'}`
    return [counts, ...(finding ? replayed(system, finding.actions) : ['Nothing was found.'])]
  }

  #simulate(system: System, id: string, first: number): string[] {
    const property = system.properties.findIndex((candidate) => candidate.id === id)
    const { seed, findings } = simulateSystem(system, { runs: 10_000, stepsMax: 200, seed: first })
    const finding = findings.find((candidate) => candidate.property === property)
    if (!finding) return ['Nothing was found.']
    const { actions } = shorten(system, finding)
    return [
      `seed ${seed}, ${finding.actions.length} steps, cut down to ${actions.length}`,
      ...replayed(system, actions),
    ]
  }
}

function replayed(system: System, actions: readonly Action[]): string[] {
  const run = new Run(system)
  for (const action of actions) run.take(action)
  return whole(run.record)
}

/** A run in words, from its start. */
export function whole(record: RunRecord): string[] {
  return [describeStart(record, en), ...transcript(record), describeLoop(record, en)].filter(
    (line) => line !== '',
  )
}

function transcript(record: RunRecord): string[] {
  return record.steps.map((step) => `${String(step.number).padStart(2)}  ${describeStep(step, en, record)}`)
}
