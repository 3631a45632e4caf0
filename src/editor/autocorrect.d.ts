/**
 * Svelte's types know `autocorrect` for one-line fields only; Safari heeds it in a textarea too. Written as a spread it
 * would need no type, but costs every page that runs Svelte two kilobytes.
 */
import 'svelte/elements'

declare module 'svelte/elements' {
  interface HTMLTextareaAttributes {
    autocorrect?: 'on' | 'off'
  }
}
