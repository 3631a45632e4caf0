/**
 * What `client:focus` does in the page: it waits for the focus or a press. Its value names a key of the local storage:
 * where there is something under it, the reader has been here before, and the island comes alive at once to show it.
 * What is typed before the island is alive is its own affair; presses, and the keys that run the code, are done again.
 */
import type { ClientDirective } from 'astro'
import { touchedBefore } from './touched-before.ts'
import { wakeOn } from './wake.ts'

const focus: ClientDirective = (load, { value }, element) => {
  const wake = wakeOn({ element, load, once: true }, ['focusin', 'pointerdown'], {
    click({ target }) {
      const button = (target as Element).closest('button')
      return button && (() => button.click())
    },
    keydown(event) {
      const { key, ctrlKey, metaKey } = event as KeyboardEvent
      if (key !== 'Enter' || !(ctrlKey || metaKey)) return null
      return () => event.target?.dispatchEvent(new KeyboardEvent('keydown', event as KeyboardEvent))
    },
  })
  if (touchedBefore(value)) wake()
}

export default focus
