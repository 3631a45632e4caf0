/** Words for what compiling and loading an answer can say. */
import type { Dictionary } from './words.ts'

export const answers: Dictionary = {
  'syntax-error': 'This can’t be read as TypeScript: {text}',
  'type-error': 'The types don’t fit: {text}',
  'reserved-name': 'The name `{name}` is taken: the course uses it to follow your code line by line. Choose another.',
  'forbidden-global':
    '`{name}` can’t be used here. What a handler does may depend only on its arguments, or no run could be repeated; there is no clock, no chance, no network, no storage and no page.',
  'patched-global':
    'This would change `{name}`, which belongs to the language and which everything else relies on. Write a function of your own instead.',
  'state-outside':
    '`{name}` is a variable of the file, shared by all nodes and not lost in a crash. Keep what a node knows in its `state`.',
  'unknown-import': 'There is no module `{module}` here. A file may import `lockstep` and `./messages`.',
  'async-function':
    'Nothing waits for an `async` function here: a handler runs to its end in one step. Remove `async` and `await`.',
  'missing-export': 'The file exports no node. It has to end in `export default node({ … })`.',
  'export-not-node': 'The file exports {kind} by default; it has to be a node: `export default node({ … })`.',
  'missing-init': 'The node has no `init`. Add `init() { return { … } }`: the state that it starts with.',
  'missing-on': 'The node has no `on`. Add `on: { … }` with one function for each type of message that it takes.',
  'handlers-not-object': '`{name}` has to be an object of functions, but it is {kind}.',
  'handler-not-function': '`{name}` has to be a function, but it is {kind}.',
  'endless-recursion-loading': 'A function calls itself without end while the file loads. Give the recursion a case that stops.',
  'loading-threw': 'The file could not be loaded. It threw {message}',
  unresponsive:
    'Nothing was heard from your code for {seconds} seconds, so it was stopped. This line was running: a single call there takes too long, such as a search in a huge text or a list with a billion entries.',
  'unresponsive-somewhere':
    'Nothing was heard from your code for {seconds} seconds, so it was stopped. A single call takes too long, such as a search in a huge text or a list with a billion entries.',
  'out-of-memory': 'The code used up the memory, and was stopped. This line was running: build less there.',
  'out-of-memory-somewhere': 'The code used up the memory, and was stopped. Look for a list or text that grows without end.',
  'engine-failed': 'The engine itself failed: {message}. That is a fault of the course, not of your code; please report it.',
  'sandbox-failed': 'The sandbox that runs your code could not be started: {message}',
}
