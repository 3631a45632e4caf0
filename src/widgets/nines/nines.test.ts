/** Nines: from a share to the time that is left out and back, and what parts make of each other, together or apart. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  NEEDS,
  PERIODS,
  YEAR,
  downIn,
  downOf,
  downTogether,
  durationOf,
  ninesOf,
  percentOf,
} from './nines.ts'

describe('a percentage', () => {
  test.each([
    ['99.99', 0.0001],
    ['99.999', 0.00001],
    ['99,9', 0.001],
    [' 50 ', 0.5],
    ['0', 1],
    ['100', 0],
    ['99.', 0.01],
    ['.5', 0.995],
    ['99.9999999999', 1e-12],
  ])('%s leaves %d of the time', (percent, down) => {
    expect(downOf(percent)).toBe(down)
  })

  test.each(['', '.', 'nine', '100.1', '-1', '1e3', '99.99.9', '99.99999999999999'])(
    'is none that reads %j',
    (text) => {
      expect(downOf(text)).toBeNull()
    },
  )

  it('is written so that it reads back as what it was, to two digits of what is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 2, max: 9 }), (digits, nines) => {
        const down = digits / 10 ** (nines + 1)
        const back = downOf(percentOf(down))!
        expect(Math.abs(back - down) / down).toBeLessThan(0.06)
      }),
    )
    expect(['0', '50', '90', '99.5', '99.95', '99.999', '100'].map((one) => percentOf(downOf(one)!))).toEqual(
      ['0', '50', '90', '99.5', '99.95', '99.999', '100'],
    )
  })
})

describe('the time left out', () => {
  const of = (percent: string, period: keyof typeof PERIODS) => {
    const { amount, unit } = durationOf(downOf(percent)! * PERIODS[period])
    return `${amount} ${unit}`
  }

  it('is what one knows of nines', () => {
    expect(YEAR).toBe(31_557_600)
    expect(['90', '99', '99.9', '99.99', '99.999', '99.9999'].map((one) => of(one, 'year'))).toEqual([
      '36.5 d',
      '87.7 h',
      '8.77 h',
      '52.6 min',
      '5.26 min',
      '31.6 s',
    ])
    expect(of('99.99', 'month')).toBe('4.38 min')
    expect(of('99.99', 'day')).toBe('8.64 s')
    expect(of('99.999', 'day')).toBe('864 ms')
    expect(of('100', 'year')).toBe('0 s')
  })

  it('leads back to the share', () => {
    expect(downIn('8.64', 's', 'day')).toBeCloseTo(0.0001, 15)
    expect(percentOf(downIn('52.6', 'min', 'year')!)).toBe('99.99')
    expect(downIn('1', 'd', 'day')).toBe(1)
    expect(downIn('25', 'h', 'day')).toBeNull()
    expect(downIn('soon', 'h', 'day')).toBeNull()
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1, noNaN: true }),
        fc.constantFrom('year', 'month', 'day'),
        (down, period) => {
          const { amount, unit } = durationOf(down * PERIODS[period as 'day'])
          expect(Math.abs(downIn(amount, unit, period as 'day')! - down) / down).toBeLessThan(0.0051)
        },
      ),
    )
  })

  it('counts nines, also parts of one', () => {
    expect(ninesOf(downOf('99.99')!)).toBe(4)
    expect(ninesOf(downOf('99.5')!)).toBeCloseTo(2.3, 2)
    expect(ninesOf(1)).toBe(0)
    expect(ninesOf(0)).toBe(Infinity)
  })
})

describe('several parts', () => {
  const share = fc.double({ min: 1e-6, max: 1, noNaN: true })
  const several = fc.integer({ min: 1, max: 9 })

  it('are down oftener than one where all are needed, and seldomer where one is enough', () => {
    expect(downTogether(0.01, 2, 'all')).toBeCloseTo(0.0199, 12)
    expect(downTogether(0.01, 2, 'one')).toBeCloseTo(0.0001, 12)
    // Three, of which two have to be up: 3d² − 2d³.
    expect(downTogether(0.01, 3, 'majority')).toBeCloseTo(0.000298, 12)
    // Of so little nothing is lost.
    expect(downTogether(1e-12, 3, 'all') / 3e-12).toBeCloseTo(1, 9)
  })

  it('come to the sum over all ways in which some are down', () => {
    fc.assert(
      fc.property(share, several, fc.double({ min: 0, max: 1, noNaN: true }), (down, parts, together) => {
        const common = together * down
        const own = common < 1 ? (down - common) / (1 - common) : 0
        for (const need of NEEDS) {
          const needed = { all: parts, one: 1, majority: Math.floor(parts / 2) + 1 }[need]
          let sum = common
          for (let ways = 0; ways < 2 ** parts; ways++) {
            const up = [...Array(parts).keys()].filter((part) => (ways >> part) & 1).length
            if (up < needed) sum += (1 - common) * (1 - own) ** up * own ** (parts - up)
          }
          expect(downTogether(down, parts, need, together)).toBeCloseTo(sum, 9)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('help nothing where they fail together', () => {
    fc.assert(
      fc.property(share, several, (down, parts) => {
        for (const need of NEEDS) expect(downTogether(down, parts, need, 1)).toBeCloseTo(down, 12)
      }),
    )
    // A hundredth in common: however many there are, it stays.
    expect(downTogether(0.001, 9, 'one', 0.01)).toBeGreaterThanOrEqual(0.00001)
  })

  it('of one are that one', () => {
    fc.assert(
      fc.property(share, (down) => {
        for (const need of NEEDS) expect(downTogether(down, 1, need)).toBeCloseTo(down, 12)
      }),
    )
  })
})
