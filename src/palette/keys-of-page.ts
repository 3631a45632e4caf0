/** The keys that do something on a page, in words: those of what is on it. */
import type { Word } from './guide.ts'

/** Names of keys as they stand on a keyboard; `Mod` is Control, or Command where there is one. */
export interface Key {
  /** Each a combination; any of them does it. */
  readonly keys: readonly (readonly string[])[]
  readonly does: Word
  /** Whether it is one of those that can be turned off. */
  readonly single?: boolean
}

export interface KeyGroup {
  readonly name: Word
  /** What has to be on the page. */
  readonly where?: string
  readonly keys: readonly Key[]
}

const steps: readonly Key[] = [
  { keys: [['←'], ['→']], does: 'way.key.step' },
  { keys: [['Home'], ['End']], does: 'way.key.ends' },
  { keys: [['Space']], does: 'way.key.play' },
]

const messages: readonly Key[] = [
  { keys: [['Delete']], does: 'way.key.drop' },
  { keys: [['D']], does: 'way.key.duplicate' },
]

export const keyGroups: readonly KeyGroup[] = [
  {
    name: 'way.keys.everywhere',
    keys: [
      { keys: [['/']], does: 'way.key.search', single: true },
      { keys: [['?']], does: 'way.key.palette', single: true },
      { keys: [['Mod', 'K']], does: 'way.key.palette.always' },
      { keys: [['Esc']], does: 'way.key.close' },
    ],
  },
  {
    name: 'way.keys.exercise',
    where: '[data-editor]',
    keys: [
      { keys: [['Mod', 'Enter']], does: 'way.key.run' },
      { keys: [['Esc'], ['Tab']], does: 'way.key.leave' },
      { keys: [['←'], ['→'], ['Home']], does: 'way.key.split' },
    ],
  },
  {
    name: 'way.keys.break',
    where: '#system',
    keys: [
      ...steps,
      ...messages,
      { keys: [['Mod', 'Z']], does: 'way.key.undo' },
      { keys: [['Mod', 'Shift', 'Z']], does: 'way.key.redo' },
    ],
  },
  {
    name: 'way.keys.figure',
    where: '.prose section.figure',
    keys: [...steps, ...messages, { keys: [['↑'], ['↓'], ['Home'], ['End']], does: 'way.key.menu' }],
  },
  {
    name: 'way.keys.cell',
    where: '.notebook-cell',
    keys: [
      { keys: [['Mod', 'Enter']], does: 'way.key.run' },
      { keys: [['Tab']], does: 'way.key.leave.cell' },
    ],
  },
  {
    name: 'way.keys.history',
    where: '.own .paper',
    keys: [{ keys: [['Mod', 'Enter']], does: 'way.key.check' }],
  },
]

/** How this machine's keyboard calls a key. @param platform what the browser calls it, such as `MacIntel` */
export function keyName(key: string, platform: string): string {
  const isMac = /^(Mac|iP)/.test(platform)
  const names: Readonly<Record<string, string>> = isMac
    ? { Mod: '⌘', Shift: '⇧', Enter: '↵' }
    : { Mod: 'Ctrl', Enter: '↵' }
  return names[key] ?? key
}
