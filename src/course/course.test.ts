/** What the chapters name: every check comes out as the chapter says, and no page states a figure by hand. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Run, replay } from '../../engine/drivers/run.ts'
import { en } from '../../engine/text/en.ts'
import { causalPast, failurePast } from '../../engine/trace/record.ts'
import { describeStep } from '../../engine/trace/transcript.ts'
import { type Explored, run } from './check.ts'
import { predict } from './prediction.ts'
import { A, B, acceptors, system } from './paxos/systems.ts'
import type { Line } from './script.ts'
import {
  allChecks,
  allComparisons,
  allFigures,
  allPredictions,
  figureOf,
  predictionOf,
  scriptOf,
} from './registry.ts'

const pages = readdirSync('content', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.mdx'))
  .map((file) => ({ file, text: readFileSync(`content/${file}`, 'utf8') }))

const explored = allChecks.filter(
  (check): check is Explored => check.kind === undefined || check.kind === 'explored',
)

/** An explored check by its id. */
const exploredOf = (id: string): Explored => explored.find((check) => check.id === id)!

describe('checks', () => {
  it.each(allChecks.map((check) => [check.id, check] as const))(
    '%s comes out as the chapter says',
    (_, check) => {
      expect(run(check)).toBeDefined()
    },
  )

  it.each(explored.map((check) => [check.id, check] as const))(
    '%s has a run that shows it, or none',
    (_, check) => {
      const result = run(check)
      expect(result.states).toBeGreaterThan(0)
      if (check.expect === 'holds') {
        expect(result.actions).toEqual([])
        return
      }
      const last = new Run(check.system())
      for (const action of result.actions) last.take(action)
      const property = last.system.properties.find(({ id }) => id === check.property)!
      if (property.kind === 'always') expect(property.violated(last.view, last.history)).not.toBeNull()
      // A goal is missed where nothing that is left could still reach it.
      else expect(property.reached(last.view, last.history)).toBe(property.kind === 'sometimes')
      if (property.kind !== 'eventually') return
      // There it stays: nothing is left to do, or the same steps come again and again.
      if (result.loopFrom === undefined) expect(last.stuck).toBe(true)
      else expect(replay(check.system(), result.actions, result.loopFrom).loopFrom).toBe(result.loopFrom)
    },
  )

  it('fail when the chapter says the opposite', () => {
    const check = exploredOf('E26/three-ballots')
    expect(() => run({ ...check, id: 'opposite', expect: 'holds' })).toThrow(/the engine says: fails/)
  })

  it('fail when they can’t be decided within their bound', () => {
    const check = exploredOf('C34/crashes')
    expect(() => run({ ...check, id: 'small', statesMax: 1_000 })).toThrow(/undecided at the bound of states/)
  })

  it('find the run that the page on Prepare tells', () => {
    const check = exploredOf('E26/three-ballots')
    const told = replay(check.system(), run(check).actions).steps.map((step) => describeStep(step, en))
    expect(told).toContain('Y receives prepare 6 7 from C and answers promise 6 [2, 8].')
    expect(told).toContain('X receives prepare 6 7 from C and answers promise 6 [4, 5].')
    expect(told).toContain('Z receives accept 2 8 from A and sends accepted 2 8 to L.')
  })
})

describe('a failing run', () => {
  it('rests on both choices, not only on the last step', () => {
    const check = exploredOf('E26/three-ballots')
    const record = replay(check.system(), run(check).actions)
    const past = failurePast(record)
    const acceptances = record.steps.filter((step) => step.sent.some(({ type }) => type === 'accepted'))
    expect(acceptances.map(({ node }) => node).sort()).toEqual(['X', 'Y', 'Y', 'Z'])
    for (const { number } of acceptances) expect(past).toContain(number)
    // The last step alone knows only of its own choice.
    expect(causalPast(record, record.steps.length).size).toBeLessThan(past.size)
  })
})

describe('figures', () => {
  it.each(
    allFigures.flatMap((figure) => figure.variants.map((variant) => [figure.id, variant, figure] as const)),
  )('%s runs to its end under the rule %s', (_, variant, figure) => {
    const lengths = figure.variants.map((other) => scriptOf(figure, other).length)
    expect(lengths[0]).toBeGreaterThan(0)
    // What processes do follows from their code, what comes due follows from clocks, and a variant may have a run of its own; a script of
    // deliveries is followed as far as it goes.
    const own = figure.services || figure.system(variant).time || 'runs' in figure.script
    const length = own ? scriptOf(figure, variant).length : Math.max(...lengths)
    expect(replay(figure.system(variant), scriptOf(figure, variant)).steps).toHaveLength(length)
  })

  it('show what the note shows: X answers [no previous], Z drops A’s prepare, B hears [2, 8] from X', () => {
    const figure = figureOf('paxos/prepare')
    const { steps } = replay(figure.system('note'), scriptOf(figure, 'note'))
    expect(steps[0]!.sent[0]).toMatchObject({
      from: 'X',
      to: 'A',
      type: 'promise',
      fields: { n: 2, accepted: null },
    })
    expect(steps[3]).toMatchObject({ node: 'Z', ignored: true })
    expect(steps[4]!.sent[0]).toMatchObject({
      from: 'X',
      to: 'B',
      fields: { n: 4, accepted: { n: 2, v: 8 } },
    })
  })
})

describe('figures of the source', () => {
  it('are all there, each once', () => {
    const pictures = [...allFigures, ...allComparisons].flatMap((figure) => figure.pictures ?? [])
    const shown = Array.from({ length: 23 }, (_, number) => `F${number + 1}`)
    expect([...pictures].sort()).toEqual(shown.sort())
  })

  it('come to 8 under the note’s rule and to 5 under Paxos’s', () => {
    const figure = figureOf('paxos/accept')
    const accepted = (variant: string): unknown[] => {
      const { steps } = replay(figure.system(variant), scriptOf(figure, variant))
      return steps
        .flatMap(({ sent }) => sent)
        .filter(({ type }) => type === 'accepted')
        .map(({ fields }) => fields)
    }
    expect(accepted('note')).toEqual(Array(3).fill({ n: 4, v: 8 }))
    expect(accepted('paxos')).toEqual(Array(3).fill({ n: 4, v: 5 }))
  })

  it('end with a learner that has learnt', () => {
    for (const id of ['paxos/roles', 'paxos/learn']) {
      const figure = figureOf(id)
      const { frames } = replay(figure.system('paxos'), scriptOf(figure, 'paxos'))
      expect(frames.at(-1)!.nodes.find((node) => node.id === 'L')!.state).toMatchObject({ chosen: 8 })
    }
  })
})

describe('predictions', () => {
  it.each(allPredictions.map((prediction) => [prediction.id, prediction] as const))(
    '%s can be worked out',
    (_, prediction) => {
      const { answer, record, from } = predict(prediction)
      expect(answer).not.toBe('')
      expect(from).toBeLessThanOrEqual(record.steps.length)
    },
  )

  // Pages take the answers from the engine. This list is for whoever changes a rule and did not mean to change these.
  it('have the answers that Paxos gives', () => {
    expect(
      Object.fromEntries(allPredictions.map((prediction) => [prediction.id, predict(prediction).answer])),
    ).toMatchObject({
      'paxos/roles-majority': '3',
      'paxos/roles-crash': 'chosen',
      'paxos/roles-known': 'nobody',
      'paxos/stale-prepare': 'nothing',
      'paxos/equal-number': 'nothing',
      'paxos/report': '2 8',
      'paxos/value': '8',
      'paxos/dropped': 'nothing',
      'paxos/unprepared': 'accepted',
      'paxos/which-value': '5',
      'paxos/late-promise': 'nothing',
      'paxos/learn-duplicate': 'nothing',
      'paxos/learn-two': 'nothing',
      'paxos/learn-late': '8',
      'paxos/second-proposal': '8',
      'paxos/stuck': 'yes',
      'paxos/after-chosen': '8',
      'paxos/note-report': '2 8',
      'paxos/note-third': '5',
      'paxos/largest': '8',
    })
  })

  it('follow the rule that runs: under the note’s, X reports what it has received', () => {
    const prediction = predictionOf('paxos/note-report')
    const right = { ...prediction, system: () => system([A, B], acceptors.paxos) }
    expect(predict(right).answer).toBe('nothing')
  })

  it('look at every continuation where a page says so', () => {
    const prediction = predictionOf('paxos/second-proposal')
    // Before anything is chosen, B may ask for either.
    const undecided = { ...prediction, before: (prediction.before as readonly Line[]).slice(0, 4) }
    expect(predict({ ...undecided, next: [['B', 'prepare', 'X']] }).answer).toBe('either')
  })

  it('say which line of their script can’t happen', () => {
    const prediction = predictionOf('paxos/report')
    expect(() => predict({ ...prediction, next: [['X', 'promise', 'B']] })).toThrow(
      /paxos\/report: line 6 of a script can't happen: \["X","promise","B"\]/,
    )
  })
})

describe('pages', () => {
  it.each(pages.map(({ file, text }) => [file, text] as const))(
    '%s states no number of states or steps by hand',
    (_, text) => {
      expect(text.match(/\d[\d,]*\s+(states|steps|interleavings|runs)\b/g) ?? []).toEqual([])
    },
  )
})
