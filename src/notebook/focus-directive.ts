/**
 * What `client:focus` does in the page: it waits for the focus or a press. Its value names a key of the local storage:
 * where there is something under it, the reader has been here before, and the island comes alive at once to show it.
 * What is pressed before the island is alive is pressed again once it is.
 */
import type { ClientDirective } from 'astro'

const focus: ClientDirective = (load, { value }, island) => {
  /** What was pressed, in its order: presses the button, or the keys that run the code, once more. */
  const missed = new Map<EventTarget, () => void>()
  const clicked = ({ target }: Event): void => {
    const button = (target as Element).closest('button')
    if (!button) return
    // Whoever presses one button again and again wants it once.
    missed.delete(button)
    missed.set(button, () => button.click())
  }
  const pressed = (event: Event): void => {
    const { key, ctrlKey, metaKey } = event as KeyboardEvent
    if (key !== 'Enter' || !(ctrlKey || metaKey)) return
    const { target } = event
    if (target)
      missed.set(target, () => target.dispatchEvent(new KeyboardEvent('keydown', event as KeyboardEvent)))
  }

  let isLoading = false
  const wake = async (): Promise<void> => {
    if (isLoading) return
    isLoading = true
    try {
      const hydrate = await load()
      await hydrate()
    } catch {
      // Perhaps there is no network just now: the next touch tries again.
      isLoading = false
      return
    }
    for (const [sign, listener] of signs) island.removeEventListener(sign, listener)
    for (const again of missed.values()) again()
  }
  const signs: readonly (readonly [string, EventListener])[] = [
    ['focusin', () => void wake()],
    ['pointerdown', () => void wake()],
    ['click', clicked],
    ['keydown', pressed],
  ]
  for (const [sign, listener] of signs) island.addEventListener(sign, listener)
  if (hasTouched(value)) void wake()
}

function hasTouched(key: string): boolean {
  try {
    return localStorage.getItem(key) !== null
  } catch {
    return false
  }
}

export default focus
