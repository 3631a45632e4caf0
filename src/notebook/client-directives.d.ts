/** Tells the compiler of `client:focus`. Not named like its integration: of two such files the compiler leaves this kind out. */
import 'astro'

declare module 'astro' {
  interface AstroClientDirectives {
    /** Comes alive at the first touch, or at once where the local storage has something under this key. */
    'client:focus'?: string
  }
}
