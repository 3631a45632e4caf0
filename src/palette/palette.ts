/** The commands and the keys of the page, in a dialog over it. */
import { chooseTheme, themeChoice, themeChoices } from '../theme.ts'
import { matching, type Command } from './commands.ts'
import { element } from './elements.ts'
import type { Guide, Say } from './guide.ts'
import { keyGroups, keyName, type Key } from './keys-of-page.ts'
import { makeSheet, type Sheet } from './sheet.ts'
import { keepSetting, setting } from '../record/settings.ts'

/** Whether keys without Control or Command do something; see keys.ts. */
const singleKeys = (): boolean => setting('single-keys') ?? true

/** @param search opens the search */
export function paletteSheet(site: Guide, say: Say, search: () => void): Sheet {
  const turn = (way: 'next' | 'prev'): Command[] => {
    const link = document.querySelector<HTMLAnchorElement>(`main a[rel="${way}"]`)
    if (!link) return []
    const page = link.lastChild?.textContent?.trim() ?? ''
    const name = say(way === 'next' ? 'way.command.next' : 'way.command.previous', { page })
    return [{ name, within: say('way.group.here'), leads: link.href }]
  }

  /** As they are now: the page, the theme and the keys may have changed since. */
  const commands = (): Command[] => {
    const here = say('way.group.here')
    const settings = say('way.group.settings')
    return [
      { name: say('way.command.search'), within: here, does: search },
      ...turn('next'),
      ...turn('prev'),
      { name: say('way.command.top'), within: here, does: () => scrollTo({ top: 0 }) },
      { name: say('way.command.print'), within: here, does: () => print() },
      ...themeChoices.map((theme) => ({
        name: say('way.command.theme', { theme: say(`theme.${theme}`) }),
        within: settings,
        chosen: theme === themeChoice(),
        does: () => chooseTheme(theme),
      })),
      {
        name: say(singleKeys() ? 'way.command.keys.off' : 'way.command.keys.on'),
        within: settings,
        does: () => keepSetting('single-keys', !singleKeys()),
      },
      { name: say('way.command.home'), within: say('way.group.places'), leads: site.home },
      ...site.places.map(({ name, within, address }) => ({ name, within, leads: address })),
    ]
  }

  function row(command: Command): HTMLElement {
    const inside = [
      element('span', { class: 'title' }, command.name),
      element('span', { class: 'kind' }, command.chosen ? say('way.chosen') : command.within),
    ]
    if (command.leads !== undefined)
      return element('li', {}, element('a', { href: command.leads, class: 'command' }, ...inside))
    const button = element('button', { type: 'button', class: 'command' }, ...inside)
    button.addEventListener('click', () => {
      sheet.close()
      command.does?.()
    })
    return element('li', {}, button)
  }

  function keyRow({ keys, does, single }: Key): HTMLElement {
    const off = single && !singleKeys()
    return element(
      'div',
      { class: off ? 'off' : null },
      element(
        'dt',
        {},
        ...keys.flatMap((combination, index) => [
          index > 0 ? ' ' : '',
          ...combination.flatMap((key, at) => [
            at > 0 ? '+' : '',
            element('kbd', {}, keyName(key, navigator.platform)),
          ]),
        ]),
      ),
      element('dd', {}, off ? `${say(does)} (${say('way.keys.off')})` : say(does)),
    )
  }

  const keys = (): HTMLElement =>
    element(
      'section',
      { class: 'keys', 'aria-label': say('way.keys') },
      element('h2', {}, say('way.keys')),
      ...keyGroups
        .filter(({ where }) => where === undefined || document.querySelector(where))
        .map((group) =>
          element(
            'div',
            {},
            element('h3', {}, say(group.name)),
            element('dl', {}, ...group.keys.map(keyRow)),
          ),
        ),
    )

  function list(words: string): void {
    const found = matching(commands(), words)
    const rows =
      found.length > 0
        ? element('ul', { class: 'results' }, ...found.map(row))
        : element('p', { class: 'note' }, say('way.palette.none'))
    const section = element(
      'section',
      { class: 'commands', 'aria-label': say('way.commands') },
      element('h2', {}, say('way.commands')),
      rows,
    )
    // Who looks for a command does not look for a key.
    sheet.found.replaceChildren(section, ...(words === '' ? [keys()] : []))
    sheet.dialog.classList.toggle('filtered', words !== '')
    if (words !== '')
      sheet.tell(
        found.length === 0
          ? say('way.palette.none')
          : found.length === 1
            ? say('way.palette.one')
            : say('way.palette.many', { count: found.length }),
      )
  }

  const sheet = makeSheet(
    'palette',
    { title: say('way.palette'), label: say('way.palette.label') },
    say,
    (words) => list(words.trim()),
  )
  sheet.found.addEventListener('click', (event) => {
    if ((event.target as Element).closest('a') && !event.ctrlKey && !event.metaKey) sheet.close()
  })
  return {
    ...sheet,
    open() {
      sheet.field.value = ''
      list('')
      sheet.open()
    },
  }
}
