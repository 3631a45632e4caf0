/** The content gate can fail: each fixture breaks one thing in a small course, and the gate says which, and where. */
import { describe, expect, it } from 'vitest'
import { glossarySchema } from '../../glossary/glossary.ts'
import type { Course } from './course.ts'
import { type Page, type Problem, readPage } from './page.ts'
import { anchorsIn, anchorsKept, keptWith } from './anchors-kept.ts'
import { rules } from './rules.ts'

const PAGE = `---
title: 'Echo: saying it again'
question: Who hears what?
description: A page for the tests.
---

A node says <Count check="C1/heard" of="states" /> things, as [the other page](/echo/again#why) shows.

## Two parts

<Widget id="echo/first" title="An echo" />

<Claim id="C1" sentence="Everybody hears it.">
  <Checked check="C1/heard" />
  <Checked check="E1/lost" shown />
</Claim>

<Erratum id="E1" sentence="Nothing is lost.">
  Something may be.
  <Checked check="E1/lost" />
  _Paxos Made Simple_, section 2.2.
</Erratum>

<Predict
  id="echo/next"
  options={{
    yes: 'Yes, with the number 2.',
    no: 'No.',
  }}
  why="It has been said."
>
  Is it heard?
</Predict>

<Cell id="echo/rule" title="The rule" />

<Term id="node">Nodes</Term> and <Term>nodes</Term>.

<Exercise id="echo-build">See [above](#two-parts).</Exercise>
`

const OTHER = `---
title: Again
question: Why?
description: Another.
---

## Why

Back to [the claim](/echo#C1), to [a word](/glossary#node), to [the exercise](/exercises/echo-build) and
[elsewhere](https://example.org/nothing).

<Predict id="echo/next" options={{ yes: 'Yes.' }} why="So.">Is it?</Predict>
`

const whole: Course = {
  pages: [readPage('content/en/echo/index.mdx', PAGE), readPage('content/en/echo/again.mdx', OTHER)],
  exerciseTexts: [],
  names: {
    figures: [
      { id: 'echo/first', pictures: ['F1'], anchors: ['run-E1-lost'] },
      { id: 'echo/second', pictures: ['F2'], anchors: ['figure-echo-second'] },
    ],
    checks: ['C1/heard', 'E1/lost'],
    predictions: ['echo/next'],
    cells: ['echo/rule'],
    comparisons: [],
    exercises: ['echo-build'],
    components: ['Cell', 'Checked', 'Claim', 'Count', 'Erratum', 'Exercise', 'Predict', 'Term', 'Widget'],
  },
  chapters: [{ id: 'echo', pages: ['echo', 'echo/again'] }],
  duties: [
    {
      chapter: 'echo',
      pictures: ['F1'],
      claims: ['C1'],
      errata: ['E1'],
      exercises: ['echo-build'],
      predictions: 1,
      allowed: [],
    },
  ],
  anchors: new Map(),
  glossaries: new Map([
    [
      'en',
      glossarySchema.parse({
        node: { term: 'node', links: ['node', 'nodes'], definition: 'It takes part.', see: ['message'] },
        message: { term: 'message', definition: 'It is sent.', reference: 'Paxos Made Simple, section 2.1' },
      }),
    ],
  ]),
}

const sayings = (problems: readonly Problem[]): string[] =>
  problems.map(({ file, line, text }) => `${file}:${line}: ${text}`)

/** What the gate says of a course. */
const gate = (course: Course): string[] => sayings(Object.values(rules).flatMap((rule) => rule(course)))

/** The course with something else in its first page. */
function pageWith(part: string, instead: string): Course {
  if (!PAGE.includes(part)) throw new Error(`the page has no ${part}`)
  return withPage(
    readPage(
      'content/en/echo/index.mdx',
      PAGE.replace(part, () => instead),
    ),
  )
}

const withPage = (page: Page): Course => ({ ...whole, pages: [page, whole.pages[1]!] })
const owing = (more: Partial<Course['duties'][number]>): Course => ({
  ...whole,
  duties: [{ ...whole.duties[0]!, ...more }],
})
const speaking = (words: Record<string, unknown>, language = 'en'): Course => ({
  ...whole,
  glossaries: new Map([...whole.glossaries, [language, glossarySchema.parse(words)]]),
})
const word = { term: 'node', definition: 'It takes part.' }

/** What is broken, how, and what the gate says of it. */
const broken: readonly [what: string, course: Course, said: string][] = [
  [
    'a figure that is not there',
    pageWith('"echo/first"', '"echo/fist"'),
    "index.mdx:11: there is no figure 'echo/fist'",
  ],
  [
    'a check that is not there',
    pageWith('<Checked check="C1/heard"', '<Checked check="C1/seen"'),
    "index.mdx:14: there is no check 'C1/seen'",
  ],
  [
    'a count of a check that is not there',
    pageWith('<Count check="C1/heard"', '<Count check="C2"'),
    "index.mdx:7: there is no check 'C2'",
  ],
  [
    'a question that is not there',
    pageWith('id="echo/next"', 'id="echo/nest"'),
    "there is no prediction 'echo/nest' in the predictions.ts of its chapter; did you mean 'echo/next'?",
  ],
  ['a cell that is not there', pageWith('"echo/rule"', '"echo/role"'), "there is no cell 'echo/role'"],
  [
    'an exercise that is not there',
    pageWith('id="echo-build"', 'id="echo-break"'),
    "there is no exercise 'echo-break' in exercises/",
  ],
  [
    'a word that is not there',
    pageWith('<Term id="node">', '<Term id="knot">'),
    "there is no word 'knot' in the glossary",
  ],
  ['a component that is not there', pageWith('<Cell ', '<Sell '), 'a page has no <Sell>'],
  [
    'a name that is no plain text',
    pageWith('<Cell id="echo/rule"', '<Cell id={1 + 1}'),
    '<Cell> needs `id`, as plain text',
  ],
  ['a component without its name', pageWith('<Cell id="echo/rule"', '<Cell'), '<Cell> needs `id`'],
  [
    'a claim that nothing shows',
    pageWith('  <Checked check="C1/heard" />\n  <Checked check="E1/lost" shown />', '  It is clear.'),
    'index.mdx:13: <Claim id="C1"> rests on nothing',
  ],
  [
    'an erratum that nothing shows',
    pageWith('  <Checked check="E1/lost" />\n  _Paxos', '  _Paxos'),
    'index.mdx:18: <Erratum id="E1"> rests on nothing',
  ],
  [
    'an erratum without a reference',
    pageWith('_Paxos Made Simple_, section 2.2.', 'Everybody knows.'),
    'index.mdx:18: <Erratum id="E1"> has no reference',
  ],
  [
    'an erratum that refers to a work that nobody knows',
    pageWith('_Paxos Made Simple_', '_Paxos Made Hard_'),
    '<Erratum id="E1"> has no reference',
  ],
  [
    'a picture that no page shows',
    owing({ pictures: ['F1', 'F2'] }),
    'no page of the chapter has a <Widget> or <Comparison> that shows the picture F2',
  ],
  [
    'a claim that is missing',
    owing({ claims: ['C1', 'C2'] }),
    'src/course/echo/duties.ts:1: no page of the chapter has the <Claim> C2',
  ],
  ['an erratum that is missing', owing({ errata: ['E2'] }), 'no page of the chapter has the <Erratum> E2'],
  [
    'an exercise that no page offers',
    owing({ exercises: ['echo-break'] }),
    'no page of the chapter has the <Exercise> echo-break',
  ],
  [
    'too few questions',
    owing({ predictions: 2 }),
    'content/en/echo/index.mdx:1: asks 1 questions; there have to be 2',
  ],
  [
    'a page that is not written',
    { ...whole, chapters: [{ id: 'echo', pages: ['echo', 'echo/again', 'echo/last'] }] },
    "content/en has no page 'echo/last'",
  ],
  ['duties of a chapter that is not there', owing({ chapter: 'ekho' }), "there is no chapter 'ekho'"],
  [
    'a figure that is typed',
    pageWith('Something may be.', 'It takes\n  16 steps.'),
    'index.mdx:20: “16 steps” is typed',
  ],
  [
    'a figure in words',
    pageWith('Something may be.', 'It takes _sixteen_ steps.'),
    'index.mdx:19: “sixteen steps” is typed',
  ],
  ['a figure in a heading', pageWith('## Two parts', '## Two steps'), '“Two steps” is typed'],
  [
    'a figure in an attribute',
    pageWith('title="An echo"', 'title="1,204 states"'),
    'index.mdx:11: “1,204 states” is typed',
  ],
  [
    'a figure in an answer',
    pageWith("'Yes, with the number 2.'", "'Yes, in 20 rounds.'"),
    'index.mdx:27: “20 rounds” is typed',
  ],
  [
    'a figure in the front matter',
    pageWith('A page for the tests.', 'A page of 3 seconds.'),
    'index.mdx:4: “3 seconds” is typed',
  ],
  [
    'a figure in an expression',
    pageWith('Something may be.', "It takes {'40 %'} longer."),
    '“40 %” is typed',
  ],
  [
    'an allowance for nothing',
    owing({ allowed: [{ page: 'echo', figure: 'six rounds', why: 'The task.' }] }),
    'allows “six rounds” on the page echo, which does not say it',
  ],
  [
    'a link to a page that is not there',
    pageWith('(/echo/again#why)', '(/echo/against)'),
    "index.mdx:7: '/echo/against' leads to no page",
  ],
  [
    'a link to a part that is not there',
    pageWith('(/echo/again#why)', '(/echo/again#how)'),
    "index.mdx:7: '/echo/again#how' leads to no part",
  ],
  [
    'a link to a part of the same page that is not there',
    pageWith('(#two-parts)', '(#to-parts)'),
    "'#to-parts' leads to no part",
  ],
  [
    'a link to a word that is not there',
    pageWith('(/echo/again#why)', '(/glossary#knot)'),
    "'/glossary#knot' leads to no part",
  ],
  [
    'a link to an exercise that is not there',
    pageWith('(/echo/again#why)', '(/exercises/echo)'),
    "'/exercises/echo' leads to no page",
  ],
  [
    'a link that depends on where the page lies',
    pageWith('(/echo/again#why)', '(../again)'),
    "'../again' depends on where the page lies",
  ],
  [
    'a dead link in an exercise',
    {
      ...whole,
      exerciseTexts: [readPage('exercises/echo-build/en.mdx', '[Here](/nowhere)')].map((page) => ({
        ...page,
        language: 'en',
      })),
    },
    "exercises/echo-build/en.mdx:1: '/nowhere' leads to no page",
  ],
  [
    'two parts of the same anchor',
    pageWith('id="E1" sentence', 'id="C1" sentence'),
    "two parts have the anchor 'C1'",
  ],
  [
    'a run that is not shown',
    pageWith('<Widget id="echo/first"', '<Widget id="echo/second"'),
    'index.mdx:15: says `shown`, but no <Widget> of the page shows the run of E1/lost',
  ],
  [
    'a word that refers to none',
    speaking({ node: { ...word, see: ['knot'] } }),
    "glossary.yaml:1: node: there is no entry 'knot'",
  ],
  ['a word that refers to itself', speaking({ node: { ...word, see: ['node'] } }), 'node: refers to itself'],
  [
    'a word from a work that nobody knows',
    speaking({ node: { ...word, reference: 'Hearsay, section 1' } }),
    "node: 'Hearsay, section 1' does not begin with a work",
  ],
  [
    'two words of one form',
    speaking({ node: word, knot: { ...word, links: ['Node'] } }),
    "knot: 'Node' leads to 'node' already",
  ],
  [
    'a word that a language does not have',
    speaking({ node: word }, 'zh'),
    'content/zh/glossary.yaml:1: message: has no entry in this language',
  ],
]

describe('the content gate', () => {
  it('lets a whole course through', () => {
    expect(gate(whole)).toEqual([])
  })

  it.each(broken)('stops %s', (_, course, said) => {
    const found = gate(course)
    expect(
      found.some((text) => text.includes(said)),
      `${said}\n  not in:\n${found.join('\n')}`,
    ).toBe(true)
  })

  it('lets through what is allowed, on that page alone', () => {
    const allowed = [{ page: 'echo', figure: 'six rounds', why: 'The task.' }]
    const { pages } = pageWith('Something may be.', 'Make it last six rounds.')
    expect(gate({ ...owing({ allowed }), pages })).toEqual([])
    const elsewhere = [{ ...allowed[0]!, page: 'echo/again' }]
    expect(gate({ ...owing({ allowed: elsewhere }), pages })).toHaveLength(2)
  })

  it('takes a comparison for the picture that it brings to life, where a page has it', () => {
    const names = {
      ...whole.names,
      comparisons: [{ id: 'table', pictures: ['F3'] }],
      components: [...whole.names.components, 'Comparison'],
    }
    const owed = owing({ pictures: ['F1', 'F3'] })
    const { pages } = pageWith('<Cell id=', '<Comparison id="table" />\n\n<Cell id=')
    expect(gate({ ...owed, names, pages })).toEqual([])
    expect(gate({ ...owed, names })).toHaveLength(1)
  })

  it('names file and line of a page that is no MDX', () => {
    expect(() => readPage('content/en/a.mdx', 'words\n\n<Claim>\n')).toThrow(/content\/en\/a\.mdx/)
  })
})

describe('addresses of parts of pages', () => {
  const keeping = (...anchors: string[]): Course => ({ ...whole, anchors: new Map([['en', anchors]]) })
  const all = anchorsIn(whole, 'en')

  it('are those of headings, claims, errata, figures, questions, cells, exercises and words', () => {
    expect(all).toEqual([
      'echo#C1',
      'echo#E1',
      'echo#cell-echo-rule',
      'echo#exercise-echo-build',
      'echo#predict-echo-next',
      'echo#run-E1-lost',
      'echo#two-parts',
      'echo/again#predict-echo-next',
      'echo/again#why',
      'glossary#message',
      'glossary#node',
    ])
    expect(anchorsKept(keeping(...all))).toEqual([])
  })

  it('are missed with the place in the list when they vanish, and their author is told how to keep them', () => {
    const said = sayings(anchorsKept(keeping('echo#three-parts', ...all)))
    expect(said).toHaveLength(1)
    expect(said[0]).toContain("content/en/anchors.txt:1: links to 'echo#three-parts' lead nowhere now")
    expect(said[0]).toContain('<Anchor id="three-parts" />')
  })

  it('live on under another heading by an anchor of their own', () => {
    const renamed = pageWith('## Two parts', '<Anchor id="two-parts" />\n\n## Its parts')
    expect(sayings(anchorsKept({ ...renamed, anchors: new Map([['en', all]]) }))).toEqual([
      "content/en/anchors.txt:1: 'echo#its-parts' is new: `npm run check:content -- --keep` adds it to the list",
    ])
  })

  it('are added to the list, and never taken out of it', () => {
    const kept = keptWith(keeping('echo#three-parts'), 'en')
    expect(kept.split('\n')).toEqual([...[...all, 'echo#three-parts'].sort(), ''])
  })
})
