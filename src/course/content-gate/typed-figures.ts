/**
 * Figures that somebody typed: numbers of states, steps, runs and the like, in digits or in words. Each such number has to
 * come from the engine (`<Count>`), since it is a different one as soon as the system is.
 *
 * What is meant is a number with its unit, perhaps with one word between (“sixteen long steps”), or a place in a run
 * (“step 5”). The numbers of ballots, values and acceptors are labels of the example and are left alone, and so is the word
 * “one”, which is an article more often than a figure.
 */

const UNITS = [
  'states?',
  'steps?',
  'runs?',
  'rounds?',
  'interleavings?',
  'deliveries',
  'per ?cent',
  'percentage points?',
  'minutes?',
  '(?:micro|milli|nano)?seconds?',
  'ms',
]
const SMALL = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const TEENS = ['ten', 'eleven', 'twelve', '(?:thir|four|fif|six|seven|eigh|nine)teen']
const TENS = '(?:twen|thir|for|fif|six|seven|eigh|nine)ty'
const LARGE = ['dozens?', 'hundreds?', 'thousands?', 'millions?', 'billions?']
const FRACTIONS = ['half', '(?:a|one|two) thirds?', '(?:a|one|three) quarters?', '(?:a|one) (?:fifth|tenth)']

const WORD = `(?:${TENS}(?:-(?:one|${SMALL.join('|')}))?|${[...SMALL, ...TEENS, ...LARGE, ...FRACTIONS].join('|')})`
const NUMBER = `(?:\\d[\\d,.]*(?:\\s+${WORD})?|${WORD}(?:(?:\\s+and)?\\s+${WORD})*)`
/** Between a number and its unit no word of these stands, or the number belongs to something else. */
const NOT_BETWEEN =
  'a|an|and|are|as|at|but|by|do|does|each|every|for|from|has|have|he|if|in|is|it|may|no|not|of|on|one|or|she|so|than|that|the|then|they|this|to|was|were|when|which|who|will|with'
const BETWEEN = `(?:\\s+of(?:\\s+(?:all|its|our|such|the|them|these|those))?)?(?:\\s+(?!(?:${NOT_BETWEEN})\\b)[\\p{L}’-]+)?`

const before = (unit: string): string =>
  `(?<![\\p{L}\\d.,-])${NUMBER}${BETWEEN}[\\s-]+${unit}(?![\\p{L}\\d-])`
const PATTERN = new RegExp(
  [
    before(`(?:${UNITS.join('|')})`),
    `\\d[\\d,.]*\\s*%`,
    `\\b(?:state|step|run|round)s?\\s+(?:number\\s+)?(?:\\d+|${WORD})\\b`,
    `\\b(?:probability|chance|odds|share)\\s+(?:is|of)\\s+(?:about\\s+)?${NUMBER}`,
    `\\b(?:one|${WORD}|\\d+)\\s+(?:in|out of)\\s+(?:${WORD}|\\d+)\\b`,
  ].join('|'),
  'giu',
)

/** The typed figures in a text, with where they stand in it. */
export function typedFigures(text: string): { readonly index: number; readonly figure: string }[] {
  return [...text.matchAll(PATTERN)].map((match) => ({
    index: match.index,
    figure: match[0].replace(/\s+/g, ' '),
  }))
}
