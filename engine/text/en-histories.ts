/** Words for what the check of a history can say. */
import type { Dictionary } from './words.ts'

export const histories: Dictionary = {
  'history.linearizable':
    'Linearizable: {operations} operations in {events} events have an order that explains every result.',
  'history.not-linearizable':
    'Not linearizable: no order explains the first {count} events, up to line {line}. All but the last of them have one.',
  'history.not-linearizable-long':
    'Not linearizable: no order explains the first {count} events, up to line {line}. A bound was reached before it was certain that no shorter beginning fails.',
  'history.inconclusive':
    'Undecided: stopped at the bound of {configurationsMax} configurations. Raise it with --budget, or check a shorter part.',
  'history.inconclusive-memory':
    'Undecided: the states of the object would fill the memory. Check a shorter part.',
  'history.open-keys': 'Undecided for the keys {keys}.',
  'history.of-key': 'The events are those of the key {key}.',

  'history.unexplained': 'What can’t be explained: process {process} {did} ({lines}).',
  'history.states': 'Whatever explains all before, {states} when this would have to take effect.',
  'history.or': ' or ',
  'history.more-states': '{states}, or one of {count} more',
  'history.order': 'The longest order found for what came before:',
  'history.order-left-out': '… {count} operations before these',
  'history.after': 'After it, {state}.',
  'history.nothing': 'nothing at all',
  'history.beliefs': 'What each process knows:',
  'history.knows': 'Process {process} {did} ({lines}).',
  'history.knows-this': 'Process {process} {did} ({lines}), which can’t be.',
  'history.knows-nothing': 'Process {process} has had no answer yet.',
  'history.waits-in':
    'It hasn’t heard what came of its {call} (line {line}); in this order it has taken effect.',
  'history.waits-out':
    'It hasn’t heard what came of its {call} (line {line}); in this order it hasn’t happened.',
  'history.line': 'line {line}',
  'history.lines': 'lines {from} to {to}',
  'history.by': 'process {process}',

  'history.did-read': 'read {value}',
  'history.did-write': 'wrote {value}',
  'history.did-cas': 'found {expected} and set {value} in its place',
  'history.did-append': 'appended {value}',
  'history.did-acquire': 'acquired the mutex',
  'history.did-release': 'released the mutex',
  'history.did-enqueue': 'enqueued {value}',
  'history.did-dequeue': 'dequeued {value}',
  'history.did-empty': 'found the queue empty',
  'history.call-read': 'read',
  'history.call-write': 'write of {value}',
  'history.call-cas': 'compare-and-set from {expected} to {value}',
  'history.call-append': 'append of {value}',
  'history.call-acquire': 'acquire',
  'history.call-release': 'release',
  'history.call-enqueue': 'enqueue of {value}',
  'history.call-dequeue': 'dequeue',
  'history.anything': 'something',
  'history.state-register': 'the register holds {state}',
  'history.state-key': 'the key holds {state}',
  'history.state-absent': 'the key holds nothing',
  'history.state-held': 'the mutex is held',
  'history.state-free': 'the mutex is free',
  'history.state-queue': 'the queue holds {state}',
  'history.state-empty': 'the queue is empty',

  'history-not-json': 'Line {line} is not JSON: {text}',
  'history-not-object':
    'Line {line} is not an event: it has to be an object with process, type, f and value, not {text}.',
  'history-no-process': 'Line {line} has no process. It has to be a whole number or text.',
  'history-no-operation': 'Line {line} doesn’t say in `f` what was done.',
  'history-unknown-type': 'Line {line} has the type {text}. It has to be "invoke", "ok", "fail" or "info".',
  'history-unknown-operation':
    'Line {line} does {f}, which this kind of object doesn’t know. It knows {operations}.',
  'history-two-open':
    'Line {line}: process {process} invokes an operation while its {f} of line {since} is still open. A process does one thing at a time.',
  'history-not-invoked':
    'Line {line}: process {process} hears {type} of an operation that it has not invoked.',
  'history-other-operation':
    'Line {line}: process {process} hears of {f}, but on line {since} it invoked {invoked}.',
  'history-other-key': 'Line {line}: the {f} ends with another key than it began with on line {since}.',
  'history-no-key':
    'Line {line}: the {f} names no key. Give it as `key`, or the value as a list of key and value.',
  'history-no-value': 'Line {line}: the {f} has no value.',
  'history-not-pair':
    'Line {line}: the value of {f} has to be a list of two: what is expected and what is new.',
  'history-not-text': 'Line {line}: the value of {f} has to be text.',
  'history-null-item':
    'Line {line}: {f} can’t take null, for a dequeue of null says that the queue was empty.',
  'history-large-number':
    'Line {line} holds the number {text}, which is too large to be told from its neighbours. Write it as text.',
  'history-too-long': 'Line {line} holds a text of more than {limit} characters.',
  'history-too-deep': 'Line {line} holds a value that is nested more than {limit} deep.',

  'usage.history':
    'Usage: npm run -s check:history -- --model {models} <file> [--initial JSON] [--budget N] [--json]\n  --initial JSON  what the object holds at first (default: what it holds when it is new)\n  --budget N      at most N configurations for each object (default {configurationsMax})\n  --json          one JSON object on standard output\nExit code: 0 linearizable, 1 not, 2 undecided, 3 could not be read, 4 bad usage',
  'usage.history-model': 'Which kind of object? --model takes one of {models}.',
  'usage.history-file': 'Which file? Give the path of the history.',
  'usage.history-initial': '--initial wants JSON, not {text}.',
  'usage.history-option': '{message}',
}
