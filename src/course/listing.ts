/** The code beside a run: the lines of one of the course's files, highlighted while the page is built. */
import { highlightLines, loadHighlighter } from '../editor/highlighter.ts'

/** The lines of a listing, and the number of the first of them in its file. */
export interface Listing {
  readonly lines: readonly string[]
  readonly first: number
}

const sources: Readonly<Record<string, () => Promise<string>>> = import.meta.glob<string>(
  [
    '../../exercises/*/{solution,starter,worker}.ts',
    '../../exercises/*/*.process.ts',
    '../../exercises/*/{mutants,variants}/*.ts',
    './**/*.process.ts',
  ],
  { query: '?raw', import: 'default' },
)

/**
 * The lines of a file from where its code begins.
 * @param file from the root of the repository
 * @param begins what the first line holds; left out: a function or a constant, with what is said of it
 * @throws Error where there is no such file, or no such line
 */
export async function listingOf(file: string, begins?: string): Promise<Listing> {
  const load = sources[file.startsWith('src/course/') ? file.replace('src/course/', './') : `../../${file}`]
  if (load === undefined) throw new Error(`there is no file ${file} to be shown`)
  const source = (await load()).trimEnd()
  const first = firstLine(source.split('\n'), begins)
  if (first < 0) throw new Error(`${file} has no line with '${begins ?? 'function'}'`)
  const lines = highlightLines(await loadHighlighter(), source)
  return { lines: lines.slice(first), first: first + 1 }
}

/** What comes before says what the functions are handed, which the text above a figure says. */
function firstLine(lines: readonly string[], begins: string | undefined): number {
  const starts = (line: string): boolean =>
    begins === undefined ? /^(export )?(async )?(function|const)/.test(line) : line.includes(begins)
  let first = lines.findIndex(starts)
  while (first > 0 && /^(\/\*\*| \*|\/\/)/.test(lines[first - 1]!)) first--
  return first
}
