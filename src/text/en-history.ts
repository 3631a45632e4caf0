/** The words of the page on histories of one’s own, in English. */
export default {
  'history.title': 'A history of your own',
  'history.question':
    'Your clients have asked, and were answered. Can one object, doing one thing at a time, have told them all that?',
  'history.description':
    'Checks a recorded history for linearizability in the page: the order that explains it, or the answer that none explains.',
  'history.intro':
    'Give the checker what your clients did, as a file or as text. It looks for an order of the operations, each between its request and its answer, that explains every result. Where there is none, it shows the first answer that nothing can explain, and what rules it out.',
  'history.private': 'Everything happens in this page, on your machine. Nothing is sent anywhere.',
  'history.format': 'How a history is written',
  'history.format.lines':
    'One event a line, as JSON, in the order in which they happened; or one JSON list of them. It is what Jepsen records.',
  'history.format.process': '`process` names who asks. It does one thing at a time.',
  'history.format.type':
    '`type` is `invoke` where it asks; then `ok` for what took effect, `fail` for what did not happen, or `info` where nobody knows. What never ends is open, like `info`.',
  'history.format.f':
    '`f` is the operation, one of those that stand beside the object above, and `value` what was given to it or came out.',
  'history.format.pairs':
    'Of a key-value map every value is a pair of key and value, or the event has a `key`.',
  'history.format.terminal': 'In a terminal it is `npm run check:history`, which reads the same.',

  'history.kind': 'Object',
  'history.kind.register': 'register',
  'history.kind.cas-register': 'register with compare-and-set',
  'history.kind.mutex': 'lock',
  'history.kind.queue': 'queue, first in first out',
  'history.kind.unordered-queue': 'queue in any order',
  'history.kind.kv': 'key-value map',
  'history.operations': 'Operations: {operations}.',
  'history.initial': 'Holds at first (JSON)',
  'history.initial.empty': 'nothing',
  'history.example': 'Examples',
  'history.example.fits': 'a read beside two writes',
  'history.example.stale': 'a stale read',
  'history.example.pending': 'a write nobody knows of',
  'history.example.lock': 'a lock held twice',
  'history.example.keys': 'two keys',
  'history.example.queue': 'a queue',

  'history.text': 'The history',
  'history.hint': 'Paste a history, or drop a file here.',
  'history.file': 'Open a file …',
  'history.check': 'Check',
  'history.stop': 'Stop',
  'history.checking': 'Checking …',
  'history.drop': 'Drop it here',
  'history.unreadable-file': 'The file {name} can’t be read.',
  'history.no-worker': 'The checker could not be started: {message}',
  'history.to-line': 'Show line {line}',
  'history.changed': 'The text has changed since.',
  'history.stopped': 'The check was stopped.',

  'history.verdict': 'The verdict',
  'history.picture': 'The operations over time',
  'history.legend':
    'A bar is an operation, from its request to its answer. Numbers say in which order they take effect.',
  'history.legend.claim': 'The crossed bar is the answer that no order explains.',
  'history.reasons': 'what rules it out',
  'history.part': '{from} to {to}',
  'history.parts': 'Operations, by their number',
  'history.earlier': 'Earlier',
  'history.later': 'Later',
  'history.key': 'Key',
  'history.order': 'In the order in which they take effect',
  'history.call': '{f}',
  'history.call.given': '{f} {given}',
  'history.came': '{call} → {came}',
  'history.spoken': '{process}: {name}',
  'history.nobody-knows': '{name} ?',
}
