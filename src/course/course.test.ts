/** What the chapters name: every check comes out as the chapter says, and no page states a figure by hand. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Run, replay } from '../../engine/drivers/run.ts'
import { en } from '../../engine/text/en.ts'
import { causalPast, failurePast } from '../../engine/trace/record.ts'
import { describeStep } from '../../engine/trace/transcript.ts'
import { run } from './check.ts'
import { predict } from './prediction.ts'
import { allChecks, allFigures, allPredictions, checkOf, figureOf, scriptOf } from './registry.ts'

const pages = readdirSync('content', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.mdx'))
  .map((file) => ({ file, text: readFileSync(`content/${file}`, 'utf8') }))

describe('checks', () => {
  it.each(allChecks.map((check) => [check.id, check] as const))(
    '%s comes out as the chapter says',
    (_, check) => {
      const result = run(check)
      expect(result.states).toBeGreaterThan(0)
      if (check.expect === 'holds') return
      const last = new Run(check.system())
      for (const action of result.actions) last.take(action)
      const property = last.system.properties.find(({ id }) => id === check.property)!
      expect(
        property.kind === 'always' ? property.violated(last.view) !== null : property.reached(last.view),
      ).toBe(true)
    },
  )

  it('fail when the chapter says the opposite', () => {
    const check = checkOf('E26/three-ballots')
    expect(() => run({ ...check, id: 'opposite', expect: 'holds' })).toThrow(/the engine says: fails/)
  })

  it('fail when they can’t be decided within their bound', () => {
    const check = checkOf('C34/crashes')
    expect(() => run({ ...check, id: 'small', statesMax: 1_000 })).toThrow(/undecided at the bound of states/)
  })

  it('find the run that the page on Prepare tells', () => {
    const check = checkOf('E26/three-ballots')
    const told = replay(check.system(), run(check).actions).steps.map((step) => describeStep(step, en))
    expect(told).toContain('Y receives prepare 6 7 from C and answers promise 6 [2, 8].')
    expect(told).toContain('X receives prepare 6 7 from C and answers promise 6 [4, 5].')
    expect(told).toContain('Z receives accept 2 8 from A and sends accepted 2 8 to L.')
  })
})

describe('a failing run', () => {
  it('rests on both choices, not only on the last step', () => {
    const check = checkOf('E26/three-ballots')
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
    expect(replay(figure.system(variant), scriptOf(figure, variant)).steps).toHaveLength(Math.max(...lengths))
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

describe('predictions', () => {
  it.each(allPredictions.map((prediction) => [prediction.id, prediction] as const))(
    '%s can be worked out',
    (_, prediction) => {
      const { answer, record, from } = predict(prediction)
      expect(answer).not.toBe('')
      expect(from).toBeLessThanOrEqual(record.steps.length)
    },
  )
})

describe('pages', () => {
  it.each(pages.map(({ file, text }) => [file, text] as const))(
    '%s states no number of states or steps by hand',
    (_, text) => {
      expect(text.match(/\d[\d,]*\s+(states|steps|interleavings|runs)\b/g) ?? []).toEqual([])
    },
  )
})
