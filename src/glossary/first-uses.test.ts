/** The first use of each word of the glossary is linked, where the prose uses it, and nothing else is. */
import { fileURLToPath } from 'node:url'
import { mdxToJs, mdxToMdast } from 'satteri'
import { describe, expect, it } from 'vitest'
import { firstUses, type TreeNode } from './first-uses.ts'
import { byLetter, glossarySchema, usesIn } from './glossary.ts'
import { linkTerms } from './integration.ts'

const glossary = glossarySchema.parse({
  proposer: { term: 'proposer', links: ['proposer', 'proposers'], definition: 'It asks.' },
  'distinguished-proposer': { term: 'distinguished proposer', definition: 'It alone asks.' },
  'multi-paxos': { term: 'Multi-Paxos', definition: 'Many.' },
  log: { term: 'log', links: [], definition: 'It grows.' },
  run: { term: 'run', links: ['the {run}', '{runs} of'], definition: 'Steps.' },
  majority: { term: '多数派', definition: '超过一半。' },
})

const inRoot = (file: string): URL => new URL(`../../${file}`, import.meta.url)

/** The linked words of a text, with their entries. */
function linked(source: string): string[] {
  return firstUses(mdxToMdast(source) as TreeNode, glossary).flatMap(({ by }) =>
    by
      .filter(({ name }) => name === 'Term')
      .map(({ attributes, children }) => `${children![0]!.value} → ${String(attributes![0]!.value)}`),
  )
}

describe('the first use', () => {
  it.each<[what: string, source: string, expected: string[]]>([
    ['is linked, and no other', 'A proposer and a proposer.\n\nA proposer.', ['proposer → proposer']],
    ['is linked in every listed form', 'Proposers ask.', ['Proposers → proposer']],
    ['is linked in emphasis, lists, quotes and tables', '- a **proposer**\n', ['proposer → proposer']],
    [
      'takes the longer word',
      'A distinguished\nproposer.',
      ['distinguished\nproposer → distinguished-proposer'],
    ],
    ['stays on a possessive', 'The proposer’s wish.', ['proposer → proposer']],
    ['needs no spaces where the language has none', '需要多数派同意。', ['多数派 → majority']],
    ['is not in a heading', '# A proposer\n\nA proposer.', ['proposer → proposer']],
  ])('%s', (_, source, expected) => {
    expect(linked(source)).toEqual(expected)
  })

  it('is that of the noun, where the form says what stands beside it', () => {
    expect(linked('It runs. They run. In the\nrun it runs.')).toEqual(['run → run'])
    expect(linked('Two runs of it. The rung.')).toEqual(['runs → run'])
    expect(linked('Breathe runs. The runs.')).toEqual([])
  })

  it.each([
    ['a heading', '## Proposers'],
    ['code', 'See `proposer`.'],
    ['a listing', '```\nproposer\n```'],
    ['a link', '[a proposer](/paxos)'],
    ['a component', '<Claim sentence="A proposer asks.">\n  A proposer asks.\n</Claim>'],
    ['part of a word', 'The proposership, the non-proposer, Multi-Paxos-like.'],
    ['a word whose forms are not linked', 'A log.'],
  ])('is not looked for in %s', (_, source) => {
    expect(linked(source)).toEqual([])
  })

  it('is where the author says, and nowhere if she says so', () => {
    expect(linked('A proposer asks.\n\nThis <Term id="proposer">proposer</Term> asks.')).toEqual([])
    expect(linked('A <Term>proposer</Term> asks. Proposers ask.')).toEqual(['Proposers → proposer'])
  })
})

describe('the words', () => {
  it('are found with their places', () => {
    expect(usesIn(glossary)('Two proposers of Multi-Paxos')).toEqual([
      { id: 'proposer', start: 4, end: 13 },
      { id: 'multi-paxos', start: 17, end: 28 },
    ])
    expect(usesIn({})('anything')).toEqual([])
  })

  it('stand under their letters', () => {
    expect(
      byLetter(glossary, 'en').map(({ letter, entries }) => [letter, entries.map(({ id }) => id)]),
    ).toEqual([
      ['D', ['distinguished-proposer']],
      ['L', ['log']],
      ['M', ['multi-paxos']],
      ['P', ['proposer']],
      ['R', ['run']],
      ['多', ['majority']],
    ])
  })
})

describe('the step in the making of pages', () => {
  const compiled = async (file: string): Promise<string> => {
    const { code } = await mdxToJs('A proposer asks.', {
      mdastPlugins: [linkTerms(fileURLToPath(inRoot('content/'))) as never],
      fileURL: inRoot(file),
    })
    return code
  }

  it('links words in a chapter by the glossary of its language', async () => {
    expect(await compiled('content/en/paxos/any.mdx')).toMatch(/Term, \{\s*id: "proposer"/)
  })

  it('leaves other texts alone, and those of a language without a glossary', async () => {
    expect(await compiled('exercises/paxos-acceptor/en.mdx')).not.toContain('Term')
    expect(await compiled('content/xx/paxos/any.mdx')).not.toContain('Term')
  })
})
