/**
 * Settings: the learner's choices. They belong to the record; a copy in the local storage is what a page reads before it is
 * first painted, when the record can't have been opened yet.
 */

/** Each setting's name and what it may be. A name with a place in it stands for many. */
export interface Settings {
  /** Not set: as the system. Written by src/theme.ts. */
  theme: 'light' | 'dark'
  /** Which keys the editor listens to. */
  'editor-keys': 'plain' | 'vim' | 'emacs'
  /** The plain text editor in the place of the full one. */
  'plain-editor': boolean
  /** Tab leaves the full editor, whatever was pressed before. */
  'tab-leaves': boolean
  /** Shortcuts of a single letter, which some readers can't use. */
  'single-keys': boolean
  /** The width or height of a pane in pixels; what it has by itself where nothing is set. */
  [pane: `pane/${string}`]: number
  /** When a chapter's end was celebrated. */
  [chapter: `celebrated/${string}`]: number
  /** When the solution of an exercise was asked for. */
  [exercise: `solution/${string}`]: number
}

export type SettingName = keyof Settings & string

/** What each of them may be, for what comes from elsewhere. */
const VALUES: readonly (readonly [name: RegExp, fits: (value: unknown) => boolean])[] = [
  [/^theme$/, (value) => value === 'light' || value === 'dark'],
  [/^editor-keys$/, (value) => value === 'plain' || value === 'vim' || value === 'emacs'],
  [/^(plain-editor|tab-leaves|single-keys)$/, (value) => typeof value === 'boolean'],
  [/^(pane|celebrated|solution)\/[\w/-]{1,100}$/, (value) => Number.isFinite(value)],
]

/** Is there such a setting, and may it have this value? */
export function fitsSetting({ name, value }: { readonly name: string; readonly value: unknown }): boolean {
  return VALUES.some(([known, fits]) => known.test(name) && fits(value))
}

const PREFIX = 'lockstep-setting/'
/** The key of src/theme.ts, under which it stands as it is. */
const THEME = 'lockstep-theme'

/** Where older sites kept some of them. */
function olderOf(name: string): string | number | boolean | undefined {
  const at = (key: string) => localStorage.getItem(key)
  if (name === 'plain-editor') return at('lockstep-plain-editor') === 'yes' || undefined
  if (name.startsWith('pane/')) return Number(at(`lockstep-width-${name.slice('pane/'.length)}`)) || undefined
  return undefined
}

/** What was chosen, or undefined where nothing was or where storage is refused. */
export function setting<Name extends SettingName>(name: Name): Settings[Name] | undefined {
  try {
    if (name === 'theme') return (localStorage.getItem(THEME) ?? undefined) as Settings[Name] | undefined
    const kept = localStorage.getItem(PREFIX + name)
    return ((kept === null ? olderOf(name) : JSON.parse(kept)) ?? undefined) as Settings[Name] | undefined
  } catch {
    return undefined
  }
}

/** Keeps a choice, or with undefined forgets it. Where storage is refused it lasts as long as the page remembers it. */
export function keepSetting<Name extends SettingName>(name: Name, value: Settings[Name] | undefined): void {
  mirrorSetting(name, value)
  void keepInRecord(name, value)
}

/** Sets the copy alone: what the record says is known already. */
export function mirrorSetting(name: string, value: string | number | boolean | undefined): void {
  try {
    if (name === 'theme' && value === undefined) localStorage.removeItem(THEME)
    else if (name === 'theme') localStorage.setItem(THEME, String(value))
    else if (value !== undefined) localStorage.setItem(PREFIX + name, JSON.stringify(value))
    else if (olderOf(name) === undefined) localStorage.removeItem(PREFIX + name)
    // No choice, which hides what an older site had.
    else localStorage.setItem(PREFIX + name, 'null')
  } catch {
    // Refused or full.
  }
}

/** Every setting that the local storage has, by its name. */
export function mirroredSettings(): ReadonlyMap<string, string | number | boolean> {
  const all = new Map<string, string | number | boolean>()
  try {
    for (let at = 0; at < localStorage.length; at++) {
      const key = localStorage.key(at)!
      const name = key.startsWith(PREFIX)
        ? key.slice(PREFIX.length)
        : key === THEME
          ? 'theme'
          : key === 'lockstep-plain-editor'
            ? 'plain-editor'
            : key.startsWith('lockstep-width-')
              ? `pane/${key.slice('lockstep-width-'.length)}`
              : null
      const value = name === null ? undefined : setting(name as SettingName)
      if (name !== null && value !== undefined && fitsSetting({ name, value })) all.set(name, value)
    }
  } catch {
    // Refused.
  }
  return all
}

async function keepInRecord(name: string, value: string | number | boolean | undefined): Promise<void> {
  try {
    const { openRecord } = await import('./database.ts')
    const record = await openRecord()
    if (value === undefined) await record.dropSetting(name)
    else await record.keepSetting({ name, value, at: Date.now() })
  } catch {
    // The page goes by the copy.
  }
}
