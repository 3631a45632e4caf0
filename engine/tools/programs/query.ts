/** What makes an import one of a program: `./lock.process.ts?program`. It stands alone so that asking for it loads no compiler. */
export const QUERY = '?program'
