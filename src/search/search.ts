/** The search, in a dialog over the page: pages with the parts of them in which the words stand. */
import { element } from '../palette/elements.ts'
import type { Guide, Say, Word } from '../palette/guide.ts'
import { makeSheet, type Sheet } from '../palette/sheet.ts'
import { loadIndex, type Answer, type Found, type Marked } from './ask.ts'

const PAGES_AT_ONCE = 8

const inMarks = (text: Marked): HTMLElement =>
  element(
    'span',
    { class: 'excerpt' },
    ...text.map((part) => (part.marked ? element('mark', {}, part.text) : part.text)),
  )

export function searchSheet(site: Guide, say: Say): Sheet {
  let search: Promise<(words: string) => Promise<Answer | null>> | undefined
  let asked = ''

  const kindOf = ({ kind, chapter }: Found): string => {
    const word = `way.kind.${kind}` as Word
    const name = word in site.words ? say(word) : say('way.kind.page')
    return chapter === '' ? name : `${chapter} · ${name}`
  }

  const item = (page: Found): HTMLElement =>
    element(
      'li',
      { class: page.kind },
      element(
        'a',
        { href: page.address, class: 'page' },
        element('span', { class: 'kind' }, kindOf(page)),
        element('span', { class: 'title' }, page.title),
        page.excerpt.length > 0 && inMarks(page.excerpt),
      ),
      page.parts.length > 0 &&
        element(
          'ul',
          { class: 'parts' },
          ...page.parts.map((part) =>
            element(
              'li',
              {},
              element(
                'a',
                { href: part.address },
                element('span', { class: 'title' }, part.title),
                inMarks(part.excerpt),
              ),
            ),
          ),
        ),
    )

  const note = (text: string, ...more: (Node | string)[]): void => {
    sheet.found.replaceChildren(element('p', { class: 'note' }, text, ...more))
  }

  const nothing = (words: string): void => {
    const text = say('way.search.none', { words })
    const glossary = element('a', { href: site.glossary }, say('way.kind.word'))
    note(text, ' ', say('way.search.none.more'), ' ', glossary, '.')
    sheet.tell(text)
  }

  /** Shows the pages from here on, as many as fit, and the way to more. */
  async function list(answer: Answer, words: string): Promise<void> {
    const rows = element('ol', { class: 'results' })
    const more = element('button', { type: 'button', class: 'more' }, say('way.search.more'))
    let shown = 0
    const add = async (): Promise<void> => {
      const until = Math.min(shown + PAGES_AT_ONCE, answer.count)
      const pages = await Promise.all(
        Array.from({ length: until - shown }, (_, index) => answer.page(shown + index)),
      )
      if (asked !== words) return
      const made = pages.map(item)
      rows.append(...made)
      if (shown > 0) made[0]?.querySelector('a')?.focus()
      shown = until
      more.hidden = shown >= answer.count
    }
    more.addEventListener('click', () => void add())
    await add()
    if (asked !== words) return
    sheet.found.replaceChildren(rows, more)
    sheet.found.scrollTop = 0
    sheet.tell(answer.count === 1 ? say('way.search.one') : say('way.search.many', { count: answer.count }))
  }

  async function look(words: string): Promise<void> {
    asked = words
    if (words === '') return note(say('way.search.hint'))
    try {
      search ??= loadIndex(site.index, site.base)
      const answer = await (await search)(words)
      if (answer === null || asked !== words) return
      if (answer.count === 0) nothing(words)
      else await list(answer, words)
    } catch {
      search = undefined
      const text = say(import.meta.env.DEV ? 'way.search.missing' : 'way.search.failed')
      note(text)
      sheet.tell(text)
    }
  }

  const sheet = makeSheet(
    'search',
    { title: say('way.search.open'), label: say('way.search.label') },
    say,
    (words) => void look(words.trim()),
  )
  // Whoever follows a result to a part of this page wants to see it.
  sheet.found.addEventListener('click', (event) => {
    if ((event.target as Element).closest('a') && !event.ctrlKey && !event.metaKey) sheet.close()
  })
  note(say('way.search.hint'))
  // The first letter need not wait for the index.
  search = loadIndex(site.index, site.base)
  search.catch(() => (search = undefined))
  return sheet
}
