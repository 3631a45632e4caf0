/** What the engine says in English of answers that are the code of clients. */
import type { Dictionary } from './words.ts'

export const clients: Dictionary = {
  'foreign-promise':
    'What is awaited here is no promise of the course’s: nothing could say when it is settled, and no run could be repeated. Await what the libraries give, `sleep`, or a promise that is made of them.',
  'missing-entry':
    'The file exports no function `{name}`, which is what a process runs. Write `export async function {name}`.',
  'sql-not-modelled':
    '{message}, and so nothing can be said of an answer that uses it. Write it in another way; the reference lists what is left out.',
  'endless-promises':
    'The code has made {limit} promises in one step and would go on at line {line}: it awaits what is settled already, again and again. Await something that takes time, such as an answer or `sleep`.',
  'too-many-requests':
    'The process has more than {limit} requests under way at line {line}. Wait for answers before more is asked.',
  'too-many-timers':
    'The process has set more than {limit} timers at line {line} that have not fired. Wait for them, or clear them.',
  'too-much-logged':
    'The code has written {limit} lines to the console in one step and would go on at line {line}.',
  'endless-recursion-client':
    'A function calls itself without end: the call stack is full. Give the recursion a case that stops.',
  'for-await': '`for await` can’t be run step by step here. Loop over the list, and await inside the loop.',
  'async-generator':
    'An `async` generator can’t be run step by step here. Write an `async` function, and return a list.',
  'top-level-await': '`await` has to stand in an `async` function: the file itself waits for nothing.',
  'async-arguments':
    '`arguments` can’t be used in an `async` arrow function here. Give the function parameters: `(...values)`.',
  'process-threw': 'In the run that is shown, {node} ended here with an error that nobody caught: {error}',
  'process-never':
    'In the run that is shown, {node} waits here for ever: nothing will settle what it awaits.',
  'process-unanswered':
    'The run that is shown ends, and {node} still waits here: {service} never answers {command}, because nothing more happens.',
  'process-unnoticed':
    'The run that is shown ends, and {node} still waits here to be told something, which nobody will do.',

  'growth.process.requests':
    'The process {node} had up to {size} requests under way. Something asks without waiting for the answers.',
  'growth.process.timers':
    'The process {node} had up to {size} timers pending. Something sets them without waiting for them.',
  'growth.process.names':
    'The process {node} drew up to {size} names with `crypto.randomUUID`, each time new ones. Draw the name before the loop.',
  'growth.process.variables':
    'The process {node} stood at the same `await` with {values} different contents of its variables. Look for a counter or a list there that nothing bounds.',
  'growth.process.history':
    'The process {node} holds something that can’t be compared, such as a generator, a `WeakMap` or a class with private fields, so that no two of its pasts are ever alike: {values} of them. Use lists, objects and functions.',

  'compare.event.wakes': '{node} wakes up',
  'compare.answer.asked': 'Your code asked: {messages}.',
  'compare.answer.asked-nothing': 'Your code asked for nothing.',
  'compare.answer.begun': 'Your code began with: {messages}.',
  'compare.answer.begun-nothing': 'Your code asked for nothing at its start.',
  'compare.answer.process-threw': 'Your code came to no end in this step.',
  'compare.answer.process-seen':
    'Your code asked what the solution asks, and still something else is to be seen of {node}.',
  'compare.answer.ended': 'With your code {node} ended in this step and returned.',
  'compare.answer.ended-thrown': 'With your code {node} ended in this step: it threw {error}.',
  'compare.answer.goes-on': 'With your code {node} has not ended after this step.',
  'compare.solution.asked': 'The solution would have asked: {messages}.',
  'compare.solution.asked-nothing': 'The solution would have asked for nothing.',
  'compare.solution.ended': 'With the solution it returns.',
  'compare.solution.ended-thrown': 'With the solution it throws {error}.',
  'compare.solution.goes-on': 'With the solution it goes on.',
}
