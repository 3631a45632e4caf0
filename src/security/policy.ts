/**
 * Policy: the Content-Security-Policy of a page. It allows what comes from the site itself and the scripts that are written into the
 * page, each by its hash, so that nothing that gets into a page otherwise can run. What each line is for stands beside it.
 */
import { createHash } from 'node:crypto'

/** What a page needs beyond what every page does. */
export interface Needs {
  /** Monaco writes style sheets of its own into the page, which no hash can foresee. */
  readonly editor: boolean
}

/** The policy of a page as it is served. @param html the whole page */
export function policyOf(html: string, { editor }: Needs): string {
  const directives: readonly (readonly [name: string, ...sources: string[]])[] = [
    // Whatever is not named here is not loaded.
    ['default-src', "'none'"],
    ['script-src', "'self'", ...inlineHashes(html, 'script')],
    // Monaco’s are written while it runs; elsewhere they are files, or as the build wrote them.
    ['style-src-elem', "'self'", ...(editor ? ["'unsafe-inline'"] : inlineHashes(html, 'style'))],
    // Places of a drawing and colours of code stand in `style` attributes, as the build drew them. They can load nothing.
    ['style-src-attr', "'unsafe-inline'"],
    ['img-src', "'self'", 'data:', 'blob:'],
    ['font-src', "'self'"],
    ['connect-src', "'self'"],
    // Monaco’s and TypeScript’s workers, the search’s, and what keeps chapters for offline.
    ['worker-src', "'self'"],
    // The frame in which learners’ code runs, which has a policy of its own: public/runner.html.
    ['frame-src', "'self'"],
    ['manifest-src', "'self'"],
    ['base-uri', "'none'"],
    ['form-action', "'none'"],
  ]
  return directives.map((words) => words.join(' ')).join('; ')
}

/** The page with its policy, and with what it says of itself to others: nothing. */
export function withPolicy(html: string, needs: Needs): string {
  const policy = policyOf(html, needs)
  // It holds for what comes after it, so it comes first; before it may stand only how the page is written.
  const written = html.replace(
    /<head>(?:\s*<meta charset="?utf-8"?\s*\/?>)?/i,
    (head) =>
      `${head}<meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="same-origin">`,
  )
  if (written === html) throw new Error('the page has no <head> to put a policy into')
  return written
}

/** What is written into a page between tags of a name, each as the hash that a policy knows it by. */
export function inlineHashes(html: string, name: 'script' | 'style'): string[] {
  const found = html.matchAll(new RegExp(`<${name}\\b([^>]*)>([\\s\\S]*?)</${name}>`, 'g'))
  const hashes = [...found]
    .filter(([, attributes = '']) => !/\bsrc=/.test(attributes) && isRun(attributes))
    .map(([, , text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  return [...new Set(hashes)]
}

/** Is it run, or is it data that a script of the page reads? */
function isRun(attributes: string): boolean {
  const type = /\btype="?([^"\s>]*)/.exec(attributes)?.[1]
  return type === undefined || ['', 'module', 'text/javascript', 'text/css'].includes(type)
}
