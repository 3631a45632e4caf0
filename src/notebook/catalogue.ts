/** The catalogue of cells: what a chapter's page hands the island of one, worked out while pages are built. */
import { getEntry } from 'astro:content'
import { gradeToEnd } from '../../engine/grade.ts'
import { scopeOf } from '../../engine/scope.ts'
import { scopeInWords } from '../../engine/text/scope.ts'
import { highlightLines, loadHighlighter } from '../editor/highlighter.ts'
import { totals } from '../exercise/standing.ts'
import { engineWords } from '../text/engine.ts'
import type { CellDefinition } from './cell.ts'
import type { CellPage, NotebookText } from './page.ts'
import { cut } from './part.ts'

const declared = import.meta.glob<readonly CellDefinition[]>('../course/*/cells.ts', {
  eager: true,
  import: 'cells',
})
const texts = import.meta.glob<string>(['../../exercises/*/solution.ts', '../course/*/cells/*.ts'], {
  query: '?raw',
  import: 'default',
})
const dictionaries = import.meta.glob<CellPage['words']>('../text/??-notebook.ts', {
  eager: true,
  import: 'notebook',
})

/** @throws Error when no cell has this id */
export function cellOf(id: string): CellDefinition {
  const all = Object.values(declared).flat()
  const found = all.find((cell) => cell.id === id)
  if (!found) throw new Error(`no cell is called '${id}'; there are ${all.map((cell) => cell.id).join(', ')}`)
  return found
}

/**
 * Everything that a page hands the island of a cell.
 * @throws Error when the cell's file is missing, when it does not hold as it stands, or when something has no words
 */
export async function cellPage(id: string, lang: string, title: string): Promise<CellPage> {
  const { source, original, begins, words, lanes, exercise } = cellOf(id)
  const path = Object.keys(texts).find((file) => rooted(file) === source)
  if (!path) throw new Error(`cell ${id}: there is no file '${source}' that a cell may show`)
  const part = cut(await texts[path]!(), begins)

  const answer = { definition: original, probe: null }
  const report = gradeToEnd(exercise, answer)
  if (report.verdict !== 'passed') throw new Error(`cell ${id}: as it stands it is ${report.verdict}`)

  const entry = await getEntry('exercises', `${words}/${lang}`)
  const said = entry?.data as { scope?: Record<string, string>; properties?: Properties } | undefined
  const own = dictionaries[`../text/${lang}-notebook.ts`]
  if (!own) throw new Error(`cells have no words in '${lang}'`)
  const failsOf = (property: string): string => {
    const fails = own[`cell.fails.${property}` as keyof NotebookText] ?? said?.properties?.[property]?.fails
    if (!fails) throw new Error(`cell ${id}: '${property}' has no words in '${lang}'`)
    return fails
  }
  const systems = exercise.configurations.map(({ system, counts, driver }) => ({
    system: system(answer),
    counts,
    driver,
  }))
  return {
    id,
    version: exercise.version,
    lang,
    title,
    file: exercise.file,
    part,
    lines: highlightLines(await loadHighlighter(), part.code),
    messages: words,
    lanes,
    fails: Object.fromEntries(
      systems
        .flatMap(({ system }) => system.properties)
        .map(({ id: property }) => [property, failsOf(property)]),
    ),
    bounds: systems
      .map(({ system, counts, driver }) =>
        scopeInWords(scopeOf(system, counts, driver), said?.scope ?? {}, engineWords(lang)),
      )
      .join('; '),
    states: totals(report).states,
    words: own,
  }
}

type Properties = Record<string, { readonly fails: string }>

/** A path of `import.meta.glob` as one from the root. */
function rooted(path: string): string {
  return path.startsWith('../../') ? path.slice('../../'.length) : `src/${path.slice('../'.length)}`
}
