/** The rules of the content gate. Each looks at the whole course and says what is wrong, where, and what to do about it. */
import { formsOf } from '../../glossary/glossary.ts'
import {
  cellAnchor,
  compareAnchor,
  exerciseAnchor,
  NAMED,
  plotAnchor,
  predictAnchor,
  runAnchor,
} from '../anchors.ts'
import { works, workOf } from '../works.ts'
import { type Course, FIRST_LANGUAGE } from './course.ts'
import type { Component, Page, Problem } from './page.ts'
import { typedFigures } from './typed-figures.ts'

type Rule = (course: Course) => Problem[]

const problem = ({ file }: { readonly file: string }, line: number, text: string): Problem => ({
  file,
  line,
  text,
})

/** Which attribute of a component names what. */
const NAMING: Readonly<Record<string, { readonly attribute: string; readonly kind: Kind }>> = {
  Widget: { attribute: 'id', kind: 'figure' },
  Carts: { attribute: 'id', kind: 'figure' },
  Checked: { attribute: 'check', kind: 'check' },
  Remedy: { attribute: 'check', kind: 'check' },
  Count: { attribute: 'check', kind: 'check' },
  Lag: { attribute: 'id', kind: 'check' },
  Plot: { attribute: 'id', kind: 'check' },
  Predict: { attribute: 'id', kind: 'prediction' },
  Cell: { attribute: 'id', kind: 'cell' },
  Comparison: { attribute: 'id', kind: 'comparison' },
  Exercise: { attribute: 'id', kind: 'exercise' },
  Term: { attribute: 'id', kind: 'word' },
}

type Kind = 'figure' | 'check' | 'prediction' | 'cell' | 'comparison' | 'exercise' | 'word'

const DECLARED_IN: Readonly<Record<Kind, string>> = {
  figure: 'the figures.ts of its chapter',
  check: 'the checks.ts of its chapter',
  prediction: 'the predictions.ts of its chapter',
  cell: 'the cells.ts of its chapter',
  comparison: 'the comparison.ts of its chapter',
  exercise: 'exercises/',
  word: 'the glossary',
}

/** Every component is one that a page can have, and what it names is there. */
export const namesResolve: Rule = ({ pages, names, glossaries }) =>
  pages.flatMap((page) => {
    const there: Readonly<Record<Kind, readonly string[]>> = {
      figure: names.figures.map(({ id }) => id),
      check: names.checks,
      prediction: names.predictions,
      cell: names.cells,
      comparison: names.comparisons.map(({ id }) => id),
      exercise: names.exercises,
      word: Object.keys(glossaries.get(page.language) ?? {}),
    }
    return page.components.flatMap(({ name, line, attributes }) => {
      if (!names.components.includes(name))
        return [
          problem(page, line, `a page has no <${name}>; src/components/in-content.ts lists what it has`),
        ]
      const naming = NAMING[name]
      if (!naming) return []
      const { attribute, kind } = naming
      const id = attributes.get(attribute)
      // `<Term>` without an id keeps a word from being linked.
      if (name === 'Term' && id === undefined) return []
      if (!id) return [problem(page, line, `<${name}> needs \`${attribute}\`, as plain text`)]
      if (there[kind].includes(id)) return []
      const near = closest(id, there[kind])
      const hint = near === undefined ? '' : `; did you mean '${near}'?`
      return [problem(page, line, `there is no ${kind} '${id}' in ${DECLARED_IN[kind]}${hint}`)]
    })
  })

/** The name that begins or ends most like another, for a hint. */
function closest(id: string, there: readonly string[]): string | undefined {
  const alike = (other: string): number => {
    const from = [...id].findIndex((letter, index) => letter !== other[index])
    return from === -1 ? id.length : from
  }
  const best = [...there].sort((one, other) => alike(other) - alike(one))[0]
  return best !== undefined && alike(best) >= id.length / 2 ? best : undefined
}

/** A claim and an erratum rest on a check, and an erratum says where the right rule stands. */
export const boxesRest: Rule = ({ pages }) =>
  pages.flatMap((page) =>
    page.components
      .filter(({ name }) => name === 'Claim' || name === 'Erratum')
      .flatMap(({ name, line, attributes, inside, emphasised }) => {
        const who = `<${name}${attributes.get('id') ? ` id="${attributes.get('id')}"` : ''}>`
        return [
          ...(inside.some((component) => component.name === 'Checked')
            ? []
            : [problem(page, line, `${who} rests on nothing: put a <Checked check="…" /> into it`)]),
          ...(name === 'Claim' || emphasised.some((title) => works.some((work) => work.title === title))
            ? []
            : [
                problem(
                  page,
                  line,
                  `${who} has no reference: name a work of src/course/works.ts, such as _${works[0]!.title}_`,
                ),
              ]),
        ]
      }),
  )

/** A chapter that is complete shows and asks all that it owes. */
export const dutiesDone: Rule = ({ pages, names, chapters, duties }) =>
  duties.flatMap((owed) => {
    const file = `src/course/${owed.chapter}/duties.ts`
    const say = (text: string): Problem => ({ file, line: 1, text })
    const chapter = chapters.find(({ id }) => id === owed.chapter)
    if (!chapter) return [say(`there is no chapter '${owed.chapter}' in src/course/chapters.ts`)]
    const own = pages.filter(({ id, language }) => language === FIRST_LANGUAGE && chapter.pages.includes(id))
    const has = (name: string, id: string): boolean =>
      own.some(({ components }) =>
        components.some((component) => component.name === name && component.attributes.get('id') === id),
      )
    const shown = (picture: string): boolean =>
      names.figures.some(({ id, pictures }) => pictures.includes(picture) && has('Widget', id)) ||
      names.comparisons.some(({ id, pictures }) => pictures.includes(picture) && has('Comparison', id))
    const missing = (ids: readonly string[], there: (id: string) => boolean, what: string): Problem[] =>
      ids.filter((id) => !there(id)).map((id) => say(`no page of the chapter has ${what} ${id}`))
    return [
      ...chapter.pages
        .filter((id) => !own.some((page) => page.id === id))
        .map((id) => say(`content/${FIRST_LANGUAGE} has no page '${id}'`)),
      ...missing(owed.pictures, shown, 'a <Widget> or <Comparison> that shows the picture'),
      ...missing(owed.claims, (id) => has('Claim', id), 'the <Claim>'),
      ...missing(owed.errata, (id) => has('Erratum', id), 'the <Erratum>'),
      ...missing(owed.exercises, (id) => has('Exercise', id), 'the <Exercise>'),
      ...own.flatMap((page) => {
        const asked = page.components.filter(({ name }) => name === 'Predict').length
        return asked >= owed.predictions
          ? []
          : [
              problem(
                page,
                1,
                `asks ${asked} questions; there have to be ${owed.predictions} <Predict> or more`,
              ),
            ]
      }),
    ]
  })

/** Every figure is computed. */
export const figuresComputed: Rule = ({ pages, duties }) => {
  const allowed = duties.flatMap((owed) =>
    owed.allowed.map((entry) => ({ ...entry, file: `src/course/${owed.chapter}/duties.ts`, used: false })),
  )
  const typed = pages.flatMap((page) =>
    page.sentences.flatMap((sentence) =>
      typedFigures(sentence.text).flatMap(({ index, figure }) => {
        const entry = allowed.find((one) => one.page === page.id && one.figure === figure)
        if (entry) entry.used = true
        return entry
          ? []
          : [
              problem(
                page,
                sentence.lineAt(index),
                `“${figure}” is typed: let <Count> compute the number; if it is none, allow it in the chapter's duties.ts`,
              ),
            ]
      }),
    ),
  )
  return [
    ...typed,
    ...allowed
      .filter(({ used }) => !used)
      .map(({ file, page, figure }) => ({
        file,
        line: 1,
        text: `allows “${figure}” on the page ${page}, which does not say it: remove the entry`,
      })),
  ]
}

/** Pages that are no chapter's, and the parts of them that a link can lead to; null where nobody keeps a list. */
function otherPages({ names, glossaries }: Course, language: string): Map<string, readonly string[] | null> {
  return new Map<string, readonly string[] | null>([
    ['', null],
    ['changes', null],
    ['exercises', null],
    ['history', null],
    ['record', null],
    ['reference', null],
    ['reference/services', null],
    ['glossary', Object.keys(glossaries.get(language) ?? {})],
    ...names.exercises.map((id) => [`exercises/${id}`, null] as const),
  ])
}

const isNamed = (name: string): name is keyof typeof NAMED => Object.hasOwn(NAMED, name)

/** The anchors of a page: of its headings and of its components. */
export function anchorsOf({ headings, components }: Page, { figures }: Course['names']): string[] {
  const anchors = components.flatMap(({ name, attributes }) => {
    if (isNamed(name)) return NAMED[name]
    const id = attributes.get('id')
    if (!id) return []
    if (name === 'Exercise') return exerciseAnchor(id)
    if (name === 'Comparison') return compareAnchor(id)
    if (name === 'Widget' || name === 'Carts')
      return figures.find((figure) => figure.id === id)?.anchors ?? []
    if (name === 'Predict') return predictAnchor(id)
    if (name === 'Plot' || name === 'Lag') return plotAnchor(id)
    if (name === 'Cell') return cellAnchor(id)
    return ['Anchor', 'Claim', 'Erratum', 'Rule', 'Definition', 'Figure'].includes(name) ? id : []
  })
  return [...headings, ...anchors]
}

/** Links inside the site lead to a page that is written and to a part that it has. */
export const linksResolve: Rule = (course) => {
  const { pages, exerciseTexts, names } = course
  return [...pages, ...exerciseTexts].flatMap((page) => {
    const others = otherPages(course, page.language)
    return page.links.flatMap(({ url, line }) => {
      if (/^[a-z]+:/.test(url)) return []
      if (!/^[/#]/.test(url))
        return [problem(page, line, `'${url}' depends on where the page lies: begin with a slash`)]
      const [address = '', part] = url.split('#')
      const id = address.replace(/^\/|\/$/g, '')
      const target =
        address === '' ? page : pages.find((one) => one.id === id && one.language === page.language)
      if (!target && !others.has(id))
        return [problem(page, line, `'${url}' leads to no page: there is no '${id}' in '${page.language}'`)]
      const anchors = target ? anchorsOf(target, names) : others.get(id)
      if (part === undefined || !anchors || anchors.includes(part)) return []
      return [problem(page, line, `'${url}' leads to no part: the page has ${anchors.join(', ')}`)]
    })
  })
}

/** A run that a claim leads to is on the page, and no two parts of a page have the same anchor. */
export const anchorsHold: Rule = ({ pages, names }) =>
  pages.flatMap((page) => {
    const anchors = anchorsOf(page, names)
    const twice = anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)
    const leads = (component: Component): boolean =>
      ['Checked', 'Remedy'].includes(component.name) &&
      component.attributes.has('shown') &&
      !anchors.includes(runAnchor(component.attributes.get('check') ?? ''))
    return [
      ...[...new Set(twice)].map((anchor) =>
        problem(page, 1, `two parts have the anchor '${anchor}': give them different ids`),
      ),
      ...page.components
        .filter(leads)
        .map(({ line, attributes }) =>
          problem(
            page,
            line,
            `says \`shown\`, but no <Widget> of the page shows the run of ${attributes.get('check')}`,
          ),
        ),
    ]
  })

/** The glossary is whole: every word has one entry, what it refers to is there, and languages have the same entries. */
export const glossaryHolds: Rule = ({ glossaries }) => {
  const first = Object.keys(glossaries.get(FIRST_LANGUAGE) ?? {})
  return [...glossaries].flatMap(([language, glossary]) => {
    const say = (id: string, text: string): Problem => ({
      file: `content/${language}/glossary.yaml`,
      line: 1,
      text: `${id}: ${text}`,
    })
    const forms = new Map<string, string>()
    const problems = Object.entries(glossary).flatMap(([id, entry]) => [
      ...entry.see
        .filter((other) => !(other in glossary))
        .map((other) => say(id, `there is no entry '${other}'`)),
      ...(entry.see.includes(id) ? [say(id, 'refers to itself')] : []),
      ...(entry.reference !== undefined && !workOf(entry.reference)
        ? [say(id, `'${entry.reference}' does not begin with a work of src/course/works.ts`)]
        : []),
      ...formsOf(entry).flatMap((form) => {
        const other = forms.get(form.toLowerCase())
        forms.set(form.toLowerCase(), id)
        return other === undefined ? [] : [say(id, `'${form}' leads to '${other}' already`)]
      }),
    ])
    return [
      ...problems,
      ...first.filter((id) => !(id in glossary)).map((id) => say(id, 'has no entry in this language')),
    ]
  })
}

export const rules = {
  namesResolve,
  boxesRest,
  dutiesDone,
  figuresComputed,
  linksResolve,
  anchorsHold,
  glossaryHolds,
} as const
