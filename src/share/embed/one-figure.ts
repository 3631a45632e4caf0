/** What a chapter’s page is rendered with where one of its figures stands alone: of everything else nothing is left. */
import { inContent } from '../../components/in-content.ts'
import Nothing from './Nothing.astro'
import OneWidget from './OneWidget.astro'
import Through from './Through.astro'

/** The elements that Markdown makes. */
const ELEMENTS =
  'a blockquote br code del em h1 h2 h3 h4 h5 h6 hr img li ol p pre section strong sup table tbody td th thead tr ul'

const nothing = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, Nothing]))

export const oneFigure = {
  ...nothing(ELEMENTS.split(' ')),
  ...nothing(Object.keys(inContent)),
  Beside: Through,
  Widget: OneWidget,
}

/** The figures that the text of a page names, in its order. */
export function figuresIn(body: string): string[] {
  return [...body.matchAll(/<Widget\b[^>]*?\bid="([^"]+)"/g)].map(([, id]) => id!)
}
