/**
 * The reader's choice of theme: light, dark, or whatever the system says. It is kept in the browser and set on the
 * root element before the first paint by the script in src/components/ThemeBeforePaint.astro.
 */

export type Theme = 'light' | 'dark'
export type ThemeChoice = 'auto' | Theme

export const themeChoices: readonly ThemeChoice[] = ['auto', 'light', 'dark']

/** Where the choice is kept; the script before the first paint reads the same key. */
const STORAGE_KEY = 'lockstep-theme'

const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)')

export function themeChoice(): ThemeChoice {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto'
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
  try {
    if (choice === 'auto') localStorage.removeItem(STORAGE_KEY)
    else localStorage.setItem(STORAGE_KEY, choice)
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

/** The theme that is on the screen now. */
export function currentTheme(): Theme {
  const choice = themeChoice()
  return choice !== 'auto' ? choice : systemIsDark().matches ? 'dark' : 'light'
}

/**
 * Calls back whenever the theme on the screen may have changed, by the reader or by the system.
 * @returns a function that stops it
 */
export function onThemeChange(listener: (theme: Theme) => void): () => void {
  const notify = () => listener(currentTheme())
  const observer = new MutationObserver(notify)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  const system = systemIsDark()
  system.addEventListener('change', notify)
  return () => {
    observer.disconnect()
    system.removeEventListener('change', notify)
  }
}
