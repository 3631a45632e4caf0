/** What the build and the page agree on about the search index. */

/** The folder of the built site that holds it. */
export const FOLDER = 'pagefind'

/** The `kind` of a record that is a word of the glossary. */
export const WORD = 'word'
