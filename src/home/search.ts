/** Asks the home page's worker. It is begun with the first question and ended with the page. */
import { proxy, type Remote, wrap } from 'comlink'
import type { RuleId } from './rule-ids.ts'
import type { Searched, SearchWorker } from './search.worker.ts'

let remote: Remote<SearchWorker> | null = null
let failed: Promise<never> | null = null

/**
 * Tries every interleaving of a rule.
 * @param tell hears how many states were seen so far
 * @throws Error where the worker can't be loaded
 */
export async function search(rule: RuleId, tell: (states: number) => void): Promise<Searched> {
  if (!remote) {
    const worker = new Worker(new URL('./search.worker.ts', import.meta.url), { type: 'module' })
    // A worker that can't be loaded says so here, and answers nothing.
    failed = new Promise((_resolve, reject) => {
      worker.onerror = (event) => {
        event.preventDefault()
        worker.terminate()
        remote = null
        reject(new Error('the worker could not be loaded'))
      }
    })
    failed.catch(() => undefined)
    remote = wrap<SearchWorker>(worker)
  }
  return Promise.race([remote.search(rule, proxy(tell)), failed!])
}
