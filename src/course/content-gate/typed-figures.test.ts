/** What counts as a typed figure, and what does not. */
import { describe, expect, it } from 'vitest'
import { typedFigures } from './typed-figures.ts'

const figures = (text: string): string[] => typedFigures(text).map(({ figure }) => figure)

describe('a typed figure is', () => {
  it.each([
    ['after 16 steps', '16 steps'],
    ['after sixteen steps', 'sixteen steps'],
    ['Sixteen long steps', 'Sixteen long steps'],
    ['looks at 1,204 states', '1,204 states'],
    ['looks at 1.2 million states', '1.2 million states'],
    ['thousands of states', 'thousands of states'],
    ['two hundred and twelve states', 'two hundred and twelve states'],
    ['twenty-one interleavings', 'twenty-one interleavings'],
    ['in 20 rounds', '20 rounds'],
    ['a 14-step run', '14-step'],
    ['half of the runs', 'half of the runs'],
    ['two thirds of all runs', 'two thirds of all runs'],
    ['93 % of them', '93 %'],
    ['93% of them', '93%'],
    ['ninety percent', 'ninety percent'],
    ['within 250 ms', '250 ms'],
    ['within two seconds', 'two seconds'],
    ['at step 5', 'step 5'],
    ['between steps three and five', 'steps three'],
    ['with a probability of 0.5', 'probability of 0.5'],
    ['nine out of ten', 'nine out of ten'],
  ])('%s', (text, figure) => {
    expect(figures(text)).toEqual([figure])
  })
})

describe('no figure is', () => {
  it.each([
    'A wants 8 and asks with the number 2.',
    'Two proposers, three acceptors.',
    'With two ballots this does no harm.',
    'Paxos Made Simple, section 2.2.',
    'Figures 9 to 11 of the note',
    'It is lost between two messages of one step.',
    'Take one step at a time.',
    'B, with the number 4, is the next to run.',
    'X has promised 4 and the run goes on.',
    'Half of the nodes may have heard from somebody else.',
    'The value 8 is chosen in a run that ends.',
    'the first step, the second round',
    '\uFFFC states and \uFFFC steps',
    'Two are enough. Runs with more show the same.',
    'In Raft a follower waits at random.',
  ])('%s', (text) => {
    expect(figures(text)).toEqual([])
  })
})
