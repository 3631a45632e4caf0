/**
 * Arithmetic of availability: from a share of the time to the time that is left out and back, and what several parts make together.
 * What is reckoned with is the share of the time that something is down: near 100% it has digits where the other has none.
 */

/** A year of the Julian calendar, 365.25 days, in seconds. A month is a twelfth of it. */
export const YEAR = 365.25 * 24 * 60 * 60
export const PERIODS = { year: YEAR, month: YEAR / 12, day: 24 * 60 * 60 } as const
export type Period = keyof typeof PERIODS

/** Seconds. */
export const UNITS = { ms: 0.001, s: 1, min: 60, h: 3_600, d: 86_400 } as const
export type Unit = keyof typeof UNITS

const DIGITS_MAX = 15

/** The digits of a decimal number, without its point, and how many of them stand after it; null for a text that is none. */
function decimal(text: string): { digits: bigint; after: number } | null {
  const [, whole = '', part = ''] = /^(\d*)(?:[.,](\d*))?$/.exec(text.trim()) ?? []
  if (whole + part === '' || whole.length + part.length > DIGITS_MAX) return null
  return { digits: BigInt(whole + part), after: part.length }
}

/**
 * The share of the time that something is down that is up for so many percent of it, such as `99.99`; null for a text that is no
 * percentage. 100 less the percentage is taken of the digits, so that `99.999` comes to 0.00001 and nothing beside it.
 */
export function downOf(percent: string): number | null {
  const number = decimal(percent)
  if (number === null) return null
  const hundred = 100n * 10n ** BigInt(number.after)
  const left = hundred - number.digits
  return left < 0n ? null : Number(left) / Number(hundred)
}

/** The share that so much time is of a period; null for a text that is no number, and for more than the period has. */
export function downIn(text: string, unit: Unit, period: Period): number | null {
  const number = decimal(text)
  if (number === null) return null
  const share = (Number(number.digits) / 10 ** number.after) * (UNITS[unit] / PERIODS[period])
  return share > 1 ? null : share
}

/** How many nines are in it: 4 for a ten-thousandth, and a part of one in between; Infinity where it is never down. */
export const ninesOf = (down: number): number => (down >= 1 ? 0 : 0 - Math.log10(down))

/** What is left of the whole, in percent, with so many digits that two of what is missing are seen: `99.9990`. */
export function percentOf(down: number): string {
  if (down <= 0) return '100'
  const places = Math.min(Math.max(Math.ceil(ninesOf(down)), 1), DIGITS_MAX - 3)
  const missing = (100 * down).toFixed(places)
  // By digits again: 100 less the part that is missing.
  const scale = 10n ** BigInt(places)
  const left = 100n * scale - BigInt(missing.replace('.', ''))
  const text = `${left / scale}.${String(left % scale).padStart(places, '0')}`
  return text.replace(/0+$/, '').replace(/\.$/, '')
}

export interface Duration {
  readonly amount: string
  readonly unit: Unit
}

/** A time in the unit in which it is easily read, with three digits that count: `52.6 min`. */
export function durationOf(seconds: number): Duration {
  const unit =
    seconds === 0
      ? 's'
      : seconds < 1
        ? 'ms'
        : seconds < 100
          ? 's'
          : seconds < 100 * UNITS.min
            ? 'min'
            : seconds < 100 * UNITS.h
              ? 'h'
              : 'd'
  return { amount: inThreeDigits(seconds / UNITS[unit]), unit }
}

function inThreeDigits(amount: number): string {
  if (amount === 0) return '0'
  const places = Math.max(0, 2 - Math.floor(Math.log10(amount)))
  const text = amount.toFixed(Math.min(places, 6))
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
}

/** How many parts have to be up for the whole to be. */
export const NEEDS = ['all', 'majority', 'one'] as const
export type Need = (typeof NEEDS)[number]

const neededOf = (need: Need, parts: number): number =>
  need === 'all' ? parts : need === 'one' ? 1 : Math.floor(parts / 2) + 1

/**
 * The share of the time that the whole is down, where each of its parts is down for the same share.
 * @param together of the time that a part is down, the share in which whatever strikes it strikes all; of the rest, none has to do with
 * another. 0: they are independent; 1: they are down together or not at all
 */
export function downTogether(down: number, parts: number, need: Need, together = 0): number {
  const common = together * down
  if (common >= 1) return 1
  // While nothing has struck all, each is down so often, and so each is down for `down` in all.
  const own = (down - common) / (1 - common)
  return common + (1 - common) * downOfIndependent(own, parts, neededOf(need, parts))
}

/** The probability that fewer than `needed` of so many are up. */
function downOfIndependent(down: number, parts: number, needed: number): number {
  // In series it is 1 − (1 − d)^n, which keeps no digits where d is small.
  if (needed === parts) return 0 - Math.expm1(parts * Math.log1p(0 - down))
  let sum = 0
  for (let up = 0; up < needed; up++) sum += choose(parts, up) * (1 - down) ** up * down ** (parts - up)
  return sum
}

function choose(of: number, some: number): number {
  let count = 1
  for (let index = 1; index <= some; index++) count = (count * (of - some + index)) / index
  return Math.round(count)
}
