/** Tells the compiler of the directives. Not named like their integration: of two such files the compiler leaves this kind out. */
import 'astro'

declare module 'astro' {
  interface AstroClientDirectives {
    /** Comes alive at the first touch, or at once where the local storage has something under this key. */
    'client:focus'?: string
    /** Comes alive when the pointer, the focus or a link reaches it; when seen, where the local storage has something under this key. */
    'client:touch'?: boolean | string
  }
}
