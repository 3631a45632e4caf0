/** Words for what compiling and loading an answer can say. */
import type { Dictionary } from './words.ts'

export const answers: Dictionary = {
  'syntax-error': 'This can’t be read as TypeScript: {text}',
  'type-error': 'The types don’t fit: {text}',
  'reserved-name':
    'The name `{name}` is taken: the course uses it to follow your code line by line. Choose another.',
  'forbidden-global':
    '`{name}` can’t be used here. What your code does may depend only on what it is given, or no run could be repeated; there is no clock of the machine’s, no chance, no network, no storage and no page.',
  'patched-global':
    'This would change `{name}`, which belongs to the language and which everything else relies on. Write a function of your own instead.',
  'state-outside':
    '`{name}` is a variable of the file, shared by all nodes and not lost in a crash. Keep what a node knows in its `state`.',
  'unknown-import': 'There is no module `{module}` here. A file may import `lockstep` and `./messages`.',
  'async-function':
    'Nothing waits for an `async` function here: a handler runs to its end in one step. Remove `async` and `await`.',
  'missing-export': 'The file exports no node. It has to end in `export default node({ … })`.',
  'export-not-node': 'The file exports {kind} by default; it has to be a node: `export default node({ … })`.',
  'export-not-roles':
    'The file has to end in `export default { {roles} }`, where each of these is a `node({ … })`. It exports {kind}.',
  'missing-role':
    '`{role}` is not among what the file exports by default. It has to be a node: `node({ … })`.',
  'role-not-node': '`{role}` is {kind}; it has to be a node: `node({ … })`.',
  'role-without-init':
    '`{role}` has no `init`. Add `init() { return { … } }`: the state that it starts with.',
  'role-without-on':
    '`{role}` has no `on`. Add `on: { … }` with one function for each type of message that it takes.',
  'missing-init': 'The node has no `init`. Add `init() { return { … } }`: the state that it starts with.',
  'missing-on':
    'The node has no `on`. Add `on: { … }` with one function for each type of message that it takes.',
  'handlers-not-object': '`{name}` has to be an object of functions, but it is {kind}.',
  'handler-not-function': '`{name}` has to be a function, but it is {kind}.',
  'endless-recursion-loading':
    'A function calls itself without end while the file loads. Give the recursion a case that stops.',
  'loading-threw': 'The file could not be loaded. It threw {message}',
  'too-much-at-once':
    'More than {limit} list entries, or as much in text, were to be built in one step. That would fill the memory; a protocol needs a few dozen.',
  unresponsive:
    'Nothing was heard from your code for {seconds} seconds, so it was stopped. This line was running: a single call there takes too long, such as a search in a huge text or a list with a billion entries. If the machine was busy with other things, run it once more.',
  'unresponsive-somewhere':
    'Nothing was heard from your code for {seconds} seconds, so it was stopped. A single call takes too long, such as a search in a huge text or a list with a billion entries. If the machine was busy with other things, run it once more.',
  'out-of-memory': 'The code used up the memory, and was stopped. This line was running: build less there.',
  'out-of-memory-somewhere':
    'The code used up the memory, and was stopped. Look for a list or text that grows without end.',
  'engine-failed':
    'The engine itself failed: {message}. That is a fault of the course, not of your code; please report it.',
  'sandbox-failed': 'The sandbox that runs your code could not be started: {message}',

  'report.passed': 'Passed: every check holds, {states} states in every interleaving.',
  'report.failed': 'Failed: there is a run that goes wrong.',
  'report.inconclusive': 'Undecided: a bound was reached before every interleaving had been looked at.',
  'report.error': 'The answer could not be run to an end.',
  'report.progress': '{configuration}: {states} states',
  'severity.error': 'error',
  'severity.warning': 'warning',
  'severity.author': 'fault of the exercise',

  usage:
    'Usage: npm run -s grade -- <exercise> <file> [--json] [--seed N] [--budget N] [--compare]\n  --json      one JSON object on standard output\n  --seed N    the first seed of random runs (default 1)\n  --budget N  at most N states in each search\n  --compare   what the solution would have done where your answer first differs on the way to a failure\nExit code: 0 passed, 1 failed, 2 undecided, 3 could not be run, 4 bad usage, 5 a fault of the course',
  'usage.option':
    '{message}\nUsage: npm run -s grade -- <exercise> <file> [--json] [--seed N] [--budget N] [--compare]',
  'usage.no-exercise': 'Which exercise? There are: {exercises}.',
  'usage.unknown-exercise': 'There is no exercise {exercise}. There are: {exercises}.',
  'usage.no-file': 'Which file? Give the path of your answer after the exercise.',
  'usage.missing-file': 'The file {file} can’t be read.',
  'usage.number': '{option} wants a whole number of at least {least}, not {text}.',
}
